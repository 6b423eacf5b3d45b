import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../../src/errors/slash32-error.js';
import type { PendingApply } from '../../../src/model/ledger.js';
import { applyId } from '../../../src/secrets/apply-id.js';
import { PLAIN_RUN } from '../../../src/service/types/run.js';
import type { StreamStatus } from '../../../src/service/types/status.js';
import { EMPTY_SERVICE_STATE } from '../../../src/state/service-state.js';
import { instance, inventory } from '../../plan/build.js';
import { ALICE, add, configuration, lastRun, outcomes, reconciler, type World, world } from './world.js';

const NIGHTLY = { kind: 'schedule', reason: 'nightly reconcile' } as const;
const EVENT = { kind: 'event', reason: 'instance-created default/db', urgent: true } as const;
const TOKEN = 'ab'.repeat(32);

async function trigger(
  scene: World,
  service: ReturnType<typeof reconciler>,
  kind: typeof NIGHTLY | typeof EVENT = NIGHTLY,
) {
  service.trigger(kind);
  await scene.time.pass(10_000);
}

/** The ledger and the firewall as a process leaves them whose apply of `checksum` ended like that. */
function leave(scene: World, checksum: string, outcome: string, token = TOKEN): void {
  const pending: PendingApply = {
    token,
    target: 'https://fw.lan',
    sentAt: scene.time.now().toISOString(),
    confirmSeconds: 120,
    wait: true,
    checksum,
    before: { originals: [], quarantine: [] },
  };
  scene.ledger = { ...scene.ledger, pending };
  const applies = [{ id: applyId(token), owner: 'home', outcome }];
  scene.observed = {
    ...scene.observed,
    transport: 'plugin',
    memory: { maxConfirmSeconds: 600, owners: [], waiting: [], applies },
  };
}

/** A service whose first plan was undone on the firewall, as its first look finds out. */
async function undone(outcome: string) {
  const scene = world({ observed: { ...world().observed, transport: 'plugin' } });
  const probe = reconciler(scene);
  probe.pause(ALICE, 'only to see the plan');
  await scene.time.pass(0);
  const checksum = lastRun(probe)?.plan?.checksum ?? '';
  await probe.stop();
  scene.state = EMPTY_SERVICE_STATE;
  scene.journal.length = 0;
  leave(scene, checksum, outcome);
  const service = reconciler(scene);
  await scene.time.pass(0);
  return { scene, service, checksum };
}

