import type { Reservation, ReservationChange } from '../model/change.js';
import { markerName } from '../model/marker.js';
import { writtenReservation } from '../model/reservation.js';
import type { Segment } from '../model/segment.js';
import { consentOf, waitsForYes } from './consent.js';
import type { SegmentContext } from './context.js';
import { isOutsideDeclared, whyUncovered } from './coverage.js';
import { reservationDescription } from './description.js';
import type { OwnedEntry, SegmentNic } from './entries.js';
import { entryIdentityKeys, identityKeys } from './identity.js';
import { instant } from './instant.js';
import { count, shortList, shownAddress } from './names.js';
import { isRefused } from './preflight.js';
import type { Scene } from './scene.js';
import type { PlanInput, Warning } from './types.js';
import { isOnVlan, whereabouts } from './whereabouts.js';

type MissingContext = Omit<SegmentContext, 'leaving'>;

/** What becomes of owned entries whose NIC is not on their segment any more. */
export interface MissingPlan {
  readonly changes: readonly ReservationChange[];
  readonly warnings: readonly Warning[];
  /** What stays because its owner or the configuration wants it so. */
  readonly notes: readonly string[];
  /** Active entries whose NIC this reading did not show. */
  readonly vanished: readonly OwnedEntry[];
}

/** What is to become of one entry: it stays for a reason, goes at once for a reason, or its NIC is gone. */
type Fate =
  | { readonly stays: string; readonly isWanted?: true }
  | 'waits'
  | { readonly goes: string; readonly copyOf?: OwnedEntry }
  | 'gone';

/**
 * Plans for entries without a NIC. A NIC that stands on another segment now loses its old entry at once, since ISC knows
 * a client everywhere that it knows anywhere. One that is nowhere is retired first and deleted when `retain` has passed.
 * Nothing changes for an instance that is to be left alone, nor in a project that was not seen completely.
 */
export function planMissing(context: MissingContext, scene: Scene): MissingPlan {
  const changes: ReservationChange[] = [];
  const warnings: Warning[] = [];
  const kept = new Map<string, string[]>();
  const wanted = new Map<string, string[]>();
  const waiting: string[] = [];
  const vanished: OwnedEntry[] = [];
  const unmatched = context.matches.unmatched.filter(
    (own) => own.segment === context.segment && !isWithheld(own, context),
  );
  const index = unmatched.length === 0 ? NOWHERE : indexNics(context.allNics);

  for (const own of unmatched) {
    const nics = new Set(entryIdentityKeys(own).flatMap((key) => index.get(key) ?? []));
    const fate = fateOf(context, scene, own, [...nics]);
    if (own.marker.retiredAt === undefined && isVanished(context.input, scene, own, fate, nics.size))
      vanished.push(own);
    if (fate === 'gone') {
      const change = retireOrDelete(context, own);
      if (change) changes.push(change);
    } else if (fate === 'waits') {
      waiting.push(markerName(own.marker));
    } else if ('stays' in fate) {
      const list = fate.isWanted ? wanted : kept;
      list.set(fate.stays, [...(list.get(fate.stays) ?? []), markerName(own.marker)]);
    } else {
      changes.push(deletion(context, own, fate.goes));
      if (fate.copyOf && fate.copyOf.entry.mac !== own.entry.mac) warnings.push(copyWarning(own, fate.copyOf));
    }
  }
  for (const message of keptTexts(kept)) warnings.push({ code: 'kept', message });
  if (waiting.length > 0) {
    const what =
      `${count(waiting.length, 'reservation')} of NICs on a VLAN of ${context.segment.network} stay (${shortList(waiting)}), though they do not stand ` +
      'on this segment and nothing there gives them the address; they would be retired.';
    warnings.push(waitsForYes('vlan-nics', context.segment.name, what));
  }
  return { changes, warnings, notes: keptTexts(wanted), vanished };
}

function keptTexts(kept: ReadonlyMap<string, readonly string[]>): string[] {
  return [...kept].map(([reason, names]) => {
    const stay = names.length === 1 ? 'stays' : 'stay';
    return `${count(names.length, 'reservation')} without a NIC here ${stay} (${shortList(names)}): ${reason}.`;
  });
}

