import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cutConfig } from '../../../../src/firewall/opnsense/config/cut.js';
import { readConfig } from '../../../../src/firewall/opnsense/config/read.js';
import { readSegments } from '../../../../src/firewall/opnsense/isc/read.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';

const SCENARIO = readFileSync(new URL('../../../fixtures/opnsense/config/scenario.xml', import.meta.url), 'utf8');

const INTERFACES = `<interfaces>
  <wan><enable>1</enable><if>em0</if><descr>WAN</descr><ipaddr>dhcp</ipaddr></wan>
  <lan><enable/><if>em1</if><ipaddr>192.168.1.1</ipaddr><subnet>24</subnet></lan>
  <opt1><if>em2</if><descr>Off</descr><ipaddr>10.1.0.1</ipaddr><subnet>16</subnet></opt1>
  <opt2><enable>0</enable><if>em3</if><descr/><ipaddr>10.2.0.1</ipaddr><subnet/></opt2>
</interfaces>`;

function read(xml: string) {
  return readConfig(parseXml(`<opnsense>${xml}</opnsense>`));
}

function dnsmasq(inner: string): string {
  return `${INTERFACES}<dnsmasq><enable>1</enable>${inner}</dnsmasq>`;
}

function range(id: string, from = '192.168.1.100'): string {
  return `<dhcp_ranges uuid="x"><interface>${id}</interface><start_addr>${from}</start_addr></dhcp_ranges>`;
}

