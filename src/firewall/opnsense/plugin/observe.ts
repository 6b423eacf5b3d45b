import { isIP } from 'node:net';
import { parseAddress } from '../../../model/address.js';
import type { ApplyMemory, FirewallInterface, Observed, RestartEffect, VirtualIp } from '../../../model/firewall.js';
import { normalizeMac } from '../../../model/mac.js';
import type { PublishPlace, PublishScope } from '../../../model/write-scope.js';
import { child, type XmlElement } from '../../../xml/element.js';
import { placeKind } from '../config/interfaces.js';
import { untestedNote } from '../http/version.js';
import { readSegments } from '../isc/read.js';
import { readObservedPolicy } from '../policy/read.js';
import { parseConfigXml } from '../xml/parse.js';
import { olderNotes, pairNotes, shownResolvers, showsWays, staysOpen, UPDATE, wayNotes } from './older.js';
import { readPair, rememberedPeer } from './pair.js';
import type { WireInterface, WireRestart, WireState } from './wire.js';

/** Where a person says which interfaces the plugin may write. */
export const SCOPE_SETTING = 'Services: slash32: Settings, Interfaces';

/** Where a person says on which interfaces and ports it may publish. */
export const PUBLISH_SETTING = 'Services: slash32: Settings, Publishes';

/** Where a person says whose key may act for which owner. */
export const OWNER_SETTING = 'Services: slash32: Settings, Owners';

/** What the plugin said, and the small config.xml that its `<dhcpd>` was put into. */
export interface Reading {
  readonly observed: Observed;
  readonly source: string;
  readonly root: XmlElement;
  /** What the plugin said of rules, aliases and redirects; undefined where it is too old to. */
  readonly policyRoot: XmlElement | undefined;
  readonly interfaces: readonly FirewallInterface[];
  readonly faults: WireState['faults'];
  /** What it said, as it said it. */
  readonly state: WireState;
  /** What a restart of DHCP does to interfaces that the plugin may not write. */
  readonly restarts: readonly RestartEffect[];
  /** How far the firewall's clock is ahead of this machine's, in milliseconds. */
  readonly clockAhead: number;
}

/** Turns one answer of `state/get`, which came at `now`, into a reading. Pure. */
export function readState(state: WireState, target: string, now: Date): Reading {
  const source = `<opnsense>${state.dhcpd.replace(/^\s*<\?xml[^>]*\?>/, '')}</opnsense>`;
  const root = parseConfigXml(source);
  const policyRoot = state.policy === undefined ? undefined : parseConfigXml(state.policy);
  const assigned = assignedOnly(policyRoot);
  const interfaces = state.interfaces.filter(assigned).map(readInterface);
  const clockAhead = state.now * 1000 - now.getTime();
  const peer = readPeer(state.peer);
  return {
    source,
    root,
    policyRoot,
    interfaces,
    faults: state.faults,
    state,
    restarts: (state.restarts ?? []).map(readRestart),
    clockAhead,
    observed: {
      transport: 'plugin',
      target,
      revision: state.revision,
      version: versionOf(state),
      interfaces,
      segments: readSegments(root),
      otherDhcp: state.other_dhcp,
      leases: state.leases.map((lease) => ({ ...lease, mac: macOf(lease.mac), hostname: lease.hostname ?? '' })),
      neighbours: state.neighbours.map((one) => ({ ...one, mac: macOf(one.mac) })),
      ownAddress: callerAddress(state.caller.address),
      peerAddress: peer.address,
      pair: readPair(state),
      names: state.names,
      resolvers: shownResolvers(state, policyRoot),
      writable: { interfaces: state.scope.interfaces, remedy: `add it on the firewall under ${SCOPE_SETTING}` },
      ...(state.scope.publishes === undefined ? {} : { publishable: publishScope(state.scope.publishes) }),
      memory: readMemory(state, now),
      ...unwritableOf(state),
      ...(state.cuts === true ? {} : { connectionsStay: staysOpen(state) }),
      policy:
        policyRoot === undefined
          ? undefined
          : readObservedPolicy(policyRoot, { version: versionOf(state), partial: !showsWays(policyRoot) }),
      notes: [
        ...versionNotes(state),
        ...olderNotes(state),
        ...wayNotes(state, policyRoot),
        ...peer.notes,
        ...pairNotes(state),
        ...scopeNotes(state),
        ...healthNotes(state),
      ],
    },
  };
}

/** What is no line allows nothing, as in the plugin. */
function publishScope(lines: readonly string[]): PublishScope {
  const places = lines.flatMap((line): PublishPlace[] => {
    const [, id, protocol, from, to = from] = /^(\S+) (tcp|udp)\/(\d{1,5})(?:-(\d{1,5}))?$/.exec(line) ?? [];
    if (id === undefined || (protocol !== 'tcp' && protocol !== 'udp')) return [];
    return [{ interface: id, protocol, from: Number(from), to: Number(to) }];
  });
  return { places, remedy: `on the firewall under ${PUBLISH_SETTING}` };
}

