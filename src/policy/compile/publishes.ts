import { parseIp, parseSpan } from '../../model/ip.js';
import type { Publish } from '../../model/policy.js';
import { policyDescription } from '../../model/policy-entries.js';
import type { Endpoint } from '../../model/rules.js';
import { placeOf } from '../resolve/findings.js';
import type { Resolver } from '../resolve/resolve.js';
import type { PolicyFinding, PolicyScene } from '../resolve/types.js';
import type { AliasMaker } from './aliases.js';
import { networkOn } from './aliases.js';
import { shortDigest } from './digest.js';
import { ruledSegments } from './sources.js';
import { destinationEnds } from './statements.js';
import type { CompiledRedirect, CompiledRule, CompileInput, LeftOutPublish } from './types.js';

/** Redirects and the rules that let their packets in; a publish whose instance is not there is left out, and says so. */
export function compilePublishes(
  scene: PolicyScene,
  resolver: Resolver,
  aliases: AliasMaker,
  unpublished: CompileInput['unpublished'],
): {
  readonly rules: readonly CompiledRule[];
  readonly redirects: readonly CompiledRedirect[];
  readonly findings: readonly PolicyFinding[];
  readonly leftOut: readonly LeftOutPublish[];
} {
  const rules: CompiledRule[] = [];
  const redirects: CompiledRedirect[] = [];
  const findings: PolicyFinding[] = [];
  const leftOut: LeftOutPublish[] = [];
  const leave = ({ name, place }: Publish, why: Pick<PolicyFinding, 'code' | 'message'>): void => {
    const where = placeOf(place);
    findings.push({ severity: 'warning', where, ...why });
    leftOut.push({ name, where, message: why.message });
  };
  for (const publish of scene.policy.publishes) {
    const target = targetOf(publish, scene, resolver);
    if (typeof target !== 'string') {
      leave(publish, target);
      continue;
    }
    const made = redirect(publish, target, scene.owner);
    const reason = unpublished?.get(made.key);
    if (reason !== undefined) {
      leave(publish, unsupported(publish, reason));
      continue;
    }
    redirects.push(made);
    rules.push(...letIn(publish, target, scene.owner, aliases));
  }
  return { rules, redirects, findings, leftOut };
}

function targetOf(
  publish: Publish,
  scene: PolicyScene,
  resolver: Resolver,
): string | Pick<PolicyFinding, 'code' | 'message'> {
  const { name, to, on } = publish;
  if (!scene.interfaces.some((one) => one.id === on && one.enabled))
    return {
      code: 'unknown-interface',
      message: `${name} stands on ${on}, which the firewall does not have or has switched off.`,
    };
  const members = to.kind === 'network' ? [] : resolver.resolve(to).members;
  const addresses = to.kind === 'network' ? [to.network] : members.map((member) => member.address);
  const [address, second] = addresses;
  if (address === undefined)
    return {
      code: 'publish-target',
      message: `${name} leads to ${to.text}, which has no address in a segment: it is not published.`,
    };
  if (second !== undefined)
    return {
      code: 'publish-target',
      message: `${name} leads to ${to.text}, which has ${addresses.length} addresses: name one of them (${members.map(({ nic, address }) => `${nic} for ${address}`).join(', ')}).`,
    };
  const stands = ruledSegments(scene).some((segment) => {
    const network = parseSpan(networkOn(scene.interfaces.find((one) => one.id === segment.interface)) ?? '');
    const ip = parseIp(address);
    return network !== undefined && ip !== undefined && ip.value >= network.first && ip.value <= network.last;
  });
  if (stands) return address;
  return {
    code: 'no-rules-here',
    message: `${name} leads to ${address}, which stands in no segment whose rules slash32 manages: it is not published.`,
  };
}

function unsupported({ name, on }: Publish, reason: string): Pick<PolicyFinding, 'code' | 'message'> {
  const message = `${name} is left out, so that nothing from ${on} reaches it by this policy: ${reason}.`;
  return { code: 'publish-unsupported', message };
}

function redirect(publish: Publish, target: string, owner: string): CompiledRedirect {
  const key = `nat/${publish.name}`;
  const what = `publish ${publish.name}`;
  return {
    key,
    place: publish.place,
    what,
    entry: {
      interface: publish.on,
      protocol: publish.protocol,
      destination: { parts: [{ kind: 'interface-address', interface: publish.on }], not: false },
      ports: publish.ports,
      target,
      targetPort: publish.targetPort,
      log: publish.log,
      description: policyDescription(describe(publish), owner, key),
    },
  };
}

/** The filter sees the packet as it leaves the redirect: with the instance's address and port. */
function letIn(publish: Publish, target: string, owner: string, aliases: AliasMaker): CompiledRule[] {
  const length = publish.ports.to - publish.ports.from;
  const sources: Endpoint[] =
    publish.from.length === 0
      ? [{ parts: [{ kind: 'any' }], not: false }]
      : destinationEnds(publish.from, aliases).map(({ end }) => end);
  return sources.map((source) => {
    const kind = source.not ? 'internet' : source.parts[0]?.kind === 'any' ? 'any' : 'networks';
    const key = `rule/publish/${shortDigest(`${publish.name} ${kind}`)}`;
    return {
      key,
      place: publish.place,
      what: `publish ${publish.name}`,
      zone: 'statement',
      entry: {
        interface: publish.on,
        action: 'pass',
        family: 'inet',
        protocol: publish.protocol,
        icmpTypes: [],
        source,
        destination: { parts: [{ kind: 'addresses', span: target }], not: false },
        ports: { kind: 'ports', from: publish.targetPort, to: publish.targetPort + length },
        log: publish.log,
        description: policyDescription(describe(publish), owner, key),
      },
    };
  });
}

function describe({ name, when }: Publish): string {
  return when === undefined ? `publish ${name}` : `publish ${name}: ${when}`;
}
