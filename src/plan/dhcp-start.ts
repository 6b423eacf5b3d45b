import { projectState } from './project.js';
import type { PlanInput, SegmentPlan, Warning } from './types.js';

/** Where a firewall serves DHCP, before a plan and after it. */
interface Served {
  readonly before: boolean;
  readonly after: boolean;
}

/**
 * What hangs on whether the firewall serves DHCP anywhere at all: OPNsense puts static ARP in force when it starts DHCP and at
 * no other time, and the very first start may lack its folders.
 */
export function startWarnings(input: PlanInput, segments: readonly SegmentPlan[]): Warning[] {
  const served = servedOf(input, segments);
  return [
    ...(served.after ? [] : idleStaticArp(input, segments)),
    ...(served.after && !served.before && input.observed.transport === 'api' ? [FIRST_START] : []),
  ];
}

const FIRST_START: Warning = {
  code: 'first-dhcp-start',
  message:
    'DHCP has not been running on this firewall. Where ISC DHCP was installed after its last start, dhcpd lacks its folders and does not come up; ' +
    'then everything is put back, and `pluginctl -c dhcp` on the firewall, once, makes them.',
};

function idleStaticArp(input: PlanInput, segments: readonly SegmentPlan[]): Warning[] {
  const names = input.settings.segments.filter((segment) => {
    const isOn = stateAfter(input, segments, segment.interface)?.staticArp !== 'off';
    return segment.manage.includes('static_arp') && isOn;
  });
  return names.map((segment) => ({
    code: 'static-arp-idle',
    message:
      `Static ARP on ${segment.interface} is not in force, and is not with this plan: OPNsense sets it when it starts DHCP, which is switched off on every ` +
      'interface. Until then every neighbour there is answered. Manage deny_unknown as well, or enable DHCP in OPNsense.',
  }));
}

function servedOf(input: PlanInput, segments: readonly SegmentPlan[]): Served {
  const states = input.observed.segments.filter((state) =>
    input.observed.interfaces.some((one) => one.id === state.interface),
  );
  return {
    before: states.some((state) => state.enabled),
    after:
      states.some((state) => stateAfter(input, segments, state.interface)?.enabled === true) ||
      segments.some((plan) => plan.changes.some((one) => one.kind === 'setting' && isSwitchedOn(one))),
  };
}

function isSwitchedOn(change: { readonly setting: string; readonly after: unknown }): boolean {
  return change.setting === 'enabled' && change.after === true;
}

function stateAfter(input: PlanInput, segments: readonly SegmentPlan[], id: string) {
  const state = input.observed.segments.find((one) => one.interface === id);
  const changes = segments.filter((plan) => plan.interface === id).flatMap((plan) => plan.changes);
  return state === undefined ? undefined : projectState(state, changes);
}
