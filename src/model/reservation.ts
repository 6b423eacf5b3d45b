import { parseAddress } from './address.js';
import type { Reservation } from './change.js';
import { normalizeMac } from './mac.js';
import type { ObservedReservation } from './segment.js';

/**
 * An entry as it stands on a firewall, from the text of its fields. OPNsense takes a mapping of a MAC alone, without an
 * address or a hostname, and a person may have written anything: what is no MAC or no address is kept in `odd`, so that
 * nothing further down takes it for one.
 */
export function standingReservation(written: Reservation, position: number): ObservedReservation {
  const { mac, address, hostname, description, arpEntry } = written;
  const parsed = normalizeMac(mac);
  const isAddress = parseAddress(address) !== undefined;
  const entry = {
    position,
    mac: parsed,
    address: isAddress ? address : undefined,
    hostname: hostname === '' ? undefined : hostname,
    description,
    arpEntry,
  };
  const isOddMac = parsed === undefined && mac !== '';
  const isOddAddress = !isAddress && address !== '';
  if (!isOddMac && !isOddAddress) return entry;
  return { ...entry, odd: { ...(isOddMac ? { mac } : {}), ...(isOddAddress ? { address } : {}) } };
}

/** The text of an entry's fields, empty where it has none: to show, to compare, or to leave as it is; never to compute with. */
export function writtenReservation(entry: ObservedReservation): Reservation {
  return {
    mac: entry.mac ?? entry.odd?.mac ?? '',
    address: entry.address ?? entry.odd?.address ?? '',
    hostname: entry.hostname ?? '',
    description: entry.description,
    arpEntry: entry.arpEntry,
  };
}
