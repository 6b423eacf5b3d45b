import type { ObservedPolicy } from '../../model/policy-entries.js';
import { shortList } from '../names.js';
import type { Warning } from '../types.js';
import type { PolicyView } from './types.js';

/**
 * Aliases of networks that were written on the other node of a pair and leave out that one's address and not this one's: what is let
 * into the network is let into this node too. Pure.
 */
export function ownAddressWarnings({ compiled, changes, scene }: PolicyView, { aliases }: ObservedPolicy): Warning[] {
  return compiled.aliases.flatMap(({ key, what, own = [] }): Warning[] => {
    if (own.length === 0 || changes.some((one) => one.kind === 'alias' && one.key === key)) return [];
    const standing = aliases.find((one) => one.owner === scene.owner && one.key === key);
    const content = standing?.entry.content ?? own;
    const missing = own.filter((item) => !content.includes(item)).map((item) => item.slice(1));
    if (missing.length === 0) return [];
    const message = `What the policy lets into ${what} it lets into this node of the pair too (${shortList(missing)}): the alias was written on the other node, which does not know this one's address. Name the addresses of both nodes as node_addresses: in the configuration.`;
    return [{ code: 'ha-own-address', message }];
  });
}
