import type { HandOverGap, HandOverPart, Pair, PeerDebt, UnwatchedChange } from '../model/pair.js';
import { shortList } from './names.js';
import type { PlanInput, SegmentError, Warning } from './types.js';

type PairInput = Pick<PlanInput, 'settings' | 'observed' | 'onBackup'>;

/**
 * Why nothing is written on this node: it is not surely the master of its pair, so the master's settings replace what it holds.
 * Undefined where it is, where that cannot be seen at all (a file), and where a person means this node. Pure.
 */
export function notMaster({ observed: { pair }, onBackup }: PairInput): SegmentError | undefined {
  if (pair === undefined || onBackup === true || !standsBehind(pair)) return undefined;
  const message = `${standing(pair)}, so nothing is written on any of its interfaces: point slash32 at the master, or say --on-backup if you mean this node.`;
  return { code: 'carp-backup', message };
}

/** Whether a node is not surely the master of its pair. */
export function standsBehind({ role }: Pair): boolean {
  return role === 'backup' || role === 'unknown';
}

/** What a person should know about the pair: before an apply, and as long as it stands. Pure. */
export function pairWarnings(input: PairInput): Warning[] {
  const { pair } = input.observed;
  if (pair === undefined) return [];
  const { owner } = input.settings;
  return [
    ...(standsBehind(pair) ? [backup(pair, input.onBackup === true)] : handOver(input, pair)),
    ...(pair.role === undefined && pair.addresses.length > 0 ? [unseen(pair)] : []),
    ...pair.debts.map((debt) => debtWarning(debt, owner)),
    ...openWarnings(input),
    ...pair.unwatched.map((one) => unwatchedWarning(one, owner)),
  ];
}

/** How a node stands that is not surely the master, with the addresses that say so. */
function standing({ role, addresses }: Pair): string {
  const behind = addresses.filter(({ status }) => status !== undefined && status !== 'master');
  if (role === 'backup' && behind.length > 0) {
    const names = behind.map(({ interface: id, address, status = '' }) =>
      status === 'backup' ? `${address} on ${id}` : `${address} on ${id} (${status.toUpperCase()})`,
    );
    return `This node is the CARP backup of ${shortList(names)}`;
  }
  if (role === 'backup') return 'This node is the CARP backup of its pair';
  const hidden = addresses.filter(({ status }) => status === undefined);
  const names = hidden.map(({ interface: id, address }) => `${address} on ${id}`);
  return `It cannot be seen whether this node is the CARP master${names.length === 0 ? '' : ` of ${shortList(names)}`}`;
}

function backup(pair: Pair, isMeant: boolean): Warning {
  const rest = isMeant
    ? 'It is written all the same (--on-backup); the next synchronisation of the master replaces that.'
    : 'Nothing is written here: point slash32 at the master, best at the shared address. Whoever means this node: --on-backup.';
  return { code: 'ha-backup', message: `${standing(pair)}. ${rest}` };
}

function unseen({ addresses }: Pair): Warning {
  const names = shortList(addresses.map(({ interface: id, address }) => `${address} on ${id}`));
  const message = `The firewall shares CARP addresses with another node (${names}), and a file does not say which of the two is master: write what the master has, since its next synchronisation replaces what the other one holds.`;
  return { code: 'ha-unseen', message };
}

/** Whether what is written here reaches the other node, as far as this firewall tells. */
function handOver(input: PairInput, pair: Pair): Warning[] {
  if (pair.role === undefined || pair.pushes === undefined) return [];
  const isPair = pair.role === 'master' || pair.peer !== undefined;
  return [...(isPair ? pushWarnings(input, pair) : []), ...handOverGaps(input).map((gap) => gapWarning(gap, pair))];
}

/** What does not reach the other node though something of ours stands in it, or is to; none on a node that hands nothing over. */
export function handOverGaps(input: Pick<PairInput, 'settings' | 'observed'>): HandOverGap[] {
  const { pair } = input.observed;
  if (pair?.peer === undefined || pair.role === undefined || standsBehind(pair)) return [];
  return pair.missing.filter(({ part }) => isNeeded(part, input));
}

