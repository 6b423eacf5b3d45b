import type { Change, ReservationChange } from '../model/change.js';
import type { Flap, Ledger } from '../model/ledger.js';
import { instant } from './instant.js';
import type { LeftOut, PlanInput } from './types.js';

/** Changes of one NIC that follow each other closely and are made at once. */
const FREE = 4;
/** Changes that are further apart than this do not follow each other closely. */
const CLOSE_MS = 10 * 60_000;
const FIRST_DELAY_MS = 30_000;
const LONGEST_DELAY_MS = 3_600_000;

/** Changes without those that are too early, and the NICs that wait for their time. */
export interface Damped {
  readonly changes: readonly Change[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Leaves out changes of NICs that change all the time: each change of a reservation restarts DHCP for everybody. After some that follow
 * each other closely, each further one waits twice as long as the one before. What is deleted never waits, and a person's `--force`
 * ends the waiting.
 */
export function dampFlapping(
  { ledger, now, overrides }: PlanInput,
  segment: string,
  changes: readonly Change[],
): Damped {
  if (overrides?.force === true || ledger.flaps === undefined) return { changes, leftOut: [] };
  const flaps = new Map(ledger.flaps.map((flap) => [flap.nic, flap]));
  const leftOut: LeftOut[] = [];
  const kept = changes.filter((change) => {
    const flap = change.kind === 'reservation' && change.action !== 'delete' ? flaps.get(change.nic) : undefined;
    if (flap === undefined || now.getTime() >= nextAt(flap)) return true;
    const until = instant(nextAt(flap));
    const message = `It has changed ${flap.count} times, the last time at ${flap.at}, and each change restarts DHCP for everybody: the next one is made at ${until}.`;
    leftOut.push({ segment, nic: flap.nic, code: 'flapping', message, until });
    return false;
  });
  return { changes: kept, leftOut };
}

/** The ledger's memory of changes that follow each other closely, once some are made. */
export function nextFlaps(
  ledger: Ledger,
  changes: readonly ReservationChange[],
  now: Date,
): readonly Flap[] | undefined {
  const flaps = new Map(ledger.flaps?.flatMap((flap) => (isOver(flap, now) ? [] : [[flap.nic, flap] as const])) ?? []);
  for (const { nic, action } of changes) {
    const before = flaps.get(nic);
    // Whoever is new has not changed yet.
    if (before === undefined && action === 'create') continue;
    flaps.set(nic, { nic, count: (before?.count ?? 0) + 1, at: instant(now.getTime()) });
  }
  return flaps.size === 0 ? undefined : [...flaps.values()];
}

/** The moment from which some left out NIC may change again; undefined where none waits for its time. */
export function nextDamped(leftOut: readonly LeftOut[]): string | undefined {
  return leftOut.flatMap((one) => one.until ?? []).sort()[0];
}

function nextAt(flap: Flap): number {
  return Date.parse(flap.at) + delayOf(flap);
}

function delayOf({ count }: Flap): number {
  return count < FREE ? 0 : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - FREE));
}

function isOver(flap: Flap, now: Date): boolean {
  return now.getTime() - Date.parse(flap.at) > Math.max(CLOSE_MS, 2 * delayOf(flap));
}
