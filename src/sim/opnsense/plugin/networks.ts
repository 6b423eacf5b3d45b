import { numberOf } from '../dhcpd.js';
import { childOf, childrenOf, type SimNode, textAt } from '../node.js';

/** Whether an interface is assigned. */
export function hasInterface(root: SimNode, id: string): boolean {
  return childOf(childOf(root, 'interfaces'), id) !== undefined;
}

/** Whether rules may be put on an interface: it is there, switched on, and no group of interfaces. */
export function takesRules(root: SimNode, id: string): boolean {
  const known = childOf(childOf(root, 'interfaces'), id);
  const isVirtual = !['', '0'].includes(textAt(known, 'virtual')) || textAt(known, 'type') === 'group';
  return childOf(known, 'enable') !== undefined && !isVirtual;
}

/** Addresses of the firewall itself on an interface. */
export function ownAddresses(root: SimNode, id: string): string[] {
  const own = textAt(childOf(childOf(root, 'interfaces'), id), 'ipaddr');
  return [...(numberOf(own) === undefined ? [] : [own]), ...virtualAddresses(root, id)];
}

/** Virtual addresses of an interface. */
export function virtualAddresses(root: SimNode, id: string): string[] {
  return childrenOf(childOf(root, 'virtualip'), 'vip')
    .filter((vip) => textAt(vip, 'interface') === id)
    .map((vip) => textAt(vip, 'subnet'));
}

/** Whether an address lies in the static network of an interface. */
export function holds(root: SimNode, id: string, address: string): boolean {
  const known = childOf(childOf(root, 'interfaces'), id);
  return isInside(address, `${textAt(known, 'ipaddr')}/${textAt(known, 'subnet')}`);
}

/** Whether an address lies in a network such as `10.0.0.0/8`, which may be named by any of its addresses. */
export function isInside(address: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  const [one, other] = [numberOf(address), numberOf(base)];
  if (one === undefined || other === undefined || !/^\d{1,2}$/.test(bits)) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(one / size) === Math.floor(other / size);
}

/** Why no host on an interface can have an address; undefined when one can. */
export function objection(root: SimNode, id: string, address: string): string | undefined {
  if (!holds(root, id, address)) return `${address} lies outside the network.`;
  if (ownAddresses(root, id).includes(address)) return `${address} is the firewall itself.`;
  const size = 2 ** (32 - Number(textAt(childOf(childOf(root, 'interfaces'), id), 'subnet')));
  const offset = (numberOf(address) ?? 0) % size;
  return size > 2 && (offset === 0 || offset === size - 1)
    ? `${address} is the network or the broadcast address.`
    : undefined;
}