describe('a plan that the firewall has undone', () => {
  it.each(['rolled_back', 'expired', 'restored'])('(%s) is held, and not applied by the next trigger', async (how) => {
    const { scene, service, checksum } = await undone(how);
    expect(outcomes(service)).toEqual(['held']);
    await trigger(scene, service);
    await trigger(scene, service, EVENT);
    expect(outcomes(service)).toEqual(['held', 'held', 'held']);
    expect(scene.applied).toEqual([]);
    expect(service.status().hold).toMatchObject({ checksum, configuration: 'digest-1' });
    expect(service.findings()).toMatchObject([
      { code: 'plan-held', remedy: expect.stringMatching(/slash32 release-hold$/) },
    ]);
    expect(scene.ledger.pending).toBeUndefined();
  });

  it.each(['rolled_back', 'expired', 'restored'])(
    '(%s) is held also where the command line had made it and heard of that first',
    async (how) => {
      const { scene, service, checksum } = await undone(how);
      scene.state = EMPTY_SERVICE_STATE;
      await service.stop();
      const id = applyId('cd'.repeat(32));
      scene.ledger = { ...scene.ledger, settled: { id, checksum, how, configuration: 'digest-0' } };
      const again = reconciler(scene);
      await scene.time.pass(0);
      expect(outcomes(again)).toEqual(['held']);
      again.releaseHold(ALICE);
      await scene.time.pass(10_000);
      expect(lastRun(again)?.outcome).toBe('applied');
    },
  );

  it.each(['confirmed', 'unknown'])('(%s) is no such plan', async (how) => {
    const scene = world();
    scene.ledger = { ...scene.ledger, settled: { id: 'x', checksum: 'y', how } };
    const service = reconciler(scene);
    await scene.time.pass(0);
    expect(outcomes(service)).toEqual(['applied']);
  });

  it.each([
    ['the same plan as that', true],
    ['another plan', false],
  ])(
    'and that was made of a newer file is held when that is read, where the older file makes %s',
    async (_what, same) => {
      const { scene, service, checksum } = await undone('expired');
      await service.stop();
      scene.state = EMPTY_SERVICE_STATE;
      scene.ledger = { ...scene.ledger, settled: { id: 'other', checksum, how: 'expired', configuration: 'digest-2' } };
      const own = scene.inventory;
      if (!same) scene.inventory = inventory([]);
      let isRead = false;
      const onDisk = () => (isRead ? undefined : { failure: undefined });
      const again = reconciler(scene, { configuration: configuration(scene, { onDisk }) });
      await scene.time.pass(0);
      expect(outcomes(again)).toEqual([same ? 'held' : 'nothing']);
      again.setConfiguration(configuration(scene, { onDisk, failure: undefined }));
      await trigger(scene, again);
      expect(again.status().hold).toMatchObject({ checksum, configuration: 'digest-2' });

      isRead = true;
      scene.inventory = own;
      again.setConfiguration(configuration(scene, { onDisk, digest: 'digest-2' }));
      await trigger(scene, again);
      expect(lastRun(again)?.outcome).toBe('held');
      expect(scene.applied).toEqual([]);
      again.setConfiguration(configuration(scene, { onDisk, digest: 'digest-3' }));
      await trigger(scene, again);
      expect(scene.applied).toEqual([checksum]);
    },
  );

  it('is held after a restart as well', async () => {
    const { scene, service } = await undone('rolled_back');
    await service.stop();
    const again = reconciler(scene);
    await scene.time.pass(0);
    expect(outcomes(again)).toEqual(['held']);
  });

  it('is on the disk as held before the ledger forgets the apply', async () => {
    const scene = world();
    leave(scene, '0123456789abcdef', 'expired');
    const save = () => {
      throw new Slash32Error('S32_STATE_WRITE', { message: 'The disk is full.' });
    };
    const service = reconciler(scene, { states: { save } });
    await scene.time.pass(10_000);
    expect(lastRun(service)).toMatchObject({ outcome: 'failed', failure: { code: 'S32_STATE_WRITE' } });
    expect(scene.ledger.pending).toBeDefined();
    expect(scene.applied).toEqual([]);
  });

  it('is applied after release-hold, and the hold does not come back by itself', async () => {
    const { scene, service } = await undone('rolled_back');
    expect(service.releaseHold(ALICE).hold).toBeUndefined();
    expect(scene.state.hold).toBeUndefined();
    await scene.time.pass(10_000);
    expect(lastRun(service)?.outcome).toBe('applied');
    expect(() => service.releaseHold(ALICE)).toThrow(expect.objectContaining({ code: 'S32_SERVICE_STATE' }));
    const acts = scene.journal.flatMap((record) => (record.kind === 'audit' ? [record.audit.action] : []));
    expect(acts).toEqual(['release-hold', 'apply']);
  });

  it('stays released while the ledger still has the apply in it', async () => {
    const { scene, service, checksum } = await undone('rolled_back');
    service.releaseHold(ALICE);
    leave(scene, checksum, 'rolled_back');
    await scene.time.pass(10_000);
    expect(lastRun(service)?.outcome).toBe('applied');
  });

  it('is applied by a person who names its checksum, and not by one who does not', async () => {
    const { scene, service, checksum } = await undone('rolled_back');
    service.start(PLAIN_RUN, ALICE, undefined);
    await scene.time.pass(1_000);
    expect(lastRun(service)?.outcome).toBe('held');
    service.start({ ...PLAIN_RUN, checksum }, ALICE, undefined);
    await scene.time.pass(1_000);
    expect(lastRun(service)?.outcome).toBe('applied');
    expect(service.status().hold).toBeUndefined();
  });

  it('is free when the plan is another one', async () => {
    const { scene, service } = await undone('rolled_back');
    add(scene, 'db');
    await trigger(scene, service, EVENT);
    expect(outcomes(service)).toEqual(['held', 'applied']);
    expect(service.status().hold).toBeUndefined();
  });

  it('is not free because somebody looks at one part only', async () => {
    const { scene, service } = await undone('rolled_back');
    add(scene, 'db');
    service.start({ ...PLAIN_RUN, dryRun: true }, ALICE, undefined);
    service.start({ ...PLAIN_RUN, instances: ['default/db'] }, ALICE, undefined);
    await scene.time.pass(10);
    expect(service.status().hold).toBeDefined();
  });

  it('is free when the configuration is another one', async () => {
    const { scene, service } = await undone('rolled_back');
    service.setConfiguration(configuration(scene, { digest: 'digest-2' }));
    expect(service.status().hold).toBeUndefined();
    await scene.time.pass(10_000);
    expect(outcomes(service)).toEqual(['held', 'applied']);
  });

  it('is kept when a new configuration could not be read', async () => {
    const { scene, service } = await undone('rolled_back');
    const failure = {
      code: 'S32_CONFIG_INVALID',
      message: 'm',
      where: undefined,
      effect: 'e',
      hint: 'h',
      retryable: false,
    };
    service.setConfiguration(configuration(scene, { failure }));
    await scene.time.pass(10_000);
    expect(outcomes(service)).toEqual(['held']);
    expect(service.status().configuration.failure).toEqual(failure);
  });

  it('by a reboot is tried once more, and held when a reboot undoes it again', async () => {
    const { scene, service, checksum } = await undone('rebooted');
    expect(outcomes(service)).toEqual(['applied']);
    const before = world().observed.segments;
    scene.observed = { ...scene.observed, segments: before };
    leave(scene, checksum, 'rebooted', 'cd'.repeat(32));
    await trigger(scene, service);
    expect(outcomes(service)).toEqual(['applied', 'held']);
  });
});

