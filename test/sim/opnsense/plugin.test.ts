import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseKeyFile } from '../../../src/firewall/opnsense/http/key-file.js';
import { createPluginTarget } from '../../../src/firewall/opnsense/plugin/target.js';
import type { Change } from '../../../src/model/change.js';
import type { Target } from '../../../src/model/firewall.js';
import { createRedactor } from '../../../src/secrets/redactor.js';
import { childOf, setText } from '../../../src/sim/opnsense/node.js';
import { type SimOpnsense, type SimOpnsenseOptions, startSimOpnsense } from '../../../src/sim/opnsense/start.js';
import { createSimUser } from '../../../src/sim/opnsense/users.js';
import { temporaryFolder } from '../../firewall/opnsense/api/rig.js';

const MAC = '10:66:6a:00:00:01';
const APPLY = '/api/slash32/state/apply';
const PLUGIN: NonNullable<SimOpnsenseOptions['plugin']> = { interfaces: ['opt1'], maxConfirmSeconds: 60 };

async function started(more: Pick<SimOpnsenseOptions, 'plugin'> = { plugin: PLUGIN }): Promise<SimOpnsense> {
  const users = [createSimUser('slash32', ['page-services-slash32-api'])];
  const sim = await startSimOpnsense({ folder: temporaryFolder(), users, ...more });
  onTestFinished(() => sim.close());
  return sim;
}

async function call(sim: SimOpnsense, path: string, body?: object): Promise<{ status: number; body: object }> {
  const [user] = sim.users;
  const authorization = `Basic ${Buffer.from(`${user?.key}:${user?.secret}`).toString('base64')}`;
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(`${sim.url}${path}`, { ...init, headers: { authorization, ...type } });
  return { status: answer.status, body: (await answer.json()) as object };
}

/** A reservation on opt1 that waits to be confirmed. */
async function apply(sim: SimOpnsense, token = randomBytes(32).toString('hex')): Promise<object> {
  const descr = 'web [slash32:home:default/web/eth0:a2432d30]';
  const { body } = await call(sim, APPLY, {
    owner: 'home',
    fingerprint: 'a'.repeat(32),
    base_revision: createHash('sha256').update(sim.configText()).digest('hex'),
    confirm_seconds: 60,
    token,
    segments: [
      {
        interface: 'opt1',
        settings: { static_arp: true },
        reservations: [{ mac: MAC, ipaddr: '10.1.0.77', hostname: 'web', descr }],
      },
    ],
  });
  return body;
}

function targetOf(sim: SimOpnsense): Target {
  return createPluginTarget({
    url: sim.url,
    key: parseKeyFile(sim.keyFile()),
    trust: { ca: undefined, fingerprint: undefined },
    redactor: createRedactor(),
    allowUntestedVersion: false,
    now: () => new Date(),
  });
}

async function applyBy(target: Target, seconds: number): Promise<unknown> {
  const { signal } = new AbortController();
  const progress = (): void => undefined;
  const base = await target.observe(signal, progress);
  const change: Change = {
    kind: 'reservation',
    action: 'create',
    segment: 'lab',
    interface: 'opt1',
    nic: 'default/web/eth0',
    before: undefined,
    after: {
      mac: MAC,
      address: '10.1.0.77',
      hostname: 'web',
      description: 'web [slash32:home:default/web/eth0:a2432d30]',
      arpEntry: false,
    },
    reason: 'new',
  };
  const commitment = { owner: 'home', token: randomBytes(32).toString('hex'), fingerprint: 'f'.repeat(64), host: 'h' };
  return target.apply({
    base,
    changes: [change],
    message: 'test',
    commitment: { ...commitment, seconds, wait: true, takeOver: false },
    progress,
    signal,
  });
}

