import type { Endpoint, PortPart, Redirect, RuleSet } from '../../model/rules.js';
import type { CompiledRedirect } from './types.js';

/**
 * Redirects of ours whose packets another one may take, somebody else's or the firewall's own, by key, with why: pf goes by the
 * first that fits, so that ours would do nothing, or a part. In doubt two of them meet. Pure.
 */
export function takenRedirects(
  wanted: readonly CompiledRedirect[],
  { redirects, groups, interfaces }: RuleSet,
  isOurs: (redirect: Redirect) => boolean,
): Map<string, string> {
  const others = redirects.filter(
    (one) => one.enabled && (one.origin !== 'automatic' || one.action === 'exempt') && !isOurs(one),
  );
  const members = new Map(groups.map((group) => [group.id, group.members]));
  const own = new Map(interfaces.map((one) => [one.id, one.addresses]));
  const taken = new Map<string, string>();
  for (const { key, entry } of wanted) {
    const other = others.find(
      (one) =>
        standsOn(one, entry.interface, members) &&
        (one.protocols.length === 0 || one.protocols.includes(entry.protocol)) &&
        (one.destinationPorts.length === 0 || one.destinationPorts.some((part) => overlaps(part, entry.ports))) &&
        isAt(one.destination, entry.interface, own),
    );
    if (other === undefined) continue;
    taken.set(key, whyTaken(other));
  }
  return taken;
}

function whyTaken({ origin, action, description, id }: Redirect): string {
  if (origin === 'automatic')
    return 'the firewall keeps these packets for its own administration and redirects them nowhere';
  const what = action === 'exempt' ? 'keeps these packets from being redirected' : 'takes these packets';
  return `the destination NAT "${description || id}" of somebody else ${what}`;
}

function standsOn(
  { interfaces, interfacesNot }: Redirect,
  id: string,
  members: ReadonlyMap<string, readonly string[]>,
): boolean {
  const named = interfaces.length === 0 || interfaces.some((one) => one === id || members.get(one)?.includes(id));
  return interfaces.length > 1 && interfacesNot ? true : named !== interfacesNot;
}

function overlaps(part: PortPart, ports: { readonly from: number; readonly to: number }): boolean {
  return part.kind === 'alias' || (part.from <= ports.to && ports.from <= part.to);
}

/** Whether it may be for the addresses of the firewall on an interface. */
function isAt({ parts, not }: Endpoint, id: string, own: ReadonlyMap<string, readonly string[]>): boolean {
  if (not) return true;
  return parts.some((part) => {
    if (part.kind === 'interface-address') return part.interface === id;
    if (part.kind === 'interface-network') return part.interface === id;
    if (part.kind !== 'addresses' || /[/-]/.test(part.span.replace(/\/32$/, ''))) return true;
    const addresses = own.get(id)?.filter((one) => !one.includes(':')) ?? [];
    return addresses.length === 0 || addresses.includes(part.span.replace(/\/32$/, ''));
  });
}
