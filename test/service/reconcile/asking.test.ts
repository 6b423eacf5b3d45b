import { describe, expect, it } from 'vitest';
import { PLAIN_RUN, type RunEvent, type RunOptions } from '../../../src/service/types/run.js';
import { ALICE, add, lastRun, outcomes, reconciler, world } from './world.js';

const BOB = { ...ALICE, name: 'bob' };
const DRY: RunOptions = { ...PLAIN_RUN, dryRun: true };
const NOBODY = new AbortController().signal;

/** A service that has had its first look. */
async function started(part: Parameters<typeof world>[0] = {}) {
  const scene = world(part);
  const service = reconciler(scene);
  await scene.time.pass(60_000);
  return { scene, service };
}

describe('a run that somebody asks for', () => {
  it('has its own turn, its own options and an audit line', async () => {
    const { scene, service } = await started();
    add(scene, 'db');
    const dry = service.start(DRY, ALICE, undefined);
    const real = service.start(PLAIN_RUN, BOB, undefined);
    expect([dry.state, real.state, service.status().queued]).toEqual(['queued', 'queued', 2]);
    await scene.time.pass(1_000);
    expect([service.run(dry.id)?.outcome, service.run(real.id)?.outcome]).toEqual(['planned', 'applied']);
    const audits = scene.journal.flatMap((record) => (record.kind === 'audit' ? [record.audit] : []));
    expect(audits.slice(1)).toMatchObject([
      { actor: ALICE, action: 'plan', outcome: 'planned', runId: dry.id },
      { actor: BOB, action: 'apply', outcome: 'applied', revisionBefore: 'r1+', revisionAfter: 'r1++' },
    ]);
  });

  it('is the same run for the same key of the same person, also after a restart', async () => {
    const { scene, service } = await started();
    const first = service.start(DRY, ALICE, 'k');
    expect(service.start(DRY, ALICE, 'k').id).toBe(first.id);
    expect(service.start(DRY, BOB, 'k').id).not.toBe(first.id);
    expect(() => service.start(PLAIN_RUN, ALICE, 'k')).toThrow(expect.objectContaining({ code: 'S32_RUN_KEY' }));
    await scene.time.pass(1_000);
    const ended = scene.journal.flatMap((record) => (record.kind === 'run-ended' ? [record.run] : [])).toReversed();
    const again = reconciler(scene, { history: JSON.parse(JSON.stringify(ended)) });
    expect(again.start(DRY, ALICE, 'k').id).toBe(first.id);
    scene.time.jump(25 * 3_600_000);
    expect(again.start(DRY, ALICE, 'k').id).not.toBe(first.id);
  });

  it('is refused when twenty wait', async () => {
    const { service } = await started();
    for (let n = 0; n < 20; n += 1) service.start(DRY, ALICE, undefined);
    expect(() => service.start(DRY, ALICE, undefined)).toThrow(expect.objectContaining({ code: 'S32_RUN_QUEUE' }));
  });

  it.each<[string, Partial<RunOptions>, string]>([
    ['a segment', { segments: ['nowhere'] }, 'S32_NO_MATCH'],
    ['an instance', { instances: ['default/nobody'] }, 'S32_NO_MATCH'],
    ['an instance without its project', { instances: ['nobody'] }, 'S32_NO_MATCH'],
    ['an entry to adopt', { adopt: ['10.2.0.99'] }, 'S32_NO_MATCH'],
    ['what only the plugin can do', { confirm: false }, 'S32_RUN_OPTIONS'],
  ])('fails when it names %s that is not there', async (_what, part, code) => {
    const { scene, service } = await started();
    const { id } = service.start({ ...PLAIN_RUN, ...part }, ALICE, undefined);
    await scene.time.pass(1_000);
    expect(service.run(id)).toMatchObject({ outcome: 'failed', failure: { code } });
    expect(service.status().failures).toBe(0);
  });

  it('of one part applies that part, and the rest is looked at afterwards', async () => {
    const { scene, service } = await started();
    add(scene, 'db', 'cache');
    service.start({ ...PLAIN_RUN, instances: ['db'] }, ALICE, undefined);
    await scene.time.pass(500);
    expect(lastRun(service)).toMatchObject({ outcome: 'applied', plan: { changes: 1 } });
    await scene.time.pass(5_000);
    expect(outcomes(service)).toEqual(['applied', 'applied', 'applied']);
    expect(service.status().drift).toBe(0);
  });

  it('applies only the plan whose checksum it names', async () => {
    const { scene, service } = await started();
    add(scene, 'db');
    service.start({ ...PLAIN_RUN, checksum: '0000000000000000' }, ALICE, undefined);
    await scene.time.pass(500);
    expect(lastRun(service)?.outcome).toBe('changed');
    expect(scene.applied).toHaveLength(1);
  });

  it('can be watched, and waited for', async () => {
    const { scene, service } = await started({ readMs: 500 });
    const heard: RunEvent[] = [];
    const stop = service.subscribe((event) => heard.push(event));
    service.subscribe(() => {
      throw new Error('a listener that is broken');
    });
    const { id } = service.start(DRY, ALICE, undefined);
    const waited = service.settled(id, 60_000, NOBODY);
    const short = service.settled(id, 100, NOBODY);
    await scene.time.pass(1_000);
    expect((await waited)?.outcome).toBe('nothing');
    expect((await short)?.state).toBe('running');
    expect(await service.settled('unknown', 1, NOBODY)).toBeUndefined();
    stop();
    const states = heard.flatMap((event) => (event.type === 'state' ? [event.run.state] : []));
    expect(states).toEqual(['queued', 'running', 'ended']);
    expect(heard.some((event) => event.type === 'log' && event.line.message === 'reading')).toBe(true);
    expect(service.run(id)?.log.map((line) => line.message)).toContain('reading');
  });
});

