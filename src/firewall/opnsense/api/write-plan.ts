import { Slash32Error } from '../../../errors/slash32-error.js';
import { differingChildren, differingParts } from './compare.js';
import { isListTag } from './list-tags.js';
import { fromPhp, mergePhp, type PhpArray, phpOfRpc, rpcOfPhp, toPhp } from './php-array.js';
import { isStruct, type RpcStruct, type RpcValue } from './rpc-value.js';
import { groupChildren, type Tree, treeChild } from './tree.js';

/**
 * The struct for `opnsense.restore_config_section` that turns the `<dhcpd>` of `current` into that of `wanted`: only
 * interfaces and keys that differ, lists as a whole (the merge replaces a list), removed keys as boolean false.
 * Undefined when nothing differs. The write is tried on a model of OPNsense first: `S32_OPNSENSE_CANNOT_EXPRESS`
 * names what would come out differently, foreign entries included.
 */
export function planWrite(current: Tree, wanted: Tree): RpcStruct | undefined {
  const before = treeChild(current, 'dhcpd') ?? EMPTY;
  const after = treeChild(wanted, 'dhcpd') ?? EMPTY;
  const members = changedMembers(before, after);
  if (members.size === 0) return undefined;
  const sent = new Map([['dhcpd', members]]);
  refuseLoss(before, after, sent);
  return sent;
}

/** Interface ids that a write changes. */
export function writtenInterfaces(write: RpcStruct): string[] {
  const dhcpd = write.get('dhcpd');
  return isStruct(dhcpd) ? [...dhcpd.keys()] : [];
}

const EMPTY: Tree = { name: 'dhcpd', attributes: new Map(), children: [], text: '' };

function changedMembers(before: Tree, after: Tree): RpcStruct {
  const groups = { before: groupChildren(before), after: groupChildren(after) };
  const members = new Map<string, RpcValue>();
  for (const name of differingChildren(before, after)) {
    const old = groups.before.get(name) ?? [];
    const wanted = groups.after.get(name) ?? [];
    const [oldOnly, wantedOnly] = [old[0], wanted[0]];
    if (wantedOnly === undefined) members.set(name, false);
    else if (wanted.length > 1 || isListTag(name)) setFromPhp(members, wanted);
    else if (wanted.length === 1 && old.length === 1 && mergeable(oldOnly) && mergeable(wantedOnly))
      members.set(name, changedMembers(oldOnly, wantedOnly));
    else setFromPhp(members, wanted);
  }
  return members;
}

/** A branch that the merge goes into instead of replacing it. */
function mergeable(tree: Tree | undefined): tree is Tree {
  return tree !== undefined && tree.children.length > 0 && tree.attributes.size === 0;
}

/** The members that legacy code would hold for these elements of one name: the value, and a leaf's attributes. */
function setFromPhp(members: Map<string, RpcValue>, group: readonly Tree[]): void {
  const held = toPhp({ name: '', attributes: new Map(), children: group, text: '' });
  for (const [key, value] of held) members.set(String(key), rpcOfPhp(value));
}

function refuseLoss(before: Tree, after: Tree, sent: RpcStruct): void {
  const config: PhpArray = toPhp({ ...EMPTY, name: '', children: [before] });
  const call = phpOfRpc(sent);
  if (call instanceof Map) mergePhp(call, config);
  const root = fromPhp(config, '');
  const lost = differingParts({ ...root, children: [after] }, root);
  if (lost.length === 0) return;
  throw new Slash32Error('S32_OPNSENSE_CANNOT_EXPRESS', {
    message: `OPNsense could not keep every foreign value under ${lost.join(', ')} through an XML-RPC write.`,
    where: lost.map((part) => `config.xml: ${part}`).join(', '),
  });
}
