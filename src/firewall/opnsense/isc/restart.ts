import type { Change } from '../../../model/change.js';
import type { FirewallInterface, Host, Neighbour, RestartEffect } from '../../../model/firewall.js';
import type { SegmentState } from '../../../model/segment.js';
import { projectSegments } from './project.js';

/** What is there before a restart of DHCP. */
export interface BeforeRestart {
  readonly segments: readonly SegmentState[];
  readonly interfaces: readonly FirewallInterface[];
  readonly neighbours: readonly Neighbour[] | undefined;
}

/**
 * What a restart of DHCP after `changes` does to static ARP besides what they ask for. OPNsense goes through every section of
 * `<dhcpd>` at each start (`dhcpd_staticarp`), whether DHCP is on there or not, and makes the device be as the section
 * says; only where DHCP is on nowhere does it look at none. Pure.
 */
export function restartEffects(before: BeforeRestart, changes: readonly Change[]): RestartEffect[] {
  const byId = new Map(before.interfaces.map((one) => [one.id, one]));
  const after = projectSegments(before.segments, changes);
  if (!after.some((state) => state.enabled && byId.has(state.interface))) return [];
  const asked = new Set(changes.filter(isStaticArp).map((change) => change.interface));
  return after.flatMap((state) => {
    const one = byId.get(state.interface);
    const what = one === undefined || asked.has(one.id) ? undefined : effectOf(state, one);
    if (what === undefined) return [];
    return [
      {
        interface: state.interface,
        what,
        served: state.enabled,
        answered: state.staticArp === 'on' ? answered(state) : [],
        neighbours: before.neighbours?.flatMap((seen) =>
          seen.interface === state.interface && !seen.permanent ? [hostOf(seen)] : [],
        ),
      },
    ];
  });
}

function isStaticArp(change: Change): boolean {
  return change.kind === 'setting' && change.setting === 'static_arp';
}

function effectOf(state: SegmentState, one: FirewallInterface): RestartEffect['what'] | undefined {
  if (!one.enabled || one.device === '') return undefined;
  const isWanted = state.staticArp !== 'off';
  if (one.staticArp === undefined) return isWanted ? 'unseen' : undefined;
  if (one.staticArp === isWanted) return undefined;
  return isWanted ? 'closes' : 'opens';
}

/** The addresses that get a fixed ARP entry. */
function answered(state: SegmentState): RestartEffect['answered'] {
  return state.reservations.flatMap(({ address, mac }) =>
    address === undefined || mac === undefined ? [] : [{ address, mac }],
  );
}

function hostOf({ address, mac }: Host): Host {
  return { address, mac };
}
