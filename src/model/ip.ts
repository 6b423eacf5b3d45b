/**
 * Addresses of both families as numbers: IPv4 as an unsigned 32-bit number, IPv6 as a bigint of 128 bits. Rules, aliases and
 * reachability need both families; reservations need IPv4 only (see address.ts).
 */
import { formatAddress, parseAddress } from './address.js';

/** The two address families, by their pf names. */
export type Family = 'inet' | 'inet6';

/** An address: number for inet, bigint for inet6. Two of one family compare with `<` and `===`. */
export type IpValue = number | bigint;

/** One address with its family. */
export interface Ip {
  readonly family: Family;
  readonly value: IpValue;
}

/** A network or a span of addresses, both ends included. `prefix` is undefined when the span is not one network. */
export interface IpSpan {
  readonly family: Family;
  readonly first: IpValue;
  readonly last: IpValue;
  readonly prefix: number | undefined;
}

const GROUP = /^[0-9a-f]{1,4}$/i;

/** Parses one address of either family; a zone (`%em0`) is dropped. Undefined when `text` is not exactly one. */
export function parseIp(text: string): Ip | undefined {
  if (!text.includes(':')) {
    const value = parseAddress(text);
    return value === undefined ? undefined : { family: 'inet', value };
  }
  const value = parseIpv6(text.replace(/%.*$/, ''));
  return value === undefined ? undefined : { family: 'inet6', value };
}

/** Parses an address, a network (host bits are cleared) or a span `a-b`; undefined when it is none of them. */
export function parseSpan(text: string): IpSpan | undefined {
  const dash = text.indexOf('-');
  if (dash > 0) return parseFromTo(text.slice(0, dash), text.slice(dash + 1));
  const slash = text.indexOf('/');
  const ip = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (ip === undefined) return undefined;
  const bits = familyBits(ip.family);
  if (slash < 0) return { family: ip.family, first: ip.value, last: ip.value, prefix: bits };
  const digits = text.slice(slash + 1);
  const prefix = Number(digits);
  if (!/^\d{1,3}$/.test(digits) || prefix > bits) return undefined;
  return networkOf(ip, prefix);
}

/** The network of `prefix` bits that holds `ip`. */
export function networkOf(ip: Ip, prefix: number): IpSpan {
  const host = BigInt(familyBits(ip.family) - prefix);
  const first = (BigInt(ip.value) >> host) << host;
  const last = first + (1n << host) - 1n;
  if (ip.family === 'inet6') return { family: 'inet6', first, last, prefix };
  return { family: 'inet', first: Number(first), last: Number(last), prefix };
}

/** How many bits an address of the family has. */
export function familyBits(family: Family): number {
  return family === 'inet' ? 32 : 128;
}

/** First and last address of a whole family. */
export function wholeFamily(family: Family): IpSpan {
  return networkOf({ family, value: family === 'inet' ? 0 : 0n }, 0);
}

/** The next address, or the one before, of the same family (no check for the end of the family). */
export function stepIp(value: IpValue, by: 1 | -1): IpValue {
  return typeof value === 'bigint' ? value + BigInt(by) : value + by;
}

/** An address as text; IPv6 in full groups without leading zeros (`fe80:0:0:0:0:0:0:1`), to be read and compared, not to be pretty. */
export function formatIp(ip: Ip): string {
  if (typeof ip.value === 'number') return formatAddress(ip.value);
  const groups: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(((ip.value >> shift) & 0xffffn).toString(16));
  return groups.join(':');
}

function parseFromTo(from: string, to: string): IpSpan | undefined {
  const first = parseIp(from.trim());
  const last = parseIp(to.trim());
  if (first === undefined || last === undefined) return undefined;
  if (first.family !== last.family || first.value > last.value) return undefined;
  return { family: first.family, first: first.value, last: last.value, prefix: undefined };
}

function parseIpv6(text: string): bigint | undefined {
  const halves = expandDotted(text)?.split('::');
  if (halves === undefined || halves.length > 2) return undefined;
  const head = splitGroups(halves[0] ?? '');
  const tail = halves.length === 2 ? splitGroups(halves[1] ?? '') : [];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => GROUP.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) | BigInt(Number.parseInt(group, 16)), 0n);
}

/** `::ffff:10.0.0.1` with its dotted end as two groups. */
function expandDotted(text: string): string | undefined {
  const at = text.lastIndexOf(':') + 1;
  const end = text.slice(at);
  if (!end.includes('.')) return text;
  const value = parseAddress(end);
  if (value === undefined) return undefined;
  return `${text.slice(0, at)}${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
}

function splitGroups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
