import { type Family, type Ip, parseSpan, wholeFamily } from '../../model/ip.js';
import type { Endpoint, EndpointPart } from '../../model/rules.js';
import { coverage, holds, type SpanList, spanList, subtract } from './spans.js';
import type { Tri } from './types.js';
import { interfacesOf, spansOf, type World } from './world.js';

/** What is held against a source or destination: one address, all of the internet in one family, or an address that is not known. */
export type Operand =
  | { readonly kind: 'address'; readonly ip: Ip }
  | { readonly kind: 'internet'; readonly family: Family }
  | HiddenAddress;

/** An address that source NAT puts in the place of the sender's: that of `interface`, or one of several where none is named. */
export interface HiddenAddress {
  readonly kind: 'hidden';
  readonly family: Family;
  readonly interface: string | undefined;
}

/** Whether an endpoint fits; `reason` is a clause for people and stands exactly with `maybe`. */
export interface Fit {
  readonly fits: Tri;
  readonly reason: string | undefined;
}

/** A source or destination, ready to be asked. */
export type EndpointTest = (operand: Operand) => Fit;

const YES: Fit = { fits: 'yes', reason: undefined };
const NO: Fit = { fits: 'no', reason: undefined };

/** The addresses of one part: surely in it, perhaps in it, and whether anything else could be. */
interface PartSets {
  readonly yes: Readonly<Record<Family, SpanList>>;
  readonly maybe: Readonly<Record<Family, SpanList>>;
  readonly why: string;
  readonly open: string | undefined;
  readonly openAfar: string | undefined;
  /** Holds only addresses around the firewall, never the internet. */
  readonly near: boolean;
}

/** Readies an endpoint. It fits when any part fits; with `not`, when any part does not. */
export function endpointTest(endpoint: Endpoint, world: World): EndpointTest {
  const parts = endpoint.parts.map((part) => partTest(part, world));
  const tests = endpoint.not ? parts.map(invert) : parts;
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (operand) => {
    let best: Fit = NO;
    for (const test of tests) {
      const fit = test(operand);
      if (fit.fits === 'yes') return fit;
      if (fit.fits === 'maybe') best = fit;
    }
    return best;
  };
}

function invert(test: EndpointTest): EndpointTest {
  return (operand) => {
    const fit = test(operand);
    if (fit.fits === 'maybe') return fit;
    return fit.fits === 'yes' ? NO : YES;
  };
}

function partTest(part: EndpointPart, world: World): EndpointTest {
  if (part.kind === 'any') return () => YES;
  if (part.kind === 'unknown') {
    const unknown = maybe(part.reason);
    return () => unknown;
  }
  const sets = part.kind === 'alias' ? aliasPart(part.name, world) : placePart(part, world);
  const internet: Partial<Record<Family, Fit>> = {};
  return (operand) => {
    if (operand.kind === 'address') return fitAddress(sets, operand.ip);
    if (operand.kind === 'hidden') return fitHidden(part, sets, operand, world);
    const fit = internet[operand.family] ?? fitInternet(sets, operand.family, world);
    internet[operand.family] = fit;
    return fit;
  };
}

function fitAddress(sets: PartSets, ip: Ip): Fit {
  if (holds(sets.yes[ip.family], ip.value)) return YES;
  if (holds(sets.maybe[ip.family], ip.value)) return maybe(sets.why);
  return sets.open === undefined ? NO : maybe(sets.open);
}

function fitInternet(sets: PartSets, family: Family, world: World): Fit {
  const covered = coverage(sets.yes[family], world.internet[family]);
  if (covered === 'yes') return YES;
  if (sets.openAfar !== undefined) return maybe(sets.openAfar);
  if (covered === 'maybe') return maybe('it names only a part of the internet');
  if (sets.near || coverage(sets.maybe[family], world.internet[family]) === 'no') return NO;
  return maybe(sets.why);
}

/** The firewall's own address on an interface is known by where it stands, whatever it is. */
function fitHidden(
  part: Exclude<EndpointPart, { kind: 'any' | 'unknown' }>,
  sets: PartSets,
  { family, interface: id }: HiddenAddress,
  world: World,
): Fit {
  if (coverage(sets.yes[family], spanList(family, [wholeFamily(family)])) === 'yes') return YES;
  if (id !== undefined && part.kind === 'self') return YES;
  if (id !== undefined && (part.kind === 'interface-address' || part.kind === 'interface-network'))
    return interfacesOf(world, part.interface).some((one) => one.id === id) ? YES : NO;
  if (part.kind === 'addresses' && parseSpan(part.span)?.family !== family) return NO;
  return maybe(
    id === undefined
      ? 'which address source NAT gives it is not known here'
      : `source NAT gives it the address of ${id}, which is not known here`,
  );
}

function maybe(reason: string): Fit {
  return { fits: 'maybe', reason };
}

function aliasPart(name: string, world: World): PartSets {
  const set = world.aliasSetOf(name);
  const near = world.aliases.get(name)?.neverPublic === true;
  return { ...set, why: `the alias ${name} lists this address both ways`, near };
}

function placePart(part: Exclude<EndpointPart, { kind: 'any' | 'unknown' | 'alias' }>, world: World): PartSets {
  const none = { inet: spanList('inet', []), inet6: spanList('inet6', []) };
  if (part.kind === 'addresses') {
    const span = parseSpan(part.span);
    const open = span === undefined ? `${JSON.stringify(part.span)} is no address` : undefined;
    const spans = span === undefined ? [] : [span];
    return { yes: byFamily(spans), maybe: none, why: '', open, openAfar: open, near: false };
  }
  const places = part.kind === 'self' ? [...world.interfaces.values()] : interfacesOf(world, part.interface);
  const network = part.kind === 'interface-network';
  const unseen = part.kind === 'interface-network' ? world.unseenMembers.get(part.interface) : undefined;
  const spans = places.flatMap((place) => spansOf(network ? place.networks : place.addresses));
  const unknown = (family: Family): SpanList => {
    const hidden = unseen !== undefined || places.some((place) => place.unknownFamilies.includes(family));
    const elsewhere = subtract(spanList(family, [wholeFamily(family)]), world.networks[family]);
    if (hidden) return elsewhere;
    return spanList(family, network || family === 'inet' ? [] : spansOf(['fe80::/10']));
  };
  const names = places.filter((place) => place.unknownFamilies.length > 0).map((place) => place.id);
  const why =
    unseen ??
    (names.length === 0
      ? "the firewall's own link-local addresses are not known here"
      : `the address of ${names.join(', ')} is not known here`);
  return {
    yes: byFamily(spans),
    maybe: { inet: unknown('inet'), inet6: unknown('inet6') },
    why,
    open: undefined,
    openAfar: undefined,
    near: true,
  };
}

function byFamily(spans: ReturnType<typeof spansOf>): Record<Family, SpanList> {
  return { inet: spanList('inet', spans), inet6: spanList('inet6', spans) };
}
