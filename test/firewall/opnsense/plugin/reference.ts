import type {
  WireApply,
  WireReservation,
  WireSegment,
  WireSettings,
} from '../../../../src/firewall/opnsense/plugin/wire.js';
import { writtenReservation } from '../../../../src/model/reservation.js';
import type { ObservedReservation, SegmentState } from '../../../../src/model/segment.js';
import { blankState } from '../../../../src/model/segment-state.js';

/**
 * What docs/plugin-api.md says that an apply does, as a function, written without the product's own code for it. Throws the
 * `code` of a refusal.
 */
export function applied(states: readonly SegmentState[], body: WireApply): SegmentState[] {
  const result = new Map(states.map((state) => [state.interface, state]));
  for (const segment of body.segments) {
    const state = result.get(segment.interface) ?? blankState(segment.interface);
    result.set(segment.interface, withLists(withSettings(state, segment.settings ?? {}), segment, body.owner));
  }
  return [...result.values()];
}

export function isOwners(description: string, owner: string): boolean {
  return new RegExp(`\\[slash32:${owner}:[^\\]\\s]*\\]\\s*$`).test(description);
}

function withSettings(state: SegmentState, settings: WireSettings): SegmentState {
  return {
    ...state,
    ...('enabled' in settings ? { enabled: settings.enabled === true } : {}),
    ...('range' in settings ? { range: settings.range ?? undefined } : {}),
    ...('mask' in settings ? { mask: settings.mask ?? undefined } : {}),
    ...('deny_unknown' in settings ? { denyUnknown: settings.deny_unknown === true } : {}),
    ...('mac_allow' in settings ? { macAllow: settings.mac_allow ?? undefined } : {}),
    ...('static_arp' in settings
      ? { staticArp: settings.static_arp === true ? ('on' as const) : ('off' as const) }
      : {}),
    ...('router' in settings ? { router: settings.router ?? undefined } : {}),
  };
}

function withLists(state: SegmentState, segment: WireSegment, owner: string): SegmentState {
  const { reservations } = segment;
  if (reservations === undefined) return state;
  const adopted = new Map((segment.adopt ?? []).map((one) => [one.at, one.mac]));
  const released = new Map((segment.release ?? []).map((one) => [one.at, one]));
  const changed = new Map(reservations.flatMap((one) => (one.at === undefined ? [] : [[one.at, one]])));
  const kept = state.reservations.flatMap((entry): ObservedReservation[] => {
    const ours = isOwners(entry.description, owner);
    const next = changed.get(entry.position);
    if (next !== undefined) {
      if (!ours && adopted.get(entry.position) !== entry.mac) throw new Error('foreign');
      return [read(next)];
    }
    if (!ours) return [entry];
    const handed = released.get(entry.position);
    return handed === undefined ? [] : [read(handed)];
  });
  for (const one of reservations.filter((each) => each.at === undefined)) {
    const after = kept.findIndex((entry) => numberOf(entry.address ?? '') > numberOf(one.ipaddr));
    kept.splice(after < 0 ? kept.length : after, 0, read(one));
  }
  return { ...state, reservations: kept.map((entry, position) => ({ ...entry, position })) };
}

function read(one: WireReservation): ObservedReservation {
  return {
    position: 0,
    mac: one.mac,
    address: one.ipaddr,
    hostname: one.hostname,
    description: one.descr.trim(),
    arpEntry: one.arp,
  };
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** `<dhcpd>` as OPNsense would hold these states. */
export function dhcpdXml(states: readonly SegmentState[]): string {
  return `<dhcpd>${states.map(interfaceXml).join('')}</dhcpd>`;
}

function interfaceXml(state: SegmentState): string {
  const { range } = state;
  return [
    `<${state.interface}>`,
    state.enabled ? '<enable>1</enable>' : '',
    range === undefined ? '' : `<range><from>${range.from}</from><to>${range.to}</to></range>`,
    state.denyUnknown ? '<denyunknown>1</denyunknown>' : '',
    state.macAllow === undefined ? '' : `<mac_allow>${state.macAllow}</mac_allow>`,
    state.staticArp === 'on' ? '<staticarp>1</staticarp>' : '',
    state.router === undefined ? '' : `<gateway>${state.router}</gateway>`,
    state.mask === undefined
      ? ''
      : `<numberoptions><item><number>1</number><type>ip-address</type><value>${state.mask}</value></item></numberoptions>`,
    ...state.reservations
      .map(writtenReservation)
      .map(
        (one) =>
          `<staticmap><mac>${escaped(one.mac)}</mac><ipaddr>${escaped(one.address)}</ipaddr><hostname>${escaped(one.hostname)}</hostname><descr>${escaped(one.description)}</descr>${one.arpEntry ? '<arp_table_static_entry>1</arp_table_static_entry>' : ''}</staticmap>`,
      ),
    `</${state.interface}>`,
  ].join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
