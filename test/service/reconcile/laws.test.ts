import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PLAIN_RUN } from '../../../src/service/types/run.js';
import { ALICE, outcomes, reconciler, world } from './world.js';

const STEP = fc.record({
  wait: fc.integer({ min: 0, max: 4_000 }),
  what: fc.constantFrom('event', 'urgent', 'webhook', 'drift', 'own'),
  readMs: fc.integer({ min: 0, max: 7_000 }),
});

it('follows every trigger with a run that began after it, one at a time, and at most one a window', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { minLength: 1, maxLength: 40 }), async (steps) => {
      const scene = world();
      const service = reconciler(scene);
      const asked: number[] = [];
      const own: string[] = [];
      for (const { wait, what, readMs } of steps) {
        await scene.time.pass(wait);
        scene.readMs = readMs;
        asked.push(scene.time.monotonic());
        if (what === 'own') {
          if (service.status().queued < 19)
            own.push(service.start({ ...PLAIN_RUN, dryRun: true }, ALICE, undefined).id);
        } else
          service.trigger({
            kind: what === 'urgent' ? 'event' : what,
            reason: 'law',
            urgent: what === 'urgent',
          });
      }
      await scene.time.pass(600_000);
      expect(scene.mostRunning).toBe(1);
      expect(scene.running).toBe(0);
      const last = scene.starts.at(-1) ?? -1;
      for (const moment of asked) expect(last).toBeGreaterThanOrEqual(moment);
      const runs = service.runs({ limit: 500, before: undefined, outcome: undefined }).toReversed();
      expect(runs.every((run) => run.state === 'ended')).toBe(true);
      expect(own.every((id) => service.run(id)?.state === 'ended')).toBe(true);
      for (const moment of asked) expect(scene.starts.some((start) => start >= moment)).toBe(true);
      // Runs are listed in the order in which they were asked for, and triggers that waited long go before what was asked for meanwhile.
      const started = runs
        .map((run) => ({ at: Date.parse(run.startedAt ?? ''), own: run.actor.kind !== 'service' }))
        .toSorted((one, other) => one.at - other.at || Number(one.own) - Number(other.own));
      for (const [index, run] of started.entries())
        if (index > 0 && !run.own) expect(run.at - (started[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
      for (const run of runs) for (const { at } of run.triggers) expect(at <= (run.startedAt ?? '')).toBe(true);
      const triggers = runs
        .filter((run) => run.actor.kind === 'service')
        .reduce((sum, run) => sum + run.triggerCount, 0);
      expect(triggers).toBe(1 + steps.length - steps.filter((step) => step.what === 'own').length);
    }),
    { numRuns: 60 },
  );
});

it('makes one run a window of ten thousand triggers a minute', async () => {
  const scene = world();
  const service = reconciler(scene);
  for (let n = 0; n < 10_000; n += 1) {
    service.trigger({ kind: 'webhook', reason: `call ${n}`, urgent: true });
    if (n % 10 === 0) await scene.time.pass(60);
  }
  await scene.time.pass(5_000);
  expect(outcomes(service).length).toBeLessThanOrEqual(62);
  expect(scene.time.timers()).toBe(0);
});
