import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../../src/service/metrics/metrics.js';
import { followUp, lastChange, nextLook, withAnswer } from '../../../src/service/reconcile/peers.js';
import { PLAIN_RUN } from '../../../src/service/types/run.js';
import type { PeerMoment } from '../../../src/state/service-state.js';
import { observed, pair } from '../../plan/build.js';
import { ALL_ITEMS, addCarp, addPeer } from '../../support/carp.js';
import { runsOf, type Scene, scene, serve } from './scene.js';
import { ALICE, add, outcomes, reconciler, world } from './world.js';

const EVENT = { kind: 'event', reason: 'instance-created', urgent: true } as const;
const SHARED = '10.2.0.254';

/** The master of a pair that hands over everything. */
async function master(items = ALL_ITEMS): Promise<Scene> {
  const at = await scene({ push: true });
  at.firewall.save((root) => {
    addCarp(root, 'opt3', SHARED);
    addPeer(root, items);
  });
  return at;
}

const codesOf = (service: ReturnType<typeof serve>) =>
  service
    .findings()
    .map(({ code, severity }) => `${code} ${severity}`)
    .filter((text) => text.startsWith('ha-'));

async function metricsOf(service: ReturnType<typeof serve>): Promise<string[]> {
  const metrics = createMetrics('0.2.0');
  metrics.follow(service);
  return (await metrics.read()).split('\n').filter((line) => line.startsWith('slash32_pair'));
}

describe('a service on the master of a pair', () => {
  it('says in status, findings and metrics that the other node took a change, as its answer did', async () => {
    const service = serve(await master());

    const [run] = await runsOf(service, 1);

    expect(run).toMatchObject({ outcome: 'applied', notes: [expect.stringContaining('took the change')] });
    expect(service.status().pair).toMatchObject({
      role: 'master',
      peer: '10.0.0.3',
      pushes: true,
      missing: [],
      debts: [],
      last: { taken: true, open: false, runId: run?.id, checksum: run?.plan?.checksum },
    });
    expect(codesOf(service)).toEqual([]);
    expect(await metricsOf(service)).toEqual([
      'slash32_pair_role{role="master"} 1',
      'slash32_pair_role{role="backup"} 0',
      'slash32_pair_role{role="unknown"} 0',
      'slash32_pair_role{role="none"} 0',
      'slash32_pair{what="not_taken"} 0',
      'slash32_pair{what="not_answered"} 0',
      'slash32_pair{what="unwatched"} 0',
      'slash32_pair{what="not_synchronised"} 0',
    ]);
  });

  it('says at once that it did not, and goes on until it has', async () => {
    const at = await master();
    at.firewall.setPeer('login', 'Authentication failed');
    const service = serve(at);

    const [run] = await runsOf(service, 1);
    expect(run?.notes.join()).toContain('Authentication failed');
    expect(codesOf(service)).toEqual(['ha-debt warning']);
    service.trigger(EVENT);
    await runsOf(service, 2);
    expect(codesOf(service)).toEqual(['ha-debt warning']);
    expect(service.status().pair).toMatchObject({ debts: [{ what: 'kept' }], last: { taken: false, open: false } });
    expect(await metricsOf(service)).toContain('slash32_pair{what="not_taken"} 1');

    at.firewall.setPeer('done');
    at.names.push('db');
    service.trigger(EVENT);
    await runsOf(service, 3);
    service.trigger(EVENT);
    await runsOf(service, 4);
    expect(codesOf(service)).toEqual([]);
  });

  it('writes into its journal what the other node did after it had been open', async () => {
    const at = await master();
    at.firewall.setPeer('open');
    const service = serve(at);
    const [first] = await runsOf(service, 1);

    expect(first).toMatchObject({ outcome: 'applied', notes: [expect.stringContaining('has not answered yet')] });
    expect(codesOf(service)).toEqual(['ha-open warning']);
    expect(service.status().pair?.last).toMatchObject({ open: true, taken: false });
    expect(await metricsOf(service)).toContain('slash32_pair{what="not_answered"} 1');

    at.firewall.answerPeer('dhcpd', 'dhcpd died: line 7');
    service.trigger(EVENT);
    const second = (await runsOf(service, 2))[1];
    expect(second?.outcome).toBe('nothing');
    expect(second?.notes).toEqual([
      expect.stringMatching(new RegExp(`plan ${first?.plan?.checksum} .run ${first?.id}.: .*dhcpd died: line 7`)),
    ]);
    expect(JSON.stringify(at.journal.at(-1))).toContain('dhcpd died: line 7');
    expect(service.status().pair?.last).toMatchObject({ open: false, taken: false });
    expect(codesOf(service)).toEqual(['ha-debt warning']);

    service.trigger(EVENT);
    expect((await runsOf(service, 3))[2]?.notes).toEqual([]);
  });

  it('names what is not synchronised', async () => {
    const service = serve(await master('dhcpd'));

    await runsOf(service, 1);
    service.trigger(EVENT);
    await runsOf(service, 2);

    expect(service.status().pair?.missing).toEqual(['Slash32']);
    expect(codesOf(service)).toContain('ha-missing warning');
  });

  it('says what may be in force without a watch after a failover', async () => {
    const at = await master();
    at.firewall.setPairTrouble({ unwatched: [{ id: 'c'.repeat(16), owner: 'home', until: 1_790_000_000 }] });
    const service = serve(at);

    await runsOf(service, 1);

    expect(codesOf(service)).toEqual(['ha-unwatched error']);
    expect(await metricsOf(service)).toContain('slash32_pair{what="unwatched"} 1');
  });
});

