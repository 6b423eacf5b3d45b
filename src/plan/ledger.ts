import type { Change, NewRule, ReservationChange, SettingChange } from '../model/change.js';
import type { Observed, Places } from '../model/firewall.js';
import type { Ledger, Original, Quarantined } from '../model/ledger.js';
import { parseDescription } from '../model/marker.js';
import type { Segment, SegmentState } from '../model/segment.js';
import { blankState } from '../model/segment-state.js';
import { nextAccepted } from './consent.js';
import { nextFlaps } from './flapping.js';
import { instant } from './instant.js';
import { standsBehind } from './pair.js';
import { NOBODYS_MAC, rememberedPools } from './pools.js';
import { checkSegment, isRefused } from './preflight.js';
import { losesAddress } from './safety.js';
import { isManaged, restoring, routerOf } from './settings.js';
import type { Plan, PlanFilter } from './types.js';

/**
 * The ledger once `changes` are made: settings that slash32 changes for the first time are noted with what they were,
 * those that are back as they were are forgotten, and addresses that were freed go into quarantine.
 */
export function nextLedger(ledger: Ledger, changes: readonly Change[], now: Date, quarantineSeconds: number): Ledger {
  const settings = changes.filter((change): change is SettingChange => change.kind === 'setting');
  const reservations = changes.filter((change): change is ReservationChange => change.kind === 'reservation');
  const accepted = nextAccepted(ledger, changes, now);
  const flaps = nextFlaps(ledger, reservations, now);
  const { flaps: _before, ...rest } = ledger;
  return {
    ...rest,
    unfinishedSince: undefined,
    originals: nextOriginals(ledger.originals, settings, now),
    ...(accepted === undefined ? {} : { accepted }),
    ...(flaps === undefined ? {} : { flaps }),
    quarantine: nextQuarantine(ledger.quarantine, reservations, now, quarantineSeconds),
  };
}

/**
 * The ledger once a plan was made: what waits, since when. A plan that is narrowed to a part of everything says nothing about the
 * rest. The same ledger when nothing is new.
 */
export function withWaiting(ledger: Ledger, plan: Pick<Plan, 'waiting'>, only: PlanFilter): Ledger {
  const isWhole = only.segments.length + only.instances.length === 0;
  const known = new Map(isWhole ? [] : ledger.waiting?.map((one) => [one.key, one.since]));
  for (const { key, since } of plan.waiting) known.set(key, since);
  const waiting = [...known].map(([key, since]) => ({ key, since })).sort((a, b) => (a.key < b.key ? -1 : 1));
  if (JSON.stringify(waiting) === JSON.stringify(ledger.waiting ?? [])) return ledger;
  const { waiting: _before, ...rest } = ledger;
  return waiting.length === 0 ? rest : { ...rest, waiting };
}

/**
 * What stood in the places that these changes fill or empty: as it is now where a place says nothing now, else as it is
 * remembered. Undefined where nobody knows any.
 */
export function nextPlaces(
  remembered: Places | undefined,
  now: Places | undefined,
  changes: readonly Change[],
): Places | undefined {
  if (now === undefined) return remembered;
  const ids = new Set(changes.map((change) => change.interface));
  const concerned = Object.entries(now).filter(([place]) => {
    const id = interfaceOf(place);
    return id === undefined || ids.has(id);
  });
  return { ...remembered, ...Object.fromEntries(concerned) };
}

/**
 * The ledger with the interfaces that slash32 comes to now: nothing of ours stands there yet, and nothing is remembered. What
 * they are closed by, and no original knows, somebody else has closed.
 */
export function withArrivals(
  ledger: Ledger,
  { segments }: Pick<Observed, 'segments'>,
  changes: readonly Change[],
  now: Date,
): Ledger {
  const known = new Set([...(ledger.arrivals ?? []), ...ledger.originals].map((one) => one.interface));
  const ids = new Set(changes.map((change) => change.interface).filter((id) => !known.has(id)));
  const fresh = [...ids].filter((id) => !segments.some((state) => state.interface === id && holdsOurs(state)));
  if (fresh.length === 0) return ledger;
  const at = instant(now.getTime());
  return { ...ledger, arrivals: [...(ledger.arrivals ?? []), ...fresh.map((id) => ({ interface: id, at }))] };
}

/** Whether anything says that some slash32 was here: an entry with its marker, or its closed range. */
function holdsOurs(state: SegmentState): boolean {
  if (state.macAllow?.toLowerCase() === NOBODYS_MAC) return true;
  return state.reservations.some((entry) => parseDescription(entry.description).marker !== undefined);
}

