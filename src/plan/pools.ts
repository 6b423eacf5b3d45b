import { formatRange } from '../model/address.js';
import type { Original } from '../model/ledger.js';
import type { PoolAccess, SegmentState } from '../model/segment.js';

/** The MAC that no NIC has: as the only one allowed, it leaves a dynamic range to nobody (docs/facts.md, "ISC dhcpd under OPNsense"). */
export const NOBODYS_MAC = '02:00:00:00:00:00';

/** Whether nobody at all gets an address of a pool, clients that are known on another segment included. */
export function isClosed(pool: PoolAccess): boolean {
  return pool.denyUnknown && pool.macAllow?.toLowerCase() === NOBODYS_MAC;
}

/** The pools with all of them closed; their ranges stay as they are, since nobody can get one of their addresses any more. */
export function closedPools(pools: readonly PoolAccess[]): readonly PoolAccess[] {
  return pools.map((pool) => (isClosed(pool) ? pool : { ...pool, denyUnknown: true, macAllow: NOBODYS_MAC }));
}

/** The pools as `original` says that they were, as far as they are closed and it knows their range. */
export function reopenedPools(state: Pick<SegmentState, 'pools'>, value: Original['value']): readonly PoolAccess[] {
  const known = poolsIn(value);
  return state.pools.map((pool) => (isClosed(pool) ? (known.find((one) => isSamePool(one, pool)) ?? pool) : pool));
}

/** What is remembered of pools, with those that were not there yet. */
export function rememberedPools(value: Original['value'], before: Original['value']): readonly PoolAccess[] {
  const known = poolsIn(value);
  return [...known, ...poolsIn(before).filter((pool) => !known.some((one) => isSamePool(one, pool)))];
}

/** The range of a pool, for people. */
export function poolRange({ from, to }: PoolAccess): string {
  return from === '' ? 'a pool without a range' : formatRange({ from, to });
}

function poolsIn(value: Original['value']): readonly PoolAccess[] {
  return Array.isArray(value) ? (value as readonly PoolAccess[]) : [];
}

function isSamePool(one: PoolAccess, other: PoolAccess): boolean {
  return one.from === other.from && one.to === other.to;
}
