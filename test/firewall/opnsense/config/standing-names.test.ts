import { describe, expect, it } from 'vitest';
import { readStandingNames } from '../../../../src/firewall/opnsense/config/standing-names.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';

const unbound = (inside: string): string => `<OPNsense><unboundplus>${inside}</unboundplus></OPNsense>`;
const host = (fields: string): string => unbound(`<hosts><host uuid="u1">${fields}</host></hosts>`);
const VAULT = '<hostname>vault</hostname><domain>home.arpa</domain><server>192.168.1.20</server>';

function names(inside: string): string[] {
  const text = `<opnsense><system><hostname>fw</hostname><domain>home.arpa</domain></system>${inside}</opnsense>`;
  return readStandingNames(parseXml(text)).map(({ name, holder }) => `${name}: ${holder}`);
}

describe('names that the firewall’s own DNS answers', () => {
  it.each<[string, string, string[]]>([
    ['its own', '', []],
    ['a host override of Unbound', host(VAULT), ['vault: 192.168.1.20 (host override of Unbound)']],
    [
      'one that is switched on',
      host(`<enabled>1</enabled>${VAULT}`),
      ['vault: 192.168.1.20 (host override of Unbound)'],
    ],
    ['not one that is switched off', host(`<enabled>0</enabled>${VAULT}`), []],
    ['not one of a domain in which no client is', host(VAULT.replace('home.arpa', 'example.com')), []],
    [
      'one of the domain of a DHCP server',
      `${host(VAULT.replace('home.arpa', 'LAB'))}<dhcpd><opt1><domain>lab</domain></opt1></dhcpd>`,
      ['vault: 192.168.1.20 (host override of Unbound)'],
    ],
    ['not a wildcard', host(VAULT.replace('vault', '*')), []],
    [
      'an alias of an override, in its own domain or that of the override',
      unbound(
        `<hosts><host uuid="u1">${VAULT}</host></hosts><aliases><alias><host>u1</host><hostname>safe</hostname><domain/></alias><alias><host>u1</host><hostname>x</hostname><domain>example.com</domain></alias></aliases>`,
      ),
      ['vault: 192.168.1.20 (host override of Unbound)', 'safe: 192.168.1.20 (host override of Unbound)'],
    ],
    [
      'not the alias of an override that is switched off',
      unbound(
        `<hosts><host uuid="u1"><enabled>0</enabled>${VAULT}</host></hosts><aliases><alias><host>u1</host><hostname>safe</hostname></alias></aliases>`,
      ),
      [],
    ],
    [
      'a host of Dnsmasq, with its further names',
      '<dnsmasq><hosts><host>nas</host><domain/><ip>10.0.0.5</ip><cnames>files.home.arpa,x.example.com</cnames></hosts></dnsmasq>',
      ['nas: 10.0.0.5 (host override of Dnsmasq)', 'files: 10.0.0.5 (host override of Dnsmasq)'],
    ],
  ])('%s', (_what, inside, expected) => {
    expect(names(inside)).toEqual(['fw: the firewall itself', ...expected]);
  });
});
