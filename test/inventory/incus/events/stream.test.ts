import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSelfSignedCertificate } from '../../../../src/inventory/incus/certificate.js';
import type { IncusEndpoint } from '../../../../src/inventory/incus/client.js';
import { type StreamState, startEventStream } from '../../../../src/inventory/incus/events/stream.js';
import { launch, remove, rename } from '../../../../src/sim/incus/operations.js';
import { type SimIncus, startSimIncus } from '../../../../src/sim/incus/server.js';
import { addProject, createSimState } from '../../../../src/sim/incus/state.js';
import { temporaryFolder } from '../../../cli/harness.js';
import { until } from '../../../support/until.js';

interface Heard {
  readonly hints: string[];
  readonly connected: boolean[];
  readonly states: StreamState[];
  readonly results: string[];
}

function listen(endpoint: () => Promise<IncusEndpoint>, silentMs = 25_000): Heard {
  const heard: Heard = { hints: [], connected: [], states: [], results: [] };
  const stop = startEventStream(
    endpoint,
    {
      onHint: (hint) => void heard.hints.push(hint.reason),
      onConnected: (first) => void heard.connected.push(first),
      onState: (state) => void heard.states.push(state),
      onMessage: (result) => void heard.results.push(result),
    },
    { now: () => new Date(), random: () => 0.5, firstDelayMs: 20, limits: { openMs: 500, silentMs } },
  );
  onTestFinished(stop);
  return heard;
}

async function socketScene(silentMs?: number): Promise<{ sim: SimIncus; heard: Heard }> {
  const path = join(await temporaryFolder(), 'incus.sock');
  const sim = await startSimIncus({ socket: path });
  onTestFinished(() => sim.close());
  const heard = listen(async () => ({ kind: 'socket', path }), silentMs);
  await until('it is up', () => heard.connected.length === 1);
  return { sim, heard };
}

describe('the event stream', () => {
  it('tells of what happens to instances, at once and in order', async () => {
    const { sim, heard } = await socketScene();
    launch(sim.state, { name: 'web' });
    rename(sim.state, 'default', 'web', 'web2');
    remove(sim.state, 'default', 'web2');
    await until('all came', () => heard.hints.length === 4);
    expect(heard.hints).toEqual([
      'instance-created default/web',
      'instance-started default/web',
      'instance-renamed default/web2',
      'instance-deleted default/web2',
    ]);
    expect(heard.states.at(-1)).toMatchObject({ state: 'up', connects: 1, lastEventAt: expect.any(String) });
  });

  it('comes back after the daemon was restarted, and says that everything must be read anew', async () => {
    const { sim, heard } = await socketScene();
    sim.streams.cut();
    await until('it is up again', () => heard.connected.length === 2);
    expect(heard.connected).toEqual([true, false]);
    expect(heard.states.map((one) => one.state)).toEqual(['connecting', 'up', 'down', 'up']);
    expect(heard.states[2]?.failure?.code).toBe('S32_INCUS_INTERRUPTED');
    launch(sim.state, { name: 'late', start: false });
    await until('it hears', () => heard.hints.includes('instance-created default/late'));
  });

  it('notices a connection that is dead without having been closed, since not even a ping comes', async () => {
    const { sim, heard } = await socketScene(300);
    sim.streams.faults.silent = true;
    await until('it is noticed', () => heard.states.at(-1)?.state === 'down');
    expect(heard.states.at(-1)?.failure).toMatchObject({
      code: 'S32_INCUS_TIMEOUT',
      message: expect.stringContaining('not even a ping'),
    });
    sim.streams.faults.silent = false;
    await until('it is up again', () => heard.connected.length >= 2);
  });

  it('is not taken for dead while pings come and nothing happens', async () => {
    const path = join(await temporaryFolder(), 'incus.sock');
    const sim = await startSimIncus({ socket: path });
    onTestFinished(() => sim.close());
    sim.streams.pingMs = 40;
    const heard = listen(async () => ({ kind: 'socket', path }), 300);
    await until('it is up', () => heard.connected.length === 1);
    await new Promise((done) => setTimeout(done, 700));
    expect(heard.states.map((one) => one.state)).toEqual(['connecting', 'up']);
  });

  it('survives messages that make no sense', async () => {
    const { sim, heard } = await socketScene();
    for (const text of ['', '{', 'null', '[]', '{"type":"lifecycle"}', '{"type":"lifecycle","metadata":{"action":7}}'])
      sim.streams.send(text);
    launch(sim.state, { name: 'web', start: false });
    await until('the good one came', () => heard.hints.length === 1);
    expect(heard.results).toEqual([...Array(6).fill('unreadable'), 'hint']);
  });

  it('drops a connection that sends more than any event can be, and comes back', async () => {
    const { sim, heard } = await socketScene();
    sim.streams.send('x'.repeat(2 * 1024 * 1024));
    await until('it is up again', () => heard.connected.length === 2);
  });

  it.each([
    [403, 'S32_INCUS_FORBIDDEN'],
    [400, 'S32_INCUS_UNEXPECTED'],
    [502, 'S32_INCUS_UNEXPECTED'],
  ])('says why it is refused with HTTP %i', async (status, code) => {
    const path = join(await temporaryFolder(), 'incus.sock');
    const sim = await startSimIncus({ socket: path });
    onTestFinished(() => sim.close());
    sim.streams.faults.refuse = status;
    const heard = listen(async () => ({ kind: 'socket', path }));
    await until('it is told', () => heard.states.at(-1)?.state === 'down');
    expect(heard.states.at(-1)?.failure?.code).toBe(code);
  });

  it('waits for a server that is not there yet', async () => {
    const path = join(await temporaryFolder(), 'incus.sock');
    const heard = listen(async () => ({ kind: 'socket', path }));
    await until('it is told', () => heard.states.at(-1)?.failure?.code === 'S32_INCUS_UNREACHABLE');
    const sim = await startSimIncus({ socket: path });
    onTestFinished(() => sim.close());
    await until('it is up', () => heard.connected.length === 1);
  });

  it('gives up on a server that takes the connection and says nothing', async () => {
    const path = join(await temporaryFolder(), 'mute.sock');
    const mute = createServer(() => undefined).listen(path);
    mute.on('upgrade', () => undefined);
    onTestFinished(() => void mute.close());
    const heard = listen(async () => ({ kind: 'socket', path }));
    await until('it is told', () => heard.states.at(-1)?.failure?.code === 'S32_INCUS_TIMEOUT');
  });
});

