import { HOST_MASK, reachesRouter } from '../model/host-routes.js';
import { type Inventory, nicName } from '../model/instance.js';
import type { Segment, SegmentState } from '../model/segment.js';
import { segmentFinder } from '../model/standing-place.js';
import { waitsForYes } from './consent.js';
import type { SegmentContext } from './context.js';
import { shortList } from './names.js';
import type { Warning } from './types.js';

/** NICs on a segment of instances whose host asks for their address; whoever's they are, they get what the segment's DHCP says. */
export function hostAsked({ instances, others }: Pick<Inventory, 'instances' | 'others'>, segment: Segment): string[] {
  const segmentOf = segmentFinder([segment]);
  return [...instances, ...(others ?? [])]
    .filter((instance) => instance.hostAsks === true)
    .flatMap((instance) =>
      instance.nics.filter((nic) => segmentOf(nic) !== undefined).map((nic) => nicName(instance, nic.name)),
    );
}

/** What is said of containers that get an address and no route, or would. */
export function routeWarnings(
  context: SegmentContext,
  after: SegmentState,
  { waits, noRoutes }: { readonly waits: boolean; readonly noRoutes: string | undefined },
): Warning[] {
  const { segment, firewall } = context;
  const names = hostAsked(context.input.inventory, segment);
  if (names.length === 0) return [];
  const are = names.length === 1 ? 'is an application container' : 'are application containers';
  const who = `${shortList(names)} ${are} (OCI), whose host asks for the address`;
  if (waits) {
    const what = `${who}: with option 1 alone there is no route; the mask step now sets option 121 as well.`;
    return [waitsForYes('oci-routes', segment.name, what)];
  }
  if (noRoutes !== undefined) {
    const isOn = after.mask === HOST_MASK;
    const what = isOn ? 'they get no route' : 'the mask step is not taken, since they would get no route';
    return [{ code: 'no-route', message: `${who}; ${what}: ${noRoutes}.` }];
  }
  const router = after.router ?? firewall.address;
  if (after.mask !== HOST_MASK || router === undefined) return [];
  if (after.routes !== undefined && reachesRouter(after.routes, router)) return [];
  const message = `${who}; they get no route, since leases there are of one address and option 121 does not say the way.`;
  return [{ code: 'no-route', message }];
}
