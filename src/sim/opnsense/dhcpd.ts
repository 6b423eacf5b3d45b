import { childOf, childrenOf, type SimNode, textAt } from './node.js';
import type { SimState } from './state.js';

const MAC = /^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i;

/** A segment of the simulated dhcpd: an interface that is there, has an IPv4 address and DHCP switched on. */
export interface ServedInterface {
  readonly id: string;
  readonly section: SimNode;
  readonly address: string;
  readonly prefix: number;
}

/** The interfaces that the generated dhcpd.conf would speak of (docs/facts.md, "ISC dhcpd under OPNsense"). */
export function servedInterfaces(root: SimNode): ServedInterface[] {
  return (childOf(root, 'dhcpd')?.children ?? []).flatMap((section) => {
    const known = childOf(childOf(root, 'interfaces'), section.name);
    const address = textAt(known, 'ipaddr');
    const prefix = Number(textAt(known, 'subnet'));
    if (childOf(section, 'enable') === undefined || numberOf(address) === undefined) return [];
    return [{ id: section.name, section, address, prefix }];
  });
}

/** The first thing that ISC dhcpd 4.4 refuses in the configuration; undefined when it would start. */
export function dhcpdRefusal(root: SimNode): string | undefined {
  for (const served of servedInterfaces(root)) {
    const problem = rangeProblem(served) ?? mapsProblem(served) ?? optionProblem(served.section);
    if (problem !== undefined) return `${served.id}: ${problem}`;
  }
  return undefined;
}

/**
 * Stops the daemon and starts it anew, as OPNsense does: the old one is gone before the new configuration is looked at.
 * Where DHCP is on anywhere, every section of `<dhcpd>` first puts its device in static ARP mode or takes it out, whether
 * DHCP is on there or not, and whether dhcpd comes up or not.
 */
export function restartDhcpd(state: SimState): void {
  const root = state.disk.view();
  state.dhcpdFault = state.dhcpdBroken ? 'broken on purpose' : dhcpdRefusal(root);
  state.dhcpdRunning = state.dhcpdFault === undefined && servedInterfaces(root).length > 0;
  state.serving = state.dhcpdRunning ? wantedRanges(root) : new Map();
  if (!isExpected(root)) return;
  for (const { id, section, isWanted } of staticArpEffects(state, root))
    if (isWanted) state.staticArp.set(id, entriesOf(section));
    else state.staticArp.delete(id);
}

/** The dynamic ranges of each interface that dhcpd would serve, as one text. */
export function wantedRanges(root: SimNode): Map<string, string> {
  const ranges = (section: SimNode): string =>
    [section, ...childrenOf(section, 'pool')]
      .flatMap((pool) => childrenOf(pool, 'range').slice(0, 1))
      .map((range) => `${textAt(range, 'from')} ${textAt(range, 'to')}`)
      .sort()
      .join();
  const on = new Set(switchedOn(root).map((section) => section.name));
  return new Map(
    servedInterfaces(root).flatMap(({ id, section }) => (on.has(id) ? [[id, ranges(section)] as const] : [])),
  );
}

/** An interface whose device is not as its section says. */
export interface StaticArpEffect {
  readonly id: string;
  readonly section: SimNode;
  /** Whether the next start of DHCP switches static ARP on; off otherwise. */
  readonly isWanted: boolean;
}

/** What a start of DHCP changes of static ARP, where DHCP is on anywhere. */
export function staticArpEffects(state: SimState, root: SimNode): StaticArpEffect[] {
  return switchedOn(root).flatMap((section) => {
    const isWanted = childOf(section, 'staticarp') !== undefined;
    return isWanted === state.staticArp.has(section.name) ? [] : [{ id: section.name, section, isWanted }];
  });
}

/** Whether OPNsense counts DHCP as on: any assigned interface with an `enable` tag (`dhcpd_dhcpv4_enabled`). */
export function isExpected(root: SimNode): boolean {
  const assigned = childOf(root, 'interfaces');
  return (childOf(root, 'dhcpd')?.children ?? []).some(
    (section) => childOf(section, 'enable') !== undefined && childOf(assigned, section.name) !== undefined,
  );
}

/** The sections of `<dhcpd>` whose interface is there and switched on. */
function switchedOn(root: SimNode): SimNode[] {
  const assigned = childOf(root, 'interfaces');
  return (childOf(root, 'dhcpd')?.children ?? []).filter(
    (section) => childOf(childOf(assigned, section.name), 'enable') !== undefined,
  );
}

/** Sets the ARP entries anew, stale ones removed: `interface neighbor configure`. */
export function configureNeighbours(state: SimState): void {
  for (const section of switchedOn(state.disk.view()))
    if (state.staticArp.has(section.name)) state.staticArp.set(section.name, entriesOf(section));
}

/** An IPv4 address as a number; undefined when the text is none. */
export function numberOf(address: string): number | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function entriesOf(section: SimNode): Set<string> {
  const value = textAt(section, 'staticarp');
  if (value === '' || value === '0') return new Set();
  return new Set(childrenOf(section, 'staticmap').map((map) => textAt(map, 'ipaddr')));
}

function rangeProblem({ section, address, prefix }: ServedInterface): string | undefined {
  const ranges = childrenOf(section, 'range');
  const from = numberOf(textAt(ranges[0], 'from'));
  const to = numberOf(textAt(ranges[0], 'to'));
  if (ranges.length !== 1 || from === undefined || to === undefined) return 'range without two addresses';
  const size = 2 ** (32 - prefix);
  const base = Math.floor((numberOf(address) ?? 0) / size) * size;
  return [from, to].every((end) => end >= base && end < base + size) ? undefined : 'range outside the subnet';
}

function mapsProblem({ section }: ServedInterface): string | undefined {
  for (const map of childrenOf(section, 'staticmap')) {
    const mac = textAt(map, 'mac');
    const address = textAt(map, 'ipaddr');
    if (mac !== '' && !MAC.test(mac)) return `hardware ethernet ${mac}`;
    if (address !== '' && numberOf(address) === undefined) return `fixed-address ${address}`;
    if (textAt(map, 'hostname').includes('"')) return 'a quote in a host name';
  }
  return undefined;
}

/** PHP drops a leading blank item of a list, but not beside one with tags inside. */
function optionProblem(section: SimNode): string | undefined {
  const items = childrenOf(childOf(section, 'numberoptions'), 'item');
  const isAlone = items.length === 1 && items[0]?.children.length === 0;
  for (const item of isAlone ? [] : items) {
    if (item.children.length === 0) return 'an option without fields';
    const value = textAt(item, 'value');
    if (textAt(item, 'type') === 'ip-address' && numberOf(value) === undefined) return `option value ${value}`;
    if (value.includes('"')) return 'a quote in an option';
  }
  const gateway = textAt(section, 'gateway');
  if (gateway !== '' && gateway !== 'none' && numberOf(gateway) === undefined) return `routers ${gateway}`;
  return undefined;
}
