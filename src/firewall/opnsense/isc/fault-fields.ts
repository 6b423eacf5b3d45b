import { child, type XmlElement } from '../../../xml/element.js';
import type { Report } from './fault-report.js';
import { isDomainList, isHost, isHostList, isNumber, isQuotable } from './fault-values.js';
import { isArray, isEmpty, isSet, listed, scalar } from './values.js';

type Rule = 'quoted' | 'host' | 'hosts' | 'seconds' | 'byte' | 'mtu' | 'domains' | 'name';

const MESSAGE: Readonly<Record<Rule, string>> = {
  quoted: 'holds a quotation mark or ends in a backslash, or is too long, and dhcpd reads beyond it',
  host: 'is no address or host name',
  hosts: 'is no address or host name, or no list of them with commas',
  seconds: 'is no whole number',
  byte: 'is no whole number up to 255',
  mtu: 'is no whole number up to 65535',
  domains: 'is no list of domain names',
  name: 'is no name that dhcpd can read',
};

/** Fields that the generator writes for an interface, for each of its pools, and for a static mapping alike. */
const COMMON: Readonly<Record<string, Rule>> = {
  domain: 'quoted',
  domainsearchlist: 'domains',
  defaultleasetime: 'seconds',
  maxleasetime: 'seconds',
  tftp: 'quoted',
};

/** Fields of an interface and of a pool. */
const SUBNET: Readonly<Record<string, Rule>> = { ...COMMON, interface_mtu: 'mtu', ldap: 'quoted' };

const NETBOOT: Readonly<Record<string, Rule>> = { nextserver: 'host', filename: 'quoted', rootpath: 'quoted' };
const NETBOOT_FILES = ['filename32', 'filename64', 'filename32arm', 'filename64arm', 'filenameipxe'];
const LISTS = ['dnsserver', 'winsserver', 'ntpserver'];

/** Checks the fields of an interface or one of its pools that reach dhcpd.conf. `prefix` names a pool. */
export function checkSubnetFields(element: XmlElement, prefix: string, report: Report): void {
  checkRules(element, SUBNET, prefix, report);
  checkLists(element, prefix, report);
  checkGateway(element, 'hosts', prefix, report);
  if (!isEmpty(scalar(element, 'tftp'))) checkRules(element, { bootfilename: 'quoted' }, prefix, report);
  if (isSet(element, 'netboot')) {
    checkRules(element, NETBOOT, prefix, report);
    if (prefix === '') for (const name of NETBOOT_FILES) checkRules(element, { [name]: 'quoted' }, prefix, report);
  }
  if (isSet(element, 'ddnsupdate'))
    checkRules(element, { ddnsdomain: 'name', ddnsdomainkeyname: 'name' }, prefix, report);
  if (prefix !== '') return;
  checkRules(element, { minsecs: 'byte', failover_peerip: 'host' }, prefix, report);
  if (!isEmpty(scalar(element, 'failover_peerip'))) checkRules(element, { failover_split: 'seconds' }, prefix, report);
  if (isSet(element, 'omapi') && !isNumber(scalar(element, 'omapiport'), 65_535))
    report.fault('omapiport', 'OMAPI is on, but its port is no number, and dhcpd refuses the file.');
}

/** Checks the fields of a static mapping beside its MAC and address. `prefix` names the mapping. */
export function checkMapFields(element: XmlElement, prefix: string, report: Report): void {
  checkRules(element, { hostname: 'quoted', cid: 'quoted', filename: 'quoted', rootpath: 'quoted' }, prefix, report);
  checkRules(element, COMMON, prefix, report);
  checkLists(element, prefix, report);
  checkGateway(element, 'hosts', prefix, report);
  if (!isEmpty(scalar(element, 'tftp'))) checkRules(element, { bootfilename: 'quoted' }, prefix, report);
}

function checkRules(element: XmlElement, rules: Readonly<Record<string, Rule>>, prefix: string, report: Report): void {
  for (const inner of element.children) {
    const rule = Object.hasOwn(rules, inner.name) ? rules[inner.name] : undefined;
    if (rule === undefined || child(element, inner.name) !== inner) continue;
    const value = scalar(element, inner.name);
    if (isEmpty(value)) continue;
    if (rule === 'domains' && isArray(element, inner.name))
      report.fault(
        prefix + inner.name,
        'The tag stands there twice, which makes OPNsense fail while it writes dhcpd.conf.',
      );
    else if (!obeys(rule, value)) report.fault(prefix + inner.name, `${shown(inner.name, value)} ${MESSAGE[rule]}.`);
  }
}

function checkLists(element: XmlElement, prefix: string, report: Report): void {
  for (const name of LISTS) {
    if (!isSet(element, name)) continue;
    const values = listed(element, name).map((one) => one.text.trim());
    if (isEmpty(values[0] ?? '')) continue;
    const bad = values.find((value) => !isHostList(value));
    if (bad !== undefined) report.fault(prefix + name, `${JSON.stringify(bad)} ${MESSAGE.host}.`);
  }
}

function checkGateway(element: XmlElement, rule: Rule, prefix: string, report: Report): void {
  if (scalar(element, 'gateway') !== 'none') checkRules(element, { gateway: rule }, prefix, report);
}

function obeys(rule: Rule, value: string): boolean {
  switch (rule) {
    case 'quoted':
      return isQuotable(value);
    case 'host':
      return isHost(value);
    case 'hosts':
      return isHostList(value);
    case 'seconds':
      return isNumber(value, Number.MAX_VALUE) || value.trim() === 'infinite';
    case 'byte':
      return isNumber(value, 255);
    case 'mtu':
      return isNumber(value, 65_535);
    case 'domains':
      return isDomainList(value);
    case 'name':
      return /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(value);
  }
}

/** A key name may lead to its key, so only values that are no secret are shown. */
function shown(name: string, value: string): string {
  return name.includes('key') ? 'It' : JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
