import { describe, expect, it } from 'vitest';
import type { Resolvers } from '../../../src/model/firewall.js';
import { buildPlan } from '../build.js';
import { policyInput, type SceneParts } from './scene.js';

/** What a plan says of servers that DHCP names on the segment of the sample's servers, on a firewall that names these elsewhere. */
function said(told: string, parts: SceneParts = {}, resolvers?: Resolvers): string[] {
  const config = (xml: string): string =>
    xml
      .replace(/(<dhcpd>[\s\S]*?<opt2>)/, `$1${told}`)
      .replace(/<dhcpd>(?![\s\S]*<opt2>)/, `<dhcpd><opt2>${told}</opt2>`);
  const read = policyInput({ policy: '', ...parts, config });
  const input = resolvers === undefined ? read : { ...read, observed: { ...read.observed, resolvers } };
  return (buildPlan(input).policy?.warnings ?? [])
    .filter((one) => one.code === 'server-elsewhere')
    .map((one) => one.message);
}

const DNS = '<dnsserver>192.168.1.5</dnsserver>';
const OPEN = 'policy:\n  - { from: "segment:servers", to: 192.168.1.5, allow: [udp/53] }';

describe('a server that DHCP names and that is not the firewall', () => {
  it('is named where a denying segment keeps its clients from it, with the statement that lets them', () => {
    expect(said(DNS)).toEqual([
      expect.stringMatching(
        /^servers: DHCP names 192\.168\.1\.5 as the resolver, which is not the firewall, and .* does not reach it, so names do not resolve there\. .*\{ from: "segment:servers", to: 192\.168\.1\.5, allow: \[tcp\/53, udp\/53\] \}$/,
      ),
    ]);
  });

  it.each<[string, string, SceneParts, number]>([
    ['a time server as well', '<ntpserver>192.168.1.5</ntpserver>', {}, 1],
    ['each of several', `${DNS}<dnsserver>9.9.9.9</dnsserver>`, {}, 2],
    ['not the firewall itself', '<dnsserver>10.2.0.1</dnsserver>', {}, 0],
    ['not what OPNsense leaves out: nothing behind an empty first one', `<dnsserver/>${DNS}`, {}, 0],
    ['not where a statement lets them', DNS, { policy: OPEN }, 0],
    ['not where the segment only watches', DNS, { servers: 'default: watch' }, 0],
    ['not where the segment inherits', DNS, { servers: 'default: inherit' }, 0],
    [
      'not the firewall, where its services are closed on purpose',
      '<dnsserver>10.2.0.1</dnsserver>',
      { servers: 'default: deny, infrastructure: [dhcp]' },
      0,
    ],
    ['not where nobody stands', DNS, { instances: [] }, 0],
  ])('%s', (_what, told, parts, count) => {
    expect(said(told, parts)).toHaveLength(count);
  });
});

describe('the resolver that DHCP names where a segment names none', () => {
  const ALONE = { edge: 'default: inherit', lab: 'default: inherit' };
  const UNSEEN = { unknown: 'nobody shows it' };

  it.each<[string, string, Resolvers, SceneParts, string[]]>([
    [
      'is asked about as any other',
      '',
      ['9.9.9.9'],
      {},
      ['9.9.9.9 as the resolver, as the firewall itself answers no DNS, which is not'],
    ],
    ['each of several', '', ['9.9.9.9', '1.1.1.1'], {}, ['9.9.9.9 as the resolver', '1.1.1.1 as the resolver']],
    ['not one that clients may ask already', '', ['192.168.1.5'], { policy: OPEN }, []],
    ['not the firewall', '', 'firewall', {}, []],
    ['not where nobody is named', '', [], {}, []],
    ['not where the segment names its own', DNS, ['9.9.9.9'], {}, ['192.168.1.5 as the resolver, which is not']],
    ['also where it names its own time server', '<ntpserver>10.2.0.1</ntpserver>', ['9.9.9.9'], {}, ['9.9.9.9']],
    [
      'not where its own resolver is a name',
      '<dnsserver>ns.lan</dnsserver>',
      ['9.9.9.9'],
      {},
      ['ns.lan as the resolver, a name that dhcpd looks up'],
    ],
    ['not where the segment inherits', '', ['9.9.9.9'], { servers: 'default: inherit' }, []],
    [
      'is the client itself by a loopback address',
      '',
      ['127.0.0.1'],
      {},
      [
        '127.0.0.1 as the resolver, as the firewall itself answers no DNS, which each client takes for itself, so names',
      ],
    ],
    [
      'is said to be unknown where it is not shown',
      '',
      UNSEEN,
      {},
      ['no resolver of its own there, and which one it names instead is not known: nobody shows it.'],
    ],
    ['is not asked for where the segment names its own', '<dnsserver>10.2.0.1</dnsserver>', UNSEEN, {}, []],
  ])('%s', (_what, told, resolvers, parts, words) => {
    const messages = said(told, { ...ALONE, ...parts }, resolvers);
    expect(messages).toEqual(words.map((text) => expect.stringContaining(`servers: DHCP names ${text}`)));
  });

  it('is nobody where DHCP is off', () => {
    const read = policyInput({ policy: '', ...ALONE });
    const segments = read.observed.segments.map((state) => ({ ...state, enabled: false }));
    const plan = buildPlan({ ...read, observed: { ...read.observed, segments, resolvers: ['9.9.9.9'] } });
    expect(plan.policy?.warnings.filter((one) => one.code === 'server-elsewhere')).toEqual([]);
  });
});
