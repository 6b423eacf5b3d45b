import type { InfrastructureService } from '../../model/policy.js';
import { policyDescription } from '../../model/policy-entries.js';
import type { Endpoint } from '../../model/rules.js';
import type { Segment } from '../../model/segment.js';
import type { PolicyScene } from '../resolve/types.js';
import { ruledSegments } from './sources.js';
import type { CompiledRule } from './types.js';

const EVERYBODY: Endpoint = { parts: [{ kind: 'addresses', span: '255.255.255.255' }], not: false };
const ANY: Endpoint = { parts: [{ kind: 'any' }], not: false };

/**
 * What stands around the statements of a segment that ends in a rule of ours: before them what instances need of the firewall,
 * behind them the end itself, which holds for both address families, since IPv6 needs no lease.
 */
export function compileSegments(scene: PolicyScene): CompiledRule[] {
  return ruledSegments(scene)
    .filter((segment) => segment.fallback !== 'inherit')
    .flatMap((segment) => [...infrastructure(segment, scene.owner), ending(segment, scene.owner)]);
}

interface Service {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly port?: number;
  /** Who has no address yet asks everybody; the firewall answers, nobody else hears it. */
  readonly broadcast?: true;
}

const SERVICES: Readonly<Record<InfrastructureService, readonly Service[]>> = {
  dhcp: [
    { protocol: 'udp', port: 67, broadcast: true },
    { protocol: 'udp', port: 67 },
  ],
  dns: [
    { protocol: 'tcp', port: 53 },
    { protocol: 'udp', port: 53 },
  ],
  ntp: [{ protocol: 'udp', port: 123 }],
  ping: [{ protocol: 'icmp' }],
};

function infrastructure(segment: Segment, owner: string): CompiledRule[] {
  const gateway: Endpoint = { parts: [{ kind: 'interface-address', interface: segment.interface }], not: false };
  return segment.infrastructure.flatMap((name) =>
    SERVICES[name].map(({ protocol, port, broadcast }): CompiledRule => {
      const key = `rule/${segment.interface}/${name}-${broadcast ? 'broadcast' : protocol}`;
      const service = port === undefined ? 'ping' : `${name.toUpperCase()} ${protocol}/${port}`;
      const what = `${segment.name}: ${service} ${broadcast ? 'to whoever answers' : 'of the firewall'}`;
      return {
        key,
        place: undefined,
        what,
        zone: 'infrastructure',
        entry: {
          interface: segment.interface,
          action: 'pass',
          family: 'inet',
          protocol,
          icmpTypes: protocol === 'icmp' ? [8] : [],
          source: ANY,
          destination: broadcast ? EVERYBODY : gateway,
          ports: port === undefined ? undefined : { kind: 'ports', from: port, to: port },
          log: false,
          description: policyDescription(what, owner, key),
        },
      };
    }),
  );
}

function ending(segment: Segment, owner: string): CompiledRule {
  const key = `rule/${segment.interface}/default`;
  const denies = segment.fallback === 'deny';
  const what = denies
    ? `${segment.name}: everything else is dropped`
    : `${segment.name}: everything else is watched, deny would drop it`;
  return {
    key,
    place: undefined,
    what,
    zone: 'default',
    entry: {
      interface: segment.interface,
      action: denies ? 'block' : 'pass',
      family: 'inet46',
      protocol: 'any',
      icmpTypes: [],
      source: ANY,
      destination: ANY,
      ports: undefined,
      log: true,
      description: policyDescription(what, owner, key),
    },
  };
}
