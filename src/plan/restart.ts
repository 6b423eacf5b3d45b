import type { Change } from '../model/change.js';
import type { FirewallInterface, Host, RestartEffect } from '../model/firewall.js';
import { interfaceSubnet } from './context.js';
import { protectedAddresses } from './lockout.js';
import { count, shortList } from './names.js';
import type { PlanInput, UnsafeReason, Warning } from './types.js';

/** What speaks about the restart of DHCP, beside what the changes themselves do. */
export interface RestartFindings {
  readonly warnings: readonly Warning[];
  readonly unsafe: readonly UnsafeReason[];
}

/**
 * What the restart of DHCP that these changes need (or one that an apply left to do) sets off besides: each interface that
 * closes is guarded as a step of our own would be, and since nobody asked for it here, it needs a person's word as well.
 */
export function restartFindings(input: PlanInput, changes: readonly Change[]): RestartFindings {
  const isNeeded = changes.length > 0 || input.ledger.unfinishedSince !== undefined;
  const found = isNeeded ? input.restarts(changes).map((effect) => findingsOf(input, effect)) : [];
  return { warnings: found.flatMap((one) => one.warnings), unsafe: found.flatMap((one) => one.unsafe) };
}

function findingsOf(input: PlanInput, effect: RestartEffect): RestartFindings {
  const firewall = input.observed.interfaces.find((one) => one.id === effect.interface);
  const name = `${effect.interface} (${firewall?.description ?? effect.interface})`;
  const isAsked = input.settings.segments.some(
    (segment) => segment.interface === effect.interface && segment.manage.includes('static_arp'),
  );
  const { what } = effect;
  if (what === 'starts' || what === 'stops' || what === 'ranges') return said('restart-serves', SERVES[what](name));
  if (effect.what === 'opens') return said('restart-opens', opening(name));
  // Where DHCP is on, static ARP came into force with it, unless somebody saved it and did not apply it.
  if (effect.what === 'unseen' && (effect.served || isAsked))
    return isAsked ? NOTHING : said('restart-unseen', unseen(name));
  const lockouts = firewall === undefined ? [] : lockedOut(input, effect, firewall, name);
  const closing = closingText(effect, name);
  const risk = riskOf(effect, name, isAsked);
  return { warnings: [{ code: 'restart-closes', message: closing }], unsafe: [...lockouts, ...risk] };
}

const SERVES = {
  starts: (name: string) =>
    `The restart of DHCP also starts it on ${name}, where it is on in the configuration and is not served now: clients there get addresses from this firewall.`,
  stops: (name: string) =>
    `The restart of DHCP also ends it on ${name}, where it is off in the configuration and is served still: clients there cannot renew their leases.`,
  ranges: (name: string) =>
    `The restart of DHCP also puts the dynamic ranges of ${name} in force that somebody saved and did not apply: clients outside of them get other addresses.`,
} as const;

const NOTHING: RestartFindings = { warnings: [], unsafe: [] };

function said(code: Warning['code'], message: string): RestartFindings {
  return { warnings: [{ code, message }], unsafe: [] };
}

function opening(name: string): string {
  return `The restart of DHCP also ends static ARP on ${name}, where the configuration does not ask for it: whoever has no reservation there is answered again.`;
}

function unseen(name: string): string {
  return `Static ARP is set on ${name}, and it is not known whether it is in force: if not, a restart of DHCP cuts off everybody there without a reservation.`;
}

function closingText(effect: RestartEffect, name: string): string {
  const { what, answered, neighbours } = effect;
  const begins =
    what === 'closes'
      ? `The restart of DHCP also puts static ARP in force on ${name}, which was set there before and is not in force yet`
      : `Static ARP is set on ${name} though DHCP is off there; if it is not in force yet, the next start of DHCP puts it in force`;
  const kept = answered.length === 0 ? 'nobody there' : `${count(answered.length, 'reservation')} only`;
  const lost = neighbours === undefined ? undefined : cutOff(neighbours, answered);
  const seen =
    lost === undefined
      ? 'which neighbours that cuts off is not known'
      : lost.length === 0
        ? 'it cuts off none of the neighbours in the ARP table'
        : `it cuts off ${count(lost.length, 'neighbour')} of the ARP table: ${shortList(lost.map((one) => `${one.address} ${one.mac}`))}`;
  return `${begins}: the firewall then answers ${kept}, and ${seen}. If nobody wants that, clear static ARP on that page of OPNsense first (Services: ISC DHCPv4).`;
}

function cutOff(neighbours: readonly Host[], answered: readonly Host[]): Host[] {
  const kept = new Set(answered.map((one) => `${one.address} ${one.mac}`));
  return neighbours.filter((one) => !kept.has(`${one.address} ${one.mac}`));
}

function lockedOut(input: PlanInput, effect: RestartEffect, firewall: FirewallInterface, name: string): UnsafeReason[] {
  const subnet = interfaceSubnet(firewall);
  if (subnet === undefined) return [];
  return protectedAddresses({ input, firewall, subnet }).flatMap(({ address, who }) => {
    const mac = effect.neighbours?.find((one) => one.address === address)?.mac;
    const isKept = effect.answered.some((one) => one.address === address && (mac === undefined || one.mac === mac));
    if (isKept) return [];
    const message =
      `${address} (${who}) lies on ${name} and would be cut off by the restart of DHCP, since static ARP was left set there and the address has no reservation with its MAC. ` +
      'Clear static ARP there in OPNsense (Services: ISC DHCPv4), or give the address a reservation.';
    return [{ code: 'lockout', message, overriddenBy: undefined }];
  });
}

function riskOf(effect: RestartEffect, name: string, isAsked: boolean): UnsafeReason[] {
  const overriddenBy = '--accept-lockout-risk';
  if (effect.notUndone !== undefined) {
    const message = `Static ARP that was left set on ${name} may come into force, and ${effect.notUndone}. Or clear it on that page of OPNsense first.`;
    return [{ code: 'restart-closes', message, overriddenBy: undefined }];
  }
  if (effect.neighbours === undefined) {
    const message = `Static ARP that was left set on ${name} would come into force, and this transport cannot see which neighbours that cuts off.`;
    return [{ code: 'arp-unseen', message, overriddenBy }];
  }
  if (isAsked) return [];
  const message = `The restart of DHCP would put static ARP in force on ${name}, which nobody asked slash32 for.`;
  return [{ code: 'restart-closes', message, overriddenBy }];
}