describe('readConfig', () => {
  it('reads the interfaces of a real file', () => {
    const { interfaces, peerAddress, notes } = readConfig(parseXml(SCENARIO));
    expect(
      interfaces.map((one) => [one.id, one.description, one.device, one.enabled, one.address, one.prefix]),
    ).toEqual([
      ['wan', 'WAN', 'em0', true, '192.0.2.2', 24],
      ['lan', 'LAN', 'em1', true, '192.168.1.1', 24],
      ['opt1', 'Incus_net1', 'em2', true, '10.10.1.1', 24],
      ['opt2', 'Incus_net2', 'em3', true, '10.10.2.1', 24],
      ['opt3', 'Incus_net3', 'em4', true, '10.10.3.1', 24],
    ]);
    expect(peerAddress).toBeUndefined();
    expect(notes).toEqual([]);
  });

  it('sees that dnsmasq of a stock firewall serves the LAN and nothing else', () => {
    expect(readConfig(parseXml(SCENARIO)).otherDhcp).toEqual([{ interface: 'lan', server: 'dnsmasq' }]);
  });

  it('takes an interface as enabled when the tag is there in any form, and its address only when it is static', () => {
    const seen = read(INTERFACES).interfaces.map((one) => [
      one.id,
      one.description,
      one.enabled,
      one.address,
      one.prefix,
    ]);
    expect(seen).toEqual([
      ['wan', 'WAN', true, undefined, undefined],
      ['lan', 'LAN', true, '192.168.1.1', 24],
      ['opt1', 'Off', false, '10.1.0.1', 16],
      ['opt2', 'OPT2', true, undefined, undefined],
    ]);
  });

  it('knows a MAC only where somebody set another one than that of the hardware', () => {
    const macs = (text: string) => read(INTERFACES.replace('<lan>', `<lan>${text}`)).interfaces.map((one) => one.mac);
    expect(new Set(macs('<spoofmac/>'))).toEqual(new Set([undefined]));
    expect(macs('<spoofmac>10:66:6A:FE:00:02</spoofmac>')).toContain('10:66:6a:fe:00:02');
  });

  it('puts virtual addresses to their interfaces and passes over IPv6', () => {
    const vip = (mode: string, address: string, id = 'lan') =>
      `<vip uuid="x"><interface>${id}</interface><mode>${mode}</mode><subnet>${address}</subnet><subnet_bits>24</subnet_bits></vip>`;
    const xml = `${INTERFACES}<virtualip>${vip('carp', '192.168.1.254')}${vip('ipalias', '192.168.1.9')}${vip('proxyarp', '192.168.1.8')}${vip('carp', 'fe80::1')}${vip('carp', '10.9.9.9', 'gone')}</virtualip>`;
    expect(read(xml).interfaces.find((one) => one.id === 'lan')?.virtualIps).toEqual([
      { address: '192.168.1.254', mode: 'carp' },
      { address: '192.168.1.9', mode: 'alias' },
      { address: '192.168.1.8', mode: 'other' },
    ]);
  });

  it.each([
    ['no hasync', '', undefined],
    ['nothing set', '<hasync><synchronizetoip/></hasync>', undefined],
    ['an address', '<hasync><synchronizetoip>10.0.0.3</synchronizetoip></hasync>', '10.0.0.3'],
    ['a URL', '<hasync><synchronizetoip>https://10.0.0.3:8443/</synchronizetoip></hasync>', '10.0.0.3'],
    ['a backup node', '<hasync><synchronizetoip/><pfsyncpeerip>10.0.0.4</pfsyncpeerip></hasync>', '10.0.0.4'],
    [
      'both',
      '<hasync><synchronizetoip>10.0.0.3</synchronizetoip><pfsyncpeerip>10.0.0.4</pfsyncpeerip></hasync>',
      '10.0.0.3',
    ],
    [
      'a name and pfsync',
      '<hasync><synchronizetoip>fw2</synchronizetoip><pfsyncpeerip>10.0.0.4</pfsyncpeerip></hasync>',
      '10.0.0.4',
    ],
  ])('finds the peer: %s', (_name, xml, peer) => {
    expect(read(xml)).toMatchObject({ peerAddress: peer, notes: [] });
  });

  it.each(['fw2.lan', 'https://fw2.lan:443', 'https://[fe80::2]:443'])(
    'says that a peer named %s cannot be seen',
    (name) => {
      const { peerAddress, notes } = read(`<hasync><synchronizetoip>${name}</synchronizetoip></hasync>`);
      expect(peerAddress).toBeUndefined();
      expect(notes).toEqual([expect.stringContaining('high-availability peer')]);
    },
  );

  it.each([
    ['a range on the interface', dnsmasq(range('lan')), ['lan']],
    ['no range', dnsmasq(''), []],
    ['an IPv6 range only', dnsmasq(range('lan', '::1000')), []],
    ['a range for any interface', dnsmasq(range('')), ['lan']],
    ['a range for any interface in no network of ours', dnsmasq(range('', '172.16.0.9')), []],
    ['a range for any interface in the network of a disabled one', dnsmasq(range('', '10.1.0.9')), []],
    ['an interface that is not listened on', dnsmasq(`<interface>opt1,opt2</interface>${range('lan')}`), []],
    ['an interface that is listened on', dnsmasq(`<interface>opt1,lan</interface>${range('lan')}`), ['lan']],
    ['an interface that is excepted', dnsmasq(`<dhcp><no_interface>lan</no_interface></dhcp>${range('lan')}`), []],
    ['two ranges', dnsmasq(range('lan') + range('lan', '192.168.1.200') + range('opt1')), ['lan', 'opt1']],
    ['a dnsmasq that is off', `<dnsmasq><enable>0</enable>${range('lan')}</dnsmasq>`, []],
    ['a dnsmasq with an empty tag', `<dnsmasq><enable/>${range('lan')}</dnsmasq>`, []],
  ])('knows where dnsmasq serves: %s', (_name, xml, ids) => {
    expect(read(xml).otherDhcp).toEqual(ids.map((id) => ({ interface: id, server: 'dnsmasq' })));
  });

  it.each([
    ['on', '1', 'lan,opt1', ['lan', 'opt1']],
    ['off', '0', 'lan', []],
    ['on without interfaces', '1', '', []],
  ])('knows where Kea serves: %s', (_name, enabled, list, ids) => {
    const xml = `<OPNsense><Kea><dhcp4><general><enabled>${enabled}</enabled><interfaces>${list}</interfaces></general></dhcp4></Kea></OPNsense>`;
    expect(read(xml).otherDhcp).toEqual(ids.map((id) => ({ interface: id, server: 'kea' })));
  });

  it('says that a Kea with its own file may serve others', () => {
    const xml =
      '<OPNsense><Kea><dhcp4><general><enabled>1</enabled><manual_config>1</manual_config></general></dhcp4></Kea></OPNsense>';
    expect(read(xml).notes).toEqual([expect.stringContaining('Kea')]);
  });

  it('knows which addresses the nodes of a pair share, of both families, and not how this one stands on them', () => {
    const vip = (mode: string, address: string, id = 'lan') =>
      `<vip><interface>${id}</interface><mode>${mode}</mode><subnet>${address}</subnet></vip>`;
    const vips = `${vip('carp', '192.168.1.254')}${vip('ipalias', '192.168.1.9')}${vip('carp', '2001:db8::1')}${vip('carp', '10.1.0.9', 'opt1')}${vip('carp', '10.9.9.9', 'gone')}`;
    const { pair } = read(`${INTERFACES}<virtualip>${vips}</virtualip>`);
    expect(pair.role).toBeUndefined();
    expect(pair.addresses).toEqual([
      { interface: 'lan', address: '192.168.1.254', status: undefined },
      { interface: 'lan', address: '2001:db8::1', status: undefined },
    ]);
  });

  it.each<[string, string, readonly string[]]>([
    ['nobody is synchronised', '<synchronizetoip/><syncitems/>', []],
    [
      'nothing is chosen',
      '<synchronizetoip>10.0.0.3</synchronizetoip>',
      ['dhcp', 'rules', 'aliases', 'redirects', 'categories'],
    ],
    [
      'the two that are asked for first are chosen',
      '<synchronizetoip>fw2</synchronizetoip><syncitems>slash32,dhcpd</syncitems>',
      ['rules', 'aliases', 'redirects', 'categories'],
    ],
    [
      'all are chosen',
      '<synchronizetoip>fw2</synchronizetoip><syncitems>aliases,categories,dhcpd,nat,rules</syncitems>',
      [],
    ],
  ])('names what does not reach the other node where %s', (_what, text, parts) => {
    const xml = cutConfig(`<opnsense><hasync>${text}</hasync></opnsense>`);
    expect(readConfig(parseXml(xml)).pair.missing.map(({ part }) => part)).toEqual(parts);
  });

  it('reads a file without any of it', () => {
    expect(read('')).toMatchObject({ interfaces: [], otherDhcp: [], peerAddress: undefined, notes: [] });
  });
});

