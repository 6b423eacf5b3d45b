import { expect, it } from 'vitest';
import { measureStart, readTimes, startReport } from '../../tools/bench/start.js';

it('measures what starting costs against Node alone', {}, async () => {
  const rows = await measureStart(1, 1);
  expect(rows.map(({ what, most }) => [what, most])).toEqual([
    ['slash32 --version', 1.5],
    ['slash32 check', 3],
    ['slash32 plan of three instances on files', 4],
  ]);
  for (const { what, ratio } of rows) expect(ratio, what).toBeGreaterThan(0.5);
});

it('says of each whether it is reached', () => {
  const text = startReport([
    { what: 'one', most: 1.5, ratio: 1.5 },
    { what: 'other', most: 3, ratio: 3.01 },
  ]);
  expect(text).toContain('one: 1.50× (to reach: 1.5×: reached)');
  expect(text).toContain('other: 3.01× (to reach: 3.0×: MISSED)');
});

it.each([
  ['0m0.001s 0m0.002s\n1m0.25s 0m0.50s\n', 60.75],
  ['0m0.000000s 0m0.010000s\n0m2.340000s 0m0.660000s\n', 3],
])('reads the times of the children as each shell says them: %j', (text, seconds) => {
  expect(readTimes(text)).toBeCloseTo(seconds, 6);
});

it('refuses an answer without times', () => {
  expect(() => readTimes('sh: times: not found')).toThrow(/no times/);
});