describe('the list of runs', () => {
  it('goes page by page, newest first', async () => {
    const { scene, service } = await started();
    for (let n = 0; n < 5; n += 1) service.start(DRY, ALICE, undefined);
    await scene.time.pass(1_000);
    const all = service.runs({ limit: 10, before: undefined, outcome: undefined });
    expect(all).toHaveLength(6);
    expect(all.map((run) => run.id)).toEqual(
      all
        .map((run) => run.id)
        .toSorted()
        .toReversed(),
    );
    const page = service.runs({ limit: 2, before: all[1]?.id, outcome: undefined });
    expect(page).toEqual(all.slice(2, 4));
    expect(service.runs({ limit: 9, before: undefined, outcome: 'applied' })).toEqual(all.slice(5));
  });

  it('has an end, and memory with it', async () => {
    const { scene, service } = await started();
    for (let n = 0; n < 600; n += 1) {
      service.start(DRY, ALICE, undefined);
      await scene.time.pass(1);
    }
    expect(service.runs({ limit: 10_000, before: undefined, outcome: undefined })).toHaveLength(500);
  });
});

describe('a run that is cancelled', () => {
  it('never begins when it waits', async () => {
    const { scene, service } = await started({ readMs: 1_000 });
    service.start(DRY, ALICE, undefined);
    const { id } = service.start(PLAIN_RUN, ALICE, undefined);
    expect(service.cancel(id, BOB)).toMatchObject({ state: 'ended', outcome: 'cancelled' });
    await scene.time.pass(10_000);
    expect(service.run(id)?.startedAt).toBeUndefined();
    expect(() => service.cancel(id, BOB)).toThrow(expect.objectContaining({ code: 'S32_RUN_ENDED' }));
    expect(() => service.cancel('x', BOB)).toThrow(expect.objectContaining({ code: 'S32_RUN_UNKNOWN' }));
  });

  it.each([false, true])('is broken off while it reads (reading that does not listen: %s)', async (deaf) => {
    const { scene, service } = await started({ readMs: 5_000, deaf });
    add(scene, 'db');
    const { id } = service.start(PLAIN_RUN, ALICE, undefined);
    await scene.time.pass(1_000);
    service.cancel(id, BOB);
    await scene.time.pass(deaf ? 5_000 : 0);
    expect(service.run(id)).toMatchObject({ outcome: 'cancelled', notes: ['Cancelled by bob.'] });
    expect(scene.applied).toHaveLength(1);
  });

  it('goes on once it writes', async () => {
    const { scene, service } = await started({ writeMs: 5_000 });
    add(scene, 'db');
    const { id } = service.start(PLAIN_RUN, ALICE, undefined);
    await scene.time.pass(1_000);
    expect(() => service.cancel(id, BOB)).toThrow(expect.objectContaining({ code: 'S32_RUN_WRITING' }));
    await scene.time.pass(5_000);
    expect(service.run(id)?.outcome).toBe('applied');
  });
});

describe('a confirmation by hand', () => {
  it('waits until the run that goes on has ended, and the next run until it is done', async () => {
    const { scene, service } = await started({ readMs: 1_000 });
    service.start(DRY, ALICE, undefined);
    await scene.time.pass(500);
    let refused = false;
    const confirmed = service.confirm(ALICE).catch((error: unknown) => {
      refused = true;
      return error;
    });
    await scene.time.pass(400);
    expect(refused).toBe(false);
    await scene.time.pass(200);
    expect(await confirmed).toMatchObject({ code: 'S32_PLUGIN_NOTHING_WAITS' });
  });
});

describe('a service that ends', () => {
  it('breaks off what it reads, and leaves no timer', async () => {
    const { scene, service } = await started({ readMs: 5_000 });
    service.trigger({ kind: 'schedule', reason: 'nightly reconcile' });
    await scene.time.pass(2_000);
    const waiting = service.start(DRY, ALICE, undefined);
    const ended = service.stop();
    await scene.time.pass(0);
    await ended;
    expect(lastRun(service)).toMatchObject({ outcome: 'interrupted' });
    expect(service.run(waiting.id)).toMatchObject({ state: 'ended', outcome: 'interrupted' });
    expect(() => service.start(DRY, ALICE, undefined)).toThrow(
      expect.objectContaining({ code: 'S32_SERVICE_STOPPING' }),
    );
    await expect(service.confirm(ALICE)).rejects.toMatchObject({ code: 'S32_SERVICE_STOPPING' });
    service.trigger({ kind: 'event', reason: 'late', urgent: true });
    await scene.time.pass(5_000);
    expect(scene.time.timers()).toBe(0);
  });

  it('waits for what it writes', async () => {
    const { scene, service } = await started({ writeMs: 5_000 });
    add(scene, 'db');
    service.trigger({ kind: 'event', reason: 'instance-created', urgent: true });
    await scene.time.pass(1_000);
    let done = false;
    void service.stop().then(() => {
      done = true;
    });
    await scene.time.pass(1_000);
    expect(done).toBe(false);
    await scene.time.pass(5_000);
    expect(done).toBe(true);
    expect(lastRun(service)?.outcome).toBe('applied');
    expect(scene.journal.at(-1)?.kind).toBe('audit');
  });
});
