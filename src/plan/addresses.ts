import {
  type AddressRange,
  addressNumber,
  formatAddress,
  inRange,
  inSubnet,
  parseAddress,
  rangeSize,
  type Subnet,
  usableRange,
} from '../model/address.js';

/** Who holds an address of a segment, as a person would say it: `the gateway`, `quarantine of shop/db/eth0`. */
export type Holders = Map<number, string>;

/** Finds free addresses for new reservations of one segment. */
export interface Picker {
  /**
   * A free address for the NIC `id`, always the same for the same id and the same holders; undefined when there is none.
   * `own` are addresses that nobody but this NIC may have.
   */
  pick(id: string, own: readonly number[]): string | undefined;
}

/**
 * A deterministic picker over the pool: it starts where a hash of the NIC's name points and takes the next free address,
 * so that a rebuilt instance gets its old address and two machines compute the same plan. `takenUntil` says for an
 * address that may not be given the last one of the stretch that may not, and undefined for one that may. It is asked at
 * each pick, so an address that was handed out must be in it; what it said once must stay true.
 */
export function createPicker(
  pool: readonly AddressRange[],
  takenUntil: (number: number) => number | undefined,
): Picker {
  const ranges = pool.map((range) => ({ from: addressNumber(range.from), size: rangeSize(range) }));
  const total = ranges.reduce((sum, range) => sum + range.size, 0);
  /** Where to go on from a place that is taken; a full pool is walked through once, whoever asks. */
  const jumps = new Map<number, number>();
  const nextFree = (start: number): number => {
    const passed: number[] = [];
    let place = start;
    while (place < total) {
      const next = jumps.get(place) ?? afterTaken(place);
      if (next === undefined) break;
      passed.push(place);
      place = next;
    }
    for (const one of passed) jumps.set(one, place);
    return place;
  };
  const afterTaken = (place: number): number | undefined => {
    const { number, left } = locate(place);
    const until = takenUntil(number);
    return until === undefined ? undefined : place + Math.min(until - number + 1, left);
  };
  const locate = (place: number): { number: number; left: number } => {
    let rest = place;
    for (const { from, size } of ranges) {
      if (rest < size) return { number: from + rest, left: size - rest };
      rest -= size;
    }
    throw new RangeError(`not a place in the pool: ${place}`);
  };
  const placeOf = (number: number): number | undefined => {
    let before = 0;
    for (const { from, size } of ranges) {
      if (number >= from && number < from + size) return before + number - from;
      before += size;
    }
    return undefined;
  };
  return {
    pick(id, own) {
      if (total === 0) return undefined;
      const start = hash(id) % total;
      const distance = (place: number): number => (place - start + total) % total;
      const ahead = nextFree(start);
      const places = [ahead < total ? ahead : nextFree(0), ...own.map(placeOf)];
      const [nearest] = places
        .filter((place): place is number => place !== undefined && place < total)
        .sort((left, right) => distance(left) - distance(right));
      return nearest === undefined ? undefined : formatAddress(locate(nearest).number);
    },
  };
}

/** The ranges in which addresses are picked: the declared pool, or all that a host of the subnet may have. */
export function effectivePool(pool: readonly AddressRange[], subnet: Subnet): readonly AddressRange[] {
  return pool.length > 0 ? pool : [usableRange(subnet)];
}

/** Whether a host may have `address` in `subnet`. */
export function isUsable(address: string, subnet: Subnet): boolean {
  return parseAddress(address) !== undefined && inSubnet(address, subnet) && inRange(address, usableRange(subnet));
}

/** Whether `address` lies in one of `ranges`. */
export function inRanges(address: string, ranges: readonly AddressRange[]): boolean {
  return ranges.some((range) => inRange(address, range));
}

/** FNV-1a, 32 bits, over UTF-8. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
