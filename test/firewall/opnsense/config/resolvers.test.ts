import { describe, expect, it } from 'vitest';
import { readResolvers } from '../../../../src/firewall/opnsense/config/resolvers.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { Resolvers } from '../../../../src/model/firewall.js';

const GENERAL =
  '<system><dnsserver>9.9.9.9</dnsserver><dnsserver>2620:fe::fe</dnsserver><dnsserver>1.1.1.1</dnsserver></system>';
const unbound = (fields: string): string =>
  `<OPNsense><unboundplus><general>${fields}</general></unboundplus></OPNsense>`;
const dnsmasq = (fields: string): string => `<dnsmasq>${fields}</dnsmasq>`;

describe('what DHCP names as resolvers where an interface names none', () => {
  it.each<[string, string, Resolvers]>([
    ['those of the general settings, of IPv4, where nothing answers DNS', GENERAL, ['9.9.9.9', '1.1.1.1']],
    ['the firewall, where Unbound answers', `${GENERAL}${unbound('<enabled>1</enabled>')}`, 'firewall'],
    [
      'the firewall, where Unbound answers on 53',
      `${GENERAL}${unbound('<enabled>1</enabled><port>53</port>')}`,
      'firewall',
    ],
    [
      'not Unbound on another port',
      `${GENERAL}${unbound('<enabled>1</enabled><port>5353</port>')}`,
      ['9.9.9.9', '1.1.1.1'],
    ],
    ['not Unbound that is off', `${GENERAL}${unbound('<enabled>0</enabled><port>53</port>')}`, ['9.9.9.9', '1.1.1.1']],
    ['the firewall, where Dnsmasq answers', `${GENERAL}${dnsmasq('<enable>1</enable>')}`, 'firewall'],
    [
      'the firewall, where one of the two answers on 53',
      `${unbound('<enabled>1</enabled><port>5353</port>')}${dnsmasq('<enable>1</enable><port/>')}`,
      'firewall',
    ],
    [
      'not Dnsmasq that gives leases alone',
      `${GENERAL}${dnsmasq('<enable>1</enable><port>0</port>')}`,
      ['9.9.9.9', '1.1.1.1'],
    ],
    ['not Dnsmasq that is off', `${GENERAL}${dnsmasq('<port>53</port>')}`, ['9.9.9.9', '1.1.1.1']],
    ['nobody behind an empty first one', '<system><dnsserver/><dnsserver>9.9.9.9</dnsserver></system>', []],
    ['nobody, where none is set', '<system/>', []],
  ])('%s', (_what, inside, expected) => {
    expect(readResolvers(parseXml(`<opnsense>${inside}</opnsense>`))).toEqual(expected);
  });
});