/** The interface that a place belongs to; undefined for those of the whole firewall. */
function interfaceOf(place: string): string | undefined {
  const [section, id] = place.split('/');
  return section === 'dhcpd' ? id : undefined;
}

/** The ledger once an interface was given up: nothing of it is remembered. */
export function forgetInterfaces(
  ledger: Ledger,
  interfaces: ReadonlySet<string>,
  mode: 'keep' | 'remove' = 'remove',
): Ledger {
  const places = Object.entries(ledger.places ?? {}).filter(([place]) => !interfaces.has(interfaceOf(place) ?? ''));
  return {
    ...ledger,
    ...(ledger.places === undefined ? {} : { places: Object.fromEntries(places) }),
    originals: ledger.originals.filter((original) => !interfaces.has(original.interface)),
    ...(ledger.accepted === undefined
      ? {}
      : { accepted: ledger.accepted.filter((one) => !interfaces.has(one.interface) || isKept(one.rule)) }),
    ...(ledger.arrivals === undefined
      ? {}
      : { arrivals: ledger.arrivals.filter((one) => !interfaces.has(one.interface)) }),
    quarantine: ledger.quarantine.filter((entry) => !interfaces.has(entry.interface)),
  };
  /** A policy that is handed over stays with our marks: what was said yes to for it is not new when it is taken away later. */
  function isKept(rule: NewRule): boolean {
    return mode === 'keep' && rule === 'cut';
  }
}

/**
 * The ledger without the originals of settings that are back as they were and that slash32 does not manage, whoever put
 * them back: what a person does there from now on is his. The same ledger when there is nothing to forget.
 */
export function settledLedger(ledger: Ledger, segments: readonly Segment[], observed: Observed): Ledger {
  // what the backup of a pair holds is the master's to change, and nobody has put it back
  if (observed.pair !== undefined && standsBehind(observed.pair)) return ledger;
  const originals = ledger.originals.filter((original) => !isSettled(original, segments, observed));
  return originals.length === ledger.originals.length ? ledger : { ...ledger, originals };
}

function isSettled(original: Original, segments: readonly Segment[], observed: Observed): boolean {
  const id = original.interface;
  if (!observed.interfaces.some((one) => one.id === id)) return false;
  const state = observed.segments.find((one) => one.interface === id) ?? blankState(id);
  const segment = segments.find((one) => one.interface === id);
  if (segment) {
    const fit = checkSegment(segment, observed);
    const router = isRefused(fit) ? fit : routerOf(segment, fit, state);
    if (typeof router === 'object' || isManaged(segment, original.setting, router)) return false;
  }
  const back = restoring(original, state);
  return JSON.stringify(back?.before) === JSON.stringify(back?.after);
}

function nextOriginals(originals: readonly Original[], changes: readonly SettingChange[], now: Date): Original[] {
  let next = [...originals];
  for (const change of changes) {
    const known = next.find((one) => one.interface === change.interface && one.setting === change.setting);
    if (!known) {
      const { setting, before: value } = change;
      next.push({ interface: change.interface, setting, value, recordedAt: instant(now.getTime()) });
    } else if (isBack(known, change)) next = next.filter((one) => one !== known);
    else if (change.setting === 'pools') {
      const value = rememberedPools(known.value, change.before);
      next = next.map((one): Original => (one === known ? { ...one, value } : one));
    }
  }
  return next;
}

function isBack(original: Original, change: SettingChange): boolean {
  const blank = blankState(original.interface);
  const back = restoring(original, change.setting === 'pools' ? { ...blank, pools: change.before } : blank);
  return JSON.stringify(back?.after) === JSON.stringify(change.after);
}

function nextQuarantine(
  quarantine: readonly Quarantined[],
  changes: readonly ReservationChange[],
  now: Date,
  seconds: number,
): Quarantined[] {
  const given = new Set(
    changes.flatMap((change) => (change.after ? [`${change.interface} ${change.after.address}`] : [])),
  );
  const next = quarantine.filter(
    (entry) => Date.parse(entry.until) > now.getTime() && !given.has(`${entry.interface} ${entry.address}`),
  );
  if (seconds === 0) return next;
  const until = instant(now.getTime() + seconds * 1000);
  for (const change of changes) {
    const address = change.before?.address;
    if (!losesAddress(change) || !address || given.has(`${change.interface} ${address}`)) continue;
    next.push({ interface: change.interface, address, nic: change.nic, until });
  }
  return next;
}
