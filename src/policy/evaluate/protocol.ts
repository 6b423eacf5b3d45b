import type { Family } from '../../model/ip.js';

/** Numbers of IANA's protocol registry and other spellings, by the name that rules and flows are compared with. */
const SAME: Readonly<Record<string, string>> = {
  '1': 'icmp',
  '2': 'igmp',
  '6': 'tcp',
  '17': 'udp',
  '41': 'ipv6',
  '47': 'gre',
  '50': 'esp',
  '51': 'ah',
  '58': 'icmp6',
  '112': 'carp',
  '132': 'sctp',
  'ipv6-icmp': 'icmp6',
  icmpv6: 'icmp6',
};

/** One name for each protocol. */
export function canonicalProtocol(protocol: string): string {
  const lower = protocol.toLowerCase();
  return SAME[lower] ?? lower;
}

/** The protocol of a flow: `icmp` means the ICMP of its family. */
export function flowProtocol(protocol: string, family: Family): string {
  const name = canonicalProtocol(protocol);
  return name === 'icmp' && family === 'inet6' ? 'icmp6' : name;
}

/** Whether packets of the protocol have ports that rules may look at. */
export function hasPorts(protocol: string): boolean {
  return protocol === 'tcp' || protocol === 'udp';
}

/** The type of an echo request. */
export function echoRequest(family: Family): number {
  return family === 'inet' ? 8 : 128;
}
