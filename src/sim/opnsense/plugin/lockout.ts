import { childOf, childrenOf, type SimNode, textAt } from '../node.js';
import type { SimState } from '../state.js';
import type { Complaint, PluginApply, PluginRule } from './model.js';
import { holds, isInside, ownAddresses } from './networks.js';

/** What would cut the caller off: an interface that closes without an entry for it, or a block rule. */
export function findLockout(
  before: SimNode,
  after: SimNode,
  apply: PluginApply,
  state: SimState,
  caller: string,
): Complaint[] {
  const closed = (apply.segments ?? []).filter(({ interface: id }) => isCutOff(before, after, id, caller, state));
  return [
    ...closed.map(({ interface: id }) => ({
      where: id,
      object: caller,
      message: `The request came from ${caller} on ${id}, and that address would be cut off.`,
    })),
    ...blocking(after, apply, caller),
  ];
}

function isCutOff(before: SimNode, after: SimNode, id: string, caller: string, state: SimState): boolean {
  if (!holds(after, id, caller) || ownAddresses(after, id).includes(caller)) return false;
  const known = state.arp.find((row) => row.address === caller)?.mac;
  const look = (root: SimNode) => {
    const section = childOf(childOf(root, 'dhcpd'), id);
    const covers = childrenOf(section, 'staticmap').some(
      (map) => textAt(map, 'ipaddr') === caller && (known === undefined || textAt(map, 'mac') === known),
    );
    return {
      arp: childOf(section, 'staticarp') !== undefined,
      deny: childOf(section, 'denyunknown') !== undefined,
      covers,
    };
  };
  const was = look(before);
  const is = look(after);
  const closes = (is.arp && !was.arp) || (is.deny && !was.deny);
  return (is.arp || is.deny) && !is.covers && (closes || was.covers);
}

/** The first rule that would keep the caller's TCP from the firewall; in doubt a block counts and a pass does not. */
function blocking(root: SimNode, apply: PluginApply, caller: string): Complaint[] {
  const content = new Map((apply.aliases ?? []).map((alias) => [alias.name, alias.content]));
  const open = new Set<string>();
  const rules = [...(apply.rules ?? []).entries()].sort(([, one], [, other]) => one.sequence - other.sequence);
  for (const [index, rule] of rules) {
    const id = rule.interface;
    const { enabled = true, direction = 'in', ipprotocol = 'inet', protocol = 'any', quick = true } = rule;
    const hitsTcp = ['any', 'TCP', 'TCP/UDP'].includes(String(protocol)) && ipprotocol !== 'inet6';
    if (!enabled || direction !== 'in' || !hitsTcp || !holds(root, id, caller) || open.has(id)) continue;
    const passes = rule.action === 'pass';
    const sure = quick && `${rule.source_port ?? ''}${rule.destination_port ?? ''}` === '';
    if ((passes && !sure) || !matches(root, rule, content, caller, !passes)) continue;
    if (passes) open.add(id);
    else {
      const message = `The request came from ${caller} on ${id}, and this rule would keep that address from the firewall.`;
      return [{ where: `rules/${index}`, object: rule.descr, message }];
    }
  }
  return [];
}

function matches(
  root: SimNode,
  rule: PluginRule,
  content: ReadonlyMap<string, readonly string[]>,
  caller: string,
  inDoubt: boolean,
): boolean {
  const own = ownAddresses(root, rule.interface);
  const decide = (net: unknown, not: unknown, addresses: readonly string[]): boolean => {
    const covers = net === '(self)' && addresses === own ? true : coversOne(String(net), content, addresses);
    return covers === undefined ? inDoubt : covers !== (not === true);
  };
  return decide(rule.source_net, rule.source_not, [caller]) && decide(rule.destination_net, rule.destination_not, own);
}

/** Whether a network of a rule holds one of these addresses; undefined when that cannot be known here. */
function coversOne(
  net: string,
  content: ReadonlyMap<string, readonly string[]>,
  addresses: readonly string[],
): boolean | undefined {
  if (net === 'any') return true;
  const parts = net.split(',').flatMap((part) => content.get(part) ?? [part]);
  const known = parts.filter((part) => /^[\d.]+(\/\d+)?$/.test(part));
  if (known.some((part) => addresses.some((one) => isInside(one, part.includes('/') ? part : `${part}/32`))))
    return true;
  return known.length === parts.length ? false : undefined;
}
