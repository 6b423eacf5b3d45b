import { type Subnet, subnetOf } from '../../../model/address.js';
import type { DhcpFault, FirewallInterface } from '../../../model/firewall.js';
import { childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import { checkSubnetFields } from './fault-fields.js';
import { checkOptions } from './fault-options.js';
import { checkRanges } from './fault-ranges.js';
import { type DhcpWarning, type Report, reportOn } from './fault-report.js';
import { checkReservations } from './fault-reservations.js';
import { isHardwareAddress } from './fault-values.js';
import { isArray, isEmpty, isSet, listed, scalar } from './values.js';

/** What DHCP would say to a config.xml. */
export interface DhcpFindings {
  /** What dhcpd refuses, what OPNsense fails at, or what takes an interface down at the next restart. */
  readonly faults: readonly DhcpFault[];
  /** What is risky or without effect, but no obstacle. */
  readonly warnings: readonly DhcpWarning[];
}

/**
 * Goes through `<dhcpd>` as OPNsense's generator does (plugin net/isc-dhcp, dhcpd.inc) and says what a restart of DHCP
 * would trip over, foreign entries included: ISC stops the old daemon first, so one bad entry stops every segment.
 * `root` is the candidate, so what a change mends is no fault. Secrets under `<dhcpd>` are never quoted. Pure, linear.
 */
export function findFaults(root: XmlElement, interfaces: readonly FirewallInterface[]): DhcpFindings {
  const faults: DhcpFault[] = [];
  const warnings: DhcpWarning[] = [];
  const sections = childrenNamed(root, 'dhcpd');
  const byId = new Map(interfaces.map((one) => [one.id, one]));
  const elements = sections[0]?.children ?? [];
  const seen = new Set<string>();
  for (const element of elements) {
    const report = reportOn(element.name, faults, warnings);
    if (seen.has(element.name))
      report.fault(element.name, 'Its settings stand under <dhcpd> twice, so OPNsense serves none of them.');
    else checkInterface(element, byId.get(element.name), report);
    seen.add(element.name);
  }
  if (sections.length > 1)
    reportOn('dhcpd', faults, warnings).fault(
      'dhcpd',
      'The section stands in the file twice, and OPNsense cannot read it.',
    );
  return { faults: restarts(elements, byId) ? faults : [], warnings };
}

/** Without one enabled interface OPNsense stops dhcpd and does nothing else. */
function restarts(elements: readonly XmlElement[], byId: ReadonlyMap<string, FirewallInterface>): boolean {
  return elements.some((element) => isSet(element, 'enable') && byId.has(element.name));
}

function checkInterface(element: XmlElement, one: FirewallInterface | undefined, report: Report): void {
  const subnet = isSet(element, 'enable') ? servedSubnet(one) : undefined;
  checkOptions(element, subnet !== undefined, report);
  if (one?.enabled && isSet(element, 'staticarp') && isEmpty(textOf(element, 'staticarp')))
    report.fault(
      'staticarp',
      'Static ARP is on, but in a form for which OPNsense adds no entries: the firewall would answer nobody on this interface.',
    );
  if (subnet === undefined) return;
  checkMacList(element, 'mac_allow', '', report);
  checkMacList(element, 'mac_deny', '', report);
  checkSubnetFields(element, '', report);
  for (const [index, pool] of listed(element, 'pool').entries()) {
    const prefix = `pool ${index + 1}: `;
    checkMacList(pool, 'mac_allow', prefix, report);
    checkMacList(pool, 'mac_deny', prefix, report);
    checkSubnetFields(pool, prefix, report);
  }
  checkReservations(element, subnet, checkRanges(element, subnet, report), report);
}

/** The network that the generator writes for an interface; undefined for one that it passes over. */
function servedSubnet(one: FirewallInterface | undefined): Subnet | undefined {
  if (!one?.enabled || one.address === undefined || one.prefix === undefined) return undefined;
  return subnetOf(one.address, one.prefix);
}

function checkMacList(element: XmlElement, name: string, prefix: string, report: Report): void {
  if (isArray(element, name)) {
    report.fault(prefix + name, 'The tag stands there twice, which makes OPNsense fail while it writes dhcpd.conf.');
    return;
  }
  const list = scalar(element, name);
  if (isEmpty(list)) return;
  const macs = list.split(',').filter((mac) => !isEmpty(mac));
  const bad = macs.find((mac) => !isHardwareAddress(mac));
  if (bad !== undefined)
    report.fault(
      prefix + name,
      `${JSON.stringify(bad)} is no MAC address or beginning of one; dhcpd refuses its whole file for most such words.`,
    );
}