describe('a service on a node that is not surely the master', () => {
  it.each(['BACKUP', 'INIT', ''] as const)(
    'does nothing by itself and says so once (%s), until a person means it',
    async (status) => {
      const at = await master();
      at.firewall.setCarp(SHARED, status);
      const service = serve(at);

      const [run] = await runsOf(service, 1);
      expect(run).toMatchObject({ outcome: 'nothing', plan: { changes: 0 } });
      expect(service.findings().map((one) => one.code)).toEqual(['ha-backup']);
      expect(service.status().pair?.role).toBe(status === '' ? 'unknown' : 'backup');
      expect(at.firewall.applies()).toEqual([]);

      service.start({ ...PLAIN_RUN, onBackup: true }, ALICE, undefined);
      expect((await runsOf(service, 2))[1]).toMatchObject({ outcome: 'applied' });
      expect(service.findings().map((one) => one.code)).toContain('ha-backup');
    },
  );

  it('says of a change that it confirms there where it stands', async () => {
    const at = await master();
    const service = serve(at);
    service.start({ ...PLAIN_RUN, confirm: false }, ALICE, undefined);
    await runsOf(service, 1);
    at.names.push('db');
    service.start({ ...PLAIN_RUN, confirm: false }, ALICE, undefined);
    await runsOf(service, 2);
    at.firewall.setCarp(SHARED, 'BACKUP');

    const answer = await service.confirm(ALICE);

    expect(answer.peer).toMatchObject({ taken: false, open: false });
    expect(answer.notes.join()).toContain('the change stands on this node alone, and the master goes on without it');
    expect(service.status().pair?.last).toMatchObject({
      taken: false,
      message: expect.stringContaining('CARP backup'),
    });
  });
});

const OPEN = { taken: false, open: true, message: 'wait' };
const TAKEN = { taken: true, open: false, message: 'took' };

function moments(...answers: readonly { taken: boolean; open: boolean; message: string }[]): readonly PeerMoment[] {
  return answers.reduce<readonly PeerMoment[]>(
    (list, answer, at) =>
      withAnswer(list, answer, { token: `t${at}`, checksum: `plan${at}`, runId: undefined }, new Date(0)),
    [],
  );
}

describe('what is remembered of the other node', () => {
  it('is one answer for each change, the newest first, and not without end', () => {
    expect(moments(OPEN, TAKEN).map((one) => one.checksum)).toEqual(['plan1', 'plan0']);
    expect(moments(...Array.from({ length: 40 }, () => TAKEN))).toHaveLength(20);
    const [one] = moments(OPEN);
    const again = withAnswer(moments(OPEN), TAKEN, { token: 't0', checksum: 'plan0', runId: undefined }, new Date(0));
    expect(again).toEqual([{ ...one, ...TAKEN }]);
  });

  it('is brought up to date by what the firewall says, with a word for each answer that is new', () => {
    const known = moments(OPEN, OPEN, TAKEN);
    const line = (at: number, peer: typeof OPEN) => ({
      id: known[at]?.id ?? '',
      owner: 'home',
      outcome: 'confirmed',
      peer,
    });
    const memory = {
      maxConfirmSeconds: 60,
      owners: [],
      waiting: [],
      applies: [line(0, TAKEN), line(1, OPEN), line(2, TAKEN)],
    };

    const { peers, notes } = followUp(known, observed({ memory }));

    expect(peers.map((one) => one.taken)).toEqual([true, false, true]);
    expect(notes).toEqual(['What the other node did with plan plan0: took']);
    expect(followUp(peers, observed({ memory }))).toEqual({ peers, notes: [] });
    expect(followUp(known, observed()).peers).toBe(known);
  });

  it('is, of the last change, what somebody did by hand as well', () => {
    const known = moments(OPEN, TAKEN);
    const line = (id: string, owner = 'home') => ({ id, owner, outcome: 'confirmed', peer: OPEN });
    const seen = (...applies: ReturnType<typeof line>[]) =>
      observed({ memory: { maxConfirmSeconds: 60, owners: [], waiting: [], applies } });
    const ids = known.map((one) => one.id);

    expect(lastChange(known, seen(line('by-hand'), line(ids[0] ?? '')), 'home')).toEqual({ id: 'by-hand', ...OPEN });
    expect(lastChange(known, seen(line('theirs', 'lab'), line(ids[0] ?? '')), 'home')).toBe(known[0]);
    expect(lastChange(known, seen(line('older')), 'home')).toBe(known[0]);
    expect(lastChange([], seen(line('by-hand')), 'home')).toEqual({ id: 'by-hand', ...OPEN });
    expect(lastChange([], seen(), 'home')).toBeUndefined();
  });

  it('is looked at again the later the longer it is open, and once where it was not taken', () => {
    expect([0, 1, 2, 20].map((looks) => nextLook(moments(OPEN), looks))).toEqual([5_000, 10_000, 20_000, 600_000]);
    expect([0, 1].map((looks) => nextLook(moments({ ...OPEN, open: false }), looks))).toEqual([5_000, undefined]);
    expect(nextLook(moments(TAKEN), 0)).toBeUndefined();
    expect(nextLook([], 0)).toBeUndefined();
  });

  it('makes the service look by itself, without applying anything, for as long as it is open', async () => {
    const memory = { maxConfirmSeconds: 60, owners: [], waiting: [], applies: [] };
    const scene = world({
      commits: true,
      peer: OPEN,
      observed: observed({ transport: 'plugin', pair: pair(), memory }),
    });
    const service = reconciler(scene);
    await scene.time.pass(1_000);
    expect(outcomes(service)).toEqual(['applied']);
    add(scene, 'db');
    await scene.time.pass(60_000);

    expect(outcomes(service).slice(0, 3)).toEqual(['applied', 'planned', 'planned']);
    expect(scene.applied).toHaveLength(1);
  });
});
