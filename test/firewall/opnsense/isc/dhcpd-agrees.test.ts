import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  isAddress,
  isDomainList,
  isHardwareAddress,
  isHost,
  isHostList,
  isNumber,
  isOptionType,
  isOptionValue,
  isQuotable,
} from '../../../../src/firewall/opnsense/isc/fault-values.js';
import { run } from '../../../support/command.js';

/** What each check says of a value, and the place in dhcpd.conf where OPNsense writes it. `%` is the value. */
const PLACES: Readonly<Record<string, { readonly says: (value: string) => boolean; readonly conf: string }>> = {
  mac: { says: isHardwareAddress, conf: 'host a { hardware ethernet %; }' },
  address: { says: isHostList, conf: 'host a { fixed-address %; }' },
  host: { says: isHost, conf: 'next-server %;' },
  routers: { says: isHostList, conf: 'option routers %;' },
  quoted: { says: isQuotable, conf: 'option domain-name "%";\noption root-path "x";' },
  search: { says: isDomainList, conf: 'option domain-search "%";' },
  seconds: {
    says: (value) => isNumber(value, Number.MAX_VALUE) || value === 'infinite',
    conf: 'default-lease-time %;',
  },
  byte: { says: (value) => isNumber(value, 255), conf: 'min-secs %;' },
  mtu: { says: (value) => isNumber(value, 65_535), conf: 'option interface-mtu %;' },
  range: { says: isAddress, conf: 'subnet 10.1.1.0 netmask 255.255.255.0 { range % 10.1.1.9; }' },
  class: { says: isHardwareAddress, conf: 'class "x" { match if substring (hardware, 1, 1) = %; }' },
  type: { says: isOptionType, conf: 'option custom-x code 200 = %;' },
};

const MACS = [
  '00:16:3e:00:01:01',
  '0:16:3e:0:1:1',
  '00:16:3e',
  '00:16:3E:00:AA:01',
  '00-16-3e-00-01-01',
  '0016.3e00.0101',
  '00163e000101',
  '00:16:3e:00:01:0g',
  '00:16:3e:00:01:101',
  ' 00:16 ',
  '00:16 x',
  '00:16,00:17',
  'Array',
  '*',
  '00:16:',
];
const ADDRESSES = [
  '10.1.1.5',
  '10.1.1.999',
  '10.1.1',
  '10.1.1.05',
  '010.1.1.5',
  'foo.example',
  'foo_bar',
  '10.1.1.5,10.1.1.6',
  '10.1.1.5 10.1.1.6',
  'fe80::1',
  '10.1.1.5/24',
  '10.1.1.5.6',
  'Array',
  '-foo',
  'foo-',
  '256.1.1.1',
  '1.2.3.4,',
  'a b',
  'foo.',
  '',
];
const NUMBERS = ['0', '7200', '255', '256', '65535', '65536', '-1', '1.5', 'x', '', '7 ', 'infinite'];
const TEXTS = [
  'web',
  'we"b',
  'web\\',
  'web\\\\',
  'w\neb',
  'ü',
  'a;b}',
  'we\\"b',
  'x\\y',
  '',
  '"',
  'a'.repeat(1490),
  'a'.repeat(1600),
  '\\',
];
const DOMAINS = ['a.b', 'a..b', '.', 'a', 'a.', 'a_b', '-a', 'x'.repeat(63), 'x'.repeat(64), 'a"b', ''];
const CLASSES = ['02:00:00:00:00:00', '02', '0', '2:0', 'x', '0011.22', '02:', '*', '02;'];
const TYPES = [
  'text',
  'string',
  'boolean',
  'ip-address',
  'IP-Address',
  'unsigned integer 8',
  'signed integer 32',
  'integer 16',
  'array of ip-address',
  'domain-list',
  'foo',
  'unsigned integer 24',
  'encapsulate x',
  '',
];
const CASES = [
  ...MACS.map((value) => ['mac', value] as const),
  ...ADDRESSES.flatMap(
    (value) =>
      [
        ['address', value],
        ['routers', value],
        ['host', value],
      ] as const,
  ),
  ...['10.1.1.5', '10.1.1.05', 'foo', '10.1.1', '10.1.1.1 x', '10.1.1.999'].map((value) => ['range', value] as const),
  ...NUMBERS.flatMap(
    (value) =>
      [
        ['seconds', value],
        ['byte', value],
        ['mtu', value],
      ] as const,
  ),
  ...TEXTS.map((value) => ['quoted', value] as const),
  ...DOMAINS.map((value) => ['search', value] as const),
  ...CLASSES.map((value) => ['class', value] as const),
  ...TYPES.map((value) => ['type', value] as const),
];

const VALUES: readonly (readonly [string, readonly string[]])[] = [
  ['ip-address', ['1.2.3.4', 'foo', '', '1.2.3.999', '1.2.3.4,1.2.3.5', 'a b']],
  ['string', ['ff:ff', 'ff', 'f', 'ff:', 'abc', '"abc"', '"a"b"', '', '1.2']],
  ['boolean', ['true', 'on', 'off', 'false', '1', 'yes', '']],
  ['unsigned integer 8', ['0', '255', '256', '-1', '0x10', '1.5', 'x', '']],
  ['unsigned integer 16', ['65535', '65536']],
  ['unsigned integer 32', ['4294967295', '0']],
  ['signed integer 8', ['-128', '-129', '127', '200', '256']],
  ['signed integer 32', ['-5', 'x']],
  ['array of ip-address', ['1.2.3.4, 1.2.3.5', '1.2.3.4,', '']],
  ['text', ['abc', 'a"b', 'a\\']],
];

describe('what the checks say of a value, against dhcpd -t itself', () => {
  let directory = '';
  let reason: string | undefined;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'slash32-dhcpd-'));
    const probe = await takes('').catch(() => undefined);
    if (probe !== true) reason = 'ISC dhcpd (isc-dhcp-server) is not installed';
    if (reason !== undefined && process.env.SLASH32_REQUIRE_LAB === '1') throw new Error(reason);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function takes(conf: string): Promise<boolean> {
    const file = join(directory, 'dhcpd.conf');
    const leases = join(directory, 'dhcpd.leases');
    await writeFile(file, `${conf}\nsubnet 10.9.9.0 netmask 255.255.255.0 {}\n`);
    await writeFile(leases, '');
    const { code } = await run('dhcpd', ['-t', '-cf', file, '-lf', leases]);
    return code === 0;
  }

  it.for([...new Set(CASES.map(([place]) => place))])('%s', async (place, ctx) => {
    if (reason !== undefined) return ctx.skip(reason);
    const { says, conf } = PLACES[place] ?? { says: () => false, conf: '' };
    for (const [, value] of CASES.filter((one) => one[0] === place))
      expect([value, says(value)]).toEqual([value, await takes(conf.replaceAll('%', () => value))]);
  });

  it.for(VALUES)('option of type %s', async ([type, values], ctx) => {
    if (reason !== undefined) return ctx.skip(reason);
    for (const value of values) {
      const conf = `option custom-x code 200 = ${type};\noption custom-x ${type === 'text' ? `"${value}"` : value};`;
      expect([value, isOptionValue(type, value)]).toEqual([value, await takes(conf)]);
    }
  });
});
