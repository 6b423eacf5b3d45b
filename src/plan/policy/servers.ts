import { parseAddress } from '../../model/address.js';
import type { Resolvers } from '../../model/firewall.js';
import type { PolicyTest, PortSpec, Selector } from '../../model/policy.js';
import type { ToldServer } from '../../model/segment.js';
import { runPolicyTests, type TestFailure } from '../../policy/ask/tests.js';
import { ruledSegments } from '../../policy/compile/sources.js';
import { createResolver } from '../../policy/resolve/resolve.js';
import type { PlanInput, Warning } from '../types.js';
import type { PolicyView } from './types.js';

const PLACE = { file: '', line: 1, column: 1 };
const WHAT = {
  dns: { port: 53, allow: 'tcp/53, udp/53', role: 'the resolver', effect: 'names do not resolve there' },
  ntp: { port: 123, allow: 'udp/123', role: 'the time server', effect: 'clocks go wrong there' },
} as const;

/** A server that DHCP names to the clients of a segment. */
interface Named {
  readonly segment: string;
  readonly server: ToldServer;
  /** Where it is named, as a clause; empty where the segment's own DHCP settings name it. */
  readonly by: string;
}

/**
 * Servers that DHCP names to the clients of a segment that ends in a rule of ours, and that they do not surely reach:
 * `infrastructure` opens those of the firewall alone. Pure.
 */
export function serverWarnings({ observed }: Pick<PlanInput, 'observed'>, { scene, after }: PolicyView): Warning[] {
  const own = new Set(
    scene.interfaces.flatMap((one) => [one.address, ...one.virtualIps.map((virtual) => virtual.address)]),
  );
  const { named, unseen } = namedServers(observed, scene);
  const elsewhere = named.filter(({ server }) => !own.has(server.address));
  const asked = elsewhere.filter(({ server }) => isAsked(server.address));
  const tests = asked.map((one) => question(one.segment, one.server));
  const isClient = (end: { readonly kind: string }): boolean => end.kind === 'host';
  const results = tests.length === 0 ? [] : runPolicyTests(scene, createResolver(scene), after, after, tests, isClient);
  return [
    ...unseen,
    ...elsewhere.filter(({ server }) => !isAsked(server.address)).map(notAsked),
    ...results.flatMap(({ failures }, at) => {
      const [failure] = failures;
      const one = asked[at];
      return failure === undefined || one === undefined ? [] : [notReached(one, failure)];
    }),
  ];
}

/** Who names none of his own gets the resolvers of the whole firewall. */
function namedServers(
  { segments, resolvers }: PlanInput['observed'],
  scene: PolicyView['scene'],
): { readonly named: readonly Named[]; readonly unseen: readonly Warning[] } {
  const named: Named[] = [];
  const silent: string[] = [];
  for (const segment of ruledSegments(scene)) {
    if (segment.fallback === 'inherit') continue;
    const state = segments.find((one) => one.interface === segment.interface);
    const servers = state?.servers ?? [];
    named.push(...servers.map((server) => ({ segment: segment.name, server, by: '' })));
    if (state?.enabled !== true || servers.some(({ service }) => service === 'dns')) continue;
    if (isList(resolvers))
      for (const address of resolvers)
        named.push({ segment: segment.name, server: { service: 'dns', address }, by: GENERAL });
    else silent.push(segment.name);
  }
  if (silent.length === 0 || resolvers === undefined || resolvers === 'firewall' || isList(resolvers))
    return { named, unseen: [] };
  const message = `${silent.join(', ')}: DHCP names no resolver of its own there, and which one it names instead is not known: ${resolvers.unknown}.`;
  return { named, unseen: [{ code: 'server-elsewhere', message }] };
}

const GENERAL = ', as the firewall itself answers no DNS';

function isList(resolvers: Resolvers | undefined): resolvers is readonly string[] {
  return Array.isArray(resolvers);
}

function isAsked(address: string): boolean {
  return parseAddress(address) !== undefined && !address.startsWith('127.');
}

/** An address that no client leaves itself for, and a name, which dhcpd looks up when it starts. */
function notAsked({ segment, server: { service, address }, by }: Named): Warning {
  const why =
    parseAddress(address) === undefined
      ? 'a name that dhcpd looks up, so it cannot be said whether clients reach it'
      : `which each client takes for itself, so ${WHAT[service].effect}`;
  return {
    code: 'server-elsewhere',
    message: `${segment}: DHCP names ${address} as ${WHAT[service].role}${by}, ${why}.`,
  };
}

function notReached({ segment, server, by }: Named, failure: TestFailure): Warning {
  const { allow, role, effect } = WHAT[server.service];
  const { address } = server;
  const how =
    failure.verdict === 'unknown'
      ? `it cannot be said whether ${failure.from} reaches it (${failure.reasons.join('; ')})`
      : `${failure.from} does not reach it, so ${effect}`;
  const statement = `{ from: "segment:${segment}", to: ${address}, allow: [${allow}] }`;
  const message = `${segment}: DHCP names ${address} as ${role}${by}, which is not the firewall, and ${how}. To let all of ${segment} ask it, add under policy: ${statement}`;
  return { code: 'server-elsewhere', message };
}

function question(segment: string, { service, address }: ToldServer): PolicyTest {
  const { port } = WHAT[service];
  const accept: PortSpec[] = [
    { text: `udp/${port}`, protocol: 'udp', ports: { from: port, to: port }, icmpType: undefined },
  ];
  const from: Selector = { kind: 'segment', segment, text: `segment:${segment}`, place: PLACE };
  const to: Selector = { kind: 'network', network: `${address}/32`, text: address, place: PLACE };
  return { name: undefined, from: [from], to: [to], accept, deny: [], place: PLACE };
}
