import { type IpSpan, parseSpan } from '../../model/ip.js';
import type { Selector } from '../../model/policy.js';
import type { Segment } from '../../model/segment.js';
import { placeOf } from '../resolve/findings.js';
import type { Resolver } from '../resolve/resolve.js';
import type { PolicyFinding, PolicyScene } from '../resolve/types.js';
import { networkOn } from './aliases.js';

/** The interfaces that packets of some selectors come in on, and which of the selectors on each. */
export interface Sources {
  readonly byInterface: ReadonlyMap<string, readonly Selector[]>;
  readonly findings: readonly PolicyFinding[];
}

/** Segments whose rules are managed and whose interface is there and on, and may be written. */
export function ruledSegments(scene: PolicyScene): Segment[] {
  const { segments, interfaces } = scene;
  const on = new Set(interfaces.filter((one) => one.enabled && one.address !== undefined).map((one) => one.id));
  return segments.filter(
    (segment) => segment.manage.includes('rules') && on.has(segment.interface) && !isOutOfScope(segment, scene),
  );
}

/** Whether a segment's rules are asked for and the firewall's side may not write them. */
export function isOutOfScope({ manage, interface: id }: Segment, { writable }: PolicyScene): boolean {
  return manage.includes('rules') && writable !== undefined && !writable.interfaces.includes(id);
}

/** Where packets of `from` come in: a rule belongs on each of these interfaces. */
export function findSources(from: readonly Selector[], scene: PolicyScene, resolver: Resolver): Sources {
  const ruled = new Map(ruledSegments(scene).map((segment) => [segment.interface, segment]));
  const segmentOf = new Map(scene.segments.map((segment) => [segment.interface, segment]));
  const found = new Map<string, Selector[]>();
  const findings: PolicyFinding[] = [];
  for (const selector of from) {
    const interfaces = interfacesOf(selector, scene, resolver);
    if (interfaces.length === 0 && selector.kind === 'network')
      findings.push({
        code: 'nowhere',
        severity: 'warning',
        where: placeOf(selector.place),
        message: `${selector.text} stands on no interface of the firewall, so no rule lets it in. Name a network that does.`,
      });
    for (const id of interfaces) {
      const segment = segmentOf.get(id);
      if (segment !== undefined && !ruled.has(id)) findings.push(notRuled(selector, segment, scene));
      else found.set(id, [...(found.get(id) ?? []), selector]);
    }
  }
  return { byInterface: new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1))), findings };
}

function notRuled(selector: Selector, segment: Segment, scene: PolicyScene): PolicyFinding {
  if (isOutOfScope(segment, scene))
    return {
      code: 'no-rules-here',
      severity: 'warning',
      where: placeOf(selector.place),
      message: `${selector.text} is in ${segment.name}, whose rules slash32 may not write: nothing is written for it there; ${scene.writable?.remedy}.`,
    };
  return {
    code: 'no-rules-here',
    severity: 'warning',
    where: placeOf(selector.place),
    message: `${selector.text} is in ${segment.name}, whose rules slash32 does not manage: nothing is written for it there. Add rules to manage of ${segment.name}.`,
  };
}

function interfacesOf(selector: Selector, scene: PolicyScene, resolver: Resolver): string[] {
  if (selector.kind === 'any') return ruledSegments(scene).map((segment) => segment.interface);
  const { members, segments, networks } = resolver.resolve(selector);
  const named = scene.segments.filter((one) => segments.includes(one.name)).map((one) => one.interface);
  const over = networks.flatMap((network) => interfacesUnder(network, scene));
  return [...new Set([...members.map((member) => member.interface), ...named, ...over])];
}

/** Interfaces whose network and this one overlap. */
function interfacesUnder(network: string, { interfaces }: PolicyScene): string[] {
  const span = parseSpan(network);
  if (span === undefined) return [];
  return interfaces
    .filter((one) => {
      const standing = one.enabled ? parseSpan(networkOn(one) ?? '') : undefined;
      return standing !== undefined && overlap(standing, span);
    })
    .map((one) => one.id);
}

function overlap(one: IpSpan, other: IpSpan): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}
