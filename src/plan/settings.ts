import type { AddressRange } from '../model/address.js';
import type { NewRule, SettingChange, SettingName, SettingValue } from '../model/change.js';
import { HOST_MASK } from '../model/host-routes.js';
import type { Original } from '../model/ledger.js';
import type { ManageStep, Segment, SegmentState } from '../model/segment.js';
import type { Consent } from './consent.js';
import { closedPools, isClosed, NOBODYS_MAC, reopenedPools } from './pools.js';
import { closedRangeAddress, type Fit, routerFor } from './preflight.js';
import { planRoutes } from './routes.js';
import type { SegmentError } from './types.js';

export { HOST_MASK } from '../model/host-routes.js';

/** DHCP settings that a segment needs, or the reason why it cannot be planned. */
export interface SettingsPlan {
  readonly changes: readonly SettingChange[];
  readonly error: SegmentError | undefined;
  /** New rules that ask for something here, and wait for a person's yes. */
  readonly waiting: readonly NewRule[];
  /** Why those who cannot find their router by themselves are not told the way there, as a clause. */
  readonly noRoutes?: string | undefined;
}

/**
 * Plans a segment's settings: those of the steps it manages as the design has them, and those of steps that it no longer
 * manages back to what they were before slash32 first changed them. Settings that slash32 never changed stay alone. `hostAsks` says
 * that somebody stands there who needs to be told the way to the router.
 */
export function planSettings(
  segment: Segment,
  fit: Fit,
  state: SegmentState,
  originals: readonly Original[],
  consent: Consent,
  hostAsks = false,
): SettingsPlan {
  const changes: SettingChange[] = [];
  const waiting: NewRule[] = [];
  const add = (value: SettingValue, reason: string, rule?: NewRule): void => {
    if (JSON.stringify(value.before) === JSON.stringify(value.after)) return;
    const asked = rule === undefined ? {} : { rule };
    changes.push({ ...value, kind: 'setting', segment: segment.name, interface: segment.interface, reason, ...asked });
  };

  if (segment.manage.includes('mask'))
    add(
      { setting: 'mask', before: state.mask ?? null, after: HOST_MASK },
      'clients send everything through the firewall',
    );
  if (segment.manage.includes('deny_unknown')) {
    const closed = closedRangeAddress(segment, fit.subnet);
    const reason = 'only clients with a reservation get an address';
    add({ setting: 'enabled', before: state.enabled, after: true }, 'DHCP must run to hand out reservations');
    add({ setting: 'range', before: state.range ?? null, after: { from: closed, to: closed } }, reason);
    add({ setting: 'deny_unknown', before: state.denyUnknown, after: true }, reason);
    add(
      { setting: 'mac_allow', before: state.macAllow ?? null, after: NOBODYS_MAC },
      'clients known on another segment get none here',
    );
    if (!state.pools.every(isClosed) && consent.writes('pools')) {
      const isFresh = changes.some((change) => change.setting !== 'mask') && !stands(segment, originals);
      if (isFresh || consent.accepts(segment.interface, 'extra-pools'))
        add({ setting: 'pools', before: state.pools, after: closedPools(state.pools) }, reason, 'extra-pools');
      else waiting.push('extra-pools');
    }
  }
  if (segment.manage.includes('static_arp'))
    add(
      { setting: 'static_arp', before: state.staticArp, after: 'on' },
      'the firewall answers reserved addresses only',
    );

  const router = routerOf(segment, fit, state);
  if (typeof router === 'object') return { changes: [], error: router, waiting: [] };
  if (router !== undefined) {
    add(
      { setting: 'router', before: state.router ?? null, after: router },
      'clients keep their router when the master changes',
    );
  }
  for (const original of originals) {
    if (original.interface !== segment.interface || isManaged(segment, original.setting, router)) continue;
    const back = restoring(original, state);
    if (back) add(back, 'no longer in manage; as it was before slash32 changed it');
  }
  const routes = planRoutes({ segment, fit, state, originals, consent, hostAsks, changes });
  if (routes.waits) waiting.push('oci-routes');
  if (routes.wanted !== undefined)
    add({ setting: 'routes', before: state.routes ?? null, after: routes.wanted }, ROUTES_REASON, 'oci-routes');
  const { noRoutes } = routes;
  // Without the way to the router the mask would take it from them, so the step is not begun.
  const kept = noRoutes === undefined ? changes : changes.filter((change) => change.setting !== 'mask');
  return { changes: kept, error: undefined, waiting, noRoutes };
}

const ROUTES_REASON =
  'a lease of one address gives application containers (OCI) no route by itself; those that run take it when they start again';

/** Whether slash32 had closed the segment before, so that its owner has not just asked for all that the step means now. */
function stands(segment: Segment, originals: readonly Original[]): boolean {
  return originals.some((one) => one.interface === segment.interface && STEP_OF[one.setting] === 'deny_unknown');
}

/** The router that a segment's clients must be told; undefined too where the segment manages no setting at all. */
export function routerOf(segment: Segment, fit: Fit, state: SegmentState): string | undefined | SegmentError {
  const managesSettings = segment.manage.some((step) => step !== 'reservations' && step !== 'rules');
  return managesSettings ? routerFor(segment, fit, state) : undefined;
}

/** The change that gives a setting back what `original` says; undefined when there is nothing to change. */
export function restoring(original: Original, state: SegmentState): SettingValue | undefined {
  const { setting, value } = original;
  switch (setting) {
    case 'enabled':
      return { setting, before: state.enabled, after: value === true };
    case 'deny_unknown':
      return { setting, before: state.denyUnknown, after: value === true };
    case 'static_arp':
      return { setting, before: state.staticArp, after: value === 'on' ? 'on' : 'off' };
    case 'range':
      return { setting, before: state.range ?? null, after: isRange(value) ? value : null };
    case 'mask':
      return {
        setting,
        before: state.mask ?? null,
        after: typeof value === 'string' && value !== 'invalid' ? value : null,
      };
    case 'routes':
      return {
        setting,
        before: state.routes ?? null,
        after: typeof value === 'string' && value !== 'invalid' ? value : null,
      };
    case 'mac_allow':
      return { setting, before: state.macAllow ?? null, after: typeof value === 'string' ? value : null };
    case 'router':
      return { setting, before: state.router ?? null, after: typeof value === 'string' ? value : null };
    case 'pools':
      return { setting, before: state.pools, after: reopenedPools(state, value) };
  }
}

function isRange(value: Original['value']): value is AddressRange {
  return typeof value === 'object' && value !== null && 'from' in value;
}

const STEP_OF: Readonly<Record<SettingName, ManageStep | undefined>> = {
  enabled: 'deny_unknown',
  range: 'deny_unknown',
  deny_unknown: 'deny_unknown',
  mac_allow: 'deny_unknown',
  mask: 'mask',
  routes: 'mask',
  static_arp: 'static_arp',
  router: undefined,
  pools: 'deny_unknown',
};

/** The step of `manage` that a setting belongs to; undefined for one that all of them need. */
export function stepOf(setting: SettingName): ManageStep | undefined {
  return STEP_OF[setting];
}

/** Whether a segment's `manage` says what a setting is; `router` is the one that its clients must be told, if any. */
export function isManaged(segment: Segment, setting: SettingName, router: string | undefined): boolean {
  const step = STEP_OF[setting];
  return step === undefined ? router !== undefined : segment.manage.includes(step);
}
