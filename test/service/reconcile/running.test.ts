import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../../src/errors/slash32-error.js';
import { PLAIN_RUN } from '../../../src/service/types/run.js';
import { inventory } from '../../plan/build.js';
import { ALICE, add, lastRun, outcomes, reconciler, type World, world } from './world.js';

const EVENT = { kind: 'event', reason: 'instance-created default/db', urgent: true } as const;
const lost = () => new Slash32Error('S32_INCUS_UNREACHABLE', { message: 'Incus does not answer.' });

describe('a service that starts', () => {
  it('looks at once, applies, and remembers it', async () => {
    const scene = world();
    const service = reconciler(scene);
    await scene.time.pass(0);
    expect(lastRun(service)).toMatchObject({
      outcome: 'applied',
      triggers: [{ kind: 'start' }],
      changes: [expect.stringContaining('default/web/eth0')],
      plan: { changes: 1 },
      revisionBefore: 'r1',
      revisionAfter: 'r1+',
      attempts: 1,
    });
    expect(scene.journal.map((record) => record.kind)).toEqual(['run-started', 'run-ended', 'audit']);
    expect(service.status()).toMatchObject({ drift: 0, failures: 0, lastSuccessAt: '2026-11-23T08:00:00.000Z' });
    expect(service.reading()?.observed.segments[0]?.reservations).toHaveLength(1);
    expect(service.reading()?.plan.summary.create).toBe(0);
  });

  it('ends the runs that were cut short when the last process was killed', async () => {
    const scene = world();
    const first = reconciler(scene);
    await scene.time.pass(0);
    const started = scene.journal.flatMap((record) => (record.kind === 'run-started' ? [record.run] : []));
    const service = reconciler(scene, { history: started });
    await scene.time.pass(0);
    expect(started[0]?.plan?.checksum).toBe(lastRun(first)?.plan?.checksum);
    expect(service.run(started[0]?.id ?? '')).toMatchObject({ state: 'ended', outcome: 'interrupted' });
    expect(outcomes(service)).toEqual(['interrupted', 'nothing']);
  });
});

describe('an event', () => {
  it('makes one run of many triggers', async () => {
    const scene = world();
    const service = reconciler(scene);
    await scene.time.pass(10_000);
    add(scene, 'db');
    for (let n = 0; n < 30; n += 1) service.trigger(EVENT);
    await scene.time.pass(10_000);
    expect(outcomes(service)).toEqual(['applied', 'applied']);
    expect(lastRun(service)).toMatchObject({ triggerCount: 30, changes: [expect.stringContaining('default/db')] });
  });

  it('that comes during a run leads to one more run', async () => {
    const scene = world({ readMs: 3_000 });
    const service = reconciler(scene);
    await scene.time.pass(1_000);
    add(scene, 'db');
    service.trigger(EVENT);
    await scene.time.pass(10_000);
    expect(outcomes(service)).toEqual(['applied', 'applied']);
  });
});

describe('a failure that may pass', () => {
  it('is tried again after longer and longer waits, which triggers do not shorten', async () => {
    const scene = world({ readFailures: [lost(), lost(), lost()] });
    const service = reconciler(scene);
    await scene.time.pass(0);
    expect(service.status()).toMatchObject({ failures: 1, nextRunAt: '2026-11-23T08:00:01.000Z' });
    expect(service.findings()).toMatchObject([{ code: 'run-failing', severity: 'warning' }]);
    await scene.time.pass(1_500);
    service.trigger(EVENT);
    await scene.time.pass(60_000);
    expect(scene.starts).toEqual([0, 1_000, 3_000, 7_000]);
    expect(outcomes(service)).toEqual(['failed', 'failed', 'failed', 'applied']);
    expect(service.status()).toMatchObject({ failures: 0 });
    expect(service.findings()).toEqual([]);
  });

  it('does not keep a person waiting', async () => {
    const scene = world({ readFailures: [lost()] });
    const service = reconciler(scene);
    await scene.time.pass(100);
    const { id } = service.start(PLAIN_RUN, ALICE, undefined);
    await scene.time.pass(0);
    expect(service.run(id)?.outcome).toBe('applied');
    expect(service.status().failures).toBe(0);
  });

  it('is not over because a person had a look', async () => {
    const scene = world({ readFailures: [lost(), lost()] });
    const service = reconciler(scene);
    await scene.time.pass(1_100);
    expect(service.status()).toMatchObject({ failures: 2 });
    const { nextRunAt } = service.status();
    service.start({ ...PLAIN_RUN, dryRun: true }, ALICE, undefined);
    await scene.time.pass(10);
    expect(lastRun(service)?.outcome).toBe('planned');
    expect(service.status()).toMatchObject({ failures: 2, nextRunAt });
    expect(service.findings()).toMatchObject([{ code: 'run-failing' }]);
  });

  it('is also that the command line is at work', async () => {
    const scene = world({ locked: true });
    const service = reconciler(scene);
    await scene.time.pass(0);
    expect(lastRun(service)?.failure?.code).toBe('S32_RUN_LOCKED');
    scene.locked = false;
    await scene.time.pass(2_000);
    expect(outcomes(service)).toEqual(['failed', 'applied']);
  });

  it('of a look stays a look when it is tried again', async () => {
    const scene = world();
    const service = reconciler(scene);
    await scene.time.pass(10_000);
    add(scene, 'db');
    scene.readFailures.push(lost());
    service.trigger({ kind: 'drift', reason: 'hourly look' });
    await scene.time.pass(10_000);
    expect(outcomes(service)).toEqual(['applied', 'failed', 'planned']);
    expect(service.status().drift).toBe(1);
  });

  it('does not change its waits when the clock jumps', async () => {
    const scene = world({ readFailures: [lost()] });
    const service = reconciler(scene);
    await scene.time.pass(500);
    scene.time.jump(-86_400_000);
    await scene.time.pass(600);
    expect(outcomes(service)).toEqual(['failed', 'applied']);
  });
});