function createClientIdentity(): { cert: string; key: string } {
  const day = 86_400_000;
  const { certificate, key } = createSelfSignedCertificate({
    commonName: 'slash32',
    usage: 'client',
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + day),
  });
  return { cert: certificate, key };
}

describe('the event stream over HTTPS', () => {
  it('hears what its certificate may see, and pins the server', async () => {
    const state = createSimState();
    addProject(state, 'shop');
    const sim = await startSimIncus({ state, https: true });
    onTestFinished(() => sim.close());
    const identity = createClientIdentity();
    sim.trust({ name: 'slash32', certificate: identity.cert, restricted: true, projects: ['shop'] });
    const endpoint = { kind: 'https', url: sim.httpsUrl ?? '', fingerprint: sim.fingerprint, ...identity } as const;
    const heard = listen(async () => endpoint);
    await until('it is up', () => heard.connected.length === 1);
    launch(state, { name: 'secret', start: false });
    launch(state, { name: 'ours', project: 'shop', start: false });
    await until('it hears', () => heard.hints.length === 1);
    expect(heard.hints).toEqual(['instance-created shop/ours']);

    const wrong = listen(async () => ({ ...endpoint, fingerprint: 'ab'.repeat(32) }));
    await until('it is told', () => wrong.states.at(-1)?.state === 'down');
    expect(wrong.states.at(-1)?.failure?.code).toBe('S32_INCUS_FINGERPRINT');
    expect(sim.streams.open.size).toBe(1);
  });

  it('says that a certificate is not trusted', async () => {
    const sim = await startSimIncus({ https: true });
    onTestFinished(() => sim.close());
    const endpoint = {
      kind: 'https',
      url: sim.httpsUrl ?? '',
      fingerprint: sim.fingerprint,
      ...createClientIdentity(),
    } as const;
    const heard = listen(async () => endpoint);
    await until('it is told', () => heard.states.at(-1)?.state === 'down');
    expect(heard.states.at(-1)?.failure?.code).toBe('S32_INCUS_FORBIDDEN');
  });
});
