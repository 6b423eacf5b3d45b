import { type Family, formatIp, type Ip, parseIp, parseSpan } from '../../model/ip.js';
import type { Endpoint, EndpointPart, Redirect } from '../../model/rules.js';
import type { Operand } from './endpoint.js';
import { portSpans } from './ports.js';
import type { PacketKind, PreparedRuleSet } from './prepare.js';
import { atSamePlace } from './spans.js';
import { ruleName } from './stage.js';
import type { Redirected } from './types.js';

/** Where a packet may go after destination NAT. */
export interface Destination {
  readonly to: Operand;
  readonly port: number | undefined;
  readonly redirected: Redirected | undefined;
  /** The filter rules on the way in are not asked. */
  readonly passes: boolean;
}

/** All places where a packet may go, the likeliest last; more than one only when `reasons` says why. */
export interface Destinations {
  readonly all: readonly Destination[];
  readonly reasons: readonly string[];
  /** Set when a redirect's target cannot be known; a clause for people. */
  readonly lost: string | undefined;
}

/** Asks the redirects of an interface, first match first, as pf does before any filter rule. */
export function destinationsOf(
  prepared: PreparedRuleSet,
  interfaceId: string,
  source: Operand,
  to: Operand,
  kind: PacketKind,
): Destinations {
  const all: Destination[] = [];
  const reasons: string[] = [];
  let lost: string | undefined;
  const untouched: Destination = { to, port: kind.port, redirected: undefined, passes: false };
  for (const candidate of prepared.redirects(interfaceId, kind)) {
    const from = candidate.source(source);
    const at = candidate.destination(to);
    if (from.fits === 'no' || at.fits === 'no') continue;
    const redirect = candidate.of;
    const doubts = [...candidate.reasons, from.reason, at.reason].flatMap((reason) => reason ?? []);
    const places = redirect.action === 'exempt' ? [untouched] : targetsOf(prepared, redirect, to, kind, untouched);
    if (places.length === 0) lost = `${ruleName(redirect)} redirects to addresses that are not known here`;
    if (places.length > 1) reasons.push(`${ruleName(redirect)} redirects to several addresses in turn`);
    all.push(...places);
    if (doubts.length === 0) return { all, reasons, lost };
    reasons.push(...doubts.map((doubt) => `${ruleName(redirect)}: ${doubt}`));
  }
  return { all: [...all, untouched], reasons, lost };
}

const MOST_TARGETS = 64;

/** A redirect that changes neither address nor port is none for pf: what it would let pass is asked of the rules. */
function targetsOf(
  prepared: PreparedRuleSet,
  redirect: Redirect,
  to: Operand,
  kind: PacketKind,
  untouched: Destination,
): Destination[] {
  const port = targetPort(prepared, redirect, kind);
  const addresses =
    redirect.keepsHost === true
      ? mappedAddress(redirect.destination, redirect.targets, to)
      : redirect.targets.flatMap((part) => singleAddresses(prepared, part, kind.family));
  return addresses.map((address) => {
    if (port === kind.port && to.kind === 'address' && to.ip.value === address.value) return untouched;
    return {
      to: { kind: 'address', ip: address },
      port,
      redirected: { id: redirect.id, description: redirect.description, to: formatIp(address), port },
      passes: redirect.passes,
    };
  });
}

/** The address at the same place of the one target's network; none when any of it is not one network or one address. */
export function mappedAddress(from: Endpoint, targets: readonly EndpointPart[], operand: Operand): Ip[] {
  const [part] = from.parts;
  const [target] = targets;
  if (operand.kind !== 'address' || part?.kind !== 'addresses' || target?.kind !== 'addresses') return [];
  const [span, into] = [parseSpan(part.span), parseSpan(target.span)];
  if (span === undefined || into === undefined || span.family !== operand.ip.family) return [];
  if (into.family !== span.family || into.prefix !== span.prefix) return [];
  return [atSamePlace(operand.ip, span, into)];
}

/** The single addresses of a target; none when it holds anything that is not known, or too much to ask one by one. */
export function singleAddresses(prepared: PreparedRuleSet, part: EndpointPart, family: Family): Ip[] {
  if (part.kind === 'addresses') {
    const ip = parseIp(part.span.replace(/\/(32|128)$/, ''));
    return ip === undefined || ip.family !== family ? [] : [ip];
  }
  if (part.kind === 'interface-address') {
    const place = prepared.world.interfaces.get(part.interface);
    const found = (place?.addresses ?? []).flatMap((text) => parseIp(text) ?? []).filter((ip) => ip.family === family);
    return place?.unknownFamilies.includes(family) === true ? [] : found;
  }
  if (part.kind !== 'alias') return [];
  const set = prepared.world.aliasSetOf(part.name);
  const { firsts, lasts } = set.yes[family];
  if (set.open !== undefined || firsts.length > MOST_TARGETS) return [];
  const found = firsts.flatMap((first, at) => {
    const last = lasts[at] ?? first;
    const size = Number(BigInt(last) - BigInt(first)) + 1;
    if (size > MOST_TARGETS) return [];
    return Array.from({ length: size }, (_, offset) => ({
      family,
      value: typeof first === 'bigint' ? first + BigInt(offset) : first + offset,
    }));
  });
  return found.length > MOST_TARGETS ? [] : found;
}

/** The port there: a span of ports keeps its offsets from the span's first port. */
function targetPort(prepared: PreparedRuleSet, redirect: Redirect, kind: PacketKind): number | undefined {
  const { port } = kind;
  if (redirect.targetPort === undefined || port === undefined) return port;
  const span = portSpans(redirect.destinationPorts, prepared.world.aliases)?.find(
    ([from, to]) => port >= from && port <= to,
  );
  const isSpan = redirect.destinationPorts.every((part) => part.kind === 'ports');
  return redirect.targetPort + (isSpan && span !== undefined ? port - span[0] : 0);
}
