import { addressNumber, inRange } from '../model/address.js';
import { parseSpan } from '../model/ip.js';
import type { SelectorKind } from '../model/policy.js';
import type { EndpointPart } from '../model/rules.js';
import { effectivePool } from './addresses.js';
import type { SegmentContext } from './context.js';
import type { Eligible } from './eligible.js';
import { count, shortList } from './names.js';
import type { Warning } from './types.js';

/**
 * Addresses that running instances have already, each seen under the instance's own MAC in a lease or in the ARP table. Whoever
 * keeps his address notices nothing. But a guest may set any address by hand: only those count that nobody trusts by name.
 */
export interface HeldAddresses {
  /** The address that a NIC has and may go on having; undefined where there is none, or several. */
  of(one: Eligible, isFree: (number: number) => boolean): string | undefined;
  /** Every address that a NIC was seen with. */
  seen(one: Eligible): readonly string[];
}

/** Looks at leases and at the entries of the ARP table that are not fixed. Pure. */
export function heldAddresses(context: SegmentContext): HeldAddresses {
  const { observed } = context.input;
  const byMac = new Map<string, Set<string>>();
  const users = new Map<string, Set<string>>();
  const fixed = (observed.neighbours ?? []).filter((one) => !one.permanent);
  for (const { interface: id, address, mac } of [...(observed.leases ?? []), ...fixed]) {
    if (id !== context.segment.interface) continue;
    byMac.set(mac, (byMac.get(mac) ?? new Set()).add(address));
    users.set(address, (users.get(address) ?? new Set()).add(mac));
  }
  const pool = effectivePool(context.segment.pool, context.subnet);
  let named: ((number: number) => boolean) | undefined;
  const seen = (one: Eligible): string[] => [...(byMac.get(one.mac) ?? [])];
  return {
    seen,
    of(one, isFree) {
      if (one.nic.instance.status.toLowerCase() !== 'running' || observed.policy === undefined) return undefined;
      const mine = seen(one).filter((address) => users.get(address)?.size === 1 && isIn(address, pool));
      const [address] = mine;
      if (address === undefined || mine.length > 1) return undefined;
      named ??= trusted(context);
      const number = addressNumber(address);
      return isFree(number) && !named(number) ? address : undefined;
    },
  };
}

function isIn(address: string, pool: ReturnType<typeof effectivePool>): boolean {
  return pool.some((range) => inRange(address, range));
}

/** Whether somebody names an address: a rule, an alias or a redirect, or the policy. The whole segment is no name. */
function trusted({ input, subnet, segment }: SegmentContext): (number: number) => boolean {
  const { policy: declared } = input.settings;
  const set = input.observed.policy?.ruleSet;
  const parts = (all: readonly EndpointPart[]): string[] =>
    all.flatMap((part) => (part.kind === 'addresses' ? [part.span] : []));
  const nets = (all: readonly SelectorKind[]): string[] =>
    all.flatMap((one) => (one.kind === 'network' ? [one.network] : []));
  const texts = [
    ...(set?.rules ?? []).flatMap(({ source, destination }) => parts([...source.parts, ...destination.parts])),
    ...(set?.redirects ?? []).flatMap((one) => parts([...one.source.parts, ...one.destination.parts, ...one.targets])),
    ...(set?.translations ?? []).flatMap((one) => parts([...one.source.parts, ...one.destination.parts])),
    ...(set?.aliases ?? []).flatMap((one) => (one.kind === 'addresses' ? one.entries : [])),
    ...declared.statements.flatMap(({ from, to }) => nets([...from, ...to])),
    ...declared.publishes.flatMap(({ from, to }) => nets([...from, to])),
    ...declared.groups.flatMap(({ members }) => nets(members)),
    ...Object.values(segment.pins).flatMap((ranges) => ranges.map(({ from, to }) => `${from}-${to}`)),
  ];
  const whole = parseSpan(`${subnet.network}/${subnet.prefix}`);
  const spans = texts.flatMap((text) => {
    const span = parseSpan(text.replace(/^!/, ''));
    if (span === undefined || whole === undefined || span.family !== 'inet') return [];
    return span.first <= whole.first && span.last >= whole.last ? [] : [span];
  });
  return (number) => spans.some((span) => number >= span.first && number <= span.last);
}

/** NICs that get another address than the one that they are seen with, and what clients were seen to do then. */
export function moveWarnings(
  context: SegmentContext,
  held: HeldAddresses,
  eligible: readonly Eligible[],
  addressOf: (one: Eligible) => string | undefined,
): Warning[] {
  const moves = eligible.flatMap((one) => {
    const to = addressOf(one);
    const seen = held.seen(one);
    const [from] = seen;
    return to === undefined || from === undefined || seen.includes(to) ? [] : [`${one.nic.id} from ${from} to ${to}`];
  });
  if (moves.length === 0) return [];
  const dead = context.staticArpAfter ? ' With static ARP the old address is dead at once.' : '';
  const message =
    `${count(moves.length, 'NIC')} ${moves.length === 1 ? 'changes its address' : 'change their addresses'} (${shortList(moves)}) when the client ` +
    `renews: most are refused and ask again within seconds; NetworkManager is without network for 45 to 90 seconds.${dead}`;
  return [{ code: 'address-changes', message }];
}
