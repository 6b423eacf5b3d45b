import { inRange } from '../model/address.js';
import type { Change } from '../model/change.js';
import type { ManageStep, Segment } from '../model/segment.js';
import { dropClashes } from './clashes.js';
import type { SegmentContext } from './context.js';
import type { Entries, OwnedEntry, SegmentNic } from './entries.js';
import { dampFlapping } from './flapping.js';
import { guardValues } from './guards.js';
import { routeWarnings } from './host-asked.js';
import { describeImpact, openPools, waitingWarnings } from './impact.js';
import { checkLockout, holdProtected } from './lockout.js';
import { planMissing } from './missing.js';
import type { NameBook } from './name-book.js';
import { count, shortList } from './names.js';
import { narrowChanges, wantedOf } from './narrow.js';
import type { Objection, Scope } from './parts/types.js';
import { type Fit, isRefused } from './preflight.js';
import { projectState } from './project.js';
import { planReservations } from './reservations.js';
import type { Prepared, Scene } from './scene.js';
import { stepOf } from './settings.js';
import type { PlanInput, SegmentError, SegmentPlan, UnsafeReason, Warning } from './types.js';

/** A segment's plan with what the safety check needs to know of it. */
export interface SegmentOutcome {
  readonly plan: SegmentPlan;
  readonly objections: readonly Objection[];
  /** Entries of ours that stand there now. */
  readonly owned: readonly OwnedEntry[];
  /** Owned entries that are not retired. */
  readonly active: readonly OwnedEntry[];
  /** Those of them whose NIC this reading did not show. */
  readonly vanished: readonly OwnedEntry[];
}

/** Plans one segment; one that cannot be planned is left alone, and says why. */
export function planSegment(
  input: PlanInput,
  segment: Segment,
  prepared: Prepared | SegmentError,
  scene: Scene,
  book: NameBook,
): SegmentOutcome {
  const entries = scene.entries.get(segment) ?? { owned: [], foreign: [] };
  const active = entries.owned.filter((own) => own.marker.retiredAt === undefined);
  const wanted = wantedOf(input.only, segment.name);
  if (isRefused(prepared)) return refused(input, segment, entries, prepared);

  const { fit, state } = prepared;
  const projected = projectState(state, prepared.settings);
  const base: Omit<SegmentContext, 'leaving'> = {
    input,
    segment,
    firewall: fit.firewall,
    subnet: fit.subnet,
    state,
    nics: scene.allNics.filter((nic) => nic.segment === segment && !scene.leftAlone.has(nic) && !stays(nic, scene)),
    allNics: scene.allNics,
    entries,
    matches: scene.matches,
    book,
    multihomed: scene.multihomed,
    withheld: scene.withheld,
    rangeAfter: projected.range,
    staticArpAfter: projected.staticArp === 'on',
  };
  const missing = planMissing(base, scene);
  const going = holdProtected(base, [...prepared.settings, ...missing.changes]);
  const deleted = new Set(
    going.changes.map((change) =>
      change.kind === 'reservation' && change.action === 'delete' ? change.before : undefined,
    ),
  );
  const context = { ...base, leaving: new Set(entries.owned.filter((own) => deleted.has(own.entry))) };
  const reservations = planReservations(context);
  const guarded = guardValues(context, reservations.changes);
  const all = holdProtected(context, [...going.changes, ...guarded.changes]);
  const conflict = rangeConflict(context, all.changes, fit);
  if (conflict) return refused(input, segment, entries, conflict);
  const damped = dampFlapping(input, segment.name, narrowChanges(all.changes, wanted));
  const { changes, leftOut } = dropClashes(segment.name, entries.owned, damped.changes);
  const isWanted = ({ nic }: { readonly nic: string }): boolean => wanted.segment && wanted.nic(nic);
  const later = [...going.leftOut, ...all.leftOut, ...guarded.leftOut, ...damped.leftOut, ...leftOut];
  const { owned } = entries;
  const unplanned = new Set(later.map((one) => one.nic));

  const plan: SegmentPlan = {
    name: segment.name,
    network: segment.network,
    ...(segment.vlan === undefined ? {} : { vlan: segment.vlan }),
    interface: segment.interface,
    description: fit.firewall.description,
    subnet: `${fit.subnet.network}/${fit.subnet.prefix}`,
    error: undefined,
    changes,
    warnings: wanted.segment
      ? [
          ...describeImpact(context, changes),
          ...prepared.stuck,
          ...waitingWarnings(context, prepared.waiting),
          ...routeWarnings(context, projectState(state, changes), {
            waits: prepared.waiting.includes('oci-routes'),
            noRoutes: prepared.noRoutes,
          }),
          ...missing.warnings,
          ...reservations.warnings,
          ...inRangeWarnings(context, changes),
        ]
      : [],
    ...(wanted.segment ? withNotes([...leftAloneNotes(context, scene.leftAlone), ...missing.notes]) : {}),
    leftOut: [...reservations.leftOut, ...later].filter(isWanted),
    assignments: reservations.assignments.filter((one) => isWanted(one) && !unplanned.has(one.nic)),
    foreign: entries.foreign.length,
    unchanged: owned.length - changes.filter(isOwnedBefore).length,
  };
  const vanished = wanted.segment && !wanted.instancesOnly ? missing.vanished : [];
  const objections = [...checkLockout(context, changes), ...openPools(context, changes)].map((reason) => ({
    reason,
    scope: scopeOf(reason, segment, changes),
  }));
  return { plan, objections, owned, active, vanished };
}

