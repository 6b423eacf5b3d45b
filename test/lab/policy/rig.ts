import { attachClient, DHCP_PROGRAMS, type Lease } from '../dhcp/client.js';
import { createDhcpd } from '../dhcp/dhcpd.js';
import { dhcpdConfOf } from '../dhcp/dhcpd-conf.js';
import { LAB_INSTANCES } from '../dhcp/managed-config.js';
import { type Namespaces, openNamespaces, SWITCH } from '../dhcp/namespaces.js';
import { rigSkipReason, SEGMENTS } from '../dhcp/rig.js';
import { labSkipReason } from '../require-lab.js';
import { type Agents, startAgents } from './agents.js';
import { PORTS } from './probes.js';

const ROUTER = 'router';
const INTERNET = 'internet';

/** A public address of nobody in the lab; what stands there is reached over {@link UPSTREAM}. */
const PUBLIC_HOST = '11.22.33.44';
/** The router's gateway, a neighbour on its WAN. */
const UPSTREAM = '192.0.2.1';

/** Interface ids of the lab's config.xml and the router's network devices. */
export const DEVICES: ReadonlyMap<string, string> = new Map([
  ['wan', 'w0'],
  ...SEGMENTS.map((segment) => [`opt${segment}`, `r${segment}`] as const),
]);

/** An address that probes come from and go to. */
export interface LabEnd {
  /** For people: `web`, `internet`, `router 10.10.1.1`. */
  readonly label: string;
  readonly netns: string;
  readonly address: string;
  /** It stands for the whole internet in questions to the evaluator. */
  readonly isInternet: boolean;
}

/** The packet lab: the DHCP lab's router, segments and clients, with real leases, and an internet behind a WAN. */
export interface PacketRig {
  readonly ends: readonly LabEnd[];
  /** What each client got from dhcpd, by the name of its instance. */
  readonly leases: ReadonlyMap<string, Lease | undefined>;
  readonly send: Agents['send'];
  /** Loads a file into the router's nftables, all of it or nothing. Rejects with nft's words. */
  readonly load: (ruleset: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Why the lab cannot be built on this machine; undefined when it can. Throws that reason under `SLASH32_REQUIRE_LAB=1`. */
export function packetRigSkipReason(): string | undefined {
  return labSkipReason(['nft']) ?? rigSkipReason();
}

/** Builds the lab for a config.xml with the lab's interfaces. @throws Error when a part cannot be built; nothing is left running. */
export async function startPacketRig(configXml: string): Promise<PacketRig> {
  const world = await openNamespaces();
  try {
    return await build(world, configXml);
  } catch (error) {
    await world.close();
    throw error;
  }
}

async function build(world: Namespaces, configXml: string): Promise<PacketRig> {
  await world.addNetns(ROUTER);
  // Redirects off everywhere and before any device comes up: the kernel takes "all OR the interface".
  await world.execOk(
    ROUTER,
    'for scope in all default; do echo 0 > /proc/sys/net/ipv4/conf/$scope/send_redirects; done; echo 1 > /proc/sys/net/ipv4/ip_forward',
  );
  for (const segment of SEGMENTS) await addSegment(world, segment);
  await addInternet(world);
  const dhcpd = createDhcpd(
    world,
    ROUTER,
    SEGMENTS.map((segment) => `r${segment}`),
  );
  await dhcpd.restart(dhcpdConfOf(configXml).text);
  const leases = new Map(
    await Promise.all(
      LAB_INSTANCES.map(async ({ name, segment, mac }, index) => {
        const client = await attachClient(world, name, segment, mac);
        const lease = await client.lease(DHCP_PROGRAMS[index % 2] ?? 'udhcpc');
        return [name, lease] as const;
      }),
    ),
  );
  const ends = labEnds(leases);
  const places = [...new Set(ends.map((end) => end.netns))].map((netns) => ({
    netns,
    addresses: ends.filter((end) => end.netns === netns).map((end) => end.address),
  }));
  const agents = await startAgents(world, places, PORTS);
  return {
    ends,
    leases,
    send: agents.send,
    load: async (ruleset) => {
      await world.execOk(ROUTER, `nft -f - <<'RULESET'\n${ruleset}RULESET`);
    },
    stop: async () => {
      await agents.stop();
      await dhcpd.stop();
      await world.close();
    },
  };
}

async function addSegment(world: Namespaces, segment: number): Promise<void> {
  await world.execOk(
    SWITCH,
    `ip link add br${segment} type bridge stp_state 0 mcast_snooping 0
    ip link set br${segment} up
    ip link add p-r${segment} type veth peer name r${segment} netns ${ROUTER}
    ip link set p-r${segment} master br${segment}
    ip link set p-r${segment} up`,
  );
  await world.execOk(ROUTER, `ip addr add 10.10.${segment}.1/24 dev r${segment}; ip link set r${segment} up`);
}

/** It knows the way to the segments, so that a probe of their addresses is the firewall's business and not a missing route's. */
async function addInternet(world: Namespaces): Promise<void> {
  await world.addNetns(INTERNET);
  await world.execOk(
    ROUTER,
    `ip link add w0 type veth peer name eth0 netns ${INTERNET}
    ip addr add 192.0.2.2/24 dev w0
    ip link set w0 up`,
  );
  await world.execOk(
    INTERNET,
    `ip addr add ${UPSTREAM}/24 dev eth0
    ip addr add ${PUBLIC_HOST}/32 dev lo
    ip link set eth0 up
    ip route add 10.10.0.0/16 via 192.0.2.2`,
  );
  await world.execOk(ROUTER, `ip route add default via ${UPSTREAM}`);
}

function labEnds(leases: ReadonlyMap<string, Lease | undefined>): LabEnd[] {
  const own = ['192.0.2.2', ...SEGMENTS.map((segment) => `10.10.${segment}.1`)];
  return [
    ...[...leases].map(([name, lease]) => {
      if (lease === undefined) throw new Error(`${name} got no lease`);
      return { label: name, netns: name, address: lease.address, isInternet: false };
    }),
    ...own.map((address) => ({ label: `router ${address}`, netns: ROUTER, address, isInternet: false })),
    { label: 'upstream', netns: INTERNET, address: UPSTREAM, isInternet: false },
    { label: 'internet', netns: INTERNET, address: PUBLIC_HOST, isInternet: true },
  ];
}
