import type { CommandResult } from '../../support/command.js';
import type { Namespaces } from './namespaces.js';
import { SWITCH } from './namespaces.js';

/** Real DHCP clients of Debian that the lab drives. */
export const DHCP_PROGRAMS = ['udhcpc', 'dhclient'] as const;
export type DhcpProgram = (typeof DHCP_PROGRAMS)[number];

/** One route of the client's kernel. `via` is missing for a neighbour that is reached directly. */
export interface Route {
  readonly to: string;
  readonly via?: string;
}

/** What the kernel of a client holds after its DHCP program has finished. */
export interface Lease {
  readonly address: string;
  readonly prefix: number;
  readonly routes: readonly Route[];
}

/** Answers to three pings, and the time-to-live of one of them: 64 from a Linux neighbour, 63 through one router. */
export interface PingResult {
  readonly received: number;
  readonly ttl: number | undefined;
}

/** A machine on a segment: a network namespace with one NIC, eth0, on an isolated bridge port. */
export interface LabClient {
  readonly name: string;
  readonly segment: number;
  readonly mac: string;
  /**
   * Drops the address and asks again with that program. Resolves to undefined when the program itself says that nobody
   * offered a lease in that time; rejects when it fails in another way.
   */
  readonly lease: (program: DhcpProgram, timeoutMs?: number) => Promise<Lease | undefined>;
  /**
   * Asks with udhcpc and makes routes as the host of an application container does: of option 121 where there is one, else of the
   * router, each as it is said, without knowing that the router of a /32 is on the link.
   */
  readonly leaseByRoutes: () => Promise<Lease | undefined>;
  /** Three pings; `received` is 0 when nothing came back. */
  readonly ping: (address: string) => Promise<PingResult>;
  /** Number of answers to three ARP requests. */
  readonly arping: (address: string) => Promise<number>;
  /** Takes an address by hand, `10.10.3.20/24`. */
  readonly address: (text: string) => Promise<void>;
  /** Sends what is for one address by another one. */
  readonly route: (to: string, via: string) => Promise<void>;
  /** Sends on what is not for itself, as a router does. */
  readonly carries: () => Promise<void>;
  /** Listens on tcp/7777 from now on. */
  readonly listen: () => Promise<void>;
  /** Whether a TCP connection to an address where somebody listens opens. */
  readonly connects: (address: string) => Promise<boolean>;
  /** Switches the isolation of the client's bridge port. */
  readonly isolate: (on: boolean) => Promise<void>;
}

/** Attaches a new client to the bridge of the segment, with its port isolated. `name` is at most 11 letters and digits. */
export async function attachClient(world: Namespaces, name: string, segment: number, mac: string): Promise<LabClient> {
  await world.addNetns(name);
  await world.execOk(
    SWITCH,
    `ip link add p-${name} type veth peer name eth0 address ${mac} netns ${name}
    ip link set p-${name} master br${segment}
    bridge link set dev p-${name} isolated on
    ip link set p-${name} up`,
  );
  await world.execOk(name, 'ip link set eth0 up');
  return {
    name,
    segment,
    mac,
    lease: (program, timeoutMs = 15_000) => lease(world, name, program, timeoutMs),
    leaseByRoutes: () => lease(world, name, 'udhcpc', 15_000, ROUTES_SCRIPT),
    ping: (address) => pingFrom(world, name, address),
    arping: async (address) => readArping(await world.exec(name, `arping -c 3 -w 2 -I eth0 ${address}`)),
    address: async (text) => {
      await world.execOk(name, `ip -4 addr flush dev eth0; ip addr add ${text} dev eth0`);
    },
    route: async (to, via) => {
      await world.execOk(name, `ip route replace ${to}/32 via ${via}`);
    },
    carries: async () => {
      await world.execOk(
        name,
        'echo 1 > /proc/sys/net/ipv4/ip_forward; for one in all eth0; do echo 0 > /proc/sys/net/ipv4/conf/$one/send_redirects; done',
      );
    },
    listen: () => listen(world, name),
    connects: async (address) =>
      (await world.exec(name, `ip neigh flush dev eth0; timeout 2 bash -c 'exec 3<>/dev/tcp/${address}/7777'`)).code ===
      0,
    isolate: async (on) => {
      await world.execOk(SWITCH, `bridge link set dev p-${name} isolated ${on ? 'on' : 'off'}`);
    },
  };
}

