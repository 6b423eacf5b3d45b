import type { SegmentState } from '../model/segment.js';
import type { SegmentContext } from './context.js';
import { shortList } from './names.js';
import { carpRouters } from './preflight.js';
import type { Warning } from './types.js';

const WHAT = {
  dns: { role: 'resolver', effect: 'no name resolves there' },
  ntp: { role: 'time server', effect: 'clocks go wrong there' },
} as const;

/**
 * Resolvers and time servers that clients are told and that are an address of this one node, where the segment's router is shared by
 * both: the other node has not that address. DHCP names the node itself where nobody names a resolver. Pure.
 */
export function carpServerWarnings(context: SegmentContext, state: SegmentState): Warning[] {
  const { segment, firewall, subnet, input } = context;
  const routers = carpRouters(firewall, subnet);
  const [router] = routers;
  if (router === undefined || !state.enabled) return [];
  const own = new Set(input.observed.interfaces.flatMap((one) => one.address ?? []));
  const remedy = `Set ${router} instead under Services: ISC DHCPv4 on the firewall.`;
  const { resolvers } = input.observed;
  const general = Array.isArray(resolvers) ? (resolvers as readonly string[]) : [];
  const named = (['dns', 'ntp'] as const).flatMap((service): Warning[] => {
    const set = state.servers.filter((one) => one.service === service).map(({ address }) => address);
    const told = service === 'dns' && set.length === 0 ? general : set;
    const bound = told.filter((address) => own.has(address));
    if (bound.length === 0) return [];
    const { role, effect } = WHAT[service];
    const rest = bound.length < told.length ? 'clients have to do with the others' : effect;
    const message = `Clients of ${segment.interface} are told ${shortList(bound)} as ${role}, an address of this node alone, while their router is shared (${routers.join(', ')}): after a failover ${rest}. ${remedy}`;
    return [{ code: 'carp-server', message }];
  });
  const isSet = state.servers.some((one) => one.service === 'dns') || Array.isArray(resolvers);
  if (firewall.address === undefined || isSet) return named;
  const where = resolvers === 'firewall' ? '' : ' where the firewall runs one';
  const message = `DHCP on ${segment.interface} names no resolver, so clients are told this node's own address ${firewall.address}${where}, while their router is shared (${routers.join(', ')}): after a failover no name resolves there until they ask for a new lease. ${remedy}`;
  return [...named, { code: 'carp-server', message }];
}
