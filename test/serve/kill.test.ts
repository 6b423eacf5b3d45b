import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, reservations, type Scene, serve, serveScene, steps, until } from './rig.js';

/** Every step is a point; a run has more of them than this, or the test does not see what it should. */
const FEWEST_POINTS = 25;
/** Two processes a point take their time: so many are tried, evenly spread and others each time, unless SLASH32_KILL_ALL asks for all. */
const POINTS = process.env.SLASH32_KILL_ALL === undefined ? 16 : Number.POSITIVE_INFINITY;

describe('a service that is killed in the middle of a run', () => {
  it('comes to the same end as an undisturbed one, whatever the point', async () => {
    const calm = await undisturbed();
    expect(calm.points.length).toBeGreaterThanOrEqual(FEWEST_POINTS);

    const wrong: string[] = [];
    const all = calm.points.map((name, index) => ({ name, at: index + 1 }));
    const every = Math.max(1, Math.floor(all.length / POINTS));
    const first = process.pid % every;
    const left = all.filter((_, index) => index % every === first);
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const fault = await killedAt(next.at, calm.reservations);
        if (fault !== undefined) wrong.push(`killed at ${next.name}: ${fault}`);
      }
    };
    await Promise.all([work(), work(), work()]);

    expect(wrong).toEqual([]);
  });
});

async function undisturbed(): Promise<{ points: string[]; reservations: string[] }> {
  const scene = await serveScene();
  const trace = join(scene.cwd, 'steps.txt');
  const served = serve(scene, { trace });
  await until('the first run ends', () => isSettled(scene));
  const points = await steps(trace);
  served.child.kill('SIGTERM');
  expect(await served.ended, served.text()).toBe(0);
  expect(reservations(scene).filter((one) => one.includes('[slash32:home:'))).toHaveLength(3);
  return { points, reservations: reservations(scene) };
}

/** What is wrong after the service was killed at this point and started again; undefined when nothing is. */
async function killedAt(at: number, expected: readonly string[]): Promise<string | undefined> {
  const scene = await serveScene();
  const first = serve(scene, { killAt: at });
  if ((await first.ended) !== null) return `it ended by itself: ${first.text()}`;
  const second = serve(scene);
  try {
    await until('it settles', () => isSettled(scene));
    if (JSON.stringify(reservations(scene)) !== JSON.stringify(expected)) return 'other reservations';
    const outcomes = scene.firewall.applies().map((one) => one.outcome);
    if (JSON.stringify(outcomes) !== '["confirmed"]') return `applies: ${outcomes.join(', ') || 'none'}`;
    const status = await ask(scene, '/v1/status');
    if (status?.hold != null || status?.pause != null) return 'it is held or paused';
    second.child.kill('SIGTERM');
    const code = await second.ended;
    return code === 0 ? undefined : `the second one ended with ${code}`;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${second.text()}`;
  } finally {
    second.child.kill('SIGKILL');
  }
}

/** Whether the service has found that the firewall is as it should be, with nothing left to confirm. */
async function isSettled(scene: Scene): Promise<boolean> {
  const status = await ask(scene, '/v1/status');
  return status?.lastSuccessAt != null && status.running == null && status.waiting == null && status.queued === 0;
}
