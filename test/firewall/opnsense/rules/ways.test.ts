import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../src/policy/evaluate/evaluate.js';
import { prepare } from '../../../../src/policy/evaluate/prepare.js';
import { forward, legacy, model, type Parts, read, WEB } from './config-builder.js';
import type { Case } from './config-cases.js';
import { FIXED_NAT_CASES, SOURCE_NAT_CASES } from './nat-cases.js';
import { AUTOMATIC_CASES, GATEWAY_CASES, OLD_CASES, snat } from './way-cases.js';

function check({ parts, flow, is }: Case): void {
  const { verdict, decidedBy } = evaluate(prepare(read(parts)), flow ?? WEB);
  expect(`${verdict} by ${decidedBy?.description ?? 'nothing'}`).toBe(is);
}

const named = (cases: readonly Case[]) => cases.map((one) => [one.it, one] as const);

describe('gateways and effects of rules', () => {
  it.each(named(GATEWAY_CASES))('%s', (_, one) => check(one));
});

describe('rules that OPNsense adds by itself', () => {
  it.each(named(AUTOMATIC_CASES))('%s', (_, one) => check(one));
});

describe('source NAT of a config.xml', () => {
  it.each(named(SOURCE_NAT_CASES))('%s', (_, one) => check(one));
});

describe('one-to-one NAT and reflection', () => {
  it.each(named(FIXED_NAT_CASES))('%s', (_, one) => check(one));
});

describe('what 25.7 makes of a configuration', () => {
  it.each(named(OLD_CASES))('%s', (_, one) => check(one));
});

const REFUSED: readonly (readonly [words: string, parts: Parts, why: RegExp | undefined])[] = [
  ['IP options of a rule that blocks', { model: model('x', { action: 'block', allowopts: '1' }) }, /IP options.*block/],
  [
    'IP options of a legacy rule that rejects',
    { legacy: legacy('x', '<type>reject</type><allowopts>1</allowopts>') },
    /reject/,
  ],
  ['IP options of a rule that passes', { model: model('x', { allowopts: '1' }) }, undefined],
  ['a switched-off rule', { model: model('x', { action: 'block', allowopts: '1', enabled: '0' }) }, undefined],
  [
    'a rule on an interface that is off',
    { model: model('x', { action: 'block', allowopts: '1', interface: 'opt7' }) },
    undefined,
  ],
  [
    'IPv4 in a rule of IPv6',
    { model: model('x', { ipprotocol: 'inet6', source_net: '10.0.0.1' }) },
    /an address of IPv4 in a rule for IPv6/,
  ],
  [
    'IPv6 in a legacy rule of IPv4',
    { legacy: legacy('x', '', '<source><address>fd00::1</address></source><destination><any>1</any></destination>') },
    /an address of IPv6 in a rule for IPv4/,
  ],
  [
    'an address in a rule of both families',
    { model: model('x', { ipprotocol: 'inet46', source_net: '10.0.0.1' }) },
    /both families/,
  ],
  [
    'an alias in a rule of both families',
    { model: model('x', { ipprotocol: 'inet46', source_net: 'hosts' }) },
    undefined,
  ],
  ['the ICMP of IPv6 in IPv4', { model: model('x', { protocol: 'IPV6-ICMP' }) }, /the ICMP of IPv6/],
  ['the ICMP of IPv6 in IPv6', { model: model('x', { protocol: 'IPV6-ICMP', ipprotocol: 'inet6' }) }, undefined],
  [
    'TCP flags that are never so',
    { model: model('x', { protocol: 'TCP', tcpflags1: 'syn', tcpflags2: 'ack,fin' }) },
    /TCP flags S\/AF/,
  ],
  [
    'TCP flags that can be so',
    { model: model('x', { protocol: 'TCP', tcpflags1: 'syn', tcpflags2: 'syn,ack' }) },
    undefined,
  ],
  [
    'ports without a protocol that has any',
    { model: model('x', { protocol: 'any', destination_port: '443' }) },
    /ports of a protocol/,
  ],
  ['an exemption with a target', { nat: forward('x', { nordr: '1' }) }, /exempts from redirects and names a target/],
  ['an exemption without one', { nat: forward('x', { nordr: '1', target: '', 'local-port': '' }) }, undefined],
  [
    'an exemption with a port',
    { nat: forward('x', { nordr: '1', target: '' }) },
    /exempts from redirects and names a target/,
  ],
  ['a redirect to the other family', { nat: forward('x', { target: 'fd00:1::9' }) }, /target is of another family/],
  [
    'a source NAT to nothing',
    { outbound: '<mode>advanced</mode>', firewall: snat({ target: 'gone' }) },
    /nothing is called "gone"/,
  ],
  ['a source NAT to an alias', { outbound: '<mode>advanced</mode>', firewall: snat({ target: 'hosts' }) }, undefined],
];

describe('what pf refuses, and every rule with it', () => {
  it.each(REFUSED)('%s', (_, parts, why) => {
    const set = read(parts);
    const whys = (set.refused ?? []).map((one) => one.why);
    if (why === undefined) expect(whys).toEqual([]);
    else {
      expect(whys.join()).toMatch(why);
      expect(evaluate(prepare(set), WEB).verdict).toBe('unknown');
    }
  });
});
