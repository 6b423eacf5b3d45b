import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHostLabel, toHostLabel } from '../../src/model/hostname.js';
import { isUnicastMac, normalizeMac } from '../../src/model/mac.js';
import { formatDescription, type Marker, parseDescription, uuidPart } from '../../src/model/marker.js';

const octets = fc.uint8Array({ minLength: 6, maxLength: 6 });
const hex = (bytes: Uint8Array): string[] => [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));

describe('MAC addresses', () => {
  it('have one canonical form for every usual spelling', () => {
    fc.assert(
      fc.property(octets, fc.boolean(), (bytes, upper) => {
        const canonical = hex(bytes).join(':');
        const dotted = canonical.replaceAll(':', '').replace(/(....)(?=.)/g, '$1.');
        for (const spelling of [canonical, canonical.replaceAll(':', '-'), dotted])
          expect(normalizeMac(upper ? spelling.toUpperCase() : spelling)).toBe(canonical);
      }),
    );
  });

  it.each(['', '00:16:3e:00:01', '00:16:3e:00:01:0g', '00:16-3e:00:01:02', '00163e000102', '00:16:3e:0:1:2'])(
    'refuses %j',
    (text) => {
      expect(normalizeMac(text)).toBeUndefined();
    },
  );

  it.each([
    ['10:66:6a:00:00:01', true],
    ['02:00:00:00:00:00', true],
    ['01:00:5e:00:00:01', false],
    ['ff:ff:ff:ff:ff:ff', false],
    ['00:00:00:00:00:00', false],
  ])('%s belongs to one NIC: %s', (mac, expected) => {
    expect(isUnicastMac(mac)).toBe(expected);
  });
});

describe('hostnames', () => {
  it.each([
    ['web', true],
    ['a', true],
    ['web-1', true],
    ['1web', true],
    ['-web', false],
    ['web-', false],
    ['web_1', false],
    ['web.lan', false],
    ['', false],
    ['x'.repeat(63), true],
    ['x'.repeat(64), false],
    ['we"b', false],
  ])('%j is a host label: %s', (text, expected) => {
    expect(isHostLabel(text)).toBe(expected);
  });

  it('are host labels whatever they are made from, or nothing at all', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const label = toHostLabel(text);
        return label === undefined || isHostLabel(label);
      }),
    );
  });
});

describe('the ownership marker', () => {
  const part = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
  const marker: fc.Arbitrary<Marker> = fc.record({
    owner: fc.stringMatching(/^[a-z0-9-]{1,10}$/),
    project: part,
    instance: part,
    nic: part,
    uuid: fc.constantFrom('', 'a2432d30'),
    retiredAt: fc.constantFrom(undefined, '2026-11-22T03:00:07Z'),
    adopted: fc.boolean(),
    keptHostname: fc.option(part, { nil: undefined }),
  });

  it('comes back unchanged, with the text before it, whatever the names contain', () => {
    fc.assert(
      fc.property(marker, fc.string(), (one, text) => {
        fc.pre(!text.includes('[slash32:'));
        expect(parseDescription(formatDescription(text.trim(), one))).toEqual({ text: text.trim(), marker: one });
      }),
    );
  });

  it('stays on one line and holds no character that XML or a shell would mind', () => {
    fc.assert(fc.property(marker, (one) => /^\[[A-Za-z0-9:/%=._~-]+\]$/.test(formatDescription('', one))));
  });

  it.each([
    ['nextcloud', undefined],
    ['[slash32:home]', undefined],
    ['x [slash32:home:default/web]', undefined],
    ['x [slash32:home:default/web/eth0/more]', undefined],
    ['x [slash32:home:default/web/eth0] and more', undefined],
  ])('is not seen in %j', (description, expected) => {
    expect(parseDescription(description).marker).toBe(expected);
  });

  it('of the recorded scenario, which has no uuid yet, is understood', () => {
    const { text, marker: found } = parseDescription('nextcloud & co [slash32:home:default/nextcloud/eth0]');

    expect(text).toBe('nextcloud & co');
    expect(found).toMatchObject({ owner: 'home', instance: 'nextcloud', uuid: '' });
  });

  it('cannot be forged by an instance whose name looks like one', () => {
    const forged = formatDescription('x [slash32:evil:a/b/c]', {
      owner: 'home',
      project: 'default',
      instance: 'x]:[slash32:root',
      nic: 'eth0',
      uuid: '',
      retiredAt: undefined,
      adopted: false,
      keptHostname: undefined,
    });

    expect(parseDescription(forged).marker?.owner).toBe('home');
  });

  it('carries the first eight digits of a uuid', () => {
    expect(uuidPart('A2432D30-a803-4856-abf2-3fe75a088359')).toBe('a2432d30');
    expect(uuidPart(undefined)).toBe('');
    expect(uuidPart('')).toBe('');
    // FNV-1a of "foobar", as its draft gives it
    expect(uuidPart('foobar')).toBe('bf9cf968');
  });
});
