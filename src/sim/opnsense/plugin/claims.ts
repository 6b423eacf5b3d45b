import type { SimNode } from '../node.js';
import type { Claim, NodeChange, PendingApply, PluginApply, SimPlugin } from './model.js';
import { canon, slotOf } from './slots.js';

/** Notes, in the changes that wait, which of their settings this apply of another owner found as it wants them. */
export function noteClaims(
  plugin: SimPlugin,
  root: SimNode,
  apply: PluginApply,
  made: readonly NodeChange[],
  id: string | undefined,
  since: number,
): void {
  for (const pending of plugin.pending.values()) {
    if (pending.owner === apply.owner) continue;
    pending.changes = pending.changes.map((change) => {
      const segment = apply.segments?.find((one) => one.interface === change.at);
      if (change.kind !== 'setting' || segment === undefined) return change;
      const others = (change.wanted ?? []).filter(({ owner }) => owner !== apply.owner);
      const isAsked = Object.hasOwn(segment.settings ?? {}, change.name);
      const stands = spell(slotOf(root, change.at, change.name)) === spell(change.after);
      const isOwn = made.some((one) => isSameSetting(one, change));
      const claim: Claim = { owner: apply.owner, id, since };
      return { ...change, wanted: isAsked && stands && !isOwn ? [...others, claim] : others };
    });
  }
}

/**
 * After an undoing: its own claims are forgotten, and a setting that stays only for applies that wait goes on to the first
 * of them, so that its undoing puts back what was there before both.
 */
export function passClaims(plugin: SimPlugin, undone: PendingApply, claimed: readonly NodeChange[]): void {
  const others = [...plugin.pending.values()].filter(({ id }) => id !== undone.id);
  const waits = (claim: Claim): boolean => others.some(({ id }) => id === claim.id);
  const handed = claimed.filter(({ wanted = [] }) => wanted.every(waits));
  for (const other of others) {
    const kept = other.changes.map((change) =>
      change.wanted === undefined ? change : { ...change, wanted: change.wanted.filter(({ id }) => id !== undone.id) },
    );
    const taken = handed
      .filter(({ wanted = [] }) => wanted[0]?.id === other.id)
      .map((change) => ({ ...change, wanted: (change.wanted ?? []).slice(1) }));
    other.changes = [...taken, ...kept];
  }
}

/** Why a claimed setting is left. */
export function claimMessage(wanted: readonly Claim[]): string {
  const owners = [...new Set(wanted.map(({ owner }) => owner))].join(' and ');
  const since = new Date(Math.min(...wanted.map((claim) => claim.since)) * 1000).toISOString();
  return `${owners} wants it as it is, too, since ${since.slice(0, 16).replace('T', ' ')} UTC, so it was left.`;
}

function isSameSetting(one: NodeChange, other: NodeChange): boolean {
  return one.kind === 'setting' && one.at === other.at && one.name === other.name;
}

function spell(nodes: readonly SimNode[]): string {
  return nodes.map(canon).join('\n');
}
