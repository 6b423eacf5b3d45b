import { hostOf } from '../../../firewall/opnsense/config/peer.js';
import { childOf, childrenOf, type SimNode, textAt } from '../node.js';
import type { SimState } from '../state.js';
import type { ApplyLine, Complaint, PluginApply, SimPeer, SimPlugin } from './model.js';
import { objectsOf } from './objects.js';

/** How this node stands on every CARP address of config.xml; empty where that is not seen. */
export function carpOf(state: SimState, root: SimNode): { interface: string; address: string; status: string }[] {
  return childrenOf(childOf(root, 'virtualip'), 'vip')
    .filter((vip) => textAt(vip, 'mode') === 'carp')
    .map((vip) => {
      const address = textAt(vip, 'subnet');
      return { interface: textAt(vip, 'interface'), address, status: state.carp.get(address) ?? 'MASTER' };
    });
}

/** Any address that surely is not the master's makes the node a backup. */
export function roleOf(state: SimState, root: SimNode): 'master' | 'backup' | 'none' | 'unknown' {
  const all = carpOf(state, root).map(({ status }) => status);
  if (all.length === 0) return 'none';
  if (all.some((status) => status !== '' && status !== 'MASTER')) return 'backup';
  return all.includes('') ? 'unknown' : 'master';
}

/** `ha` of `state/get`. */
export function haOf(state: SimState, plugin: SimPlugin, root: SimNode): Record<string, unknown> {
  return {
    peer: peerOf(root) ?? null,
    push: plugin.push,
    role: roleOf(state, root),
    addresses: carpOf(state, root),
    items: chosenItems(root),
    missing: plugin.push ? missingItems(root) : [],
    debts: plugin.debts,
    unwatched: plugin.unwatched,
  };
}

/** Why a node that is not surely the master refuses an apply. */
export function backupErrors(state: SimState, root: SimNode, apply: PluginApply): Complaint[] {
  const role = roleOf(state, root);
  if (apply.on_backup === true || role === 'master' || role === 'none') return [];
  const message =
    role === 'backup' ? 'This node is the CARP backup.' : 'It cannot be seen whether this node is the master.';
  return carpOf(state, root)
    .filter(({ status }) => status !== 'MASTER')
    .map(({ interface: where, address: object }) => ({ where, object, message }));
}

/** Hands a change that is final to the peer; null where that is switched off. Notes it in the history, and what is owed. */
export function push(state: SimState, plugin: SimPlugin, line: ApplyLine, now: number): SimPeer | null {
  if (!plugin.push) return null;
  if (!plugin.tellsPair) {
    line.peer = { pushed: plugin.peerAnswer.code === 'done', message: plugin.peerAnswer.message };
    return line.peer;
  }
  return answer(plugin, line, outcomeOf(state, plugin, state.disk.view()), now);
}

/** The peer answers for a change that was open. */
export function answerLater(plugin: SimPlugin, now: number): void {
  for (const line of plugin.applies) if (line.peer?.open === true) answer(plugin, line, plugin.peerAnswer, now);
}

function answer(plugin: SimPlugin, line: ApplyLine, { code, message }: SimPlugin['peerAnswer'], now: number): SimPeer {
  const said: SimPeer = { pushed: code === 'done', message, code, ...(code === 'open' ? { open: true } : {}) };
  line.peer = said;
  const { id, owner } = line;
  if (code === 'done') plugin.debts = [];
  else
    plugin.debts = [
      ...plugin.debts.filter((debt) => debt.id !== id),
      { id, owner, what: 'kept', since: now, code, message },
    ];
  return said;
}

function outcomeOf(state: SimState, plugin: SimPlugin, root: SimNode): SimPlugin['peerAnswer'] {
  const role = roleOf(state, root);
  if (role === 'backup') return { code: 'backup', message: 'This node is the CARP backup, so it pushes nothing.' };
  if (role === 'unknown') return { code: 'unknown-role', message: 'A CARP address shows no status.' };
  if (peerOf(root) === undefined) return { code: 'no-peer', message: 'No peer is named.' };
  const missing = missingItems(root);
  if (missing.length > 0) return { code: 'items', message: `Not synchronised: ${missing.join(', ')}.` };
  return plugin.peerAnswer;
}

function peerOf(root: SimNode): string | undefined {
  const host = hostOf(textAt(childOf(root, 'hasync'), 'synchronizetoip'));
  return host === '' ? undefined : host;
}

function chosenItems(root: SimNode): string[] {
  return textAt(childOf(root, 'hasync'), 'syncitems')
    .split(',')
    .filter((item) => item !== '');
}

/** Items that are not chosen though something of slash32 stands in them. */
function missingItems(root: SimNode): string[] {
  if (peerOf(root) === undefined) return [];
  const chosen = new Set(chosenItems(root));
  const has = (kind: 'alias' | 'rule' | 'redirect', field: string): boolean =>
    objectsOf(root, kind).some((one) => textAt(one, field).includes('[slash32:'));
  const hasRules = has('rule', 'description');
  const needed = [
    'slash32',
    'dhcpd',
    ...(hasRules ? ['rules', 'categories'] : []),
    ...(has('alias', 'description') ? ['aliases'] : []),
    ...(has('redirect', 'descr') ? ['nat'] : []),
  ];
  return needed.filter((item) => !chosen.has(item));
}
