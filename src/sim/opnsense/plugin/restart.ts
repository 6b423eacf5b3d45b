import { entriesOf, isExpected, staticArpEffects, wantedRanges } from '../dhcpd.js';
import { childOf, childrenOf, type SimNode, textAt } from '../node.js';
import type { SimState } from '../state.js';
import type { Complaint, PluginApply } from './model.js';

/** Interfaces on which a start of DHCP with this configuration puts static ARP in force. */
export function closingInterfaces(state: SimState, root: SimNode): string[] {
  if (!isExpected(root)) return [];
  return staticArpEffects(state, root).flatMap(({ id, isWanted }) => (isWanted ? [id] : []));
}

/** Those of them on which it was set before the request. */
export function dormantOf(apply: PluginApply, closing: readonly string[]): string[] {
  const asked = (apply.segments ?? []).filter((one) => one.settings?.static_arp === true).map((one) => one.interface);
  return closing.filter((id) => !asked.includes(id));
}

/** What nobody asked for and the request does not accept. */
export function restartErrors(apply: PluginApply, closing: readonly string[]): Complaint[] {
  return dormantOf(apply, closing)
    .filter((id) => !(apply.accept_static_arp ?? []).includes(id))
    .map((id) => ({
      where: `dhcpd/${id}`,
      object: id,
      message: `Static ARP was left set on ${id} and is not in force. The restart of DHCP would put it in force.`,
    }));
}

/** `restarts` of `state/get`. */
export function restartsOf(state: SimState, root: SimNode, scope: readonly string[]): Record<string, unknown>[] {
  return [...closingRows(state, root, scope), ...dormantRows(state, root)];
}

/** Interfaces on which dhcpd serves something else than the configuration says. */
function dormantRows(state: SimState, root: SimNode): Record<string, unknown>[] {
  const wanted = wantedRanges(root);
  return (childOf(root, 'interfaces')?.children ?? []).flatMap(({ name: id }) => {
    const [is, was] = [wanted.get(id), state.serving.get(id)];
    if (is === was) return [];
    const what = was === undefined ? 'starts' : is === undefined ? 'stops' : 'ranges';
    return [{ interface: id, what, served: is !== undefined, answered: [], neighbours: [] }];
  });
}

/** Interfaces out of scope, as if DHCP were on somewhere. */
function closingRows(state: SimState, root: SimNode, scope: readonly string[]): Record<string, unknown>[] {
  return staticArpEffects(state, root)
    .filter(({ id }) => !scope.includes(id))
    .map(({ id, section, isWanted }) => {
      const device = textAt(childOf(childOf(root, 'interfaces'), id), 'if');
      return {
        interface: id,
        what: isWanted ? 'closes' : 'opens',
        served: childOf(section, 'enable') !== undefined,
        answered: answeredOf(section),
        neighbours: state.arp
          .filter((row) => row.device === device && !row.permanent)
          .map(({ address, mac }) => ({ address, mac })),
      };
    });
}

function answeredOf(section: SimNode): { address: string; mac: string }[] {
  const entries = entriesOf(section);
  return childrenOf(section, 'staticmap')
    .map((map) => ({ address: textAt(map, 'ipaddr'), mac: textAt(map, 'mac').toLowerCase() }))
    .filter(({ address, mac }) => address !== '' && mac !== '' && entries.has(address));
}
