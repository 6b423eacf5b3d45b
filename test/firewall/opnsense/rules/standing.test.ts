import { describe, expect, it } from 'vitest';
import { readInterfaces } from '../../../../src/firewall/opnsense/config/interfaces.js';
import { readConfigRuleSet } from '../../../../src/firewall/opnsense/rules/from-config.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';

const group = (id: string): string =>
  `<${id}><internal_dynamic>1</internal_dynamic><enable>1</enable><if>${id}</if><descr>${id}</descr><type>group</type><virtual>1</virtual><networks/></${id}>`;

const ROOT = parseXml(`<opnsense>
  <interfaces>
    <wan><if>em0</if><enable>1</enable><ipaddr>dhcp</ipaddr></wan>
    <lan><if>em1</if><enable>1</enable><ipaddr>192.168.1.1</ipaddr><subnet>24</subnet></lan>
    <opt1><if>em2</if><enable>1</enable></opt1>
    <opt2><if>ovpns1</if><enable>1</enable></opt2>
    <opt3><if>em3</if><ipaddr>10.3.0.1</ipaddr><subnet>24</subnet></opt3>
    <lo0><if>lo0</if><enable>1</enable><ipaddr>127.0.0.1</ipaddr><subnet>8</subnet><type>none</type><virtual>1</virtual></lo0>
    <enc0><if>enc0</if><enable>1</enable><type>none</type><virtual>1</virtual></enc0>
    ${group('openvpn')}${group('wireguard')}${group('both')}${group('inside')}
  </interfaces>
  <ifgroups>
    <ifgroupentry><ifname>both</ifname><members>wan lan</members><sequence>3</sequence></ifgroupentry>
    <ifgroupentry><ifname>inside</ifname><members>lan|opt1</members></ifgroupentry>
    <ifgroupentry><ifname>unset</ifname><members>lan</members></ifgroupentry>
  </ifgroups>
  <filter>
    <rule><type>block</type><interface>openvpn</interface><descr>vpn</descr></rule>
    <rule><type>block</type><interface>both</interface><descr>both</descr></rule>
  </filter>
</opnsense>`);
const RULE_SET = readConfigRuleSet(ROOT);

describe('the elements of <interfaces>', () => {
  it('each have an alias of their networks, whatever they are', () => {
    const found = RULE_SET.aliases.filter((one) => one.name.startsWith('__'));

    expect(found.map(({ name, entries, unknown, varies }) => [name, entries, unknown !== undefined, varies])).toEqual([
      ['__wan_network', [], true, true],
      ['__lan_network', ['192.168.1.0/24'], false, false],
      ['__opt1_network', [], false, true],
      ['__opt2_network', [], true, true],
      ['__opt3_network', [], false, false],
      ['__lo0_network', ['127.0.0.0/8'], false, false],
      ['__enc0_network', [], false, false],
      ['__openvpn_network', [], true, true],
      ['__wireguard_network', [], true, true],
      ['__both_network', ['192.168.1.0/24'], true, false],
      ['__inside_network', ['192.168.1.0/24'], false, false],
    ]);
    expect(found.every((one) => one.neverPublic)).toBe(true);
  });

  it('are groups with the members that a person or OPNsense put into them', () => {
    expect(RULE_SET.groups.map(({ id, members, unseen }) => [id, members, unseen !== undefined])).toEqual([
      ['both', ['wan', 'lan'], false],
      ['inside', ['lan', 'opt1'], false],
      ['openvpn', ['opt2'], true],
      ['wireguard', [], true],
    ]);
  });

  it('are interfaces that something of ours may stand on only where they were assigned', () => {
    expect(readInterfaces(ROOT).map((one) => one.id)).toEqual(['wan', 'lan', 'opt1', 'opt2', 'opt3']);
  });

  it('are groups in the order of rules of the old format only where a person made them', () => {
    const classes = RULE_SET.rules
      .filter((rule) => rule.origin === 'legacy')
      .map((rule) => [rule.description, rule.class]);

    expect(classes).toEqual([
      ['both', 'group'],
      ['vpn', 'interface'],
    ]);
  });
});
