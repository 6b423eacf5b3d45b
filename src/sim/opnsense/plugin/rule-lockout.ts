import { type SimNode, textAt } from '../node.js';
import { interfaceBehind } from './alias-checks.js';
import { isThere } from './marker.js';
import { holds, isInside, ownAddresses } from './networks.js';
import { objectsOf } from './objects.js';

/** Where OPNsense's web server listens unless its settings say otherwise. */
const WEB = 443;

/**
 * The first rule of slash32 that keeps an address from the firewall's web server; undefined when none does. In doubt a block
 * counts and a pass does not.
 */
export function findBlocking(root: SimNode, caller: string): SimNode | undefined {
  const open = new Set<string>();
  for (const rule of rulesFor(root, caller)) {
    const id = textAt(rule, 'interface');
    const passes = textAt(rule, 'action') === 'pass';
    if (open.has(id) || !concerns(root, rule, caller, !passes)) continue;
    if (passes) {
      if (textAt(rule, 'quick') !== '0') open.add(id);
    } else if (isThere(textAt(rule, 'description'))) return rule;
  }
  return undefined;
}

/** The enabled rules on the interface that the caller comes in on, in the order of pf. */
function rulesFor(root: SimNode, caller: string): SimNode[] {
  return objectsOf(root, 'rule')
    .filter((rule) => textAt(rule, 'enabled') !== '0' && holds(root, textAt(rule, 'interface'), caller))
    .sort((one, other) => Number(textAt(one, 'sequence')) - Number(textAt(other, 'sequence')));
}

function concerns(root: SimNode, rule: SimNode, caller: string, inDoubt: boolean): boolean {
  const fits = ['', 'ANY', 'TCP', 'TCP/UDP'].includes(textAt(rule, 'protocol').toUpperCase());
  if (!fits || textAt(rule, 'ipprotocol') === 'inet6' || textAt(rule, 'direction') === 'out') return false;
  if (textAt(rule, 'source_port') !== '' && !inDoubt) return false;
  const lists = new Map(
    objectsOf(root, 'alias').map((alias) => [textAt(alias, 'name'), textAt(alias, 'content').split(/[,\s]+/)]),
  );
  const port = textAt(rule, 'destination_port');
  if (port !== '' && !(hasPort(lists, port) ?? inDoubt)) return false;
  const own = ownAddresses(root, textAt(rule, 'interface'));
  return (['source', 'destination'] as const).every((side) => {
    const isSelf = side === 'destination';
    const covers = coverAny(root, lists, textAt(rule, `${side}_net`) || 'any', isSelf ? own : [caller], isSelf);
    return covers === undefined ? inDoubt : covers !== (textAt(rule, `${side}_not`) === '1');
  });
}

type Lists = ReadonlyMap<string, readonly string[]>;

/** Whether ports hold the web server's; undefined when that cannot be known here. */
function hasPort(lists: Lists, text: string): boolean | undefined {
  if (text === 'http' || text === 'https') return text === 'https';
  const [, from, to = from] = /^(\d+)(?:[-:](\d+))?$/.exec(text) ?? [];
  if (from !== undefined) return Number(from) <= WEB && WEB <= Number(to);
  return anyOf((lists.get(text) ?? ['?']).map((word) => (/^[\d:]+$/.test(word) ? hasPort(lists, word) : undefined)));
}

/** Whether a target of a rule holds one of some addresses; undefined when that cannot be known here. */
function coverAny(
  root: SimNode,
  lists: Lists,
  net: string,
  addresses: readonly string[],
  isSelf: boolean,
): boolean | undefined {
  const words = net.split(',').flatMap((part) => lists.get(part) ?? [part]);
  return anyOf(words.map((word) => coverOne(root, word, addresses, isSelf)));
}

function coverOne(root: SimNode, word: string, addresses: readonly string[], isSelf: boolean): boolean | undefined {
  if (word === 'any') return true;
  if (word === '(self)') return isSelf;
  if (/^[\d.]+(\/\d+)?$/.test(word)) {
    const network = word.includes('/') ? word : `${word}/32`;
    return addresses.some((address) => isInside(address, network));
  }
  const behind = interfaceBehind(word);
  if (behind !== undefined && ownAddresses(root, behind).length > 0) return coverOne(root, behind, addresses, isSelf);
  const base = word.replace(/ip$/, '');
  if (ownAddresses(root, word).length > 0) return addresses.some((address) => holds(root, word, address));
  const own = base === word ? [] : ownAddresses(root, base);
  if (own.length > 0) return addresses.some((address) => own.includes(address));
  return word.includes(':') ? false : undefined;
}

function anyOf(found: readonly (boolean | undefined)[]): boolean | undefined {
  if (found.includes(true)) return true;
  return found.includes(undefined) ? undefined : false;
}