describe('a failure that does not pass', () => {
  it('stands until the next trigger', async () => {
    const scene = world({
      readFailures: [new Slash32Error('S32_PLUGIN_OWNER', { message: 'Another configuration uses this owner id.' })],
    });
    const service = reconciler(scene);
    await scene.time.pass(3_600_000);
    expect(outcomes(service)).toEqual(['failed']);
    expect(service.findings()).toMatchObject([{ code: 'run-failing', severity: 'error', object: 'S32_PLUGIN_OWNER' }]);
    service.trigger(EVENT);
    await scene.time.pass(0);
    expect(outcomes(service)).toEqual(['failed', 'applied']);
  });

  it('is a defect when it is none that is known, and the service goes on', async () => {
    const scene = world({ applyFailures: [new TypeError('x is not a function')] });
    const service = reconciler(scene);
    await scene.time.pass(0);
    expect(lastRun(service)?.failure).toMatchObject({ code: 'S32_DEFECT' });
    service.trigger(EVENT);
    await scene.time.pass(2_000);
    expect(lastRun(service)?.outcome).toBe('applied');
  });
});

describe('a plan that needs a person', () => {
  const shrink = async (scene: World) => {
    add(scene, 'a', 'b', 'c', 'd', 'e', 'f');
    const service = reconciler(scene);
    await scene.time.pass(0);
    scene.inventory = inventory([]);
    service.trigger({ kind: 'schedule', reason: 'nightly reconcile' });
    await scene.time.pass(5_000);
    return service;
  };

  it('is left alone, once, and stands as a finding', async () => {
    const scene = world();
    const service = await shrink(scene);
    expect(outcomes(service)).toEqual(['applied', 'unsafe']);
    expect(lastRun(service)?.notes.length).toBeGreaterThan(0);
    expect(service.findings().map((finding) => finding.code)).toContain('part-waiting');
    expect(scene.applied).toHaveLength(1);
  });

  it('is applied when a person says so', async () => {
    const scene = world();
    const service = await shrink(scene);
    const { id } = service.start({ ...PLAIN_RUN, force: true }, ALICE, undefined);
    await scene.time.pass(1_000);
    expect(service.run(id)?.outcome).toBe('applied');
  });
});

describe('somebody who saves meanwhile', () => {
  const conflict = () => new Slash32Error('S32_CONFLICT', { message: 'The revision moved.' });

  it('costs one more reading when the plan is the same', async () => {
    const scene = world({ applyFailures: [conflict()] });
    const service = reconciler(scene);
    await scene.time.pass(0);
    expect(lastRun(service)).toMatchObject({ outcome: 'applied', attempts: 2 });
  });

  it('makes the service look again a little later when the plan is another one by that', async () => {
    const scene = world();
    scene.applyFailures.push(() => {
      add(scene, 'db');
      throw conflict();
    });
    const service = reconciler(scene);
    await scene.time.pass(0);
    expect(outcomes(service)).toEqual(['changed']);
    expect(scene.applied).toEqual([]);
    await scene.time.pass(1_000);
    expect(outcomes(service)).toEqual(['changed', 'applied']);
    expect(lastRun(service)?.plan?.changes).toBe(2);
  });
});

describe('a full disk', () => {
  it('keeps a run from writing, says so, and is got over', async () => {
    const scene = world({ diskFull: true });
    const service = reconciler(scene);
    await scene.time.pass(0);
    expect(scene.applied).toEqual([]);
    expect(lastRun(service)).toMatchObject({ outcome: 'failed', failure: { retryable: true } });
    expect(service.findings().map((one) => one.code)).toContain('run-failing');
    scene.diskFull = false;
    await scene.time.pass(60_000);
    expect(lastRun(service)?.outcome).toBe('applied');
    expect(service.findings()).toEqual([]);
    expect(scene.journal.filter((record) => record.kind === 'run-ended')).toHaveLength(outcomes(service).length);
  });

  it('under the journal alone keeps a run from writing, too', async () => {
    const scene = world();
    const service = reconciler(scene, {
      journal: {
        async append() {
          throw new Slash32Error('S32_STATE_WRITE', { message: 'The journal could not be written.' });
        },
      },
    });
    await scene.time.pass(60_000);
    expect(scene.applied).toEqual([]);
    expect(service.status()).toMatchObject({ drift: 1 });
    expect(lastRun(service)?.outcome).toBe('failed');
  });

  it('that fills up after the write makes no failure of a success, and the history is written later', async () => {
    const scene = world();
    let full = false;
    const service = reconciler(scene, {
      journal: {
        async append(record) {
          if (full) throw new Error('full');
          scene.journal.push(record);
          full = record.kind === 'run-started';
        },
      },
    });
    await scene.time.pass(0);
    expect(lastRun(service)?.outcome).toBe('applied');
    expect(service.findings()).toMatchObject([{ code: 'disk-unwritable' }]);
    expect(scene.journal).toHaveLength(1);
    full = false;
    await scene.time.pass(10_000);
    expect(scene.journal.map((record) => record.kind)).toEqual(['run-started', 'run-ended', 'audit']);
    expect(service.findings()).toEqual([]);
  });

  it('cannot be paused on: a pause that a kill would undo is none', async () => {
    const scene = world();
    const service = reconciler(scene);
    await scene.time.pass(0);
    scene.diskFull = true;
    expect(() => service.pause(ALICE, 'maintenance')).toThrow('disk is full');
    expect(service.status().pause).toBeUndefined();
  });
});
