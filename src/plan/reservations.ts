import type { Reservation, ReservationChange } from '../model/change.js';
import { termsOf } from '../model/instance.js';
import { type Marker, markerName, parseDescription, uuidPart } from '../model/marker.js';
import { writtenReservation } from '../model/reservation.js';
import type { ObservedReservation } from '../model/segment.js';
import { type Claim, claimAddresses } from './claims.js';
import type { SegmentContext } from './context.js';
import { isOwnText, plainName, reservationDescription } from './description.js';
import { type Eligible, sortNics } from './eligible.js';
import { heldAddresses, moveWarnings } from './held.js';
import { askedHostname } from './hostnames.js';
import { count, shortList, shownAddress } from './names.js';
import { namesOf, nameWarnings } from './naming.js';
import type { Assignment, LeftOut, Warning } from './types.js';

/** What the reservations of a segment's present NICs need. */
export interface ReservationPlan {
  readonly changes: readonly ReservationChange[];
  readonly leftOut: readonly LeftOut[];
  readonly assignments: readonly Assignment[];
  readonly warnings: readonly Warning[];
}

/** Plans a reservation for each NIC that is there; entries of missing instances are another matter. */
export function planReservations(context: SegmentContext): ReservationPlan {
  const { eligible, leftOut, served, doubled } = sortNics(context);
  const held = heldAddresses(context);
  const claims = claimAddresses(context, eligible, held);
  const naming = namesOf(context, eligible);
  const problems: LeftOut[] = [...leftOut, ...claims.leftOut];
  const changes: ReservationChange[] = [];
  const assignments: Assignment[] = [];

  for (const one of eligible) {
    const claim = claims.byNic.get(one);
    if (!claim) continue;
    const hostname = naming.byNic.get(one);
    if (hostname === undefined) {
      problems.push(nameless(context, one));
      continue;
    }
    const after = desiredReservation(context, one, claim, hostname);
    assignments.push({
      nic: one.nic.id,
      mac: after.mac,
      address: after.address,
      hostname,
      source: claim.source,
      why: claim.why,
    });
    const change = reservationChange(context, one, claim, after);
    if (change) changes.push(naming.givingWay.has(one) ? { ...change, rule: 'unique-names' } : change);
  }
  for (const { nic, mac, foreign } of served) {
    const { address, hostname } = foreign.entry;
    const why =
      address === undefined
        ? 'a foreign reservation that names no address; take it over with --adopt'
        : 'a foreign reservation; take it over with --adopt';
    assignments.push({ nic: nic.id, mac, address, hostname, source: 'foreign', why });
  }
  return {
    changes,
    leftOut: problems,
    assignments,
    warnings: [
      ...foreignWarnings(context, served, doubled),
      ...moveWarnings(context, held, eligible, (one) => claims.byNic.get(one)?.address),
      ...nameWarnings(context, naming, changes),
      ...claims.warnings,
    ],
  };
}

function nameless({ segment, input }: SegmentContext, { nic }: Eligible): LeftOut {
  const asked = askedHostname(nic, input.settings.hostnames ?? {});
  const remedy = 'give it another one with hostnames in slash32.yaml, or rename the instance';
  const message =
    asked === undefined
      ? `Nothing of "${nic.instance.name}" can be a hostname (letters, digits and inner hyphens); ${remedy}.`
      : `Every form of the name ${asked} stands for somebody else on this firewall; ${remedy}.`;
  return { segment: segment.name, nic: nic.id, code: asked === undefined ? 'bad-hostname' : 'hostname-taken', message };
}

function desiredReservation(context: SegmentContext, one: Eligible, claim: Claim, hostname: string): Reservation {
  const { instance, nic } = one.nic;
  const entry = one.own?.entry ?? one.adopted?.entry;
  const marker: Marker = {
    owner: context.input.settings.owner,
    project: instance.project,
    instance: instance.name,
    nic: nic.name,
    uuid: uuidPart(instance.uuid),
    retiredAt: undefined,
    adopted: one.adopted !== undefined || (one.own?.marker.adopted ?? false),
    keptHostname: one.adopted ? (hostname === instance.name ? undefined : hostname) : one.own?.marker.keptHostname,
  };
  const hasEntry = entry?.arpEntry ?? false;
  return {
    mac: one.mac,
    address: claim.address,
    hostname,
    description: reservationDescription(descriptionText(one), marker),
    arpEntry: context.staticArpAfter ? hasEntry : hasEntry || context.segment.arpEntries,
  };
}

