import { ensureChild, node, type SimNode } from '../../src/sim/opnsense/node.js';

/** Puts a CARP address on an interface of a simulated firewall. */
export function addCarp(root: SimNode, id: string, address: string): void {
  const vip = [
    node('interface', id),
    node('mode', 'carp'),
    node('vhid', '3'),
    node('subnet', address),
    node('subnet_bits', address.includes(':') ? '64' : '24'),
    node('password', 'carp-secret'),
  ];
  ensureChild(root, 'virtualip').children.push(node('vip', vip));
}

/** Names another node, and what it gets. */
export function addPeer(root: SimNode, syncitems: string, address = '10.0.0.3'): void {
  const hasync = ensureChild(root, 'hasync');
  hasync.children = [node('synchronizetoip', address), node('syncitems', syncitems)];
}

/** Everything of ours. */
export const ALL_ITEMS = 'slash32,dhcpd,rules,aliases,nat,categories';
