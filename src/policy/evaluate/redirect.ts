import { formatIp, parseIp } from '../../model/ip.js';
import type { Redirect } from '../../model/rules.js';
import type { Operand } from './endpoint.js';
import { portSpans } from './ports.js';
import type { PacketKind, PreparedRuleSet } from './prepare.js';
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
    const places = redirect.action === 'exempt' ? [untouched] : targetsOf(prepared, redirect, kind);
    if (places.length === 0) lost = `${ruleName(redirect)} redirects to addresses that are not known here`;
    if (places.length > 1) reasons.push(`${ruleName(redirect)} redirects to several addresses in turn`);
    all.push(...places);
    if (doubts.length === 0) return { all, reasons, lost };
    reasons.push(...doubts.map((doubt) => `${ruleName(redirect)}: ${doubt}`));
  }
  return { all: [...all, untouched], reasons, lost };
}

const MOST_TARGETS = 64;

function targetsOf(prepared: PreparedRuleSet, redirect: Redirect, kind: PacketKind): Destination[] {
  const port = targetPort(prepared, redirect, kind);
  return redirect.targets
    .flatMap((part) => addressesOf(prepared, part, kind))
    .map((address) => ({
      to: { kind: 'address', ip: address },
      port,
      redirected: { id: redirect.id, description: redirect.description, to: formatIp(address), port },
      passes: redirect.passes,
    }));
}

/** The single addresses of a target; none when it holds anything that is not known, or too much to ask one by one. */
function addressesOf(prepared: PreparedRuleSet, part: Redirect['targets'][number], kind: PacketKind) {
  if (part.kind === 'addresses') {
    const ip = parseIp(part.span.replace(/\/(32|128)$/, ''));
    return ip === undefined || ip.family !== kind.family ? [] : [ip];
  }
  if (part.kind !== 'alias') return [];
  const set = prepared.world.aliasSetOf(part.name);
  const { firsts, lasts } = set.yes[kind.family];
  if (set.open !== undefined || firsts.length > MOST_TARGETS) return [];
  const found = firsts.flatMap((first, at) => {
    const last = lasts[at] ?? first;
    const size = Number(BigInt(last) - BigInt(first)) + 1;
    if (size > MOST_TARGETS) return [];
    return Array.from({ length: size }, (_, offset) => ({
      family: kind.family,
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
