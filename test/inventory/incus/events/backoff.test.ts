import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconnectDelay, STREAM_BACKOFF } from '../../../../src/inventory/incus/events/backoff.js';

describe('the wait before a new connection', () => {
  it.each([
    [1, 500],
    [2, 1000],
    [3, 2000],
    [6, 16_000],
    [7, 30_000],
    [1000, 30_000],
  ])('after %i failures it is %i ms at most', (failures, expected) => {
    expect(reconnectDelay(failures, false, 0, STREAM_BACKOFF)).toBe(expected);
    expect(reconnectDelay(failures, false, 0.999, STREAM_BACKOFF)).toBeGreaterThan(expected / 2);
  });

  it('is the longest one at once for what somebody has to mend', () => {
    expect(reconnectDelay(1, true, 0, STREAM_BACKOFF)).toBe(30_000);
  });

  it('is never longer than the longest, never shorter than half of the first, and grows', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), random, (failures, slow, chance) => {
        const delay = reconnectDelay(failures, slow, chance, STREAM_BACKOFF);
        expect(delay).toBeGreaterThan(249);
        expect(delay).toBeLessThanOrEqual(30_000);
        expect(reconnectDelay(failures + 1, slow, chance, STREAM_BACKOFF)).toBeGreaterThanOrEqual(delay);
      }),
    );
  });
});
