import type { SettingChange } from './change.js';
import type { SegmentState } from './segment.js';

/** Seconds of a lease where an interface says nothing (`default-lease-time` of the generated dhcpd.conf). */
export const DEFAULT_LEASE_SECONDS = 7200;

/** What an interface without DHCP settings says. */
export function blankState(id: string): SegmentState {
  return {
    interface: id,
    enabled: false,
    range: undefined,
    extraRanges: [],
    pools: [],
    mask: undefined,
    routes: undefined,
    denyUnknown: false,
    macAllow: undefined,
    staticArp: 'off',
    router: undefined,
    leaseSeconds: DEFAULT_LEASE_SECONDS,
    servers: [],
    reservations: [],
  };
}

/** A state with one setting changed. */
export function withSetting(state: SegmentState, change: SettingChange): SegmentState {
  switch (change.setting) {
    case 'enabled':
      return { ...state, enabled: change.after };
    case 'range':
      return { ...state, range: change.after ?? undefined };
    case 'mask':
      return { ...state, mask: change.after ?? undefined };
    case 'routes':
      return { ...state, routes: change.after ?? undefined };
    case 'deny_unknown':
      return { ...state, denyUnknown: change.after };
    case 'mac_allow':
      return { ...state, macAllow: change.after ?? undefined };
    case 'static_arp':
      return { ...state, staticArp: change.after };
    case 'router':
      return { ...state, router: change.after ?? undefined };
    case 'pools':
      return { ...state, pools: change.after };
  }
}
