import { type Family, familyBits, formatIp, networkOf, parseIp } from '../../../model/ip.js';
import type { RuleInterface } from '../../../model/rules.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import { asRow, type Row, textField } from '../api/rows.js';
import { placeKind } from '../config/interfaces.js';
import { type Hops, UNSEEN_HOPS } from './effects.js';
import { comesFromOutside, type Gateways } from './gateways.js';
import { type GroupName, splitList } from './names.js';
import { readStanding, type Standing, standingOf, vpnGroup } from './standing.js';

/** Interfaces and interface groups, and what the names in rules need of them. */
export interface Places {
  readonly interfaces: readonly RuleInterface[];
  readonly groups: readonly GroupName[];
  readonly devices: ReadonlyMap<string, string>;
  readonly known: ReadonlySet<string>;
  /** What stands behind every name of `known`. */
  readonly standing: readonly Standing[];
  /** Where rules of people may send packets. */
  readonly hops: Hops;
  /** Of 25.7 or older, see release.ts. */
  readonly isOld: boolean;
  readonly notes: readonly string[];
}

/**
 * Interfaces and groups of a config.xml. A group counts only when `<interfaces>` has it too, which is so after it was
 * reconfigured: before, OPNsense leaves its rules out.
 */
export function readConfigPlaces(root: XmlElement, gateways: Gateways, hops: Hops, isOld: boolean): Places {
  const elements = child(root, 'interfaces')?.children ?? [];
  const groupNames = new Set(elements.filter((one) => placeKind(one) === 'group').map((one) => one.name));
  const enabled = elements.filter((one) => child(one, 'enable') !== undefined && !groupNames.has(one.name));
  const virtual = childrenNamed(child(root, 'virtualip'), 'vip').filter((vip) =>
    ['carp', 'ipalias'].includes(textOf(vip, 'mode')),
  );
  const interfaces = enabled.map((element) => {
    const pairs = [
      [textOf(element, 'ipaddr'), textOf(element, 'subnet')],
      [textOf(element, 'ipaddrv6'), textOf(element, 'subnetv6')],
      ...virtual
        .filter((vip) => textOf(vip, 'interface') === element.name)
        .map((vip) => [textOf(vip, 'subnet'), textOf(vip, 'subnet_bits')]),
    ].map(([address = '', bits = '']) => (bits === '' ? address : `${address}/${bits}`));
    const outside: Family[] = [];
    if (comesFromOutside(textOf(element, 'ipaddr'))) outside.push('inet');
    if (comesFromOutside(textOf(element, 'ipaddrv6'))) outside.push('inet6');
    return {
      id: element.name,
      description: textOf(element, 'descr') || element.name.toUpperCase(),
      ...addressesOf(pairs),
      unknownFamilies: outside,
      internet: gateways.defaults.has(element.name),
    };
  });
  const devices = new Map(enabled.map((one) => [textOf(one, 'if'), one.name]));
  const declared = childrenNamed(child(root, 'ifgroups'), 'ifgroupentry')
    .filter((group) => groupNames.has(textOf(group, 'ifname')))
    .map((group) => toGroup(textOf(group, 'ifname'), textOf(group, 'members'), textOf(group, 'sequence')));
  const byThemselves = [...groupNames]
    .filter((id) => !declared.some((group) => group.id === id))
    .map((id) => ({ id, ...vpnGroup(id, devices), sequence: 0, declared: false }));
  const groups = [...declared, ...byThemselves];
  return {
    ...withInternet(interfaces),
    groups,
    devices,
    known: new Set(elements.map((one) => one.name)),
    standing: readStanding(elements, interfaces, groups),
    hops,
    isOld,
  };
}

/** Interfaces of the rows of `interfaces/overview/interfacesInfo` and groups of the rows of `firewall/group/searchItem`. */
export function readPlaceRows(rows: readonly Row[], groupRows: readonly Row[]): Places {
  const named = rows.filter((row) => textField(row, 'identifier') !== '');
  const enabled = named.filter((row) => row.enabled === true || textField(row, 'enabled') === '1');
  const interfaces = enabled.map((row) => {
    const gateway = Array.isArray(row.gateways) && row.gateways.length > 0;
    return {
      id: textField(row, 'identifier'),
      description: textField(row, 'description') || textField(row, 'identifier').toUpperCase(),
      ...addressesOf([...ipsOf(row.ipv4), ...ipsOf(row.ipv6)]),
      unknownFamilies: [],
      internet: gateway,
    };
  });
  const groups = groupRows.map((row) =>
    toGroup(textField(row, 'ifname'), textField(row, 'members'), textField(row, 'sequence')),
  );
  return {
    ...withInternet(interfaces),
    groups,
    standing: standingOf(interfaces, groups),
    devices: new Map(enabled.map((row) => [textField(row, 'device'), textField(row, 'identifier')])),
    known: new Set(named.map((row) => textField(row, 'identifier'))),
    hops: UNSEEN_HOPS,
    isOld: false,
  };
}

function ipsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.map((entry) => textField(asRow(entry), 'ipaddr')) : [];
}

/** `10.0.0.1/24` gives an address and a network; a host network (`/32`) and link-local ones give an address only. */
function addressesOf(pairs: readonly string[]): { readonly addresses: string[]; readonly networks: string[] } {
  const addresses: string[] = [];
  const networks: string[] = [];
  for (const pair of pairs) {
    const [text = '', bits = ''] = pair.split('/');
    const ip = parseIp(text);
    if (ip === undefined) continue;
    addresses.push(text.replace(/%.*$/, ''));
    const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : familyBits(ip.family);
    if (prefix >= familyBits(ip.family) || /^fe80:/i.test(text)) continue;
    networks.push(`${formatIp({ family: ip.family, value: networkOf(ip, prefix).first })}/${prefix}`);
  }
  return { addresses, networks: [...new Set(networks)] };
}

function toGroup(id: string, members: string, sequence: string): GroupName {
  return { id, members: splitList(members.replaceAll(/[ |]/g, ',')), sequence: Number(sequence) || 0, declared: true };
}

/** Where no interface has a gateway, the one called `wan` is taken as the way to the internet. */
function withInternet(interfaces: readonly RuleInterface[]): Pick<Places, 'interfaces' | 'notes'> {
  if (interfaces.some((one) => one.internet) || !interfaces.some((one) => one.id === 'wan'))
    return { interfaces, notes: [] };
  return {
    interfaces: interfaces.map((one) => (one.id === 'wan' ? { ...one, internet: true } : one)),
    notes: ['No interface has a gateway in what was read, so wan is taken as the way to the internet.'],
  };
}
