import type { SettingChange } from '../model/change.js';
import { HOST_MASK, hostRoutes, isHostRoutes, reachesRouter } from '../model/host-routes.js';
import type { Original } from '../model/ledger.js';
import type { Segment, SegmentState } from '../model/segment.js';
import type { Consent } from './consent.js';
import type { Fit } from './preflight.js';

/** What decides about option 121 of a segment. */
export interface RoutesInput {
  readonly segment: Segment;
  readonly fit: Fit;
  readonly state: SegmentState;
  readonly originals: readonly Original[];
  readonly consent: Consent;
  readonly hostAsks: boolean;
  /** The other changes of settings there. */
  readonly changes: readonly SettingChange[];
}

/** What is to become of option 121. */
export interface RoutesPlan {
  /** Undefined where it stays as it is. */
  readonly wanted?: string;
  /** Whether a person must say yes first. */
  readonly waits?: boolean;
  /** Why it cannot be set, as a clause. */
  readonly noRoutes?: string;
}

/**
 * Where the mask is managed and a container stands whose host asks for its address, clients are told the way to the router. Once
 * written it stays, whoever comes and goes, and follows the router. What somebody else wrote there is never changed.
 */
export function planRoutes(input: RoutesInput): RoutesPlan {
  const { segment, state, originals, consent, hostAsks, changes } = input;
  const isOurs = (setting: Original['setting']): boolean =>
    originals.some((one) => one.interface === segment.interface && one.setting === setting);
  const hasOurs = isOurs('routes') && state.routes !== undefined && isHostRoutes(state.routes);
  if (!segment.manage.includes('mask') || !(hostAsks || hasOurs)) return {};
  const not = (noRoutes: string): RoutesPlan => (hostAsks ? { noRoutes } : {});
  const router = routerAfter(input);
  if (router === undefined) return not(`DHCP on ${segment.interface} names no router to its clients`);
  if (state.routes !== undefined && reachesRouter(state.routes, router)) return {};
  if (state.routes !== undefined && !hasOurs)
    return not(
      `an option 121 by other hands stands on ${segment.interface} that does not say how to reach ${router} ` +
        `(it takes ${router}/32 on the link and then everything by it)`,
    );
  if (!consent.writes('routes')) return not(`the firewall's side cannot write option 121 yet: ${consent.remedy}`);
  const isFresh = changes.some((change) => change.setting === 'mask' && change.after === HOST_MASK) && !isOurs('mask');
  if (!hasOurs && !isFresh && !consent.accepts(segment.interface, 'oci-routes')) return { waits: true };
  return { wanted: hostRoutes(router) };
}

/** The router that clients are told once the changes are made; undefined where they are told none. */
function routerAfter({ state, fit, changes }: RoutesInput): string | undefined {
  const change = changes.find((one) => one.setting === 'router');
  const told = change === undefined ? state.router : (change.after as string | null);
  return told === 'none' ? undefined : (told ?? fit.firewall.address);
}
