import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instance } from '../../../src/model/instance.js';
import { parseDescription } from '../../../src/model/marker.js';
import { standingReasons } from '../../../src/plan/verdict.js';
import { instance } from '../build.js';
import { EVIL, MOVES, run, type World, world } from './tenant.js';

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
