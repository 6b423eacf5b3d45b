import { createHash } from 'node:crypto';
import { Slash32Error } from '../../../errors/slash32-error.js';
import type { FirewallInterface, Lease, Neighbour, Observed } from '../../../model/firewall.js';
import { roleOf } from '../../../model/pair.js';
import { readConfig } from '../config/read.js';
import type { CallOptions, OpnsenseClient } from '../http/client.js';
import { privilegeFor } from '../http/privileges.js';
import { untestedNote } from '../http/version.js';
import { readDhcpPlaces } from '../isc/places.js';
import { readSegments } from '../isc/read.js';
import { readHistory } from './history.js';
import { dynamicLeases, staticRows } from './leases.js';
import { readNeighbours } from './neighbours.js';
import { addCarpStatus, addOverview, devicesOf } from './overview.js';
import { type Row, rowsOf } from './rows.js';
import { callRpc, RPC_PATH } from './rpc.js';
import { type Snapshot, takeSnapshot } from './snapshot.js';
import { refuseStale } from './stale.js';
import { noRedirects, readVersion, refuseOld } from './version.js';

/** What a reading found, and the configuration that it was read from, without any secret. */
export interface Reading {
  readonly observed: Observed;
  readonly snapshot: Snapshot;
  readonly interfaces: readonly FirewallInterface[];
  /** Names of all backups at the time of the reading. */
  readonly known: ReadonlySet<string>;
}

/** Paths of the reading calls. */
export const PATHS = {
  backups: '/api/core/backup/backups/this',
  download: '/api/core/backup/download/this/',
  overview: '/api/interfaces/overview/interfaces_info',
  leases: '/api/dhcpv4/leases/search_lease',
  arp: '/api/diagnostics/interface/get_arp',
} as const;

const ALL_ROWS = { rowCount: '-1' } as const;

/** Reads the firewall with six calls; the version comes first, because an older one is refused. */
export async function readFirewall(
  client: OpnsenseClient,
  signal: AbortSignal,
  progress: (step: string) => void,
): Promise<Reading> {
  const call: CallOptions = { signal };
  progress('Asking the firewall for its version');
  const version = await observeVersion(client, call);
  progress('Reading the configuration');
  const history = readHistory(await client.get(PATHS.backups, call), client.describe('GET', PATHS.backups));
  const [newest] = history;
  if (newest === undefined)
    throw new Slash32Error('S32_OPNSENSE_NO_HISTORY', {
      message: 'The configuration history of the firewall is empty.',
      where: client.describe('GET', PATHS.backups).where,
    });
  const snapshot = await downloadSnapshot(client, newest.id, call, version.value);
  const config = readConfig(snapshot.root);
  progress('Reading interfaces, leases and the ARP table');
  const overview = rowsOf(await client.post(PATHS.overview, ALL_ROWS, call), client.describe('POST', PATHS.overview));
  const interfaces = addOverview(config.interfaces, overview);
  const addresses = addCarpStatus(config.pair.addresses, overview);
  const leases = await observeLeases(client, snapshot, interfaces, call);
  const neighbours = await observeNeighbours(client, devicesOf(overview), call);
  return {
    snapshot,
    interfaces,
    known: new Set(history.map(({ id }) => id)),
    observed: {
      transport: 'api',
      target: client.target,
      revision: revisionOf(snapshot),
      version: version.value,
      interfaces,
      segments: readSegments(snapshot.root),
      otherDhcp: config.otherDhcp,
      leases: leases.value,
      neighbours: neighbours.value,
      ownAddress: client.ownAddress(),
      peerAddress: config.peerAddress,
      pair: { ...config.pair, addresses, role: roleOf(addresses) },
      names: snapshot.names,
      resolvers: snapshot.resolvers,
      policy: { ...snapshot.policy, noRedirects: noRedirects(version.value) },
      places: readDhcpPlaces(
        snapshot.source,
        snapshot.root,
        interfaces.map((one) => one.id),
      ),
      notes: [...version.notes, ...config.notes, ...leases.notes, ...neighbours.notes],
    },
  };
}

/** Downloads one backup and keeps only the sections that slash32 needs. */
export async function downloadSnapshot(
  client: OpnsenseClient,
  id: string,
  call: CallOptions,
  version?: string,
): Promise<Snapshot> {
  const path = `${PATHS.download}${encodeURIComponent(id)}`;
  return takeSnapshot(id, await client.download(path, call), client.describe('GET', path), version);
}

/** Equal exactly when the backup and the kept sections are. */
export function revisionOf(snapshot: Snapshot): string {
  return `${snapshot.id}:${createHash('sha256').update(snapshot.source).digest('hex').slice(0, 32)}`;
}

interface Seen<T> {
  readonly value: T | undefined;
  readonly notes: readonly string[];
}

async function observeVersion(client: OpnsenseClient, call: CallOptions): Promise<Seen<string>> {
  try {
    const version = readVersion(await callRpc(client, 'opnsense.firmware_version', [], call));
    if (version === undefined) return { value: undefined, notes: ['The firewall did not tell its version.'] };
    refuseOld(version, client.describe('POST', RPC_PATH).where);
    const note = untestedNote(version);
    return { value: version, notes: note === undefined ? [] : [note] };
  } catch (error) {
    if (!isCode(error, 'S32_OPNSENSE_FORBIDDEN')) throw error;
    return {
      value: undefined,
      notes: ['The API key lacks page-xmlrpclibrary, so the version is not known and nothing can be applied with it.'],
    };
  }
}

async function observeLeases(
  client: OpnsenseClient,
  snapshot: Snapshot,
  interfaces: readonly FirewallInterface[],
  call: CallOptions,
): Promise<Seen<readonly Lease[]>> {
  const described = client.describe('POST', PATHS.leases);
  let rows: Row[];
  try {
    rows = rowsOf(await client.post(PATHS.leases, ALL_ROWS, call), described);
  } catch (error) {
    if (isCode(error, 'S32_OPNSENSE_NO_ENDPOINT'))
      throw new Slash32Error('S32_OPNSENSE_NO_ISC', {
        message: 'The firewall has no ISC DHCPv4: its leases call does not exist.',
        where: described.where,
      });
    return unseen(error, 'Leases were not read and the backup was not compared with the live mappings', PATHS.leases);
  }
  const note = refuseStale(snapshot.root, staticRows(rows), described.where);
  return { value: dynamicLeases(rows, interfaces), notes: note === undefined ? [] : [note] };
}

async function observeNeighbours(
  client: OpnsenseClient,
  devices: ReadonlyMap<string, string>,
  call: CallOptions,
): Promise<Seen<readonly Neighbour[]>> {
  try {
    const answer = await client.get(PATHS.arp, call);
    return { value: readNeighbours(answer, devices, client.describe('GET', PATHS.arp)), notes: [] };
  } catch (error) {
    return unseen(error, 'The ARP table was not read', PATHS.arp);
  }
}

/** A missing privilege leaves a part unseen, with a note; every other error goes on. */
function unseen<T>(error: unknown, what: string, path: string): Seen<T> {
  if (!isCode(error, 'S32_OPNSENSE_FORBIDDEN')) throw error;
  return { value: undefined, notes: [`${what}: the API key lacks ${privilegeFor(path)}.`] };
}

function isCode(error: unknown, code: Slash32Error['code']): boolean {
  return error instanceof Slash32Error && error.code === code;
}
