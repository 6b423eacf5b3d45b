import { parseSpan } from '../../../model/ip.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import { listed } from '../isc/values.js';
import { anyEnd, type EndpointDraft, type TranslationDraft } from './draft.js';
import type { Gateways } from './gateways.js';
import type { Places } from './interfaces.js';
import { readLegacyEnd } from './legacy-rules.js';
import { readFamily } from './model-rules.js';
import { splitList } from './names.js';
import { inModelOrder } from './order.js';
import { oneToOneRules, prefixRules, type StaticNat } from './static-nat.js';
import { isSet } from './values.js';

/** What source NAT is read from. */
export interface TranslationInput {
  readonly root: XmlElement;
  readonly places: Places;
  readonly gateways: Gateways;
  /** Made by an older plugin, which shows of a rule only where it stands. */
  readonly partial: boolean;
  /** Those that the reflection helper adds for a one-to-one NAT. */
  readonly helpersOf: (one: StaticNat) => readonly TranslationDraft[];
  /** Those that it adds for redirects. */
  readonly helpers: readonly TranslationDraft[];
}

/** Source NAT of a config.xml, in pf's order: one-to-one before the rest; then by priority (filter.inc, pf.inc). */
export function readTranslations(input: TranslationInput): TranslationDraft[] {
  const { root } = input;
  const mode = textOf(child(child(root, 'nat'), 'outbound'), 'mode') || 'automatic';
  const manual = mode === 'advanced' || mode === 'hybrid';
  const oneToOne = oneToOneRules(root);
  return [
    ...[...prefixRules(root, input.places), ...oneToOne].filter((one) => one.both).map(ofStatic),
    ...(manual || input.places.isOld ? modelRules(input) : []),
    ...(manual ? legacyRules(input) : []),
    ...(mode === 'automatic' || mode === 'hybrid' ? automaticRules(input) : []),
    ...oneToOne.flatMap((one) => [...(one.both ? [] : [ofStatic(one)]), ...input.helpersOf(one)]),
    ...input.helpers,
  ];
}

function ofStatic(one: StaticNat): TranslationDraft {
  return {
    id: one.id,
    origin: 'foreign',
    enabled: one.enabled,
    exempt: false,
    interfaces: [one.interface],
    family: one.family,
    protocol: '',
    source: one.inside,
    destination: one.peer,
    target: one.outside,
    keepsHost: one.both,
    keepsPort: one.both,
    description: one.description,
    unknowns: [],
    offset: one.offset,
  };
}

const UNSHOWN = 'what it fits is not shown by the os-slash32 on the firewall, which is too old for that';

/** One draft for each interface, since each line of pf takes its own address where no target is named. */
function onEach(interfaces: readonly string[], draft: Omit<TranslationDraft, 'interfaces'>): TranslationDraft[] {
  if (interfaces.length > 0) return interfaces.map((id) => ({ ...draft, interfaces: [id] }));
  return draft.target === '' && !draft.exempt ? [] : [{ ...draft, interfaces: [] }];
}

function modelRules({ root, partial }: TranslationInput): TranslationDraft[] {
  const section = child(child(child(child(root, 'OPNsense'), 'Firewall'), 'Filter'), 'snatrules');
  const rules = childrenNamed(section, 'rule').map((element) => {
    const field = (name: string) => textOf(element, name);
    const end = (side: string): EndpointDraft => ({
      net: field(`${side}_net`) || 'any',
      not: isSet(field(`${side}_not`)),
      port: field(`${side}_port`),
    });
    return {
      id: element.attributes.uuid ?? '',
      sequence: Number(field('sequence')) || 0,
      interfaces: splitList(field('interface')),
      draft: {
        id: element.attributes.uuid ?? '',
        enabled: isSet(field('enabled')),
        source: end('source'),
        destination: end('destination'),
        description: field('description'),
        offset: element.start,
        ...shared(field, partial && child(element, 'source_net') === undefined),
      },
    };
  });
  return inModelOrder(rules).flatMap((one) => onEach(one.interfaces, one.draft));
}

function legacyRules({ root, partial, places }: TranslationInput): TranslationDraft[] {
  return listed(child(child(root, 'nat'), 'outbound'), 'rule').flatMap((element, at) => {
    const field = (name: string) => textOf(element, name);
    const end = (side: string, port: string): EndpointDraft => ({
      ...readLegacyEnd(child(element, side), places.isOld),
      port: field(port),
    });
    return onEach(splitList(field('interface')), {
      id: element.attributes.uuid ?? `nat/outbound/rule ${at + 1}`,
      enabled: !isSet(field('disabled')),
      source: end('source', 'sourceport'),
      destination: end('destination', 'dstport'),
      description: field('descr'),
      offset: element.start,
      ...shared(field, partial && child(element, 'source') === undefined),
    });
  });
}

function shared(
  field: (name: string) => string,
  isUnshown: boolean,
): Omit<TranslationDraft, 'id' | 'enabled' | 'interfaces' | 'source' | 'destination' | 'description'> {
  const tagged = field('tagged');
  const target = field('target');
  return {
    origin: 'foreign',
    exempt: isSet(field('nonat')),
    family: readFamily(field('ipprotocol')),
    protocol: field('protocol'),
    target: target === 'other-subnet' ? `${field('targetip')}/${field('targetip_subnet')}` : target,
    keepsHost: field('poolopts') === 'bitmask',
    keepsPort: isSet(field('staticnatport')),
    unknowns: [
      ...(tagged === '' ? [] : [`it asks for the tag ${JSON.stringify(tagged)} of another rule`]),
      ...(isUnshown ? [UNSHOWN] : []),
    ],
  };
}

/** What OPNsense makes by itself: from interfaces without a gateway of IPv4 to the address of each that has one. */
function automaticRules({ root, places, gateways }: TranslationInput): TranslationDraft[] {
  const elements = child(root, 'interfaces')?.children ?? [];
  const leading = gateways.ofInterface.inet;
  const inside = places.interfaces.filter(
    (one) => !leading.has(one.id) && one.addresses.some((address) => !address.includes(':')),
  );
  const tunnels = ['server', 'client'].flatMap((side) =>
    childrenNamed(child(root, 'openvpn'), `openvpn-${side}`)
      .filter((one) => child(one, 'disable') === undefined)
      .map((one) => textOf(one, 'tunnel_network'))
      .filter((network) => parseSpan(network)?.family === 'inet'),
  );
  const net = [...inside.map((one) => one.id), '127.0.0.0/8', ...tunnels].join(',');
  const ports = ['500', ''] as const;
  return places.interfaces
    .filter((one) => leading.has(one.id))
    .filter(
      (one) =>
        !textOf(
          elements.find((element) => element.name === one.id),
          'if',
        ).startsWith('ovpn'),
    )
    .flatMap((one) =>
      ports.map((port) => ({
        id: `automatic/outbound ${one.id}${port === '' ? '' : ` ${port}`}`,
        origin: 'automatic',
        enabled: true,
        exempt: false,
        interfaces: [one.id],
        family: 'inet',
        protocol: '',
        source: anyEnd(net),
        destination: anyEnd('any', port),
        target: '',
        keepsHost: false,
        keepsPort: port !== '',
        description: `Automatic outbound rule on ${one.id}`,
        unknowns: [],
      })),
    );
}