/** Settings that came later than the plugin's first version, as far as this one does not take them. */
function unwritableOf({ settings = [] }: WireState): Pick<Observed, 'unwritable'> {
  const lacking = (['pools', 'routes'] as const).filter((one) => !settings.includes(one));
  return lacking.length === 0 ? {} : { unwritable: { settings: lacking, remedy: UPDATE } };
}

/** The plugin lists every element of `<interfaces>`; which of them are groups or made by OPNsense stands in the policy's part. */
function assignedOnly(policyRoot: XmlElement | undefined): (wire: WireInterface) => boolean {
  const places = new Map((child(policyRoot, 'interfaces')?.children ?? []).map((one) => [one.name, placeKind(one)]));
  return ({ id }) => (places.get(id) ?? 'assigned') === 'assigned';
}

function readInterface(wire: WireInterface): FirewallInterface {
  const address = wire.ipaddr ?? '';
  const isStatic = parseAddress(address) !== undefined && wire.subnet !== null && wire.subnet <= 32;
  return {
    id: wire.id,
    description: wire.descr === '' ? wire.id.toUpperCase() : wire.descr,
    device: wire.device,
    mac: hardwareMac(wire.mac ?? ''),
    enabled: wire.enabled,
    address: isStatic ? address : undefined,
    prefix: isStatic ? (wire.subnet ?? undefined) : undefined,
    virtualIps: wire.vips.filter((vip) => parseAddress(vip.address) !== undefined).map(readVip),
    staticArp: wire.static_arp ?? undefined,
  };
}

function readRestart({ answered, neighbours, ...effect }: WireRestart): RestartEffect {
  const hosts = (list: WireRestart['answered']) => list.map(({ address, mac }) => ({ address, mac: macOf(mac) }));
  return { ...effect, answered: hosts(answered), neighbours: hosts(neighbours) };
}

/** Devices without hardware show no MAC, or zeros. */
function hardwareMac(text: string): string | undefined {
  const mac = normalizeMac(text);
  return mac === '00:00:00:00:00:00' ? undefined : mac;
}

function readVip({ address, mode }: WireInterface['vips'][number]): VirtualIp {
  return { address, mode: mode === 'carp' ? 'carp' : mode === 'ipalias' || mode === 'alias' ? 'alias' : 'other' };
}

function readMemory(state: WireState, now: Date): ApplyMemory {
  return {
    maxConfirmSeconds: state.scope.max_confirm_seconds,
    owners: state.owners.map(({ owner, fingerprint, host, seen }) => ({
      owner,
      fingerprint,
      host,
      seenAt: instant(seen * 1000),
    })),
    ...(state.bindings === undefined
      ? {}
      : { bindings: { rows: state.bindings, remedy: `on the firewall under ${OWNER_SETTING}` } }),
    user: state.caller.user ?? undefined,
    waiting: state.pending.map(({ owner, id, seconds_left }) => ({
      owner,
      id,
      secondsLeft: seconds_left,
      until: instant(now.getTime() + seconds_left * 1000),
    })),
    applies: state.applies.map(({ id, owner, outcome, peer }) => {
      const answer = rememberedPeer(peer, state.plugin);
      return { id, owner, outcome, ...(answer === undefined ? {} : { peer: answer }) };
    }),
  };
}

/** The firewall's own word on where this program comes from: behind a NAT the local address would be another one. */
function callerAddress(text: string | null): string | undefined {
  const address = (text ?? '').replace(/^::ffff:/i, '');
  return isIP(address) === 4 && !address.startsWith('127.') ? address : undefined;
}

function readPeer(peer: string | null): { readonly address: string | undefined; readonly notes: readonly string[] } {
  if (peer === null || peer === '') return { address: undefined, notes: [] };
  if (parseAddress(peer) !== undefined) return { address: peer, notes: [] };
  const note = `The high-availability peer is named ${JSON.stringify(peer)} and not by an IPv4 address, so slash32 cannot see whether it would be cut off.`;
  return { address: undefined, notes: [note] };
}

function versionOf({ version }: WireState): string | undefined {
  return version === null || version === '' ? undefined : version;
}

function versionNotes(state: WireState): string[] {
  const version = versionOf(state);
  const note = version === undefined ? undefined : untestedNote(version);
  return note === undefined ? [] : [note];
}

function scopeNotes(state: WireState): string[] {
  if (state.scope.interfaces.length > 0) return [];
  return [`The plugin may not write any interface yet: choose them on the firewall under ${SCOPE_SETTING}.`];
}

function healthNotes({ dhcpd_health: health }: WireState): string[] {
  if (!health.expected || health.running) return [];
  return ['DHCP is switched on, but dhcpd does not run: see Services > ISC DHCPv4 > Log File on the firewall.'];
}

function macOf(text: string): string {
  return normalizeMac(text) ?? text;
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
