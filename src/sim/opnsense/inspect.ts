import { numberOf, type ServedInterface, servedInterfaces } from './dhcpd.js';
import { childOf, childrenOf, type SimNode, textAt } from './node.js';
import type { SimState } from './state.js';

/** What a client would be told. */
export interface SimLease {
  readonly interface: string;
  readonly address: string;
  /** Dotted; what option 1 says. */
  readonly mask: string;
  /** Undefined when no router is told. */
  readonly router: string | undefined;
  readonly hostname: string;
  readonly kind: 'static' | 'dynamic';
  /** Whether the firewall can answer it: false where static ARP has no entry for it. */
  readonly reachable: boolean;
}

/**
 * The lease that a MAC would get from the configuration on disk, on the named interface or on the first that has a
 * mapping for it. Undefined when it would get none.
 */
export function leaseFor(state: SimState, mac: string, interfaceId?: string): SimLease | undefined {
  const served = servedInterfaces(state.disk.view());
  const known = served.filter(({ section }) => mapOf(section, mac) !== undefined);
  const at = interfaceId === undefined ? known[0] : served.find(({ id }) => id === interfaceId);
  if (at === undefined) return undefined;
  const map = mapOf(at.section, mac);
  const fixed = textAt(map, 'ipaddr');
  const address = fixed === '' ? dynamicAddress(at.section, mac, known.length > 0) : fixed;
  if (address === undefined) return undefined;
  const entries = state.staticArp.get(at.id);
  return {
    interface: at.id,
    address,
    mask: maskOf(at),
    router: routerOf(at),
    hostname: textAt(map, 'hostname'),
    kind: fixed === '' ? 'dynamic' : 'static',
    reachable: entries === undefined || entries.has(address),
  };
}

function mapOf(section: SimNode, mac: string): SimNode | undefined {
  return childrenOf(section, 'staticmap').find((map) => textAt(map, 'mac').toLowerCase() === mac.toLowerCase());
}

/** A client with a mapping anywhere is known everywhere (docs/facts.md, "ISC dhcpd under OPNsense"); `mac_allow` alone closes that hole. */
function dynamicAddress(section: SimNode, mac: string, known: boolean): string | undefined {
  const pools = [section, ...childrenOf(section, 'pool').filter((pool) => pool.children.length > 0)];
  return pools.map((pool) => addressIn(pool, mac, known)).find((address) => address !== undefined);
}

function addressIn(section: SimNode, mac: string, known: boolean): string | undefined {
  if (childOf(section, 'denyunknown') !== undefined && !known) return undefined;
  const allowed = textAt(section, 'mac_allow');
  if (allowed !== '' && !allowed.split(',').some((start) => mac.toLowerCase().startsWith(start.trim().toLowerCase())))
    return undefined;
  const from = textAt(childOf(section, 'range'), 'from');
  return numberOf(from) === undefined ? undefined : from;
}

function maskOf({ section, prefix }: ServedInterface): string {
  const option = childrenOf(childOf(section, 'numberoptions'), 'item').find((item) => textAt(item, 'number') === '1');
  if (option !== undefined) return textAt(option, 'value');
  const bits = prefix === 0 ? 0 : (~0 << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

function routerOf({ section, address }: ServedInterface): string | undefined {
  const gateway = textAt(section, 'gateway');
  return gateway === 'none' ? undefined : gateway || address;
}
