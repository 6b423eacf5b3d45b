import { parseAddress } from '../../../model/address.js';
import type { FirewallInterface, Observed } from '../../../model/firewall.js';
import type { Pair } from '../../../model/pair.js';
import { child, textOf, type XmlElement } from '../../../xml/element.js';
import { pairOf, readCarp } from './carp.js';
import { readInterfaces } from './interfaces.js';
import { readOtherDhcp } from './other-dhcp.js';
import { hostOf } from './peer.js';
import { SYNC_SETTING, unsyncedItems } from './sync-items.js';

/** What a config.xml says beside `<dhcpd>`. */
export interface ConfigReading {
  readonly interfaces: readonly FirewallInterface[];
  readonly otherDhcp: Observed['otherDhcp'];
  readonly peerAddress: string | undefined;
  /** How this node stands in its pair is not in the file. */
  readonly pair: Pair;
  readonly notes: readonly string[];
}

/** Reads interfaces, virtual addresses, other DHCP servers and the high-availability peer from a config.xml. Pure. */
export function readConfig(root: XmlElement): ConfigReading {
  const interfaces = readInterfaces(root);
  const other = readOtherDhcp(root, interfaces);
  const peer = readPeer(root);
  return {
    interfaces,
    otherDhcp: other.servers,
    peerAddress: peer.address,
    pair: readPair(root, interfaces),
    notes: [...other.notes, ...peer.notes],
  };
}

/** Whoever writes config.xml without the plugin hands nothing over. */
function readPair(root: XmlElement, interfaces: readonly FirewallInterface[]): Pair {
  const peer = hostOf(textOf(child(root, 'hasync'), 'synchronizetoip'));
  return {
    ...pairOf(readCarp(root, interfaces)),
    role: undefined,
    peer: peer === '' ? undefined : peer,
    pushes: false,
    missing: unsyncedItems(root),
    remedy: SYNC_SETTING,
  };
}

/** The other node: where the configuration is pushed to, else where pfsync goes (model Hasync.xml 1.0.2). */
function readPeer(root: XmlElement): { readonly address: string | undefined; readonly notes: readonly string[] } {
  const hasync = child(root, 'hasync');
  const target = textOf(hasync, 'synchronizetoip');
  const pfsync = textOf(hasync, 'pfsyncpeerip');
  const host = hostOf(target);
  const fallback = parseAddress(pfsync) === undefined ? undefined : pfsync;
  if (parseAddress(host) !== undefined) return { address: host, notes: [] };
  if (target === '') return { address: fallback, notes: [] };
  const note = `The high-availability peer is named ${JSON.stringify(host)} and not by an IPv4 address, so slash32 cannot see whether it would be cut off.`;
  return { address: fallback, notes: fallback === undefined ? [note] : [] };
}