function descriptionText(one: Eligible): string {
  const name = plainName(one.nic.instance.name);
  if (one.own) return isOwnText(one.own.text, one.own.marker) ? name : one.own.text;
  const text = one.adopted ? parseDescription(one.adopted.entry.description).text : '';
  return text === '' ? name : text;
}

function reservationChange(
  context: SegmentContext,
  one: Eligible,
  claim: Claim,
  after: Reservation,
): ReservationChange | undefined {
  const change = (
    action: ReservationChange['action'],
    before: ObservedReservation | undefined,
    reason: string,
  ): ReservationChange => ({
    kind: 'reservation',
    segment: context.segment.name,
    interface: context.segment.interface,
    nic: one.nic.id,
    after,
    action,
    before,
    reason,
  });
  if (one.adopted) return change('adopt', one.adopted.entry, 'same MAC; slash32 owns it from now on');
  if (!one.own) return change('create', undefined, claim.why);
  const reasons = differences(one.own.entry, after, one.own.marker, one.nic.id, uuidPart(one.nic.instance.uuid), claim);
  if (reasons.length === 0) return undefined;
  const returned = one.own.marker.retiredAt !== undefined;
  const reason = [...(returned ? ['the instance is back'] : []), ...reasons].join('; ');
  return change(returned ? 'restore' : 'update', one.own.entry, reason);
}

function differences(
  before: ObservedReservation,
  after: Reservation,
  marker: Marker,
  nic: string,
  uuid: string,
  claim: Claim,
): string[] {
  const reasons: string[] = [];
  const was = writtenReservation(before);
  if (markerName(marker) !== nic) reasons.push(`renamed from ${markerName(marker)}`);
  if (marker.uuid !== uuid) reasons.push(marker.uuid === '' ? 'the uuid was not noted' : 'rebuilt under the same name');
  if (before.mac !== after.mac) reasons.push(`MAC was ${was.mac || 'missing'}`);
  if (before.address !== after.address) reasons.push(`address was ${was.address || 'missing'}: ${claim.why}`);
  if (before.hostname !== after.hostname) reasons.push(`hostname was ${was.hostname || 'missing'}`);
  if (before.arpEntry !== after.arpEntry) reasons.push('static ARP entry');
  if (reasons.length === 0 && before.description !== after.description) reasons.push('description');
  return reasons;
}

function foreignWarnings(
  context: SegmentContext,
  served: ReturnType<typeof sortNics>['served'],
  doubled: ReturnType<typeof sortNics>['doubled'],
): Warning[] {
  const warnings: Warning[] = [];
  if (served.length > 0) {
    const names = shortList(served.map(({ nic, foreign }) => `${nic.id} ${shownAddress(foreign.entry)}`));
    const have = served.length === 1 ? 'has a reservation' : 'have reservations';
    const message = `${count(served.length, 'NIC')} ${have} that slash32 does not own (${names}); --adopt takes them over.`;
    warnings.push({ code: 'adoptable', message });
  }
  const placeless = served.filter(({ foreign }) => foreign.entry.address === undefined);
  if (placeless.length > 0) {
    const names = shortList(placeless.map(({ nic }) => nic.id));
    const denied = context.segment.manage.includes('deny_unknown') ? ', and none while unknown clients are denied' : '';
    const message =
      `${count(placeless.length, 'NIC')} of a foreign reservation that names no address (${names}): DHCP gives it any address ` +
      `that is free${denied}, so no statement or test of the policy means it. Give it one in OPNsense, or take it over with --adopt.`;
    warnings.push({ code: 'no-address', message });
  }
  for (const { nic, foreign } of served) {
    const { filters } = nic.nic;
    if (filters?.ipv4 !== true || foreign.entry.address === filters.ipv4Address) continue;
    const message =
      `${nic.id} has ${shownAddress(foreign.entry)} by a foreign reservation, and can use ${filters.ipv4Address} only ` +
      `(${termsOf(context.input.inventory).ipv4Filter}), so nothing of it gets through. Make the two the same.`;
    warnings.push({ code: 'ipv4-filtering', message });
  }
  for (const { nic, foreign } of doubled) {
    const message =
      `MAC ${foreign.entry.mac} of ${nic.id} also stands in a foreign reservation (${shownAddress(foreign.entry)}); ` +
      'dhcpd uses the first of the two, so remove one in OPNsense.';
    warnings.push({ code: 'foreign-duplicate', message });
  }
  return warnings;
}
