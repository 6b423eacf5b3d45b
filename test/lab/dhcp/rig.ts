import type { CommandResult } from '../../support/command.js';
import { labSkipReason, refuseSkip } from '../require-lab.js';
import { attachClient, type LabClient, type PingResult, pingFrom } from './client.js';
import { createDhcpd, type RestartOptions } from './dhcpd.js';
import { type Namespaces, namespacesRefusal, openNamespaces, SWITCH } from './namespaces.js';

/** Segments of the rig. Segment N is bridge brN, the router's interface rN, and 10.10.N.0/24 with the router at .1. */
export const SEGMENTS = [1, 2, 3] as const;

/** Programs that the rig calls. */
const RIG_PROGRAMS = ['unshare', 'nsenter', 'ip', 'bridge', 'dhcpd', 'dhclient', 'udhcpc', 'ping', 'arping'] as const;

/** A router with ISC dhcpd, three isolated bridges, and as many clients as a test attaches. */
export interface Rig {
  /** Attaches a new machine with that MAC to a segment. The same MAC may be attached to several segments. */
  readonly client: (segment: number, mac: string) => Promise<LabClient>;
  /** Pings from the router itself. */
  readonly ping: (address: string) => Promise<PingResult>;
  /** What `dhcpd -t` says of a candidate. */
  readonly checkDhcpd: (conf: string) => Promise<CommandResult>;
  /** Restarts dhcpd with another file, as OPNsense does; the lease database stays unless told otherwise. */
  readonly reloadDhcpd: (conf: string, options?: RestartOptions) => Promise<void>;
  readonly dhcpdLog: () => string;
  /** Ends everything and drops the namespaces; a second call does nothing. */
  readonly stop: () => Promise<void>;
}

const ROUTER = 'router';

/** Why the rig cannot be built on this machine; undefined when it can. Throws that reason under `SLASH32_REQUIRE_LAB=1`. */
export function rigSkipReason(): string | undefined {
  const missing = labSkipReason([...RIG_PROGRAMS]);
  if (missing !== undefined) {
    return missing;
  }
  const refusal = namespacesRefusal();
  return refusal === undefined ? undefined : refuseSkip(refusal);
}

/**
 * Builds the rig in namespaces of its own (root needed): the machine's network, resolv.conf and processes are not touched, and
 * all is gone when this Node process ends, however it ends.
 * @throws Error when a part cannot be built or dhcpd does not start; nothing is left running then.
 */
export async function startRig(options: { readonly dhcpdConf: string }): Promise<Rig> {
  const world = await openNamespaces();
  try {
    return await buildRig(world, options.dhcpdConf);
  } catch (error) {
    await world.close();
    throw error;
  }
}

async function buildRig(world: Namespaces, dhcpdConf: string): Promise<Rig> {
  await world.addNetns(ROUTER);
  // A Linux router tells clients with an ICMP redirect to talk to their neighbour directly; OPNsense does not. The kernel
  // takes "all OR the interface", so both must be off, and before the interfaces come up.
  await world.execOk(
    ROUTER,
    'for scope in all default; do echo 0 > /proc/sys/net/ipv4/conf/$scope/send_redirects; done; echo 1 > /proc/sys/net/ipv4/ip_forward',
  );
  for (const segment of SEGMENTS) {
    await addSegment(world, segment);
  }
  const dhcpd = createDhcpd(
    world,
    ROUTER,
    SEGMENTS.map((segment) => `r${segment}`),
  );
  await dhcpd.restart(dhcpdConf);
  let count = 0;
  return {
    client: (segment, mac) => {
      count += 1;
      return attachClient(world, `c${count}`, segment, mac);
    },
    ping: (address) => pingFrom(world, ROUTER, address),
    checkDhcpd: dhcpd.check,
    reloadDhcpd: dhcpd.restart,
    dhcpdLog: dhcpd.log,
    stop: async () => {
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
  await world.execOk(
    ROUTER,
    `echo 0 > /proc/sys/net/ipv4/conf/r${segment}/send_redirects
    ip addr add 10.10.${segment}.1/24 dev r${segment}
    ip link set r${segment} up`,
  );
}
