import type { PolicyTest, PortSpec, Selector } from '../../model/policy.js';
import type { ToldServer } from '../../model/segment.js';
import { runPolicyTests } from '../../policy/ask/tests.js';
import { ruledSegments } from '../../policy/compile/sources.js';
import { createResolver } from '../../policy/resolve/resolve.js';
import type { PlanInput, Warning } from '../types.js';
import type { PolicyView } from './types.js';

const PLACE = { file: '', line: 1, column: 1 };
const WHAT = {
  dns: { port: 53, allow: 'tcp/53, udp/53', role: 'the resolver', effect: 'names do not resolve there' },
  ntp: { port: 123, allow: 'udp/123', role: 'the time server', effect: 'clocks go wrong there' },
} as const;

/**
 * Servers that DHCP names to the clients of a segment that ends in a rule of ours, and that they do not surely reach:
 * `infrastructure` opens those of the firewall alone. Pure.
 */
export function serverWarnings({ observed }: Pick<PlanInput, 'observed'>, { scene, after }: PolicyView): Warning[] {
  const own = new Set(
    scene.interfaces.flatMap((one) => [one.address, ...one.virtualIps.map((virtual) => virtual.address)]),
  );
  const asked = ruledSegments(scene)
    .filter((segment) => segment.fallback !== 'inherit')
    .flatMap((segment) => {
      const state = observed.segments.find((one) => one.interface === segment.interface);
      const elsewhere = (state?.servers ?? []).filter(({ address }) => !own.has(address));
      return elsewhere.map((server) => ({ segment: segment.name, server, test: question(segment.name, server) }));
    });
  if (asked.length === 0) return [];
  const tests = asked.map(({ test }) => test);
  const isClient = (end: { readonly kind: string }): boolean => end.kind === 'host';
  return runPolicyTests(scene, createResolver(scene), after, after, tests, isClient).flatMap(({ failures }, at) => {
    const [failure] = failures;
    const one = asked[at];
    if (failure === undefined || one === undefined) return [];
    const { allow, role, effect } = WHAT[one.server.service];
    const { address } = one.server;
    const how =
      failure.verdict === 'unknown'
        ? `it cannot be said whether ${failure.from} reaches it (${failure.reasons.join('; ')})`
        : `${failure.from} does not reach it, so ${effect}`;
    const statement = `{ from: "segment:${one.segment}", to: ${address}, allow: [${allow}] }`;
    const message = `${one.segment}: DHCP names ${address} as ${role}, which is not the firewall, and ${how}. To let all of ${one.segment} ask it, add under policy: ${statement}`;
    return [{ code: 'server-elsewhere' as const, message }];
  });
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
