import type { HandOverGap, HandOverPart } from '../../../model/pair.js';
import { child, textOf, type XmlElement } from '../../../xml/element.js';

/** Where a person says what the other node gets. */
export const SYNC_SETTING = 'System: High Availability: Settings, Services to synchronize';

/** What OPNsense synchronises by these ids, and what its page calls them. */
const SYNC_ITEMS: Readonly<Record<string, { readonly part: HandOverPart; readonly name: string }>> = {
  slash32: { part: 'records', name: 'Slash32' },
  dhcpd: { part: 'dhcp', name: 'ISC DHCPv4' },
  rules: { part: 'rules', name: 'Firewall Rules' },
  aliases: { part: 'aliases', name: 'Aliases' },
  nat: { part: 'redirects', name: 'NAT' },
  categories: { part: 'categories', name: 'Firewall Categories' },
};

/** An item as a gap; one that is not known here, as a later plugin may need, is named as it is. */
export function gapOf(item: string): HandOverGap {
  return SYNC_ITEMS[item] ?? { part: 'records', name: item };
}

/** Items that something of ours can stand in and that are not among those that are chosen. */
export function unchosen(items: readonly string[]): string[] {
  return Object.keys(SYNC_ITEMS).filter((item) => !items.includes(item));
}

/** Items that a config.xml does not synchronise, of those that entries of slash32 can stand in without its plugin. */
export function unsyncedItems(root: XmlElement): HandOverGap[] {
  const hasync = child(root, 'hasync');
  if (textOf(hasync, 'synchronizetoip') === '') return [];
  return unchosen(textOf(hasync, 'syncitems').split(','))
    .filter((item) => item !== 'slash32')
    .map(gapOf);
}
