import { count } from '../names.js';
import type { Plan, UnsafeReason, WaitingPart } from '../types.js';
import { POLICY_SIGNS, policyChangeName, policyChangeText } from './policy.js';
import { changedEntry, SIGNS, settingName, settingValue, sortedReservations } from './words.js';

/** Changes of one part that are spelled out. */
const MOST_CHANGES = 10;

/** What waits, in a few words: `4 changes of project shop on servers wait for a person`. */
export function partTitle({ project, segment, changes, policy }: WaitingPart): string {
  const number = changes.length + policy.length;
  const whose = project === undefined ? '' : ` of project ${project}`;
  const where = segment === undefined ? '' : ` on ${segment}`;
  const what = project === undefined && changes.length === 0 ? ' of the policy' : `${whose}${where}`;
  return `${count(number, 'change')}${what} ${number === 1 ? 'waits' : 'wait'} for a person`;
}

/** How a person lets it go on. */
export function partRemedy(part: WaitingPart): string {
  if (!part.approvable) return 'Nothing overrides this: mend what is named.';
  return `Look at it with slash32 plan; if it is right: slash32 apply --approve ${part.id}`;
}

/** Each part as a person reads it: what and since when, why, and what lets it go on. */
export function partsLines({ waiting }: Plan): string[] {
  return waiting.flatMap((part) => [
    `✗ ${partTitle(part)}${sinceText(part)}`,
    ...part.reasons.map(reasonLine),
    part.approvable
      ? `    yes to it: slash32 apply --approve ${part.id}`
      : '    It waits until what is named is mended.',
  ]);
}

/** The changes of a part, each in one line, the first few. */
export function partChanges({ changes, policy }: WaitingPart): string[] {
  const lines = [
    ...sortedReservations(changes).map((change) => {
      const { address, hostname } = changedEntry(change);
      return `${SIGNS[change.action]} ${address} ${hostname} ${change.nic} (${change.action}: ${change.reason})`;
    }),
    ...changes.flatMap((change) =>
      change.kind === 'setting'
        ? [`~ ${settingName(change)}: ${settingValue(change.before)} → ${settingValue(change.after)}`]
        : [],
    ),
    ...policy.map(
      (change) => `${POLICY_SIGNS[change.action]} ${policyChangeName(change)}: ${policyChangeText(change)}`,
    ),
  ];
  if (lines.length <= MOST_CHANGES) return lines;
  return [...lines.slice(0, MOST_CHANGES), `and ${lines.length - MOST_CHANGES} more`];
}

function reasonLine({ code, message, overriddenBy }: UnsafeReason): string {
  const remedy = overriddenBy === undefined ? 'nothing overrides this' : `${overriddenBy} overrides this`;
  return `    unsafe (${code}): ${message} [${remedy}]`;
}

function sinceText({ since }: WaitingPart): string {
  return since === '' ? '' : `, since ${since}`;
}
