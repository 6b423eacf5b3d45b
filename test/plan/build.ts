import { INCUS_TERMS } from '../../src/inventory/incus/terms.js';
import type { Change, Reservation } from '../../src/model/change.js';
import type { FirewallInterface, Observed } from '../../src/model/firewall.js';
import type { Instance, Inventory, Nic } from '../../src/model/instance.js';
import { EMPTY_LEDGER, type Ledger } from '../../src/model/ledger.js';
import type { Pair } from '../../src/model/pair.js';
import { NO_POLICY } from '../../src/model/policy.js';
import { standingReservation } from '../../src/model/reservation.js';
import type { ObservedReservation, Segment, SegmentState } from '../../src/model/segment.js';
import { blankState } from '../../src/model/segment-state.js';
import type { PlanSettings } from '../../src/model/settings.js';
import { nextLedger } from '../../src/plan/ledger.js';
import { buildPlan, planChanges } from '../../src/plan/plan.js';
import { projectState } from '../../src/plan/project.js';
import type { Plan, PlanInput } from '../../src/plan/types.js';

export const NOW = new Date('2026-11-23T08:00:00Z');

export const SERVERS: Segment = {
  name: 'servers',
  network: 'servers',
  interface: 'opt3',
  pool: [{ from: '10.2.0.10', to: '10.2.0.250' }],
  pins: {},
  manage: ['reservations'],
  rangeAddress: undefined,
  router: undefined,
  arpEntries: false,
  fallback: 'inherit',
  infrastructure: [],
};

export const EDGE: Segment = {
  ...SERVERS,
  name: 'edge',
  network: 'edge',
  interface: 'opt2',
  pool: [{ from: '10.1.0.10', to: '10.1.0.250' }],
};

export const FULL: Segment['manage'] = ['reservations', 'mask', 'deny_unknown', 'static_arp'];

export function settings(part: Partial<PlanSettings> = {}): PlanSettings {
  return {
    owner: 'home',
    segments: [SERVERS, EDGE],
    protect: [],
    exclude: [],
    retainSeconds: 86_400,
    quarantineSeconds: 604_800,
    policy: NO_POLICY,
    cut: 'closed',
    limits: { share: 0.3, shareFrom: 3, total: 25 },
    ...part,
  };
}

export function firewallInterface(
  id: string,
  address: string,
  part: Partial<FirewallInterface> = {},
): FirewallInterface {
  return {
    id,
    description: id.toUpperCase(),
    device: `em_${id}`,
    mac: undefined,
    enabled: true,
    address,
    prefix: 24,
    virtualIps: [],
    ...part,
  };
}

/** A pair with nothing amiss, of which nothing is shared. */
export function pair(part: Partial<Pair> = {}): Pair {
  return {
    role: 'master',
    addresses: [],
    peer: '10.0.0.3',
    pushes: true,
    missing: [],
    debts: [],
    unwatched: [],
    remedy: 'System: High Availability: Settings, Services to synchronize',
    ...part,
  };
}

export function observed(part: Partial<Observed> = {}): Observed {
  return {
    transport: 'file',
    target: 'config.xml',
    revision: 'r1',
    version: undefined,
    interfaces: [firewallInterface('opt3', '10.2.0.1'), firewallInterface('opt2', '10.1.0.1')],
    segments: [state('opt3'), state('opt2')],
    otherDhcp: [],
    leases: [],
    neighbours: [],
    ownAddress: undefined,
    peerAddress: undefined,
    notes: [],
    ...part,
  };
}

/** An interface with DHCP on and a wide dynamic range, as people have it before slash32. */
export function state(id: string, part: Partial<SegmentState> = {}): SegmentState {
  const net = id === 'opt3' ? '10.2.0' : '10.1.0';
  return { ...blankState(id), enabled: true, range: { from: `${net}.251`, to: `${net}.253` }, ...part };
}

export function entry(part: Partial<Reservation>, position = 0): ObservedReservation {
  const nothing = { mac: '', address: '', hostname: '', description: '', arpEntry: false };
  return standingReservation({ ...nothing, ...part }, position);
}

export function nic(part: Partial<Nic> = {}): Nic {
  return {
    name: 'eth0',
    network: 'servers',
    mac: '10:66:6a:00:00:01',
    isolated: true,
    pinnedAddress: undefined,
    ...part,
  };
}

let serial = 0;

export function instance(name: string, part: Partial<Instance> = {}, nicPart: Partial<Nic> = {}): Instance {
  serial += 1;
  const hex = serial.toString(16).padStart(4, '0');
  const mac = `10:66:6a:ff:${hex.slice(0, 2)}:${hex.slice(2)}`;
  return {
    project: 'default',
    name,
    uuid: `${serial.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
    type: 'container',
    status: 'running',
    ignored: false,
    tags: [],
    pinnedAddress: undefined,
    nics: [nic({ mac, ...nicPart })],
    ...part,
  };
}

export function inventory(instances: readonly Instance[], part: Partial<Inventory> = {}): Inventory {
  const names = [...new Set(['default', ...instances.map((one) => one.project)])];
  return {
    ...INCUS_TERMS,
    source: 'test',
    instances,
    projects: names.map((name) => ({ name, complete: true, reason: undefined })),
    allProjects: true,
    notes: [],
    ...part,
  };
}

export function input(part: Partial<PlanInput> = {}): PlanInput {
  return {
    settings: settings(),
    inventory: inventory([]),
    observed: observed(),
    ledger: EMPTY_LEDGER,
    adopt: 'none',
    only: { segments: [], instances: [] },
    now: NOW,
    check: () => [],
    restarts: () => [],
    ...part,
  };
}

/** The input with a person who says yes to everything that is unsafe. */
export function forced(before: PlanInput): PlanInput {
  return { ...before, overrides: { force: true, acceptLockoutRisk: true } };
}

/** The input as it is once the plan was applied: the firewall changed as planned, the ledger kept. */
export function applied(before: PlanInput, plan: Plan): PlanInput {
  const changes = planChanges(plan);
  const ledger = nextLedger(before.ledger, changes, before.now, before.settings.quarantineSeconds);
  return { ...before, observed: projected(before.observed, changes), ledger };
}

export function projected(before: Observed, changes: readonly Change[]): Observed {
  const ids = new Set([...before.segments.map((one) => one.interface), ...changes.map((change) => change.interface)]);
  const segments = [...ids].map((id) => {
    const known = before.segments.find((one) => one.interface === id) ?? blankState(id);
    const next = projectState(known, changes);
    return { ...next, reservations: next.reservations.map((one, position) => ({ ...one, position })) };
  });
  return { ...before, revision: `${before.revision}+`, segments };
}

export function withLedger(before: PlanInput, ledger: Ledger): PlanInput {
  return { ...before, ledger };
}

/** Each reservation change as `action nic address`, for short expectations. */
export function actions(plan: Plan): string[] {
  return planChanges(plan).map((change) =>
    change.kind === 'setting'
      ? `${change.setting} ${change.interface}`
      : `${change.action} ${change.nic} ${change.after?.address ?? change.before?.address ?? ''}`,
  );
}

export { buildPlan };