describe('an apply that only missed its time', () => {
  const late = () => new Slash32Error('S32_PLUGIN_LATE', { message: 'too late', written: 'nothing' });

  /** A service on the plugin whose applies miss their time so often. */
  async function missing(times: number) {
    const scene = world({ observed: { ...world().observed, transport: 'plugin' } });
    const waits: (number | undefined)[] = [];
    scene.applyFailures.push(...Array.from({ length: times }, late));
    scene.commits = true;
    scene.onApply = (request) => waits.push(request.commitment?.seconds);
    scene.observed = {
      ...scene.observed,
      memory: { maxConfirmSeconds: 600, owners: [], waiting: [], applies: [] },
    };
    const service = reconciler(scene);
    await scene.time.pass(60_000);
    return { service, waits };
  }

  it('is tried once more by itself, with twice the time', async () => {
    const { service, waits } = await missing(1);
    expect(outcomes(service)).toEqual(['rolled_back', 'applied']);
    expect(waits).toEqual([120, 240]);
  });

  it('is held when that was too short as well', async () => {
    const { service } = await missing(2);
    expect(outcomes(service).slice(0, 2)).toEqual(['rolled_back', 'rolled_back']);
    expect(service.status().hold).toBeDefined();
  });
});

describe('a pause', () => {
  it('leaves the looking on and the applying off, also after a restart', async () => {
    const scene = world();
    const service = reconciler(scene);
    service.pause(ALICE, 'maintenance');
    await scene.time.pass(0);
    expect(lastRun(service)).toMatchObject({ outcome: 'paused', plan: { changes: 1 } });
    expect(() => service.pause(ALICE, 'again')).toThrow(expect.objectContaining({ code: 'S32_SERVICE_STATE' }));
    await service.stop();
    const again = reconciler(scene);
    await scene.time.pass(10_000);
    expect(again.status()).toMatchObject({ pause: { by: 'alice', reason: 'maintenance' }, drift: 1 });
    expect(again.findings()).toMatchObject([{ code: 'applying-paused' }]);
    again.resume(ALICE);
    await scene.time.pass(10_000);
    expect(lastRun(again)).toMatchObject({ outcome: 'applied', triggers: [{ kind: 'resume' }] });
    expect(() => again.resume(ALICE)).toThrow(expect.objectContaining({ code: 'S32_SERVICE_STATE' }));
  });

  it('that comes while a run reads keeps it from writing', async () => {
    const scene = world({ readMs: 1_000 });
    const service = reconciler(scene);
    await scene.time.pass(500);
    service.pause(ALICE, 'stop!');
    await scene.time.pass(5_000);
    expect(lastRun(service)?.outcome).toBe('paused');
    expect(scene.applied).toEqual([]);
  });
});

describe('writes that somebody undoes', () => {
  const quarrel = async (minutes: number) => {
    const scene = world();
    const before = scene.observed;
    const service = reconciler(scene);
    await scene.time.pass(0);
    for (let n = 0; n < 4; n += 1) {
      scene.observed = { ...before, revision: `other-${n}` };
      await scene.time.pass(minutes * 60_000);
      await trigger(scene, service);
    }
    return { scene, service };
  };

  it('make the service pause itself after the third time within an hour', async () => {
    const { scene, service } = await quarrel(10);
    expect(outcomes(service)).toEqual(['applied', 'applied', 'applied', 'paused', 'paused']);
    expect(service.findings().map((one) => one.code)).toEqual(['writes-reversed', 'applying-paused']);
    expect(service.status().pause).toMatchObject({ by: 'slash32' });
    expect(scene.state.pause?.reason).toContain('owner id home');
    service.resume(ALICE);
    await scene.time.pass(10_000);
    expect(lastRun(service)?.outcome).toBe('applied');
  });

  it('are nothing to worry about once in a while', async () => {
    const { service } = await quarrel(31);
    expect(outcomes(service)).toEqual(['applied', 'applied', 'applied', 'applied', 'applied']);
  });
});