describe('cutConfig', () => {
  it('keeps everything that is read from a real file', () => {
    const whole = parseXml(SCENARIO);
    const cut = parseXml(cutConfig(SCENARIO));
    expect(readConfig(cut)).toEqual(readConfig(whole));
    expect(readSegments(cut)).toEqual(readSegments(whole));
  });

  it('keeps <dhcpd> to the byte', () => {
    const dhcpd = SCENARIO.slice(SCENARIO.indexOf('<dhcpd>'), SCENARIO.indexOf('</dhcpd>'));
    expect(cutConfig(SCENARIO)).toContain(dhcpd);
  });

  it('drops every secret of the firewall', () => {
    const secret = 'pl4nted-s3cret';
    const planted = `<opnsense>
      <system><user><password>${secret}</password><apikeys>k|${secret}</apikeys></user></system>
      <cert><prv>${secret}</prv></cert>
      <interfaces><opt1 key="${secret}"><enable>1</enable><if>em0</if><descr>A &amp; B</descr><ipaddr>10.0.0.1</ipaddr><subnet>24</subnet><wireless><wpa><passphrase>${secret}</passphrase></wpa></wireless><!-- ${secret} --></opt1></interfaces>
      <virtualip><vip><interface>opt1</interface><mode>carp</mode><subnet>10.0.0.9</subnet><password>${secret}</password></vip></virtualip>
      <hasync><synchronizetoip>https://root:${secret}@10.0.0.3/</synchronizetoip><username>${secret}</username><password>${secret}</password></hasync>
      <dnsmasq><enable>1</enable><hosts><descr>${secret}</descr></hosts><dhcp_ranges><interface>opt1</interface><start_addr>10.0.0.9</start_addr><domain>${secret}</domain></dhcp_ranges></dnsmasq>
      <OPNsense><wireguard><key>${secret}</key></wireguard><Kea><dhcp4><general><enabled>1</enabled><interfaces>opt1</interfaces></general><ha><key>${secret}</key></ha></dhcp4></Kea></OPNsense>
      <revision><username>root</username><user_apitoken>${secret}</user_apitoken><time>1.5</time></revision>
      <dhcpd><opt1><enable>1</enable></opt1></dhcpd>
    </opnsense>`;
    const cut = cutConfig(planted);
    expect(cut).not.toContain(secret);
    expect(readConfig(parseXml(cut))).toEqual(readConfig(parseXml(planted)));
    expect(readConfig(parseXml(cut))).toMatchObject({
      peerAddress: '10.0.0.3',
      interfaces: [{ description: 'A & B', virtualIps: [{ address: '10.0.0.9' }] }],
      otherDhcp: [{ server: 'dnsmasq' }, { server: 'kea' }],
    });
  });

  it.each(['', '<html><body>login</body></html>', SCENARIO.slice(0, 20_000), '<opnsense><a></opnsense>'])(
    'refuses a text that is no whole configuration',
    (text) => {
      expect(() => cutConfig(text)).toThrowError(
        expect.objectContaining({ code: expect.stringMatching(/^S32_CONFIG_XML_(MALFORMED|ROOT)$/) }),
      );
    },
  );

  it('works without <dhcpd> and with an empty one', () => {
    expect(readSegments(parseXml(cutConfig('<opnsense/>')))).toEqual([]);
    expect(cutConfig('<opnsense><dhcpd/></opnsense>')).toContain('  <dhcpd/>\n');
  });
});
