import type { ReservationChange } from '../model/change.js';
import type { SafetyLimits } from '../model/settings.js';
import { count } from './names.js';
import type { Objection } from './parts/types.js';
import type { UnsafeReason } from './types.js';

/** What one project would lose on one segment. */
export interface Tally {
  readonly project: string;
  readonly segment: string;
  /** The changes that take something from it. */
  readonly changes: readonly ReservationChange[];
  /** How many it has there. */
  readonly of: number;
}

/** How a loss is told. */
export interface LossWords {
  readonly code: UnsafeReason['code'];
  /** What is counted, in the singular. */
  readonly of: string;
  readonly what: string;
}

/**
 * Losses beyond the limits. Each project is counted by itself, on each segment and in all, so that nobody can make another one wait. A
 * fault that takes a little from many is found by counting all together, without the project that loses most beside the one in
 * question: then no single project decides whether another one waits.
 */
export function findLosses(tallies: readonly Tally[], limits: SafetyLimits, words: LossWords): Objection[] {
  return tallies.flatMap((tally) => {
    if (tally.changes.length === 0) return [];
    const { project, segment, changes } = tally;
    const ours = tallies.filter((one) => one.project === project);
    const fair = withoutHeaviestOther(tallies, project);
    const reason =
      shareReason([tally], limits, words, `of project ${project} `) ??
      totalReason(ours, limits, words, `of project ${project} `) ??
      shareReason(
        fair.filter((one) => one.segment === segment),
        limits,
        words,
        'of several projects ',
      ) ??
      totalReason(fair, limits, words, 'of several projects ');
    if (reason === undefined) return [];
    return [{ reason, scope: { kind: 'part', key: `reservations ${segment} ${project}`, project, segment, changes } }];
  });
}

function withoutHeaviestOther(tallies: readonly Tally[], project: string): readonly Tally[] {
  const sums = new Map<string, number>();
  for (const one of tallies)
    if (one.project !== project) sums.set(one.project, (sums.get(one.project) ?? 0) + one.changes.length);
  const [heaviest] = [...sums].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  return heaviest === undefined || heaviest[1] === 0 ? tallies : tallies.filter((one) => one.project !== heaviest[0]);
}

function shareReason(
  tallies: readonly Tally[],
  { share, shareFrom }: SafetyLimits,
  words: LossWords,
  whose: string,
): UnsafeReason | undefined {
  const [gone, all] = [lost(tallies), tallies.reduce((sum, one) => sum + one.of, 0)];
  if (gone < shareFrom || gone <= all * share) return undefined;
  const message =
    `${tallies[0]?.segment}: ${gone} of ${count(all, words.of)} ${whose}${words.what} ` +
    `(${percent(gone / Math.max(all, 1))}, limit ${percent(share)}).`;
  return { code: words.code, message, overriddenBy: '--force' };
}

function totalReason(
  tallies: readonly Tally[],
  { total }: SafetyLimits,
  words: LossWords,
  whose: string,
): UnsafeReason | undefined {
  const gone = lost(tallies);
  if (gone <= total) return undefined;
  const message = `${gone} reservations ${whose}${words.what} in all (limit ${total}).`;
  return { code: words.code, message, overriddenBy: '--force' };
}

function lost(tallies: readonly Tally[]): number {
  return tallies.reduce((sum, one) => sum + one.changes.length, 0);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
