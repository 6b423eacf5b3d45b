import { parseAddress } from './address.js';

/** The mask of a lease of one address: it sends every packet through the firewall. */
export const HOST_MASK = '255.255.255.255';

/**
 * DHCP option 121 as octets in hexadecimal with colons: what a client on a lease of one address needs that does not work out by
 * itself how to reach its router. It says that the router is on the link, and then that everything goes by it; the second alone
 * leaves some clients without any route (docs/facts.md, "Clients with a /32 lease").
 */
export function hostRoutes(router: string): string {
  const octets = octetsOf(router);
  return [32, ...octets, 0, 0, 0, 0, 0, ...octets].map(hex).join(':');
}

/** One route of option 121; `router` is `0.0.0.0` for what is on the link. */
export interface ClientRoute {
  readonly network: string;
  readonly prefix: number;
  readonly router: string;
}

/** The routes that an option 121 says, in its order; undefined where it says none that can be read. */
export function readRoutes(text: string): ClientRoute[] | undefined {
  if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2})*$/i.test(text)) return undefined;
  const octets = text.split(':').map((one) => Number.parseInt(one, 16));
  const routes: ClientRoute[] = [];
  for (let at = 0; at < octets.length; ) {
    const prefix = octets[at] ?? 0;
    const width = Math.ceil(prefix / 8);
    const part = octets.slice(at + 1, at + 1 + width + 4);
    if (prefix > 32 || part.length < width + 4) return undefined;
    const network = [...part.slice(0, width), 0, 0, 0, 0].slice(0, 4).join('.');
    routes.push({ network, prefix, router: part.slice(width).join('.') });
    at += 1 + width + 4;
  }
  return routes.length === 0 ? undefined : routes;
}

/** Whether an option 121 brings a client on a lease of one address to its router and by it everywhere. */
export function reachesRouter(text: string, router: string): boolean {
  const routes = readRoutes(text) ?? [];
  const onLink = routes.findIndex((one) => one.network === router && one.prefix === 32 && one.router === '0.0.0.0');
  const everything = routes.findIndex((one) => one.prefix === 0 && one.router === router);
  return onLink >= 0 && everything > onLink;
}

/** Whether an option 121 is what {@link hostRoutes} says of some router. */
export function isHostRoutes(text: string): boolean {
  const [, everything] = readRoutes(text) ?? [];
  return everything !== undefined && hostRoutes(everything.router) === text;
}

/** The octets in the one way of writing them that slash32 compares; undefined for what is none. */
export function canonicalRoutes(text: string): string | undefined {
  if (readRoutes(text) === undefined) return undefined;
  return text
    .split(':')
    .map((one) => hex(Number.parseInt(one, 16)))
    .join(':');
}

function octetsOf(address: string): number[] {
  if (parseAddress(address) === undefined) throw new RangeError(`${address} is no address`);
  return address.split('.').map(Number);
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}
