import { formatIp, parseIp } from '../../model/ip.js';
import type { PortPart, Redirect, Rule, RuleAlias, RuleSet } from '../../model/rules.js';
import { isPrivate } from '../../model/special-networks.js';
import { type EndpointTest, endpointTest, type Operand } from '../evaluate/endpoint.js';
import { evaluate } from '../evaluate/evaluate.js';
import { unanswered } from '../evaluate/outcome.js';
import { portSpans } from '../evaluate/ports.js';
import type { PreparedRuleSet } from '../evaluate/prepare.js';
import { mappedAddress } from '../evaluate/redirect.js';
import { holds } from '../evaluate/spans.js';
import type { Evaluation, Flow } from '../evaluate/types.js';
import type { Matching, PacketRange } from './kinds.js';

/** A redirect that leads to a host, as packets from the internet meet it. */
export interface PublishedWay {
  readonly redirect: Redirect;
  /** The address that one calls. */
  readonly place: string;
  /** Everything that tells packets to it apart, by the ports that one calls. */
  readonly cuts: readonly Matching[];
}

/** How the internet reaches hosts inside: by the ports of the firewall that lead to them. */
export interface Published {
  /** The ways to an address, first the one that the firewall asks first. */
  ways(address: string): readonly PublishedWay[];
  /**
   * What becomes of a flow from the internet by the port that is called. An address that the internet has no route to is reached by
   * a redirect or not at all.
   */
  call(flow: Flow): Evaluation;
}

interface Leading<Of> {
  readonly of: Of;
  readonly leadsTo: EndpointTest;
}

/** Readies a rule set for {@link Published}; what it needs is made when it is first asked. */
export function createPublished(prepared: PreparedRuleSet): Published {
  const { ruleSet, world } = prepared;
  const known = new Map<string, readonly PublishedWay[]>();
  let redirects: Leading<Redirect>[] | undefined;
  let rules: Leading<Rule>[] | undefined;

  function ways(address: string): readonly PublishedWay[] {
    const before = known.get(address);
    if (before !== undefined) return before;
    redirects ??= ruleSet.redirects
      .filter((one) => one.enabled && one.action === 'redirect')
      .map((of) => ({ of, leadsTo: endpointTest({ parts: of.targets, not: false }, world) }));
    const target = prepared.end({ address });
    const found = redirects.flatMap(({ of, leadsTo }): PublishedWay[] => {
      if (leadsTo(target).fits === 'no') return [];
      const place = publicPlace(ruleSet, of, target);
      if (place === undefined) return [];
      return [{ redirect: of, place, cuts: [...ruleSet.redirects, ...rulesTo(target, of)] }];
    });
    known.set(address, found);
    return found;
  }

  function rulesTo(target: Operand, redirect: Redirect): Matching[] {
    rules ??= ruleSet.rules
      .filter((rule) => rule.enabled && rule.class !== 'invalid')
      .map((of) => ({ of, leadsTo: endpointTest(of.destination, world) }));
    return rules
      .filter(({ leadsTo }) => leadsTo(target).fits !== 'no')
      .map(({ of }) => seenOutside(of, redirect, world.aliases));
  }

  function call(flow: Flow): Evaluation {
    if (!('internet' in flow.from) || !('address' in flow.to)) return evaluate(prepared, flow);
    const { address } = flow.to;
    const ip = parseIp(address);
    if (ip === undefined || hasRoute(prepared, address)) return evaluate(prepared, flow);
    for (const { redirect, place } of ways(address)) {
      const found = evaluate(prepared, { ...flow, to: { address: place } });
      if (found.verdict === 'unknown' || found.redirected?.id === redirect.id) return found;
    }
    return prepared.refusal === undefined ? uncalled(address, ways(address)) : unanswered(prepared.refusal);
  }
  return { ways, call };
}

/** Whether packets of the internet find a host by its own address: it is public, or one of the firewall's own. */
function hasRoute({ world }: PreparedRuleSet, address: string): boolean {
  const ip = parseIp(address);
  if (ip === undefined || ip.family !== 'inet') return true;
  return !isPrivate(address) || holds(world.own.inet, ip.value);
}

function uncalled(address: string, ways: readonly PublishedWay[]): Evaluation {
  const called = [...new Set(ways.flatMap(({ redirect }) => portsOf(redirect)))];
  const why =
    called.length === 0
      ? `the internet has no way to ${address}: no port of the firewall leads there`
      : `the internet has no way to ${address} but ${called.join(', ')} of the firewall`;
  return {
    ...unanswered(''),
    verdict: 'block',
    reasons: [],
    remarks: [why],
  };
}

function portsOf({ protocols, destinationPorts }: Redirect): string[] {
  const ports = destinationPorts.flatMap((part) =>
    part.kind === 'alias' ? [part.name] : [part.from === part.to ? `${part.from}` : `${part.from}-${part.to}`],
  );
  const names = protocols.length === 0 ? ['any protocol'] : protocols;
  return names.flatMap((name) => (ports.length === 0 ? [name] : ports.map((port) => `${name}/${port}`)));
}

/** A rule for what a redirect leads to, with its ports as they are before the redirect. */
function seenOutside(rule: Rule, redirect: Redirect, aliases: ReadonlyMap<string, RuleAlias>): Matching {
  const inside = portSpans(rule.destinationPorts, aliases);
  const { targetPort } = redirect;
  if (inside === undefined || targetPort === undefined) return rule;
  const ports = redirect.destinationPorts.flatMap((part) =>
    part.kind === 'alias'
      ? []
      : inside.map(([from, to]): PortPart => {
          const offset = part.from - targetPort;
          return { kind: 'ports', from: Math.max(part.from, from + offset), to: Math.min(part.to, to + offset) };
        }),
  );
  const fitting = ports.filter((part) => part.kind === 'ports' && part.from <= part.to);
  return { protocols: rule.protocols, destinationPorts: fitting };
}

/** An address of the firewall at which a redirect takes packets up. */
function publicPlace({ interfaces }: RuleSet, redirect: Redirect, target: Operand): string | undefined {
  if (redirect.keepsHost === true) {
    const inside = { parts: redirect.targets, not: false };
    const [outside] = mappedAddress(inside, redirect.destination.parts, target);
    return outside === undefined ? undefined : formatIp(outside);
  }
  for (const part of redirect.destination.parts) {
    if (part.kind === 'addresses' && !part.span.includes('/') && !part.span.includes('-')) return part.span;
    if (part.kind !== 'interface-address') continue;
    const address = interfaces.find((one) => one.id === part.interface)?.addresses.find((one) => !one.includes(':'));
    if (address !== undefined) return address;
  }
  return undefined;
}

/** Whether a redirect takes these packets, by the port that is called. */
export function fitsRedirect(redirect: Redirect, range: PacketRange): boolean {
  if (redirect.protocols.length > 0 && !redirect.protocols.includes(range.protocol)) return false;
  if (range.ports === undefined) return redirect.destinationPorts.length === 0;
  const [first] = range.ports;
  return (
    redirect.destinationPorts.length === 0 ||
    redirect.destinationPorts.some((part) => part.kind === 'ports' && first >= part.from && first <= part.to)
  );
}
