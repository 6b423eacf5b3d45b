import { readFile } from 'node:fs/promises';
import axios, { type AxiosInstance } from 'axios';
import { parseKeyFile } from '../../src/firewall/opnsense/http/key-file.js';
import { formatAddress } from '../../src/model/address.js';
import { BENCH_SEGMENTS } from './firewall-config.js';
import type { SimulatorPlaces } from './simulators.js';

/** What one apply of the plugin took, its reading included. */
export interface BulkRun {
  readonly calls: number;
  /** Milliseconds, waiting included. */
  readonly wall: number;
}

/** A firewall with os-slash32, and an interface that it may touch. */
export interface PluginPlace {
  readonly url: string;
  readonly keyFile: string;
  readonly interface: string;
  /** The first address that is given out. */
  readonly firstAddress: number;
}

const FIRST_ADDRESS = 0x0a650201;

/** Writes `count` reservations and as many rules with one reading and one apply, kept at once. */
export async function runBulk(places: SimulatorPlaces, count: number): Promise<BulkRun> {
  const id = BENCH_SEGMENTS[0]?.id ?? 'opt1';
  const http = await connect(places.firewallUrl, places.keyFile);
  const start = performance.now();
  await applyReservations(http, id, FIRST_ADDRESS, count, { rules: numbered(count).map((index) => rule(id, index)) });
  return { calls: 2, wall: performance.now() - start };
}

/** Milliseconds of one apply of `count` reservations, and of an apply that adds one. */
export interface OneByOne {
  readonly together: number;
  readonly each: number;
}

/**
 * One apply of `count` reservations, then `singles` applies that add one each, when half of the others are there: what an
 * apply of one takes grows with them. All of it is taken away again, also after a failure.
 */
export async function runOneByOne(place: PluginPlace, count: number, singles: number): Promise<OneByOne> {
  const http = await connect(place.url, place.keyFile);
  const apply = (entries: number): Promise<void> =>
    applyReservations(http, place.interface, place.firstAddress, entries, {});
  await apply(0);
  let result: OneByOne;
  try {
    const start = performance.now();
    await apply(count);
    const together = performance.now() - start;
    const half = Math.floor((count - singles) / 2);
    await apply(half);
    const again = performance.now();
    for (let entries = half + 1; entries <= half + singles; entries += 1) await apply(entries);
    result = { together, each: (performance.now() - again) / singles };
  } catch (error) {
    await apply(0).catch(() => {
      throw new Error(`${String(error)} Reservations of the owner bench are left on ${place.interface}.`);
    });
    throw error;
  }
  await apply(0);
  return result;
}

async function connect(url: string, keyFile: string): Promise<AxiosInstance> {
  const key = parseKeyFile(await readFile(keyFile, 'utf8'), keyFile);
  const auth = { username: key.key, password: key.secret };
  return axios.create({
    baseURL: `${url}/api/slash32/state`,
    auth,
    proxy: false,
    maxBodyLength: Number.POSITIVE_INFINITY,
  });
}

async function applyReservations(
  http: AxiosInstance,
  id: string,
  first: number,
  count: number,
  more: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { data: state } = await http.get<{ revision: string; dhcpd: string }>('/get');
  const places = ownPlaces(state.dhcpd, id);
  const reservations = numbered(count).map((index) => reservation(first, index, places));
  const { data } = await http.post<{ result?: string }>('/apply', {
    owner: 'bench',
    fingerprint: 'be'.repeat(16),
    base_revision: state.revision,
    confirm_seconds: 0,
    segments: [{ interface: id, reservations }],
    ...more,
  });
  if (data.result !== 'applied' && data.result !== 'nothing') throw new Error(`apply answered ${JSON.stringify(data)}`);
}

/** Index of each of our entries by its MAC. */
function ownPlaces(dhcpd: string, id: string): Map<string, number> {
  const section = new RegExp(`<${id}>[\\s\\S]*?</${id}>`).exec(dhcpd)?.[0] ?? '';
  const maps = [...section.matchAll(/<staticmap>[\s\S]*?<\/staticmap>/g)].map(([text]) => text);
  return new Map(
    maps.flatMap((text, index) => {
      const mac = text.includes('[slash32:bench:') ? /<mac>([^<]*)/.exec(text)?.[1] : undefined;
      return mac === undefined ? [] : [[mac, index] as const];
    }),
  );
}

function reservation(first: number, index: number, places: ReadonlyMap<string, number>): Record<string, unknown> {
  const mac = `02:00:5e:${index
    .toString(16)
    .padStart(6, '0')
    .replace(/(..)(?=.)/g, '$1:')}`;
  const at = places.get(mac);
  const descr = `bench-${index} [slash32:bench:default/bench-${index}/eth0:]`;
  const entry = { mac, ipaddr: formatAddress(first + index), hostname: `bench-${index}`, descr, arp: false };
  return at === undefined ? entry : { at, ...entry };
}

function rule(id: string, index: number): Record<string, unknown> {
  return {
    descr: `bench ${index} [slash32:bench:rule/${index}]`,
    interface: id,
    action: 'pass',
    protocol: 'TCP',
    source_net: formatAddress(FIRST_ADDRESS + index),
    destination_net: 'any',
    destination_port: '443',
    sequence: index + 1,
  };
}

function numbered(count: number): number[] {
  return Array.from({ length: count }, (_unused, index) => index);
}