describe('two services with one owner id and different inventories', () => {
  it('end their quarrel by themselves, and say who the other one may be', async () => {
    const one = world();
    const other = world({ inventory: inventory([instance('db')]), time: one.time });
    Object.defineProperty(other, 'observed', {
      get: () => one.observed,
      set: (value: World['observed']) => {
        one.observed = value;
      },
    });
    const services = [reconciler(one), reconciler(other)];
    for (let minute = 0; minute < 20; minute += 1)
      for (const service of services) {
        await one.time.pass(60_000);
        await trigger(one, service);
      }
    expect(one.applied.length + other.applied.length).toBeLessThanOrEqual(9);
    const findings = services.flatMap((service) => service.findings());
    const reversed = findings.filter((finding) => finding.code === 'writes-reversed');
    expect(reversed.length).toBeGreaterThan(0);
    expect(reversed[0]?.message).toContain('another slash32 with that owner id');
  });
});

describe('changes that no event announces', () => {
  const UP: StreamStatus = {
    state: 'up',
    since: '2026-11-23T08:00:00Z',
    lastEventAt: undefined,
    failure: undefined,
    connects: 1,
  };

  async function streaming() {
    const scene = world();
    const service = reconciler(scene);
    service.streamChanged(UP);
    await scene.time.pass(60_000);
    await trigger(scene, service);
    return { scene, service };
  }

  it('are counted and a finding, until an event comes', async () => {
    const { scene, service } = await streaming();
    add(scene, 'db');
    await trigger(scene, service);
    expect(scene.blind).toBe(1);
    expect(service.findings()).toMatchObject([{ code: 'events-blind' }]);
    await trigger(scene, service);
    expect(scene.blind).toBe(1);
    await trigger(scene, service, EVENT);
    expect(service.findings()).toEqual([]);
  });

  it.each<[string, (scene: World, service: ReturnType<typeof reconciler>) => void]>([
    ['an event says so a moment later', (_scene, service) => service.trigger(EVENT)],
    ['the stream was down meanwhile', (_scene, service) => service.streamChanged({ ...UP, connects: 2 })],
    [
      'the configuration is another one',
      (scene, service) => service.setConfiguration(configuration(scene, { digest: 'x' })),
    ],
  ])('are none when %s', async (_when, happens) => {
    const { scene, service } = await streaming();
    add(scene, 'db');
    service.trigger(NIGHTLY);
    await scene.time.pass(500);
    happens(scene, service);
    await scene.time.pass(20_000);
    expect(outcomes(service).filter((one) => one === 'applied')).toHaveLength(2);
    expect(scene.blind).toBe(0);
  });

  it('are none when the event comes just after the reading', async () => {
    const { scene, service } = await streaming();
    add(scene, 'db');
    service.trigger(NIGHTLY);
    await scene.time.pass(1_500);
    expect(lastRun(service)?.outcome).toBe('applied');
    service.trigger(EVENT);
    await scene.time.pass(20_000);
    expect(scene.blind).toBe(0);
  });
});

describe('a stream that is down', () => {
  it('is a finding with the moment at which it broke', async () => {
    const scene = world();
    const service = reconciler(scene);
    await scene.time.pass(10_000);
    service.streamChanged({
      state: 'down',
      since: '2026-11-23T08:00:05Z',
      lastEventAt: undefined,
      failure: undefined,
      connects: 1,
    });
    expect(service.findings()).toMatchObject([{ code: 'events-down', since: '2026-11-23T08:00:05Z' }]);
  });
});

describe('findings of the plan', () => {
  it('keep the moment at which they came up', async () => {
    const scene = world();
    const service = reconciler(scene);
    scene.inventory = inventory([...scene.inventory.instances, instance('new', {}, { mac: undefined })]);
    await scene.time.pass(0);
    const first = service.findings();
    expect(first).toMatchObject([
      { code: 'nic-left-out', object: 'default/new/eth0', segment: 'servers', remedy: expect.stringMatching(/^Start/) },
    ]);
    await scene.time.pass(3_600_000);
    await trigger(scene, service);
    expect(service.findings()).toEqual(first);
  });
});
