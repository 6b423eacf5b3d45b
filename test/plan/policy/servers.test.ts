import { describe, expect, it } from 'vitest';
import { buildPlan } from '../build.js';
import { policyInput, type SceneParts } from './scene.js';

/** What a plan says of servers that DHCP names on the segment of the sample's servers. */
function said(told: string, parts: SceneParts = {}): string[] {
  const config = (xml: string): string =>
    xml
      .replace(/(<dhcpd>[\s\S]*?<opt2>)/, `$1${told}`)
      .replace(/<dhcpd>(?![\s\S]*<opt2>)/, `<dhcpd><opt2>${told}</opt2>`);
  return (buildPlan(policyInput({ policy: '', ...parts, config })).policy?.warnings ?? [])
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
