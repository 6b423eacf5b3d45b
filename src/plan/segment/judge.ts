import { inRange } from '../../model/address.js';
import type { Change } from '../../model/change.js';
import type { ManageStep, Segment } from '../../model/segment.js';
import type { SegmentContext } from '../context.js';
import type { SegmentNic } from '../entries.js';
import { routeWarnings } from '../host-asked.js';
import { describeImpact, openPools, waitingWarnings } from '../impact.js';
import { checkLockout } from '../lockout.js';
import { count, shortList } from '../names.js';
import type { Scope } from '../parts/types.js';
import { projectState } from '../project.js';
import { stepOf } from '../settings.js';
import type { SegmentPlan, UnsafeReason, Warning } from '../types.js';
import type { Compared, SegmentOutcome } from './steps.js';

/** Judges the changes of a segment: what they do to people, and what speaks against them. */
export function judgeSegment(compared: Compared): SegmentOutcome {
  const { segment, prepared, scene, entries, wanted, context, missing, reservations, changes } = compared;
  const { fit, state } = prepared;
  const isWanted = ({ nic }: { readonly nic: string }): boolean => wanted.segment && wanted.nic(nic);
  const { owned } = entries;
  const unplanned = new Set(compared.leftOut.map((one) => one.nic));
  const active = owned.filter((own) => own.marker.retiredAt === undefined);
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
    leftOut: [...reservations.leftOut, ...compared.leftOut].filter(isWanted),
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
