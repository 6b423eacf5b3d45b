import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { dhcpdConfOf } from './dhcpd-conf.js';
import { ipv4Subnet } from './ipv4-subnet.js';
import { LAB_INSTANCES, managedConfig, unmanagedConfig, withoutMacAllow, withoutMask } from './managed-config.js';
import { parseXml } from './xml-tree.js';

/** What OPNsense 26.7.2 generated for opt1 of fixtures/three-interfaces.xml (measured). */
const MEASURED_OPT1 = `subnet 10.10.1.0 netmask 255.255.255.0 {
  pool {
    deny unknown-clients;
    range 10.10.1.100 10.10.1.199;
  }

  option routers 10.10.1.1;
  option domain-name-servers 10.10.1.1;

  option custom-opt1-0 255.255.255.255;
}

host s_opt1_0 {
  hardware ethernet 00:16:3e:00:01:01;
  fixed-address 10.10.1.11;
  option host-name "web1";
  set hostname-override = config-option host-name;
}
`;

function fixture(name: string): Promise<string> {
  return readFile(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
}

/** A firewall with opt1 = 10.10.1.1/24 and this content in its part of the `<dhcpd>` section. */
function withOpt1(dhcp: string, settings = '<enable>1</enable><ipaddr>10.10.1.1</ipaddr><subnet>24</subnet>'): string {
  return `<?xml version="1.0"?><opnsense><system><domain>lan</domain></system><interfaces><opt1>${settings}</opt1></interfaces><dhcpd><opt1>${dhcp}</opt1></dhcpd></opnsense>`;
}

const RANGE = '<range><from>10.10.1.100</from><to>10.10.1.199</to></range>';

describe('the generator against what OPNsense generated', () => {
  it('prints subnet, pool, options and host of an interface as it was measured', async () => {
    const { text, served } = dhcpdConfOf(await fixture('three-interfaces.xml'));
    expect(text).toContain(MEASURED_OPT1);
    expect(served).toEqual(['opt1', 'opt2', 'opt3']);
  });

  it('defines option 1 once for each interface, before everything else', async () => {
    const { text } = dhcpdConfOf(await fixture('three-interfaces.xml'));
    expect(text.match(/^option custom-\S+ code .*$/gm)).toEqual([
      'option custom-opt1-0 code 1 = ip-address;',
      'option custom-opt2-0 code 1 = ip-address;',
      'option custom-opt3-0 code 1 = ip-address;',
    ]);
  });

  it('prints the managed state of the recorded firewall: class, allow, deny, one-address range, mask, hosts', async () => {
    const { text, served } = dhcpdConfOf(await fixture('scenario-opt3.xml'));
    expect(served).toEqual(['opt3']);
    expect(text.slice(text.indexOf('class'))).toBe(`class "020000000000" {
  match if substring (hardware, 1, 6) = 02:00:00:00:00:00;
}

subnet 10.10.3.0 netmask 255.255.255.0 {
  pool {
    allow members of "020000000000";
    deny unknown-clients;
    range 10.10.3.254 10.10.3.254;
  }

  option routers 10.10.3.1;
  option domain-name-servers 10.10.3.1;

  option custom-opt3-0 255.255.255.255;
}

host s_opt3_0 {
  hardware ethernet 00:16:3e:00:03:01;
  fixed-address 10.10.3.11;
  option host-name "nextcloud";
  set hostname-override = config-option host-name;
}

host s_opt3_1 {
  hardware ethernet 00:16:3e:00:03:02;
  fixed-address 10.10.3.12;
  option host-name "db";
  set hostname-override = config-option host-name;
}
`);
  });
});

describe('what each tag does', () => {
  it.each([
    ['an absent range gives a line that dhcpd refuses', '<enable/>', 'range  ;'],
    ['a doubled range gives the same line', `<enable>1</enable>${RANGE}${RANGE}`, 'range  ;'],
    ['<enable>0</enable> still enables', `<enable>0</enable>${RANGE}`, 'subnet 10.10.1.0'],
    ['<denyunknown/> denies', `<enable>1</enable>${RANGE}<denyunknown/>`, 'deny unknown-clients;'],
    [
      'a gateway replaces the interface address',
      `<enable>1</enable>${RANGE}<gateway>10.10.1.254</gateway>`,
      'option routers 10.10.1.254;',
    ],
    [
      'an option without a type is quoted text',
      `<enable>1</enable>${RANGE}<numberoptions><item><number>1</number><type/><value>255.255.255.255</value></item></numberoptions>`,
      'option custom-opt1-0 "255.255.255.255";',
    ],
    [
      'blanks and dots in a host name become underscores',
      `<enable>1</enable>${RANGE}<staticmap><mac>02:00:00:00:00:01</mac><hostname>a b.c</hostname></staticmap>`,
      'option host-name "a_b_c";',
    ],
    ['two empty maps give empty hosts', `<enable>1</enable>${RANGE}<staticmap/><staticmap/>`, 'host s_opt1_1 {\n}'],
    [
      'a MAC prefix makes a class of that length',
      `<enable>1</enable>${RANGE}<mac_deny>00:16:3e</mac_deny>`,
      'substring (hardware, 1, 3) = 00:16:3e;',
    ],
    [
      'CDATA and comments read as text and nothing',
      `<enable>1</enable><!-- <x> -->${RANGE}<domain><![CDATA[a.b]]></domain>`,
      'option domain-name "a.b";',
    ],
  ])('%s', (_, dhcp, expected) => {
    expect(dhcpdConfOf(withOpt1(dhcp)).text).toContain(expected);
  });

  it.each([
    ['gateway none', `<enable>1</enable>${RANGE}<gateway>none</gateway>`, 'option routers'],
    ['no <denyunknown>', `<enable>1</enable>${RANGE}`, 'deny unknown-clients'],
    ['a single empty map', `<enable>1</enable>${RANGE}<staticmap/>`, 'host s_'],
    ['no <enable>', RANGE, 'subnet'],
  ])('%s leaves the line out', (_, dhcp, absent) => {
    expect(dhcpdConfOf(withOpt1(dhcp)).text).not.toContain(absent);
  });

  it.each([
    ['a disabled interface', '<ipaddr>10.10.1.1</ipaddr><subnet>24</subnet>'],
    ['an interface without a fixed IPv4 address', '<enable>1</enable><ipaddr>dhcp</ipaddr>'],
  ])('%s is skipped silently', (_, settings) => {
    expect(dhcpdConfOf(withOpt1(`<enable>1</enable>${RANGE}`, settings)).served).toEqual([]);
  });

  it('refuses a feature that it would leave out', () => {
    expect(() =>
      dhcpdConfOf(withOpt1(`<enable>1</enable>${RANGE}<failover_peerip>10.10.1.3</failover_peerip>`)),
    ).toThrow('failover_peerip');
  });

  it.each(['<opnsense>', '<a></b>', '</a>', '<a/> <', ''])('refuses %j as XML', (text) => {
    expect(() => parseXml(text)).toThrow('config.xml');
  });
});

describe('the arithmetic', () => {
  it.each([
    ['10.10.1.1', 24, '10.10.1.0', '255.255.255.0'],
    ['10.10.1.200', 25, '10.10.1.128', '255.255.255.128'],
    ['172.16.9.1', 20, '172.16.0.0', '255.255.240.0'],
    ['192.0.2.7', 30, '192.0.2.4', '255.255.255.252'],
  ])('%s/%i lies in %s with mask %s', (address, prefix, network, mask) => {
    expect(ipv4Subnet(address, prefix)).toEqual({ network, mask });
  });
});

describe('the config that the lab judges', () => {
  it('reserves exactly the lab instances, each on its own segment', async () => {
    const { text } = dhcpdConfOf(await managedConfig());
    const hosts = [...text.matchAll(/host s_opt(\d)_\d+ \{\n {2}hardware ethernet (\S+);\n {2}fixed-address (\S+);/g)];
    const found = hosts.map(([, segment, mac, address]) => ({ segment: Number(segment), mac, address }));
    expect(found).toEqual(LAB_INSTANCES.map(({ segment, mac, address }) => ({ segment, mac, address })));
  });

  it('sends the mask /32 on all three segments, and on none without option 1', async () => {
    const managed = await managedConfig();
    expect(dhcpdConfOf(managed).text.match(/option custom-opt\d-0 255\.255\.255\.255;/g)).toHaveLength(3);
    expect(dhcpdConfOf(withoutMask(managed)).text).not.toContain('255.255.255.255');
  });

  it('keeps foreign known clients out by a class on all three segments, and on none without mac_allow', async () => {
    const managed = await managedConfig();
    expect(dhcpdConfOf(managed).text.match(/allow members of/g)).toHaveLength(3);
    expect(dhcpdConfOf(withoutMacAllow(managed)).text).not.toContain('class');
  });

  it('starts from plain ranges without any host', async () => {
    const { text } = dhcpdConfOf(await unmanagedConfig());
    expect(text.match(/range 10\.10\.\d\.100 10\.10\.\d\.199;/g)).toHaveLength(3);
    expect(text).not.toContain('host ');
  });
});