async function lease(
  world: Namespaces,
  name: string,
  program: DhcpProgram,
  timeoutMs: number,
  own?: string,
): Promise<Lease | undefined> {
  await world.execOk(name, 'ip -4 addr flush dev eth0; ip -4 route flush dev eth0');
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000));
  const script = program === 'udhcpc' ? udhcpcScript(seconds, name, own) : dhclientScript(name, seconds);
  const result = await world.exec(name, script, timeoutMs + 15_000);
  if (wasRefused(program, result)) {
    return undefined;
  }
  if (result.code !== 0) {
    throw new Error(`${program} in ${name}: exit ${result.code}\n${result.stdout}${result.stderr}`);
  }
  return readLease(world, name);
}

function udhcpcScript(seconds: number, name: string, own: string | undefined): string {
  const asked = `udhcpc -f -q -n -i eth0 -t ${seconds} -T 1`;
  if (own === undefined) return `${asked} -s /etc/udhcpc/default.script`;
  const file = `/run/routes.${name}`;
  return `printf '%s' '${own}' > ${file} && chmod +x ${file} && ${asked} -O staticroutes -s ${file}`;
}

/** Says of each route no more than the lease does; one that the kernel does not take is left out. */
const ROUTES_SCRIPT = `#!/bin/sh
[ "$1" = bound ] || exit 0
ip -4 addr add "$ip/$mask" dev eth0
set -- \${staticroutes:-0.0.0.0/0 $router}
while [ "$#" -gt 1 ]; do
  if [ "$2" = 0.0.0.0 ]; then ip -4 route add "$1" dev eth0; else ip -4 route add "$1" via "$2" dev eth0; fi
  shift 2
done
exit 0
`;

function dhclientScript(name: string, seconds: number): string {
  const files = `/var/lib/dhcp/dhclient.${name}.leases`;
  // Debian's own settings stay; only the time after which dhclient gives up is the test's. A fresh lease file each time, so
  // that it asks and does not fall back to what it knew. KILL at the end, not TERM: on TERM its script would take the address
  // away again.
  return `
    { cat /etc/dhcp/dhclient.conf; echo; echo 'timeout ${seconds};'; echo 'initial-interval 1;'; } > /etc/dhcp/dhclient.${name}.conf
    rm -f ${files}
    code=0
    dhclient -4 -1 -v -cf /etc/dhcp/dhclient.${name}.conf -lf ${files} -pf /run/dhclient.${name}.pid eth0 || code=$?
    [ ! -s /run/dhclient.${name}.pid ] || kill -KILL "$(cat /run/dhclient.${name}.pid)" 2>/dev/null || true
    exit $code`;
}

function wasRefused(program: DhcpProgram, result: CommandResult): boolean {
  if (program === 'udhcpc') {
    return result.code === 1 && result.stderr.includes('no lease, failing');
  }
  return result.code === 2 && result.stderr.includes('No DHCPOFFERS received');
}

interface AddressRow {
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number }[];
}

interface RouteRow {
  readonly dst: string;
  readonly gateway?: string;
}

async function readLease(world: Namespaces, name: string): Promise<Lease> {
  const addresses = JSON.parse(await world.execOk(name, 'ip -j -4 addr show dev eth0')) as AddressRow[];
  const routes = JSON.parse(await world.execOk(name, 'ip -j -4 route show dev eth0')) as RouteRow[];
  const found = addresses.flatMap((row) => row.addr_info ?? []);
  const [only] = found;
  if (only === undefined || found.length !== 1) {
    throw new Error(`${name}: a lease was taken, but eth0 has ${found.length} addresses`);
  }
  return {
    address: only.local,
    prefix: only.prefixlen,
    routes: routes.map((row) => ({ to: row.dst, ...(row.gateway === undefined ? {} : { via: row.gateway }) })),
  };
}

/** Listens on tcp/7777 for as long as the rig stands. */
async function listen(world: Namespaces, name: string): Promise<void> {
  const program = "require('node:net').createServer().listen(7777, () => console.log('ready'))";
  const { stdout } = world.start(name, [process.execPath, '-e', program]);
  await new Promise((resolve) => stdout?.once('data', resolve));
}

/** Sends three pings from that network namespace. A missing route counts as no answer. */
export async function pingFrom(world: Namespaces, netns: string, address: string): Promise<PingResult> {
  const { stdout } = await world.exec(netns, `ping -n -c 3 -i 0.2 -W 1 ${address}`);
  const received = Number(/(\d+) received/.exec(stdout)?.[1] ?? 0);
  const ttl = /ttl=(\d+)/.exec(stdout)?.[1];
  return { received, ttl: ttl === undefined ? undefined : Number(ttl) };
}

function readArping(result: CommandResult): number {
  const received = /Received (\d+) response/.exec(result.stdout)?.[1];
  if (received === undefined) {
    throw new Error(`arping: exit ${result.code}\n${result.stdout}${result.stderr}`);
  }
  return Number(received);
}
