import { parseSpan } from '../../../model/ip.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import { anyEnd, type EndpointDraft, type RedirectDraft, type RuleDraft, type TranslationDraft } from './draft.js';
import type { Places } from './interfaces.js';
import { inModelOrder } from './order.js';
import { isSet } from './values.js';

/** A fixed relation of addresses inside to addresses outside: one-to-one NAT, or the translation of an IPv6 prefix. */
export interface StaticNat {
  readonly id: string;
  readonly enabled: boolean;
  /** pf's binat: what comes in is translated back. */
  readonly both: boolean;
  readonly interface: string;
  readonly family: RuleDraft['family'];
  readonly inside: EndpointDraft;
  readonly outside: string;
  /** Whom it holds for. */
  readonly peer: EndpointDraft;
  readonly description: string;
  readonly sequence: number;
  readonly reflection?: string | undefined;
  readonly offset: number;
}

/** Network prefix translation (NptRule.php): without a destination, the network of the interface's own address. */
export function prefixRules(root: XmlElement, places: Places): StaticNat[] {
  const rules = childrenNamed(child(filterModel(root), 'npt'), 'rule').map((element) => {
    const inside = textOf(element, 'source_net');
    const own = textOf(element, 'trackif') || textOf(element, 'interface');
    return {
      id: element.attributes.uuid ?? '',
      enabled: isSet(textOf(element, 'enabled')),
      both: true,
      interface: textOf(element, 'interface'),
      family: 'inet6' as const,
      inside: anyEnd(inside),
      outside: textOf(element, 'destination_net') || ownPrefix(own, inside, places),
      peer: anyEnd(),
      description: textOf(element, 'description'),
      sequence: Number(textOf(element, 'sequence')) || 0,
      offset: element.start,
    };
  });
  return inModelOrder(rules);
}

/** One-to-one NAT (DNatRule.php): an address outside without a mask takes that of the inside. */
export function oneToOneRules(root: XmlElement): StaticNat[] {
  const rules = childrenNamed(child(filterModel(root), 'onetoone'), 'rule').map((element) => {
    const field = (name: string) => textOf(element, name);
    const [, bits] = field('source_net').split('/');
    const external = field('external');
    return {
      id: element.attributes.uuid ?? '',
      enabled: isSet(field('enabled')),
      both: (field('type') || 'binat') === 'binat',
      interface: field('interface'),
      family: '' as const,
      inside: { net: field('source_net') || 'any', not: isSet(field('source_not')), port: '' },
      outside: bits === undefined || external.includes('/') ? external : `${external}/${bits}`,
      peer: { net: field('destination_net') || 'any', not: isSet(field('destination_not')), port: '' },
      description: field('description'),
      sequence: Number(field('sequence')) || 0,
      reflection: field('natreflection'),
      offset: element.start,
    };
  });
  return inModelOrder(rules);
}

/** What comes in for the addresses outside, on the interfaces given. */
export function inbound(one: StaticNat, interfaces: readonly string[], id: string): RedirectDraft {
  return {
    id,
    origin: 'foreign',
    enabled: one.enabled,
    exempt: false,
    interfaces,
    family: one.family,
    protocol: '',
    source: one.peer,
    destination: anyEnd(one.outside),
    target: one.inside.net,
    targetPort: '',
    association: '',
    reflection: 'disable',
    log: false,
    description: one.description,
    unknowns: [],
    keepsHost: true,
    offset: one.offset,
  };
}

/** Interfaces inside on which redirects are reflected, with the families that they have addresses of. */
export interface Inside {
  readonly id: string;
  readonly families: ReadonlySet<'inet' | 'inet6'>;
}

/** The interfaces inside that a one-to-one NAT is reflected on; none where its own interface is off. */
export function reflectedOn(one: StaticNat, inside: readonly Inside[], canStand: (id: string) => boolean): string[] {
  if (!one.enabled || !canStand(one.interface)) return [];
  const family = parseSpan(one.outside)?.family ?? 'inet6';
  return inside.filter(({ id, families }) => id !== one.interface && families.has(family)).map(({ id }) => id);
}

/** The source NAT that the reflection helper adds, on one interface: whoever stands there comes from the firewall itself. */
export function helperOn(
  id: string,
  own: readonly string[],
  to: EndpointDraft,
  draft: Pick<TranslationDraft, 'family' | 'protocol' | 'description'> & { readonly id: string },
): TranslationDraft {
  return {
    ...draft,
    id: `${draft.id} helper ${id}`,
    origin: 'automatic',
    enabled: true,
    exempt: false,
    interfaces: [id],
    source: anyEnd(id),
    destination: to,
    target: own.join(','),
    keepsHost: false,
    keepsPort: false,
    unknowns: [],
  };
}

function filterModel(root: XmlElement): XmlElement | undefined {
  return child(child(child(root, 'OPNsense'), 'Firewall'), 'Filter');
}

function ownPrefix(id: string, inside: string, places: Places): string {
  const own = places.interfaces.find((one) => one.id === id)?.addresses ?? [];
  const prefix = parseSpan(inside)?.prefix;
  const text = own.find((one) => one.includes(':') && !/^fe80:/i.test(one));
  return prefix === undefined || text === undefined ? `<the network of ${id}>` : `${text}/${prefix}`;
}
