import type { Reservation, ReservationChange } from '../model/change.js';
import { formatDescription, markerName } from '../model/marker.js';
import type { SegmentContext } from './context.js';
import { entryIdentityKeys, identityKeys, type OwnedEntry, type SegmentNic } from './match.js';
import { count, shortList } from './names.js';
import type { PlanInput, Warning } from './types.js';

type MissingContext = Omit<SegmentContext, 'leaving'>;

/** What becomes of owned entries whose NIC is not on their segment any more. */
export interface MissingPlan {
  readonly changes: readonly ReservationChange[];
  readonly warnings: readonly Warning[];
  /** Entries that stay as they are, retired ones included. */
  readonly unchanged: number;
  /** Active entries whose NIC this reading did not show. */
  readonly vanished: readonly OwnedEntry[];
}

/**
 * Plans for entries without a NIC. A NIC that stands on another segment now loses its old entry at once, since ISC knows
 * a client everywhere that it knows anywhere. One that is nowhere is retired first and deleted when `retain` has passed,
 * but only if its project was seen completely.
 */
export function planMissing(context: MissingContext, leftAlone: ReadonlySet<SegmentNic>): MissingPlan {
  const changes: ReservationChange[] = [];
  const kept = new Map<string, string[]>();
  const vanished: OwnedEntry[] = [];
  const unmatched = context.matches.unmatched.filter((own) => own.segment === context.segment);
  const elsewhere = unmatched.length === 0 ? NOWHERE : indexNics(context.allNics);
  let unchanged = 0;

  for (const own of unmatched) {
    const now = entryIdentityKeys(own)
      .map((key) => elsewhere.get(key))
      .find((nic) => nic !== undefined);
    if (now && !leftAlone.has(now)) {
      const place =
        now.segment === context.segment ? 'it has another entry here' : `it stands on ${now.segment.name} now`;
      changes.push(deletion(context, own, place));
      continue;
    }
    const uncovered = whyUncovered(context.input, own);
    if (own.marker.retiredAt === undefined && !isOutsideDeclared(context.input, own)) vanished.push(own);
    if (uncovered !== undefined) {
      kept.set(uncovered, [...(kept.get(uncovered) ?? []), markerName(own.marker)]);
      unchanged += 1;
      continue;
    }
    const change = retireOrDelete(context, own);
    if (change) changes.push(change);
    else unchanged += 1;
  }
  const warnings = [...kept].map(
    ([reason, names]): Warning => ({
      code: 'kept',
      message: `${count(names.length, 'reservation')} without an instance stay (${shortList(names)}): ${reason}.`,
    }),
  );
  return { changes, warnings, unchanged, vanished };
}

const NOWHERE: ReadonlyMap<string, SegmentNic> = new Map();

/** The first NIC under each of its identities. */
function indexNics(nics: readonly SegmentNic[]): ReadonlyMap<string, SegmentNic> {
  const index = new Map<string, SegmentNic>();
  for (const nic of nics) for (const key of identityKeys(nic)) if (!index.has(key)) index.set(key, nic);
  return index;
}

/** Why an entry's project does not count as seen completely; undefined when it does. */
function whyUncovered(input: PlanInput, own: OwnedEntry): string | undefined {
  const { project } = own.marker;
  const view = input.inventory.projects.find((one) => one.name === project);
  if (view?.complete) return undefined;
  if (view) return `project ${project} was not seen completely: ${view.reason ?? 'no reason given'}`;
  if (input.inventory.allProjects) return undefined;
  return `project ${project} is outside what this source was asked to show`;
}

/** Whether an entry's project was left out on purpose: the source shows all that it was asked for, and that is not it. */
function isOutsideDeclared({ inventory }: PlanInput, own: OwnedEntry): boolean {
  if (inventory.allProjects || inventory.projects.length === 0) return false;
  const listed = inventory.projects.some((one) => one.name === own.marker.project);
  return !listed && inventory.projects.every((one) => one.complete);
}

function retireOrDelete(context: MissingContext, own: OwnedEntry): ReservationChange | undefined {
  const { retainSeconds } = context.input.settings;
  const { retiredAt } = own.marker;
  if (retainSeconds === 0) return deletion(context, own, 'its instance is gone');
  if (retiredAt === undefined) {
    const until = instant(context.input.now.getTime() + retainSeconds * 1000);
    return {
      ...changeOf(context, own),
      action: 'retire',
      after: retired(own, instant(context.input.now.getTime())),
      reason: `its instance is gone; the reservation stays until ${until}`,
    };
  }
  if (Date.parse(retiredAt) + retainSeconds * 1000 > context.input.now.getTime()) return undefined;
  return deletion(context, own, `its instance is gone since ${retiredAt}`);
}

function retired(own: OwnedEntry, retiredAt: string): Reservation {
  const { mac, address, hostname, arpEntry } = own.entry;
  return { mac, address, hostname, arpEntry, description: formatDescription(own.text, { ...own.marker, retiredAt }) };
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
  };
}

/** ISO 8601 to the second, as markers carry it. */
export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
