import { describe, expect, it } from 'vitest';
import { nextDamped } from '../../src/plan/flapping.js';
import type { Plan, PlanInput } from '../../src/plan/types.js';
import { actions, applied, buildPlan, forced, input, instance, inventory } from './build.js';

const [flap, calm] = [instance('flap', { project: 'evil' }), instance('calm')];

/** One run after so many seconds, in which one NIC has yet another MAC. */
function run(before: PlanInput, seconds: number, mac: number, more = [calm]): { plan: Plan; next: PlanInput } {
  const nics = flap.nics.map((one) => ({ ...one, mac: `10:66:6a:00:01:${(mac % 100).toString().padStart(2, '0')}` }));
  const at = new Date(before.now.getTime() + seconds * 1000);
  const scene = { ...before, now: at, inventory: inventory([{ ...flap, nics }, ...more]) };
  const plan = buildPlan(scene);
  return { plan, next: applied(scene, plan) };
}

/** How often a NIC that changes every second is written in so many seconds. */
function written(seconds: number, every = 1): { times: number; next: PlanInput } {
  let next = input();
  let times = 0;
  for (let second = 0; second < seconds; second += every) {
    const ran = run(next, every, second / every);
    if (actions(ran.plan).some((one) => one.includes('evil/flap'))) times += 1;
    next = ran.next;
  }
  return { times, next };
}

describe('a NIC that changes every second', () => {
  it('is written a few times, and then less and less often', () => {
    expect(written(45).times).toBeLessThanOrEqual(6);
    expect(written(600, 5).times).toBeLessThanOrEqual(10);
  });

  it('is named with the moment of its next change, and nobody else waits for it', () => {
    const { next } = written(10);
    const fresh = instance('fresh', { project: 'shop' });
    const { plan } = run(next, 1, 99, [calm, fresh]);

    expect(actions(plan)).toEqual([expect.stringMatching(/^create shop\/fresh/)]);
    expect(plan.segments[0]?.leftOut).toMatchObject([{ nic: 'evil/flap/eth0', code: 'flapping' }]);
    const due = nextDamped(plan.segments[0]?.leftOut ?? []);
    const wait = (Date.parse(due ?? '') - next.now.getTime()) / 1000;
    expect(actions(run(next, wait, 99).plan)).toEqual([expect.stringMatching(/^update evil\/flap/)]);
  });

  it('is written at once when a person says so, and when it has been quiet', () => {
    const { next } = written(10);
    const { plan } = run(forced(next), 1, 99);
    expect(actions(plan)).toEqual([expect.stringMatching(/^update evil\/flap/)]);
    const later = run(next, 3600, 99).next;
    expect(later.ledger.flaps).toContainEqual(expect.objectContaining({ nic: 'evil/flap/eth0', count: 1 }));
  });
});

describe('a NIC that changes now and then', () => {
  it('never waits', () => {
    expect(written(36_000, 700).times).toBe(52);
  });
});