function fateOf(context: MissingContext, scene: Scene, own: OwnedEntry, nics: readonly SegmentNic[]): Fate {
  if (isExcluded(scene, own)) return { stays: 'the configuration excludes its instance', isWanted: true };
  const uncovered = whyUncovered(context.input.inventory, own.marker.project);
  if (uncovered !== undefined) return { stays: uncovered };
  if (nics.some((nic) => scene.leftAlone.has(nic)))
    return { stays: 'its instance is to be left alone', isWanted: true };
  const here = nics.filter((nic) => nic.segment === context.segment);
  for (const nic of here) {
    // Of several copies of an instance with one uuid none is known to be the one that the entry was for.
    const copyOf = nics.length === 1 || nic.id === markerName(own.marker) ? context.matches.byNic.get(nic) : undefined;
    if (copyOf && markerName(copyOf.marker) !== markerName(own.marker))
      return { goes: `${nic.id} is another NIC now, which keeps the address that it had` };
    if (copyOf) return { goes: 'it has another entry here', copyOf };
  }
  const elsewhere = here.length > 0 ? [] : nics;
  const moved = elsewhere.find((nic) => canBePlanned(scene, nic.segment));
  if (moved) return { goes: `it stands on ${moved.segment.name} now` };
  const [waiting] = elsewhere;
  if (waiting) return { stays: `it stands on ${waiting.segment.name} now, which cannot be planned` };
  const asks = own.marker.retiredAt === undefined && isOnVlan(own, context.input.inventory);
  return asks && !consentOf(context.input).accepts(context.segment.interface, 'vlan-nics') ? 'waits' : 'gone';
}

function isExcluded(scene: Scene, { marker }: OwnedEntry): boolean {
  return scene.excluded({ project: marker.project, name: marker.instance });
}

function isVanished({ inventory }: PlanInput, scene: Scene, own: OwnedEntry, fate: Fate, nics: number): boolean {
  if (fate === 'gone' || fate === 'waits') return fate === 'gone';
  return nics === 0 && !isExcluded(scene, own) && !isOutsideDeclared(inventory, own.marker.project);
}

function canBePlanned(scene: Scene, segment: Segment): boolean {
  const prepared = scene.prepared.get(segment);
  return prepared !== undefined && !isRefused(prepared);
}

function copyWarning(own: OwnedEntry, of: OwnedEntry): Warning {
  const message =
    `The reservation of ${own.entry.mac ?? 'no MAC'} (${shownAddress(own.entry)}) has the marker of ${markerName(own.marker)}, ` +
    `whose own is ${shownAddress(of.entry)}, and is deleted. If it is a copy made by hand, take the marker out of its description.`;
  return { code: 'copy-deleted', message };
}

const NOWHERE: ReadonlyMap<string, readonly SegmentNic[]> = new Map();

function isWithheld({ entry, marker }: OwnedEntry, { withheld }: MissingContext): boolean {
  return withheld.entries.has(entry) || withheld.frozen.has(marker.project);
}

/** The NICs under each of their identities. */
function indexNics(nics: readonly SegmentNic[]): ReadonlyMap<string, readonly SegmentNic[]> {
  const index = new Map<string, SegmentNic[]>();
  for (const nic of nics)
    for (const key of identityKeys(nic)) {
      const known = index.get(key);
      if (known) known.push(nic);
      else index.set(key, [nic]);
    }
  return index;
}

function retireOrDelete(context: MissingContext, own: OwnedEntry): ReservationChange | undefined {
  const { retainSeconds } = context.input.settings;
  const now = context.input.now.getTime();
  const { retiredAt } = own.marker;
  const why = whereabouts(own, context.input.inventory);
  if (retainSeconds === 0) return deletion(context, own, why);
  const early = retiredAt !== undefined && Date.parse(retiredAt) > now;
  if (retiredAt === undefined || early) {
    const until = instant(now + retainSeconds * 1000);
    const wrong = early ? ` (it said ${retiredAt}, which is yet to come)` : '';
    return {
      ...changeOf(context, own),
      action: 'retire',
      after: retired(own, instant(now)),
      reason: `${why}; the reservation stays until ${until}${wrong}`,
    };
  }
  if (Date.parse(retiredAt) + retainSeconds * 1000 > now) return undefined;
  return deletion(context, own, `${why}, and it is retired since ${retiredAt}`);
}

function retired(own: OwnedEntry, retiredAt: string): Reservation {
  return {
    ...writtenReservation(own.entry),
    description: reservationDescription(own.text, { ...own.marker, retiredAt }),
  };
}

function deletion(context: MissingContext, own: OwnedEntry, reason: string): ReservationChange {
  return { ...changeOf(context, own), action: 'delete', after: undefined, reason };
}

function changeOf(context: MissingContext, own: OwnedEntry) {
  return {
    kind: 'reservation' as const,
    segment: context.segment.name,
    interface: context.segment.interface,
    nic: markerName(own.marker),
    before: own.entry,
    ...(isOnVlan(own, context.input.inventory) ? { rule: 'vlan-nics' as const } : {}),
  };
}
