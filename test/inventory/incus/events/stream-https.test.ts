import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { IncusEndpoint } from '../../../../src/inventory/incus/client.js';
import { launch } from '../../../../src/sim/incus/operations.js';
import { type SimIncus, startSimIncus } from '../../../../src/sim/incus/server.js';
import { addProject, createSimState } from '../../../../src/sim/incus/state.js';
import { until } from '../../../support/until.js';
import { createClient, listen } from './rig.js';

type HttpsEndpoint = Extract<IncusEndpoint, { kind: 'https' }>;

async function startHttps(): Promise<{ sim: SimIncus; endpoint: HttpsEndpoint }> {
  const state = createSimState();
  addProject(state, 'shop');
  const sim = await startSimIncus({ state, https: true });
  onTestFinished(() => sim.close());
  return {
    sim,
    endpoint: { kind: 'https', url: sim.httpsUrl ?? '', fingerprint: sim.fingerprint, ...createClient() },
  };
}

describe('the event stream over HTTPS', () => {
  it('hears everything with an unrestricted certificate, also where the address ends in a slash', async () => {
    const { sim, endpoint } = await startHttps();
    sim.trust({ name: 'slash32', certificate: endpoint.cert });
    const heard = listen(async () => ({ ...endpoint, url: `${endpoint.url}/` }));
    await until('it is up', () => heard.connected.length === 1);
    launch(sim.state, { name: 'a', start: false });
    launch(sim.state, { name: 'b', project: 'shop', start: false });
    await until('it hears', () => heard.hints.length === 2);
    expect(heard.hints).toEqual(['instance-created default/a', 'instance-created shop/b']);
  });

  it('hears of its own projects alone with a restricted one', async () => {
    const { sim, endpoint } = await startHttps();
    sim.trust({ name: 'slash32', certificate: endpoint.cert, restricted: true, projects: ['shop'] });
    const heard = listen(async () => endpoint);
    await until('it is up', () => heard.connected.length === 1);
    launch(sim.state, { name: 'secret', start: false });
    launch(sim.state, { name: 'ours', project: 'shop', start: false });
    await until('it hears', () => heard.hints.length === 1);
    expect(heard.hints).toEqual(['instance-created shop/ours']);
  });

  it('sends nothing to a server with another certificate, and says which one it has', async () => {
    const { sim, endpoint } = await startHttps();
    sim.trust({ name: 'slash32', certificate: endpoint.cert });
    const heard = listen(async () => ({ ...endpoint, fingerprint: 'ab'.repeat(32) }));
    await until('it tried twice', () => heard.states.filter((one) => one.state === 'down').length > 1);
    expect(heard.state()?.failure).toMatchObject({
      code: 'S32_INCUS_FINGERPRINT',
      message: expect.stringContaining(sim.fingerprint),
    });
    expect(heard.connected).toEqual([]);
    expect(sim.streams.open.size).toBe(0);
  });

  it('says that its certificate is not trusted, and comes up when somebody trusts it', async () => {
    const { sim, endpoint } = await startHttps();
    const heard = listen(async () => endpoint);
    await until('it is told', () => heard.state()?.state === 'down');
    expect(heard.state()?.failure?.code).toBe('S32_INCUS_UNTRUSTED');
    sim.trust({ name: 'slash32', certificate: endpoint.cert });
    await until('it is up', () => heard.connected.length === 1);
  });

  it('survives a key that is not one', async () => {
    const { endpoint } = await startHttps();
    const key = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n';
    const heard = listen(async () => ({ ...endpoint, key }));
    await until('it tried twice', () => heard.states.filter((one) => one.state === 'down').length > 1);
    expect(heard.state()?.failure?.code).toBe('S32_INCUS_CLIENT_CERTIFICATE');
    expect(heard.state()?.failure?.message).not.toContain('c2VjcmV0');
  });

  it('gives up on a server that takes the connection and never finishes its handshake', async () => {
    const open = new Set<Socket>();
    const mute = createServer((socket) => void open.add(socket.on('error', () => undefined).resume()));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of open) socket.destroy();
      mute.close();
    });
    const url = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const endpoint = { kind: 'https', url, fingerprint: 'ab'.repeat(32), ...createClient() } as const;
    const heard = listen(async () => endpoint, { limits: { openMs: 150, silentMs: 25_000 } });
    await until('it tried twice', () => heard.states.filter((one) => one.state === 'down').length > 1);
    expect(heard.state()?.failure?.code).toBe('S32_INCUS_TIMEOUT');
    await until('it let go', () => [...open].filter((socket) => !socket.closed).length <= 1);
  });
});
