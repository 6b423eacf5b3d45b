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
   * A free address for the NIC `id` that `avoid` does not name, always the same for the same id and the same holders;
   * undefined when the pool is full.
   */
  pick(id: string, avoid: (number: number) => boolean): string | undefined;
}

/**
 * A deterministic picker over the pool: it starts where a hash of the NIC's name points and takes the next free address,
 * so that a rebuilt instance gets its old address and two machines compute the same plan. `holders` is read at each
 * pick, so an address that was handed out must be added to it.
 */
export function createPicker(pool: readonly AddressRange[], holders: Holders): Picker {
  const sizes = pool.map(rangeSize);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const at = (index: number): number => {
    let rest = index;
    for (const [position, range] of pool.entries()) {
      const size = sizes[position] ?? 0;
      if (rest < size) return addressNumber(range.from) + rest;
      rest -= size;
    }
    return 0;
  };
  let full = false;
  return {
    pick(id, avoid) {
      const start = total === 0 ? 0 : hash(id) % total;
      let free = 0;
      for (let step = 0; step < total && !full; step += 1) {
        const number = at((start + step) % total);
        if (holders.has(number)) continue;
        if (!avoid(number)) return formatAddress(number);
        free += 1;
      }
      // Addresses are only ever taken during a plan, so a full pool need not be searched again.
      full = free === 0;
      return undefined;
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
