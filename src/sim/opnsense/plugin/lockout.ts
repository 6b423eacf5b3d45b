import { childOf, childrenOf, type SimNode, textAt } from '../node.js';
import type { SimState } from '../state.js';
import { markerOf } from './marker.js';
import type { Complaint, PluginApply } from './model.js';
import { holds, ownAddresses } from './networks.js';
import { findBlocking } from './rule-lockout.js';

/** What would cut the caller off: an interface that closes without an entry for it, or a block rule. */
export function findLockout(
  before: SimNode,
  after: SimNode,
  apply: PluginApply,
  state: SimState,
  caller: string,
  closing: readonly string[],
): Complaint[] {
  const named = (apply.segments ?? []).map((one) => one.interface);
  const closed = [...new Set([...named, ...closing])].filter((id) =>
    isCutOff(before, after, id, caller, state, closing.includes(id)),
  );
  return [
    ...closed.map((id) => ({
      where: id,
      object: caller,
      message: `The request came from ${caller} on ${id}, and that address would be cut off.`,
    })),
    ...blocking(before, after, apply, caller),
  ];
}

function isCutOff(
  before: SimNode,
  after: SimNode,
  id: string,
  caller: string,
  state: SimState,
  isClosing: boolean,
): boolean {
  if (!holds(after, id, caller) || ownAddresses(after, id).includes(caller)) return false;
  const known = state.arp.find((row) => row.address === caller)?.mac;
  const look = (root: SimNode) => {
    const section = childOf(childOf(root, 'dhcpd'), id);
    const covers = childrenOf(section, 'staticmap').some((map) => {
      const mac = textAt(map, 'mac').trim();
      return textAt(map, 'ipaddr') === caller && mac !== '' && (known === undefined || mac === known);
    });
    return {
      arp: childOf(section, 'staticarp') !== undefined,
      deny: childOf(section, 'denyunknown') !== undefined,
      covers,
    };
  };
  const was = look(before);
  const is = look(after);
  const closes = isClosing || (is.arp && !was.arp) || (is.deny && !was.deny);
  return (is.arp || is.deny) && !is.covers && (closes || was.covers);
}

/** A rule that keeps the caller out, where none did before: whoever gets through in spite of one is let in by another. */
function blocking(before: SimNode, after: SimNode, apply: PluginApply, caller: string): Complaint[] {
  const rule = findBlocking(before, caller) === undefined ? findBlocking(after, caller) : undefined;
  if (rule === undefined) return [];
  const marker = markerOf(textAt(rule, 'description'));
  const index = (apply.rules ?? []).findIndex((one) => markerOf(one.descr) === marker);
  const message = `The request came from ${caller}, and this rule would keep that address from the firewall.`;
  return [{ where: index < 0 ? 'rules' : `rules/${index}`, object: marker, message }];
}
