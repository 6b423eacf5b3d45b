import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressNumber,
  compareAddresses,
  formatAddress,
  formatRange,
  inRange,
  inSubnet,
  parseAddress,
  parseRange,
  parseSubnet,
  rangeSize,
  subnetBounds,
  subnetOf,
  usableRange,
} from '../../src/model/address.js';

const number = fc.integer({ min: 0, max: 0xffffffff });
const prefix = fc.integer({ min: 0, max: 32 });

describe('IPv4 addresses', () => {
  it('come back unchanged from text and number', () => {
    fc.assert(fc.property(number, (n) => parseAddress(formatAddress(n)) === n));
  });

  it.each(['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.4 ', '1.2.3.-4', '0x1.2.3.4', '1.2.3.٤', '10.1'])(
    'refuses %j',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );

  it('throws where a canonical address was promised and is none', () => {
    expect(() => addressNumber('host')).toThrow(RangeError);
  });

  it('are ordered by number, not by text', () => {
    expect(['10.0.0.10', '10.0.0.9', '9.255.0.1'].sort(compareAddresses)).toEqual([
      '9.255.0.1',
      '10.0.0.9',
      '10.0.0.10',
    ]);
  });
});

describe('subnets', () => {
  it('hold each of their addresses, and have 2^(32-prefix) of them', () => {
    fc.assert(
      fc.property(number, prefix, (n, bits) => {
        const subnet = subnetOf(formatAddress(n), bits);
        const { first, last } = subnetBounds(subnet);
        expect(inSubnet(formatAddress(n), subnet)).toBe(true);
        expect(last - first + 1).toBe(2 ** (32 - bits));
        if (first > 0) expect(inSubnet(formatAddress(first - 1), subnet)).toBe(false);
        if (last < 0xffffffff) expect(inSubnet(formatAddress(last + 1), subnet)).toBe(false);
      }),
    );
  });

  it.each([
    ['10.2.0.77/24', { network: '10.2.0.0', prefix: 24 }],
    ['0.0.0.0/0', { network: '0.0.0.0', prefix: 0 }],
    ['10.2.0.1/32', { network: '10.2.0.1', prefix: 32 }],
    ['10.2.0.0/33', undefined],
    ['10.2.0.0', undefined],
    ['10.2.0.0/024', undefined],
  ])('reads %s', (text, expected) => {
    expect(parseSubnet(text)).toEqual(expected);
  });

  it.each([
    ['10.2.0.0/24', '10.2.0.1-10.2.0.254'],
    ['10.2.0.0/30', '10.2.0.1-10.2.0.2'],
    ['10.2.0.0/31', '10.2.0.0-10.2.0.1'],
    ['10.2.0.7/32', '10.2.0.7'],
  ])('of %s may have hosts %s', (text, expected) => {
    const subnet = parseSubnet(text);
    expect(subnet && formatRange(usableRange(subnet))).toBe(expected);
  });
});

describe('ranges', () => {
  it('hold both ends and nothing beyond', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const range = { from: formatAddress(Math.min(a, b)), to: formatAddress(Math.max(a, b)) };
        expect(inRange(range.from, range) && inRange(range.to, range)).toBe(true);
        expect(rangeSize(range)).toBe(Math.abs(a - b) + 1);
        expect(parseRange(formatRange(range))).toEqual(range);
      }),
    );
  });

  it.each(['10.0.0.2-10.0.0.1', '10.0.0.1-', '-10.0.0.1', 'a-b', '10.0.0.1-10.0.0.2-10.0.0.3', ''])(
    'refuses %j',
    (text) => {
      expect(parseRange(text)).toBeUndefined();
    },
  );
});
