import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instance } from '../../../src/model/instance.js';
import { parseDescription } from '../../../src/model/marker.js';
import { planChanges, policyChanges } from '../../../src/plan/plan.js';
import { standingReasons } from '../../../src/plan/verdict.js';
import { instance } from '../build.js';
import { EVIL, FIDGETS, MOVES, run, type World, world } from './tenant.js';

const NOTHING_SAID = { force: false, acceptLockoutRisk: false };

/** `shop/s0 10.2.0.17` of every reservation that stands and is not retired, of everybody but the tenant. */
function honestReservations({ input }: World): string[] {
  return input.observed.segments
    .flatMap((state) => state.reservations)
    .flatMap(({ description, address }) => {
      const { marker } = parseDescription(description);
      if (marker === undefined || marker.project === EVIL || marker.retiredAt !== undefined) return [];
      return [`${marker.project}/${marker.instance} ${address}`];
    })
    .sort();
}

function names(instances: readonly Instance[]): string[] {
  return instances.map((one) => `${one.project}/${one.name}`).sort();
}

describe('a tenant who may do anything to his own instances', () => {
  it('makes nobody else wait, whatever he does', () => {
    fc.assert(
      fc.property(fc.array(MOVES, { minLength: 1, maxLength: 4 }), fc.nat(3), (moves, grows) => {
        const scene = world();
        run(scene);
        for (const [at, [, move]] of moves.entries()) {
          const before = new Map(honestReservations(scene).map((line) => [line.split(' ')[0], line]));
          scene.mine = move(scene.mine, scene.others);
          if (at % 4 === grows) scene.others = [...scene.others, instance(`h${at}`, { project: 'shop' })];
          const plan = run(scene);
          expect(standingReasons(plan, NOTHING_SAID)).toEqual([]);
          expect(
            plan.waiting
              .filter((part) => part.project !== EVIL)
              .map((part) => [part.key, ...part.reasons.map((one) => one.message)]),
          ).toEqual([]);
          const now = honestReservations(scene);
          expect(now.map((line) => line.split(' ')[0])).toEqual(names(scene.others));
          for (const line of now) expect(before.get(line.split(' ')[0]) ?? line).toBe(line);
        }
      }),
      { numRuns: 12 },
    );
  });
});

const RELOADS = 40;

describe.each(Object.entries(FIDGETS))('a tenant whose instance every second %s', (_name, fidget) => {
  const SECONDS = 100;

  it('is written now and then and no more, and whoever else comes is served in the very run that sees him', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(SECONDS - 1), { minLength: 3, maxLength: 6 }), (arrivals) => {
        const scene = world();
        run(scene);
        run(scene);
        let restarts = 0;
        let reloads = 0;
        for (let second = 0; second < SECONDS; second += 1) {
          const isCrowded = scene.mine.length > 60;
          scene.mine = isCrowded ? scene.mine : fidget(scene.mine, second);
          const comes = arrivals.includes(second) ? `h${second}` : undefined;
          if (comes !== undefined) scene.others = [...scene.others, instance(comes, { project: 'shop' })];
          const plan = run(scene, {}, 1);
          const own = planChanges(plan).filter((one) => one.kind === 'reservation');
          if (comes !== undefined) expect(own.map((one) => one.nic)).toContain(`shop/${comes}/eth0`);
          else if (own.length > 0) restarts += 1;
          if (comes === undefined && policyChanges(plan).length > 0) reloads += 1;
          expect(plan.waiting.filter((part) => part.project !== EVIL)).toEqual([]);
        }
        // a burst that everybody has, and then one for each half minute
        expect(restarts).toBeLessThanOrEqual(30 + SECONDS / 30 + 1);
        expect(reloads).toBeLessThanOrEqual(RELOADS);
      }),
      { numRuns: 1 },
    );
  });
});

describe('an instance whose tags change all the time', () => {
  function fidgeting() {
    const scene = world();
    run(scene);
    const address = (): string | undefined =>
      scene.input.observed.segments
        .flatMap((state) => state.reservations)
        .find((one) => one.description.includes(`slash32:home:${EVIL}/e9/`))?.address;
    const tagged = (tags: readonly string[], seconds = 1) => {
      scene.mine = scene.mine.map((one) => (one.name === 'e9' ? { ...one, tags } : one));
      return run(scene, {}, seconds);
    };
    const isIn = (tag: string): boolean =>
      scene.input.observed.policy?.aliases
        .find(({ key }) => key === `alias/tag/${tag}`)
        ?.entry.content.includes(address() ?? '') === true;
    return { scene, tagged, isIn };
  }

  it('gains a tag that it newly claims later, is named with the moment, and has it then', () => {
    const { tagged, isIn } = fidgeting();
    for (const tags of [['odd'], [], ['odd'], []]) tagged(tags);
    const plan = tagged(['odd']);
    expect(policyChanges(plan)).toEqual([]);
    expect(isIn('odd')).toBe(false);
    expect(plan.segments.flatMap((one) => one.leftOut)).toMatchObject([
      { nic: `${EVIL}/e9/eth0`, code: 'flapping', until: expect.any(String) },
    ]);
    tagged(['odd'], 31);
    expect(isIn('odd')).toBe(true);
  });

  it('loses a tag at once all the same: closing waits for nothing', () => {
    const { tagged, isIn } = fidgeting();
    for (const tags of [['odd'], [], ['odd'], ['odd', 'web']]) tagged(tags);
    expect([isIn('odd'), isIn('web')]).toEqual([true, true]);
    tagged([]);
    expect([isIn('odd'), isIn('web')]).toEqual([false, false]);
  });

  it('has it at once when a person says so', () => {
    const { scene, tagged, isIn } = fidgeting();
    for (const tags of [['odd'], [], ['odd'], []]) tagged(tags);
    scene.mine = scene.mine.map((one) => (one.name === 'e9' ? { ...one, tags: ['odd'] } : one));
    run(scene, { overrides: { force: true, acceptLockoutRisk: true } }, 1);
    expect(isIn('odd')).toBe(true);
  });
});
