import { type Instance, instanceName, type Nic, nicName, placeOnBridge } from '../model/instance.js';
import { normalizeMac } from '../model/mac.js';
import { markerName } from '../model/marker.js';
import { segmentFinder } from '../model/standing-place.js';
import { placeText } from './bridge.js';
import { type OwnedEntry, splitEntries } from './entries.js';
import { instant } from './instant.js';
import { leftAloneBy } from './left-alone.js';
import { matchInstances, shownAddress } from './names.js';
import { wantedOf } from './narrow.js';
import type { Assignment, PlanInput, SegmentPlan, WaitingPart } from './types.js';

/** A plan of named instances with a sentence for each of their NICs of which it would otherwise say nothing. */
export interface NamedPlan {
  readonly segments: readonly SegmentPlan[];
  /** Of NICs that stand on no segment. */
  readonly notes: readonly string[];
}

/**
 * Says of every NIC that a filter names what it has and why, or why it has nothing, where no change, no waiting part and no `leftOut`
 * does: whoever asks about one instance wants an answer also where nothing is to be done. Pure.
 */
export function withNamed(
  input: PlanInput,
  segments: readonly SegmentPlan[],
  waiting: readonly WaitingPart[],
): NamedPlan {
  if (input.only.instances.length === 0) return { segments, notes: [] };
  const said = new Set([
    ...segments.flatMap((one) => [...nicsOf(one.changes), ...one.leftOut.map(({ nic }) => nic)]),
    ...waiting.flatMap((part) => nicsOf(part.changes)),
  ]);
  const told = segments.map((segment) => {
    const standing = segment.assignments.filter(({ nic }) => !said.has(nic));
    for (const { nic } of standing) said.add(nic);
    const entries = ownedOn(input, segment);
    const adopted = new Set(entries.filter((own) => own.marker.adopted).map((own) => markerName(own.marker)));
    const notes = standing.map((one) => standingText(one, adopted.has(one.nic)));
    for (const own of entries) {
      const nic = markerName(own.marker);
      if (own.marker.retiredAt === undefined || said.has(nic) || !wantedOf(input.only, segment.name).nic(nic)) continue;
      said.add(nic);
      notes.push(retiredText(own, own.marker.retiredAt, input));
    }
    return notes.length === 0 ? segment : { ...segment, notes: [...(segment.notes ?? []), ...notes] };
  });
  return { segments: told, notes: unsaidNotes(input, said, whyNothing(input, segments, waiting)) };
}

function nicsOf(changes: SegmentPlan['changes']): string[] {
  return changes.flatMap((change) => (change.kind === 'reservation' ? [change.nic] : []));
}

function ownedOn({ settings, observed }: PlanInput, { name }: SegmentPlan): readonly OwnedEntry[] {
  const segment = settings.segments.find((one) => one.name === name);
  if (segment === undefined) return [];
  const state = observed.segments.find((one) => one.interface === segment.interface);
  return splitEntries(settings.owner, segment, state).owned;
}

/** `default/web/eth0 has 10.2.0.9 (MAC …, hostname web) and keeps it: …`. */
function standingText({ nic, mac, address, hostname, source, why }: Assignment, adopted: boolean): string {
  const name = hostname === undefined || hostname === '' ? 'no hostname' : `hostname ${hostname}`;
  const reason =
    source === 'kept'
      ? `its reservation stands with that address, no pin asks for another${adopted ? '; it was taken over from another hand' : ''}`
      : why;
  return `${nic} has ${address ?? 'no address'} (MAC ${mac}, ${name}) and keeps it: ${reason}.`;
}

function retiredText({ marker, entry }: OwnedEntry, retiredAt: string, { settings }: PlanInput): string {
  const until = instant(Date.parse(retiredAt) + settings.retainSeconds * 1000);
  return `${markerName(marker)} is missing since ${retiredAt}: its reservation (${shownAddress(entry)}) stays until ${until}.`;
}

type Why = (instance: Instance, nic: Nic) => string;

function unsaidNotes(input: PlanInput, said: ReadonlySet<string>, why: Why): string[] {
  const { inventory, only, settings, observed } = input;
  const entries = settings.segments.flatMap((segment) =>
    splitEntries(
      settings.owner,
      segment,
      observed.segments.find((state) => state.interface === segment.interface),
    ).owned.map((own) => [markerName(own.marker), own.entry] as const),
  );
  const standing = new Map(entries);
  const everywhere = wantedOf({ ...only, segments: [] }, '');
  return inventory.instances.flatMap((one) => {
    const name = instanceName(one);
    if (one.nics.length === 0)
      return only.instances.includes(name) ? [`${name} has no NIC on a network, so it needs no reservation.`] : [];
    return one.nics.flatMap((nic) => {
      const id = nicName(one, nic.name);
      if (!everywhere.nic(id) || said.has(id)) return [];
      const entry = standing.get(id);
      const stays = entry === undefined ? '' : `; its reservation (${shownAddress(entry)}) stays as it is`;
      return [`Nothing is planned for ${id}: ${why(one, nic)}${stays}.`];
    });
  });
}

/** Why nothing is planned for a NIC, as a clause. */
function whyNothing(
  { settings, only, observed }: PlanInput,
  segments: readonly SegmentPlan[],
  waiting: readonly WaitingPart[],
): Why {
  const isExcluded = matchInstances(settings.exclude);
  const isLeftAlone = leftAloneBy(settings);
  const segmentOf = segmentFinder(settings.segments);
  const firewallMacs = new Set(observed.interfaces.map((one) => one.mac));
  return (instance, nic) => {
    const segment = segmentOf(nic);
    if (isExcluded(instance)) return 'the configuration excludes its instance';
    if (isLeftAlone(instance)) return 'its instance asks to be left alone';
    if (settings.firewallInstances?.includes(instanceName(instance)) === true) return 'its instance is the firewall';
    if (segment === undefined)
      return placeOnBridge(nic) === 'elsewhere'
        ? `it stands on ${placeText(nic.vlans)} of ${nic.network}, which is no segment`
        : `it stands on ${nic.network}, which is no segment`;
    if (nic.mac !== undefined && firewallMacs.has(normalizeMac(nic.mac))) return 'it is a NIC of the firewall';
    if (!wantedOf(only, segment.name).segment) return `it stands on ${segment.name}, which was not asked for`;
    if (segments.some((one) => one.name === segment.name && one.error !== undefined))
      return `it stands on ${segment.name}, which is left alone`;
    const part = waiting.find((one) => one.project === instance.project);
    return part === undefined
      ? 'something else of the plan waits for a person'
      : `a part of the plan about project ${instance.project} waits for a person (${part.id})`;
  };
}
