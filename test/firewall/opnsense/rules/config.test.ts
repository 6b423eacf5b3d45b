import { describe, expect, it } from 'vitest';
import { readConfigRuleSet } from '../../../../src/firewall/opnsense/rules/from-config.js';
import { parseConfigXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { RuleSet } from '../../../../src/model/rules.js';
import { evaluate } from '../../../../src/policy/evaluate/evaluate.js';
import { prepare } from '../../../../src/policy/evaluate/prepare.js';
import type { Flow } from '../../../../src/policy/evaluate/types.js';
import { ICMP6, legacy, model, read, WEB } from './config-builder.js';
import { CASES } from './config-cases.js';

function judge(set: RuleSet, flow: Flow): string {
  const { verdict, decidedBy } = evaluate(prepare(set), flow);
  return `${verdict} by ${decidedBy?.description ?? 'nothing'}`;
}

describe('reading rules from a config.xml', () => {
  it.each(CASES.map((one) => [one.it, one] as const))('%s', (_, one) => {
    expect(judge(read(one.parts), one.flow ?? WEB)).toBe(one.is);
  });

  it('blocks IPv6 when OPNsense is told to', () => {
    const set = readConfigRuleSet(
      parseConfigXml(
        '<opnsense><interfaces><lan><if>em0</if><enable>1</enable><ipaddrv6>fd00::1</ipaddrv6><subnetv6>64</subnetv6></lan></interfaces><OPNsense><Interfaces><settings><disableipv6>1</disableipv6></settings></Interfaces></OPNsense></opnsense>',
      ),
    );
    expect(judge(set, { ...ICMP6, from: { address: 'fd00::2' }, to: { address: 'fd00::1' } })).toBe(
      'block by Block all IPv6',
    );
  });

  it('tells whose rules are whose', () => {
    const text = model('ours [slash32:home:policy/web]') + model('other [slash32:office:policy/web]') + model('theirs');
    const origins = (owner?: string) =>
      read({ model: text, legacy: legacy('old') }, owner)
        .rules.filter((rule) => rule.origin !== 'automatic')
        .map((rule) => [rule.description.split(' ')[0], rule.origin]);
    expect(origins('home')).toEqual([
      ['other', 'foreign'],
      ['ours', 'ours'],
      ['theirs', 'foreign'],
      ['old', 'legacy'],
    ]);
    expect(origins()).toEqual([
      ['other', 'ours'],
      ['ours', 'ours'],
      ['theirs', 'foreign'],
      ['old', 'legacy'],
    ]);
  });

  it('says which rules the firewall leaves out and why', () => {
    const { notes, rules } = read({
      model:
        model('gone', { interface: 'opt9' }) +
        model('part', { interface: 'opt1,opt7', source_net: 'hosts,nobody' }) +
        model('wrong', { protocol: 'TCP', destination_port: 'nonsense' }) +
        model('off', { enabled: '0', interface: 'opt9' }),
    });
    expect(notes.filter((note) => note.startsWith('The firewall leaves'))).toEqual([
      'The firewall leaves a part of the rule "part" out: the interface opt7 is not there or not enabled.',
      'The firewall leaves a part of the rule "part" out: nothing is called "nobody".',
      'The firewall leaves the rule "wrong" out: "nonsense" is neither a port nor a port alias.',
      'The firewall leaves the rule "gone" out: the interface opt9 is not there or not enabled.',
    ]);
    expect(rules.find((rule) => rule.id === 'gone')).toMatchObject({ class: 'invalid', enabled: false });
    expect(rules.find((rule) => rule.id === 'part')).toMatchObject({
      class: 'floating',
      enabled: true,
      interfaces: ['opt1'],
    });
  });

  it('says what adds rules that it does not follow', () => {
    const { notes } = read({
      rest: '<staticroutes><route><network>10.9.0.0/16</network><gateway>NOBODY</gateway></route></staticroutes><ipsec><phase1/></ipsec>',
    });
    expect(notes.some((note) => note.includes('IPsec'))).toBe(true);
    expect(notes.some((note) => note.includes('10.9.0.0/16'))).toBe(true);
    expect(notes.some((note) => note.includes('banned'))).toBe(true);
  });

  it.each([
    [{ sched: 'nights' }, /schedule "nights"/],
    [{ tagged: 'X' }, /tag "X"/],
    [{ os: 'Linux' }, /operating system "Linux"/],
    [{ tos: 'lowdelay' }, /type of service/],
    [{ prio: '0' }, /VLAN priority 0/],
    [{ 'max-pkt-rate-number': '10' }, /rate of packets/],
  ])('says that %o cannot be judged from here', (values, words) => {
    const rule = read({ model: model('x', values) }).rules.find((one) => one.id === 'x');
    expect(rule?.unknowns.join()).toMatch(words);
  });

  it('says where the way to the internet and source NAT are', () => {
    const set = read({ wan: '<ipaddr>dhcp</ipaddr>', nat: '' });
    expect(set.interfaces.find((one) => one.id === 'wan')).toMatchObject({
      internet: true,
      unknownFamilies: ['inet'],
      addresses: [],
    });
    const text =
      '<opnsense><interfaces><wan><if>em0</if><enable>1</enable><ipaddr>dhcp</ipaddr></wan></interfaces></opnsense>';
    expect(readConfigRuleSet(parseConfigXml(text))).toMatchObject({
      interfaces: [{ internet: true }],
      translations: [
        { interfaces: ['wan'], action: 'translate', keepsPort: true },
        { interfaces: ['wan'], action: 'translate', keepsPort: false },
      ],
    });
  });
});
