import type { FirewallInterface } from '../../../model/firewall.js';
import { parseIp } from '../../../model/ip.js';
import { type Pair, type PairRole, roleOf, type SharedAddress } from '../../../model/pair.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';

/**
 * The CARP addresses of a config.xml, of both families, in its order; how this node stands on them is not in the file. One on an
 * interface that is disabled or not there is nobody's.
 */
export function readCarp(root: XmlElement, interfaces: readonly FirewallInterface[]): SharedAddress[] {
  const enabled = new Set(interfaces.filter((one) => one.enabled).map((one) => one.id));
  return childrenNamed(child(root, 'virtualip'), 'vip')
    .filter((vip) => textOf(vip, 'mode') === 'carp' && enabled.has(textOf(vip, 'interface')))
    .map((vip) => ({ interface: textOf(vip, 'interface'), address: textOf(vip, 'subnet'), status: undefined }))
    .filter(({ address }) => parseIp(address) !== undefined);
}

/** A pair of which only its addresses are known, and how this node stands on them; `role` where that is not what they say. */
export function pairOf(addresses: readonly SharedAddress[], role: PairRole | undefined = roleOf(addresses)): Pair {
  return { role, addresses, peer: undefined, pushes: undefined, missing: [], debts: [], unwatched: [] };
}

/** The same address, however it is written. */
export function isSameAddress(one: string, other: string): boolean {
  const [first, second] = [parseIp(one), parseIp(other)];
  return first !== undefined && first.family === second?.family && first.value === second.value;
}
