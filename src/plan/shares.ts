import { addressNumber, rangeSize } from '../model/address.js';
import type { Quarantined } from '../model/ledger.js';
import { markerName } from '../model/marker.js';
import { DEFAULT_SHARES } from '../model/settings.js';
import { effectivePool, inRanges } from './addresses.js';
import type { SegmentContext } from './context.js';
import { currentAddress, type Eligible } from './eligible.js';
import { count } from './names.js';
import type { Warning } from './types.js';

/** What each project and instance holds of a segment, so that nobody takes what others need. */
export interface Shares {
  /** Why a NIC gets no address that it does not have yet; undefined where it may have one more. Nothing is taken by asking. */
  refusal(one: Eligible): string | undefined;
  /** Why a NIC may not choose an address of the pool by a pin that it does not have yet; undefined where it may. */
  pinRefusal(one: Eligible, pin: string): string | undefined;
  /** Notes that a pin is held, or was given. */
  takePin(one: Eligible, pin: string): void;
  /** Notes that a NIC gets an address. */
  take(one: Eligible, address: string): void;
  /** Who holds how much of the pool, for people: `200 by project shop (150 of them in quarantine), 41 by project ops`. */
  holders(): string;
  /** Who stands above a limit already. */
  warnings(): Warning[];
}

interface Holding {
  /** Addresses, those in quarantine included. */
  readonly addresses: Set<number>;
  readonly resting: Set<number>;
  /** NICs with a reservation. */
  readonly nics: Set<string>;
}

/** Counts what stands on a segment. An address in quarantine is charged to whoever had it. Pure. */
export function countShares(context: SegmentContext, quarantine: readonly Quarantined[]): Shares {
  const { segment, subnet, input, entries } = context;
  const limits = input.settings.shares ?? DEFAULT_SHARES;
  const pool = effectivePool(segment.pool, subnet);
  const size = pool.reduce((sum, range) => sum + rangeSize(range), 0);
  const most = Math.floor(size * limits.project);
  const byProject = new Map<string, Holding>();
  const byInstance = new Map<string, Holding>();
  const pins = new Map<string, Set<number>>();
  const mostPins = Math.floor(size * limits.pins);

  function note(nic: string, address: string | undefined, isResting: boolean): void {
    const [project = '', name = ''] = nic.split('/');
    for (const [map, key] of [
      [byProject, project],
      [byInstance, `${project}/${name}`],
    ] as const) {
      const holding = map.get(key) ?? { addresses: new Set(), resting: new Set(), nics: new Set() };
      map.set(key, holding);
      if (!isResting) holding.nics.add(nic);
      if (address === undefined || !inRanges(address, pool)) continue;
      holding.addresses.add(addressNumber(address));
      if (isResting) holding.resting.add(addressNumber(address));
    }
  }
  for (const { entry, marker } of entries.owned) note(markerName(marker), entry.address, false);
  for (const { nic, address } of quarantine) note(nic, address, true);
  const projects = new Set([...byProject.keys(), ...context.nics.map((nic) => nic.instance.project)]);

  const heldBy = (map: ReadonlyMap<string, Holding>, key: string): number => map.get(key)?.addresses.size ?? 0;
  return {
    refusal(one) {
      const { project, name } = one.nic.instance;
      const instance = `${project}/${name}`;
      const isNew = one.own === undefined;
      if (isNew && (byInstance.get(instance)?.nics.size ?? 0) >= limits.instanceNics)
        return `${instance} has ${count(limits.instanceNics, 'NIC')} with a reservation on ${segment.name} already (limits: instance_nics).`;
      // Whoever moves where nothing rests gives one address back for the other.
      if (!isNew && currentAddress(one) !== undefined && input.settings.quarantineSeconds === 0) return undefined;
      if (heldBy(byInstance, instance) >= limits.instanceAddresses)
        return `${instance} holds ${count(heldBy(byInstance, instance), 'address')} of ${segment.name}, with those in quarantine because of it (limits: instance_addresses).`;
      if (projects.size > 1 && heldBy(byProject, project) >= most)
        return `Project ${project} holds ${heldBy(byProject, project)} of the ${size} addresses of ${segment.name}, with those in quarantine because of it (limits: project_share).`;
      return undefined;
    },
    pinRefusal({ nic: { instance } }, pin) {
      const { project } = instance;
      const held = pins.get(project)?.size ?? 0;
      if (projects.size === 1 || held < mostPins || !inRanges(pin, pool)) return undefined;
      return `Project ${project} has chosen ${held} of the ${size} addresses of ${segment.name} by pins already (limits: pin_share).`;
    },
    takePin({ nic: { instance } }, pin) {
      if (!inRanges(pin, pool)) return;
      const known = pins.get(instance.project) ?? new Set();
      pins.set(instance.project, known.add(addressNumber(pin)));
    },
    take: (one, address) => note(one.nic.id, address, false),
    holders: () =>
      [...byProject]
        .sort(([a, one], [b, other]) => other.addresses.size - one.addresses.size || (a < b ? -1 : 1))
        .map(([project, { addresses, resting }]) => {
          const rest = resting.size === 0 ? '' : ` (${resting.size} of them in quarantine)`;
          return `${addresses.size} by project ${project}${rest}`;
        })
        .join(', '),
    warnings: aboveWarnings,
  };

  function aboveWarnings(): Warning[] {
    const above = [
      ...[...byInstance].flatMap(([instance, { nics, addresses }]) =>
        nics.size > limits.instanceNics || addresses.size > limits.instanceAddresses ? [instance] : [],
      ),
      ...[...byProject].flatMap(([project, { addresses }]) =>
        projects.size > 1 && addresses.size > most ? [`project ${project}`] : [],
      ),
      ...[...pins].flatMap(([project, chosen]) =>
        projects.size > 1 && chosen.size > mostPins ? [`project ${project}`] : [],
      ),
    ];
    if (above.length === 0) return [];
    const message = `${[...new Set(above)].sort().join(', ')}: more of ${segment.name} than limits allows. What is there stays, and nothing more is given; raise the limit in limits if that is meant so.`;
    return [{ code: 'above-share', message }];
  }
}
