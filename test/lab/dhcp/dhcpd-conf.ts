import { hostBlocks } from './dhcpd-hosts.js';
import { classBlocks, poolBlock, refuseUnknownFeatures } from './dhcpd-pool.js';
import { ipv4Subnet, isIpv4 } from './ipv4-subnet.js';
import { childrenOf, elementAt, isSet, parseXml, textAt, type XmlElement } from './xml-tree.js';

/** A dhcpd.conf, and what it is for. */
export interface DhcpdConf {
  readonly text: string;
  /** OPNsense interface ids (`opt1`) that dhcpd would serve, in the order of the file. */
  readonly served: readonly string[];
}

/** One segment's part of the `<dhcpd>` section with the interface address it stands on. */
interface ServedInterface {
  readonly id: string;
  readonly dhcp: XmlElement;
  readonly address: string;
  readonly prefix: number;
}

/**
 * Turns a whole config.xml into the dhcpd.conf that OPNsense's ISC plugin generates from it. Written from the measured facts
 * (the form of the file, what each tag does, what is skipped silently) and without any code of the product, so that it can
 * judge what the product wrote.
 * @throws Error for broken XML and for features that the lab does not speak (failover, dynamic DNS, network boot, OMAPI):
 * leaving them out silently would make the result worthless.
 */
export function dhcpdConfOf(configXml: string): DhcpdConf {
  const root = parseXml(configXml);
  const sections = elementAt(root, 'dhcpd')?.children ?? [];
  const served = sections.flatMap((dhcp) => servedInterface(root, dhcp));
  const text = [globals(root, sections), ...served.map((one) => subnetPart(root, one))].join('');
  return { text, served: served.map((one) => one.id) };
}

function servedInterface(root: XmlElement, dhcp: XmlElement): ServedInterface[] {
  const settings = elementAt(root, 'interfaces', dhcp.name);
  const address = textAt(settings, 'ipaddr');
  if (!isSet(dhcp, 'enable') || !isSet(settings, 'enable') || !isIpv4(address)) {
    return [];
  }
  return [{ id: dhcp.name, dhcp, address, prefix: Number(textAt(settings, 'subnet')) }];
}

function globals(root: XmlElement, sections: readonly XmlElement[]): string {
  // Definitions are printed for disabled interfaces too: the generator does not look at <enable> there.
  const definitions = sections.flatMap((dhcp) =>
    numberOptions(dhcp).map(
      (item, index) =>
        `option custom-${dhcp.name}-${index} code ${textAt(item, 'number')} = ${textAt(item, 'type') || 'text'};\n`,
    ),
  );
  return `option domain-name "${textAt(root, 'system', 'domain')}";
option ldap-server code 95 = text;
option arch code 93 = unsigned integer 16; # RFC4578
option pac-webui code 252 = text;
${definitions.join('')}
default-lease-time 7200;
max-lease-time 86400;
log-facility local7;
one-lease-per-client true;
deny duplicates;
ping-check true;
update-conflict-detection false;
authoritative;
`;
}

function numberOptions(dhcp: XmlElement): readonly XmlElement[] {
  return childrenOf(elementAt(dhcp, 'numberoptions'), 'item');
}

function subnetPart(root: XmlElement, one: ServedInterface): string {
  refuseUnknownFeatures(one.id, one.dhcp);
  const { network, mask } = ipv4Subnet(one.address, one.prefix);
  const pools = [one.dhcp, ...childrenOf(one.dhcp, 'pool')];
  return [
    classBlocks(pools),
    `\nsubnet ${network} netmask ${mask} {\n`,
    ...pools.map((pool) => poolBlock(pool, one.dhcp)),
    routersLine(one),
    `${nameLines(root, one)}\n`,
    settingLines(one.dhcp),
    customOptionLines(one),
    '}\n',
    hostBlocks(one.id, one.dhcp),
  ].join('');
}

function routersLine(one: ServedInterface): string {
  const gateway = textAt(one.dhcp, 'gateway') || one.address;
  return gateway === 'none' ? '' : `  option routers ${gateway};\n`;
}

function nameLines(root: XmlElement, one: ServedInterface): string {
  const domain = textAt(one.dhcp, 'domain');
  const search = textAt(one.dhcp, 'domainsearchlist');
  const servers = nameServers(root, one);
  return [
    domain === '' ? '' : `  option domain-name "${domain}";\n`,
    search === '' ? '' : `  option domain-search "${search.split(/[ ;]+/).join('","')}";\n`,
    servers.length === 0 ? '' : `  option domain-name-servers ${servers.join(',')};`,
  ].join('');
}

function nameServers(root: XmlElement, one: ServedInterface): readonly string[] {
  const own = filledTexts(one.dhcp, 'dnsserver');
  if (own.length > 0) {
    return own;
  }
  // OPNsense hands out itself when a resolver of its own stands on port 53; in the lab's files that is Unbound.
  if (textAt(root, 'OPNsense', 'unboundplus', 'general', 'enabled') === '1') {
    return [one.address];
  }
  return filledTexts(elementAt(root, 'system'), 'dnsserver').filter(isIpv4);
}

function filledTexts(parent: XmlElement | undefined, name: string): readonly string[] {
  return childrenOf(parent, name)
    .map((element) => element.text)
    .filter((text) => text !== '');
}

function settingLines(dhcp: XmlElement): string {
  const ntp = filledTexts(dhcp, 'ntpserver');
  const wins = filledTexts(dhcp, 'winsserver');
  return [
    settingLine('default-lease-time', textAt(dhcp, 'defaultleasetime')),
    settingLine('max-lease-time', textAt(dhcp, 'maxleasetime')),
    settingLine('min-secs', textAt(dhcp, 'minsecs')),
    settingLine('option interface-mtu', textAt(dhcp, 'interface_mtu')),
    settingLine('option netbios-name-servers', wins.join(',')),
    wins.length === 0 ? '' : '  option netbios-node-type 8;\n',
    settingLine('option ntp-servers', ntp.join(',')),
  ].join('');
}

function settingLine(name: string, value: string): string {
  return value === '' ? '' : `  ${name} ${value};\n`;
}

function customOptionLines(one: ServedInterface): string {
  const items = numberOptions(one.dhcp);
  const lines = items.map((item, index) => {
    const value = elementAt(item, 'value')?.text ?? '';
    const quoted = ['', 'text'].includes(textAt(item, 'type'));
    return `  option custom-${one.id}-${index} ${quoted ? `"${value}"` : value};\n`;
  });
  return isSet(elementAt(one.dhcp, 'numberoptions'), 'item') ? `\n${lines.join('')}` : '';
}
