import { describe, expect, it } from 'vitest';
import { instance, inventory } from '../../plan/build.js';
import { ALICE, lastRun, reconciler, world } from './world.js';

/** A world in which most of what stands has gone, so that its deletion waits for a person. */
async function emptied(paused: boolean) {
  const scene = world({ inventory: inventory(['a', 'b', 'c', 'd', 'e'].map((name) => instance(name))) });
  const first = reconciler(scene);
  await scene.time.pass(5_000);
  expect(lastRun(first)?.outcome).toBe('applied');
  if (paused) first.pause(ALICE, 'not now');
  scene.inventory = inventory([instance('other')]);
  first.trigger({ kind: 'event', reason: 'instances are gone' });
  await scene.time.pass(5_000);
  return { scene, first };
}

const sinceOf = (service: ReturnType<typeof reconciler>) => service.status().parts?.map((part) => part.since);

describe('since when a part of the plan waits', () => {
  it.each([true, false])(
    'stays the moment at which the service first saw it (paused: %s), before any apply',
    async (paused) => {
      const { scene, first } = await emptied(paused);
      const since = sinceOf(first);
      expect(since).toHaveLength(1);
      for (let hour = 0; hour < 3; hour += 1) {
        await scene.time.pass(3_600_000);
        first.trigger({ kind: 'drift', reason: 'drift' });
        await scene.time.pass(5_000);
        expect(sinceOf(first)).toEqual(since);
      }
    },
  );

  it('is known after a restart as well, and forgotten once it does not wait any more', async () => {
    const { scene, first } = await emptied(true);
    const since = sinceOf(first);
    await first.stop();
    await scene.time.pass(3_600_000);
    const second = reconciler(scene);
    await scene.time.pass(5_000);
    expect(sinceOf(second)).toEqual(since);
    expect(second.findings().find((one) => one.code === 'part-waiting')?.since).toBe(since?.[0]);
    scene.inventory = inventory(['a', 'b', 'c', 'd', 'e'].map((name) => instance(name)));
    second.trigger({ kind: 'event', reason: 'they are back' });
    await scene.time.pass(5_000);
    expect(scene.state.waiting).toEqual([]);
  });
});
