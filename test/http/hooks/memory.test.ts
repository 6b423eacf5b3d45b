import { describe, expect, it } from 'vitest';
import { createGuesses } from '../../../src/http/hooks/guesses.js';
import { createSeen } from '../../../src/http/hooks/seen.js';

describe('the memory of what came lately', () => {
  it('knows a key for its time, and not longer', () => {
    const seen = createSeen(1000, 10, 'forget');
    expect([seen.add('a', 0), seen.add('a', 1000), seen.add('a', 1001), seen.add('a', 1002)]).toEqual([
      'new',
      'known',
      'new',
      'known',
    ]);
  });

  it('forgets the oldest of too many doubles, which then count once more', () => {
    const seen = createSeen(1000, 2, 'forget');
    for (const key of ['a', 'b', 'c']) expect(seen.add(key, 0)).toBe('new');
    expect([seen.add('c', 0), seen.add('b', 0), seen.add('a', 0)]).toEqual(['known', 'known', 'new']);
  });

  it('takes nothing new rather than forget what must not be played twice', () => {
    const seen = createSeen(1000, 2, 'refuse');
    expect([seen.add('a', 0), seen.add('b', 0), seen.add('c', 0), seen.add('a', 1)]).toEqual([
      'new',
      'new',
      'full',
      'known',
    ]);
    expect(seen.add('c', 1001)).toBe('new');
  });
});

describe('the count of wrong secrets', () => {
  it('is for each address, and for each network of IPv6', () => {
    const guesses = createGuesses(() => new Date(0));
    for (let count = 0; count < 20; count += 1) expect(guesses.isTooMany('2001:db8::1')).toBe(false);
    expect(guesses.isTooMany('2001:db8::2')).toBe(true);
    expect(guesses.isTooMany('192.0.2.1')).toBe(false);
    expect(guesses.isTooMany(undefined), 'over the unix socket').toBe(false);
  });

  it('needs bounded memory: beyond ten thousand addresses the others share one count', () => {
    const guesses = createGuesses(() => new Date(0));
    const address = (number: number): string => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
    for (let number = 0; number < 10_000; number += 1) guesses.isTooMany(address(number));
    for (let number = 0; number < 20; number += 1) expect(guesses.isTooMany(address(20_000 + number))).toBe(false);
    expect(guesses.isTooMany(address(30_000))).toBe(true);
    expect(guesses.isTooMany(address(1))).toBe(false);
  });
});
