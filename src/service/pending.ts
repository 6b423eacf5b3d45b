import { clockTime, dayAndTime } from '../model/clock-time.js';
import type { ApplyMemory, Observed, WaitingApply } from '../model/firewall.js';
import type { Ledger, Original, PendingApply, Quarantined } from '../model/ledger.js';
import { applyId } from '../secrets/apply-id.js';
import { fingerprintOf, type Whereabouts } from './identity.js';

/** The ledger once the firewall was asked what became of an apply that the last run left unconfirmed. */
export interface Settled {
  readonly ledger: Ledger;
  readonly notes: readonly string[];
  /** Set while our own apply waits on the firewall: nothing else can be applied until it is settled. */
  readonly waiting: WaitingApply | undefined;
}

const KEPT: ReadonlySet<string> = new Set(['confirmed', 'kept']);

/** How long after its time to confirm an apply may still show up that the firewall does not list yet. */
export const LATE_MS = 60_000;

/** Compares the ledger's unconfirmed apply with what the firewall remembers, and mends the ledger by that. Pure. */
export function settlePending(ledger: Ledger, observed: Observed, now: Date): Settled {
  const { pending } = ledger;
  if (pending === undefined) return { ledger, notes: [], waiting: undefined };
  const id = idOf(pending);
  const waiting = observed.memory?.waiting.find((one) => one.id === id);
  const what = `The apply of ${sentAt(pending)} (plan ${pending.checksum})`;
  if (waiting !== undefined) {
    const note = `${what} waits on the firewall to be confirmed, and is rolled back at ${clockTime(new Date(waiting.until))} unless it is: slash32 confirm or slash32 rollback.`;
    return { ledger: calm(ledger), notes: [note], waiting };
  }
  const outcome = observed.memory?.applies.find((one) => one.id === id)?.outcome;
  if (outcome === undefined && observed.pair?.unwatched.some((one) => one.id === id) === true) {
    const note = `${what} was made on the other node of the pair and came to this one before it was confirmed: it is in force here, and nobody undoes it. slash32 confirm keeps it; the next apply writes what is right instead.`;
    return { ledger: calm(ledger), notes: [note], waiting: undefined };
  }
  if (outcome === undefined && now.getTime() < latestOf(pending))
    return {
      ledger,
      notes: [`${what} to ${pending.target} is not listed by the firewall yet, and may still be under way.`],
      waiting: undefined,
    };
  if (outcome === undefined)
    return {
      ledger: forgetPending(ledger),
      notes: [`${what} to ${pending.target} is not known to the firewall: ${whereabouts(observed)}.`],
      waiting: undefined,
    };
  if (KEPT.has(outcome))
    return { ledger: keepPending(ledger), notes: [`${what} was confirmed and is kept.`], waiting: undefined };
  return {
    ledger: undoPending(ledger, outcome),
    notes: [`${what} ${UNDONE[outcome] ?? `ended as ${outcome}`}.`],
    waiting: undefined,
  };
}

/** On whichever node an address of a pair leads to, only what was sent to that node is known. */
function whereabouts({ pair }: Observed): string {
  const settled = 'it never arrived, or was settled long ago';
  if (pair === undefined || pair.addresses.length === 0) return settled;
  return `${settled}, or the other node of the pair got it, which undoes it by itself unless it was confirmed there`;
}

/** The firewall finishes what it has begun by itself. */
function calm(ledger: Ledger): Ledger {
  return ledger.unfinishedSince === undefined ? ledger : { ...ledger, unfinishedSince: undefined };
}

/** The moment from which an apply that the firewall does not list will not show up any more. */
export function latestOf(pending: PendingApply): number {
  return Date.parse(pending.sentAt) + pending.confirmSeconds * 1000 + LATE_MS;
}

/** The ledger once its apply is on the firewall for good. */
export function keepPending(ledger: Ledger): Ledger {
  const { pending: _settled, ...rest } = ledger;
  return { ...rest, ...settledAs(ledger, 'confirmed'), unfinishedSince: undefined };
}

/** The ledger once its apply was undone: what it was before. `how` is as the firewall says it. */
export function undoPending(ledger: Ledger, how: string): Ledger {
  const { pending, configuration: _undone, ...rest } = ledger;
  return { ...rest, ...pending?.before, ...settledAs(ledger, how), unfinishedSince: undefined };
}

/** The ledger where it cannot be told: what is remembered too much costs nothing, what is forgotten may. */
export function forgetPending(ledger: Ledger): Ledger {
  const { pending, ...rest } = ledger;
  const before = { originals: [], quarantine: [], ...pending?.before };
  return { ...withoutLoss(before, rest), ...settledAs(ledger, 'unknown'), unfinishedSince: undefined };
}

/** Whoever looks later than the one who asked the firewall first still learns what became of the apply. */
function settledAs({ pending, configuration }: Ledger, how: string): Pick<Ledger, 'settled'> {
  if (pending === undefined) return {};
  const { token, checksum, run } = pending;
  return {
    settled: {
      id: applyId(token),
      checksum,
      how,
      ...(configuration === undefined ? {} : { configuration }),
      ...(run === undefined ? {} : { run }),
    },
  };
}

/** `after` with everything that `before` remembers as well: for as long as nobody knows which of the two is true. */
export function withoutLoss(before: Pick<Ledger, 'originals' | 'quarantine'>, after: Ledger): Ledger {
  return {
    ...after,
    originals: union(before.originals, after.originals, (one: Original) => `${one.interface} ${one.setting}`),
    quarantine: union(before.quarantine, after.quarantine, (one: Quarantined) => `${one.interface} ${one.address}`),
  };
}

/** What a person should know about the owner id before applying: another configuration uses it, or has left a change waiting. */
export function ownerNotes(
  memory: ApplyMemory | undefined,
  owner: string,
  ledger: Ledger,
  at: Whereabouts | undefined,
): string[] {
  const last = memory?.owners.find((one) => one.owner === owner);
  const ours = ledger.installation !== undefined && at !== undefined && fingerprintOf(owner, ledger.installation, at);
  const notes: string[] = [];
  if (last !== undefined && last.fingerprint !== ours)
    notes.push(
      `The owner id ${owner} was last used by another configuration, on host ${last.host} at ${last.seenAt.slice(0, 16)}Z; apply needs --take-over, which shuts that one out.`,
    );
  for (const one of memory?.waiting ?? []) {
    if (one.id === idOf(ledger.pending)) continue;
    const who = one.owner === owner ? `this owner (${owner}), made elsewhere,` : `the owner ${one.owner}`;
    notes.push(
      `An unconfirmed change of ${who} waits on the firewall, and is rolled back at ${clockTime(new Date(one.until))} unless it is confirmed.`,
    );
  }
  return notes;
}

const UNDONE: Readonly<Record<string, string>> = {
  rolled_back: 'was rolled back',
  expired: 'was not confirmed in time, and the firewall rolled it back',
  rebooted: 'was rolled back by a reboot of the firewall',
  restored: 'was undone by the firewall, because DHCP did not come up healthy with it',
};

function idOf(pending: PendingApply | undefined): string | undefined {
  return pending === undefined ? undefined : applyId(pending.token);
}

function sentAt(pending: PendingApply): string {
  return dayAndTime(new Date(pending.sentAt));
}

function union<T>(first: readonly T[], second: readonly T[], key: (one: T) => string): T[] {
  const known = new Set(first.map(key));
  return [...first, ...second.filter((one) => !known.has(key(one)))];
}
