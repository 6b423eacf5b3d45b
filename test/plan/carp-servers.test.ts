import { describe, expect, it } from 'vitest';
import type { Resolvers } from '../../src/model/firewall.js';
import type { ToldServer } from '../../src/model/segment.js';
import { buildPlan, firewallInterface, input, observed, state } from './build.js';

const SHARED = { virtualIps: [{ address: '10.2.0.1', mode: 'carp' as const }] };

function said(
  servers: readonly ToldServer[],
  over: { readonly virtualIps?: typeof SHARED.virtualIps } = SHARED,
  enabled = true,
  resolvers?: Resolvers,
) {
  const seen = observed({
    interfaces: [firewallInterface('opt3', '10.2.0.2', over), firewallInterface('opt2', '10.1.0.2')],
    segments: [{ ...state('opt3'), enabled, servers, router: '10.2.0.1' }],
    ...(resolvers === undefined ? {} : { resolvers }),
  });
  const plan = buildPlan({ ...input(), observed: seen });
  return plan.segments
    .flatMap((one) => one.warnings)
    .filter((one) => one.code === 'carp-server')
    .map((one) => one.message);
}

const dns = (address: string): ToldServer => ({ service: 'dns', address });
const ntp = (address: string): ToldServer => ({ service: 'ntp', address });

describe('a server that clients of a shared router are told', () => {
  it.each<[string, readonly ToldServer[], RegExp]>([
    [
      'the node itself, since none is named',
      [],
      /names no resolver, so clients are told this node's own address 10\.2\.0\.2 where.*Set 10\.2\.0\.1 instead/,
    ],
    ['the node itself by its name there', [dns('10.2.0.2')], /told 10\.2\.0\.2 as resolver.*no name resolves there/],
    ['the node itself by an address elsewhere', [dns('10.1.0.2')], /told 10\.1\.0\.2 as resolver/],
    ['one of two', [dns('10.2.0.2'), dns('9.9.9.9')], /clients have to do with the others/],
    ['a clock', [dns('10.2.0.1'), ntp('10.2.0.2')], /told 10\.2\.0\.2 as time server.*clocks go wrong/],
  ])('is named where it is one node alone: %s', (_what, servers, words) => {
    expect(said(servers)).toEqual([expect.stringMatching(words)]);
  });

  it.each<[string, readonly ToldServer[], Parameters<typeof said>[1], boolean]>([
    ['the shared address', [dns('10.2.0.1'), ntp('10.2.0.1')], SHARED, true],
    ['somebody else', [dns('192.0.2.53')], SHARED, true],
    ['the node itself without a shared address', [dns('10.2.0.2')], {}, true],
    ['nobody, since DHCP is off', [], SHARED, false],
  ])('is none of our business: %s', (_what, servers, over, enabled) => {
    expect(said(servers, over, enabled)).toEqual([]);
  });

  it.each<[string, Resolvers | undefined, RegExp | undefined]>([
    ['the firewall', 'firewall', /told this node's own address 10\.2\.0\.2, while/],
    ['somebody else', ['9.9.9.9'], undefined],
    ['this node by its address', ['10.1.0.2'], /told 10\.1\.0\.2 as resolver/],
    ['nobody knows whom', { unknown: 'the plugin does not show it' }, /where the firewall runs one/],
  ])('is what the whole firewall names where the segment names none: %s', (_what, resolvers, words) => {
    expect(said([], SHARED, true, resolvers)).toEqual(words === undefined ? [] : [expect.stringMatching(words)]);
  });
});
