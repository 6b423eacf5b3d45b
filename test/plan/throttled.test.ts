import { describe, expect, it } from 'vitest';
import { isThrottled, throttledProjects } from '../../src/plan/throttled.js';
import type { LeftOut, LeftOutCode } from '../../src/plan/types.js';
import { buildPlan, input } from './build.js';

const SOON = '2026-11-23T08:00:30Z';
const LATER = '2026-11-23T08:05:00Z';

function leftOut(nic: string, code: LeftOutCode, message: string, until?: string): LeftOut {
  return { segment: 'servers', nic, code, message, ...(until === undefined ? {} : { until }) };
}

function throttled(...all: readonly LeftOut[]) {
  const { segments } = buildPlan(input());
  return throttledProjects(segments.map((one, at) => ({ ...one, leftOut: at === 0 ? all : [] })));
}

const many = (count: number): LeftOut[] =>
  Array.from({ length: count }, (_, at) => leftOut(`lab/i${at}/eth0`, 'flapping', 'It waits.', SOON));

describe('a project of which NICs wait', () => {
  it('is told once, with how many, until when, and the first of them', () => {
    const [one, ...others] = throttled(...many(14));
    expect(others).toEqual([]);
    expect(one).toMatchObject({ project: 'lab', limit: 'flapping', until: SOON });
    expect(one?.nics).toHaveLength(14);
    expect(one?.message).toBe(
      `14 NICs of project lab wait until ${SOON} (lab/i0/eth0, lab/i1/eth0, lab/i2/eth0, lab/i3/eth0, lab/i4/eth0 and 9 more). It waits.`,
    );
  });

  it('says when the last of them is made where they wait for different times', () => {
    const [one] = throttled(
      leftOut('lab/a/eth0', 'flapping', 'A.', LATER),
      leftOut('lab/b/eth0', 'flapping', 'B.', SOON),
    );
    expect(one?.message).toMatch(
      new RegExp(`^2 NICs of project lab wait until ${LATER} at the latest .*They change again and again`),
    );
  });

  it('is told apart by the limit and from other projects, and names no time where none helps', () => {
    const share = ['a', 'b'].map((name) => leftOut(`shop/${name}/eth0`, 'share', 'It holds enough.'));
    const found = throttled(...many(2), ...share);
    expect(found.map(({ project, limit, until }) => [project, limit, until])).toEqual([
      ['lab', 'flapping', SOON],
      ['shop', 'share', undefined],
    ]);
    expect(found[1]?.message).toContain('2 NICs of project shop do not get what they ask for');
    expect(found[1]?.message).toContain('It holds enough.');
  });

  it('is not told of where one NIC waits, or several for another reason', () => {
    const single = leftOut('lab/a/eth0', 'flapping', 'A.', SOON);
    const wrong = [leftOut('lab/b/eth0', 'no-mac', 'B.'), leftOut('lab/c/eth0', 'no-mac', 'C.')];
    expect(throttled(single, ...wrong)).toEqual([]);
    const isTold = isThrottled(throttled(...many(2), ...wrong));
    expect([...many(2), ...wrong].map(isTold)).toEqual([true, true, false, false]);
  });
});