function pushWarnings(input: PairInput, { peer, pushes }: Pair): Warning[] {
  if (peer !== undefined && pushes === true) return [];
  const what = isNeeded('rules', input)
    ? 'After a failover the other node has no reservation and no rule of this change: clients keep their addresses until they ask again, and what the policy closes is as open there as the other rules leave it.'
    : 'After a failover the other node has no reservation of this change.';
  const how =
    peer === undefined
      ? 'This node shares CARP addresses and names no other node (System: High Availability: Settings, Synchronize Config), so nothing that is written here reaches it.'
      : `Nothing that is written here reaches the other node (${peer}) by itself: switch on the push to the peer under Services: slash32: Settings where the plugin is there, or synchronize under System: High Availability: Status after each apply.`;
  return [{ code: 'ha-no-push', message: `${how} ${what}` }];
}

/** Whether something of ours stands in a part, or is to. */
function isNeeded(
  part: HandOverPart,
  { settings, observed: { policy } }: Pick<PairInput, 'settings' | 'observed'>,
): boolean {
  const { owner, segments } = settings;
  const owned = (list: readonly { readonly owner: string }[] = []): boolean => list.some((one) => one.owner === owner);
  const rules = segments.some((segment) => segment.manage.includes('rules'));
  switch (part) {
    case 'records':
    case 'dhcp':
      return true;
    case 'redirects':
      return owned(policy?.redirects) || (rules && settings.policy.publishes.length > 0);
    default:
      return rules || owned(policy?.rules) || owned(policy?.aliases);
  }
}

const WITHOUT: Readonly<Record<HandOverPart, string>> = {
  records:
    'nobody there knows which entries are whose, where slash32 may write and what waits: nothing can be applied there, and nothing that waits is undone',
  dhcp: 'no reservation, mask or closed range of ours is there, so clients get other addresses or none',
  rules:
    'no rule of the policy is there, so what it closes is as open as the other rules leave it, the default deny too',
  aliases: 'the rules of the policy name aliases that are missing or old there, so they fit other packets or none',
  redirects: 'nothing that is published can be reached from outside',
  categories:
    'the entries there name a category that is missing, and the page of rules there does not show whose they are',
};

function gapWarning({ part, name }: HandOverGap, { peer = '', remedy = '' }: Pair): Warning {
  const message = `${name} is not among what is synchronised to the other node (${peer}). After a failover ${WITHOUT[part]}. Choose it under ${remedy}.`;
  return { code: 'ha-missing', message };
}

function debtWarning({ id, owner, what, since, open, message }: PeerDebt, ours: string): Warning {
  const whose = owner === ours ? '' : ` of the owner ${owner}`;
  if (open) return notAnswered(id, whose, what);
  const effect =
    what === 'kept'
      ? 'If it has not, packets go by what it had before after a failover'
      : 'The other node may still have it: after a failover it is in force there, though it was undone here';
  return {
    code: 'ha-debt',
    message: `The change ${id}${whose} was ${what} here at ${shortTime(since)}, and the other node was not seen to take that. ${effect}. Why: ${message}`,
  };
}

function openWarnings({ settings: { owner }, observed: { memory, pair } }: PairInput): Warning[] {
  const told = new Set(pair?.debts.map((debt) => debt.id));
  return (memory?.applies ?? [])
    .filter((one) => one.owner === owner && one.peer?.open === true && !told.has(one.id))
    .map(({ id }) => notAnswered(id, '', 'kept'));
}

function notAnswered(id: string, whose: string, what: PeerDebt['what']): Warning {
  const message = `The change ${id}${whose} was ${what} here, and the other node has not answered yet: until it has, packets may go another way after a failover.`;
  return { code: 'ha-open', message };
}

function unwatchedWarning({ id, owner, until }: UnwatchedChange, ours: string): Warning {
  const whose = owner === ours ? '' : ` of the owner ${owner}`;
  const message = `The change ${id}${whose} came from the other node while nobody had confirmed it (it could be until ${shortTime(until)}), and nobody here undoes it: it is in force as soon as this node is master. slash32 confirm keeps it, with the state file of whoever made it; otherwise the next apply writes what is right.`;
  return { code: 'ha-unwatched', message };
}

/** `2026-11-23 08:00Z` */
function shortTime(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')}Z`;
}