/** Whether a NIC's reservation stays as it is. */
function stays(nic: SegmentNic, { matches, withheld }: Scene): boolean {
  if (withheld.frozen.has(nic.instance.project)) return true;
  const own = matches.byNic.get(nic);
  return own !== undefined && withheld.entries.has(own.entry);
}

/** The steps of the segment that a reason speaks against; the whole plan where it is none of them. */
function scopeOf({ code }: UnsafeReason, { name }: Segment, changes: readonly Change[]): Scope {
  const steps = STEPS_OF_REASON[code] ?? [];
  const concerned = changes.filter((change) => {
    const step = change.kind === 'setting' ? stepOf(change.setting) : undefined;
    return step !== undefined && steps.includes(step);
  });
  if (concerned.length === 0) return { kind: 'plan' };
  return { kind: 'part', key: `${steps.join('+')} ${name}`, project: undefined, segment: name, changes: concerned };
}

const STEPS_OF_REASON: Readonly<Partial<Record<UnsafeReason['code'], readonly ManageStep[]>>> = {
  lockout: ['deny_unknown', 'static_arp'],
  'arp-unseen': ['static_arp'],
  'extra-pools': ['deny_unknown'],
};

function withNotes(notes: readonly string[]): Pick<SegmentPlan, 'notes'> {
  return notes.length === 0 ? {} : { notes };
}

function isOwnedBefore(change: Change): boolean {
  return change.kind === 'reservation' && change.action !== 'create' && change.action !== 'adopt';
}

/** Reservations of instances that are left alone now stay: their owner wants it so, and that is easily forgotten. */
function leftAloneNotes(context: SegmentContext, leftAlone: ReadonlySet<SegmentNic>): string[] {
  const names = [...context.matches.byNic.keys()]
    .filter((nic) => nic.segment === context.segment && leftAlone.has(nic))
    .map((nic) => nic.id);
  if (names.length === 0) return [];
  const stay = names.length === 1 ? 'stays' : 'stay';
  return [`${count(names.length, 'reservation')} of excluded or ignored instances ${stay} (${shortList(names)}).`];
}

function rangeConflict(context: SegmentContext, changes: readonly Change[], fit: Fit): SegmentError | undefined {
  if (!context.segment.manage.includes('deny_unknown')) return undefined;
  const after = projectState(context.state, changes);
  const closed = after.range?.from;
  const holder = after.reservations.find((entry) => entry.address === closed);
  if (!holder) return undefined;
  const name = `${context.segment.interface} (${fit.firewall.description})`;
  const message =
    `The closed range of ${name} would be ${closed}, which the reservation of ${holder.hostname ?? holder.mac ?? 'no MAC'} has; ` +
    'set range_address in the segment to an address that nobody has.';
  return { code: 'range-address', message };
}

function inRangeWarnings(context: SegmentContext, changes: readonly Change[]): Warning[] {
  const after = projectState(context.state, changes);
  const { range } = after;
  if (range === undefined || range.from === range.to) return [];
  const inside =
    context.matches.byNic.size === 0 ? [] : after.reservations.filter((entry) => isAddressIn(entry.address, range));
  if (inside.length === 0) return [];
  const message =
    `${inside.length} reserved addresses lie inside the dynamic range ${range.from}-${range.to}; dhcpd may give one to ` +
    'somebody else. Narrow the range in OPNsense, or let slash32 manage deny_unknown.';
  return [{ code: 'in-range', message }];
}

function isAddressIn(address: string | undefined, range: { from: string; to: string }): boolean {
  return address !== undefined && inRange(address, range);
}

function refused(input: PlanInput, segment: Segment, entries: Entries, error: SegmentError): SegmentOutcome {
  const plan: SegmentPlan = {
    name: segment.name,
    network: segment.network,
    ...(segment.vlan === undefined ? {} : { vlan: segment.vlan }),
    interface: segment.interface,
    description: input.observed.interfaces.find((one) => one.id === segment.interface)?.description ?? '',
    subnet: undefined,
    error: wantedOf(input.only, segment.name).segment ? error : undefined,
    changes: [],
    warnings: [],
    leftOut: [],
    assignments: [],
    foreign: entries.foreign.length,
    unchanged: entries.owned.length,
  };
  return { plan, objections: [], owned: entries.owned, active: [], vanished: [] };
}