describe('the simulated os-slash32', () => {
  it('is not there unless it is installed: 404, even without a key', async () => {
    const sim = await started({});
    const body = { errorMessage: 'Endpoint not found' };
    expect(await call(sim, '/api/slash32/state/get')).toEqual({ status: 404, body });
    expect((await fetch(`${sim.url}/api/slash32/state/get`, { redirect: 'manual' })).status).toBe(404);
  });

  it('serves what it applied at once, static ARP included', async () => {
    const sim = await started();
    expect(await apply(sim)).toMatchObject({ result: 'applied' });
    expect(sim.leaseFor(MAC, 'opt1')).toMatchObject({ address: '10.1.0.77', reachable: true });
    expect(sim.dhcpd()).toMatchObject({ running: true });
  });

  it('lets waiting changes expire when told to, and serves the old state again', async () => {
    const sim = await started();
    const before = sim.leaseFor(MAC, 'opt1');
    await apply(sim);
    sim.expirePending();
    expect(sim.leaseFor(MAC, 'opt1')).toEqual(before);
    expect(sim.applies()).toMatchObject([{ outcome: 'expired', left: [] }]);
  });

  it('settles waiting changes when it boots', async () => {
    const sim = await started();
    await apply(sim);
    sim.reboot(0);
    expect(sim.configText()).not.toContain(MAC);
    expect(sim.applies()).toMatchObject([{ outcome: 'rebooted' }]);
  });

  it('does the work of an apply whose answer is lost', async () => {
    const sim = await started();
    sim.failNext({ path: APPLY, kind: 'reset', done: true });
    await expect(apply(sim)).rejects.toThrow();
    expect(sim.configText()).toContain(MAC);
    expect((await call(sim, '/api/slash32/state/get')).body).toMatchObject({ pending: [{ owner: 'home' }] });
  });

  it('survives marks of ownership that nobody could have written', async () => {
    const sim = await started();
    sim.save((root) => {
      const map = childOf(childOf(childOf(root, 'dhcpd'), 'opt1'), 'staticmap');
      if (map !== undefined) setText(map, 'descr', 'x [slash32:%E0%zz%:y]');
    });
    expect(await apply(sim)).toMatchObject({ result: 'applied' });
  });

  it('forgets its history when told to, and a waiting change with it', async () => {
    const sim = await started();
    await apply(sim);
    sim.forgetApplies();
    sim.expirePending();
    expect(sim.configText()).toContain(MAC);
    expect((await call(sim, '/api/slash32/state/get')).body).toMatchObject({ applies: [], owners: [], pending: [] });
  });
});

describe('slash32 with the simulated os-slash32', () => {
  it('applies, comes back on a new connection, and confirms', async () => {
    const sim = await started();
    expect(await applyBy(targetOf(sim), 30)).toMatchObject({ kept: { state: 'confirmed' } });
    expect(sim.applies()).toMatchObject([{ outcome: 'confirmed' }]);
    expect(sim.log.map(({ path }) => path.split('/').at(-1))).toEqual(['get', 'apply', 'get', 'confirm']);
    expect(new Set(sim.log.map(({ remotePort }) => remotePort)).size).toBe(4);
  });

  it('is told that the firewall rolled back a change that cuts it off, for which it had to do nothing', async () => {
    const sim = await started();
    sim.cutAfterApply();
    await expect(applyBy(targetOf(sim), 2)).rejects.toThrow();
    expect(sim.applies()).toMatchObject([{ outcome: 'expired' }]);
    expect(sim.configText()).not.toContain(MAC);
    expect(await applyBy(targetOf(sim), 30)).toMatchObject({ kept: { state: 'confirmed' } });
  });

  it('finds out what became of an apply whose answer was lost, and confirms it', async () => {
    const sim = await started();
    sim.failNext({ path: APPLY, kind: 'reset', done: true });
    expect(await applyBy(targetOf(sim), 30)).toMatchObject({ kept: { state: 'confirmed' } });
    expect(sim.applies()).toMatchObject([{ outcome: 'confirmed' }]);
  });
});
