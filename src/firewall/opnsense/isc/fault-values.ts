import { parseAddress } from '../../../model/address.js';

/**
 * What dhcpd 4.4.3 takes at the places where OPNsense's generator puts a value, each tried with `dhcpd -t`. Looser than
 * good sense where dhcpd is, because a fault stops every apply.
 */

const LONGEST_STRING = 1498;

/** Whether a text can stand between double quotes: dhcpd reads backslashes as escapes and has a buffer of 1,500 bytes. */
export function isQuotable(text: string): boolean {
  if (Buffer.byteLength(text) > LONGEST_STRING) return false;
  return !/["\\]/.test(text) || /^(?:[^"\\]|\\[\s\S])*$/.test(text);
}

/** Whether dhcpd reads it as an address or a host name; leading zeros are decimal there. */
export function isHost(text: string): boolean {
  const trimmed = text.trim();
  if (/^[\d.]+$/.test(trimmed)) return parseAddress(trimmed.replace(/(^|\.)0+(?=\d)/g, '$1')) !== undefined;
  return /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(trimmed);
}

/** Whether dhcpd reads it as one or more addresses or host names with commas between. */
export function isHostList(text: string): boolean {
  return text.split(',').every(isHost);
}

/** Whether dhcpd reads it as an address and nothing else (`range` takes no names). */
export function isAddress(text: string): boolean {
  return /^\s*[\d.]+\s*$/.test(text) && isHost(text);
}

/** Whether dhcpd reads it as a hardware address: octets of one or two digits with colons. */
export function isHardwareAddress(text: string): boolean {
  return /^\s*[0-9a-f]{1,2}(:[0-9a-f]{1,2}){0,19}\s*$/i.test(text);
}

/** Whether dhcpd reads it as a whole number up to `highest`; names of a lease time are `infinite` only. */
export function isNumber(text: string, highest: number): boolean {
  const trimmed = text.trim();
  return /^-?\d+$/.test(trimmed) && Number(trimmed) <= highest;
}

/** Whether dhcpd can make a domain list of it: labels of 1 to 63 bytes; a final dot is allowed. */
export function isDomainList(text: string): boolean {
  if (!isQuotable(text)) return false;
  return text
    .split(/[ ;]+/)
    .every((name) => name === '' || name === '.' || name.replace(/\.$/, '').split('.').every(isLabel));
}

function isLabel(label: string): boolean {
  const bytes = Buffer.byteLength(label);
  return bytes > 0 && bytes <= 63;
}

const INTEGER = /^(?:(?<sign>unsigned|signed) )?integer (?<bits>8|16|32)$/;

/** Whether dhcpd knows an option type, as far as OPNsense's page and common hand edits go. */
export function isOptionType(type: string): boolean {
  const one = type
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^array of /, '');
  return INTEGER.test(one) || OTHER_TYPES.has(one);
}

const OTHER_TYPES = new Set([
  'text',
  'string',
  'boolean',
  'ip-address',
  'ip6-address',
  'domain-name',
  'domain-list',
  'domain-list compressed',
]);

/** Whether dhcpd takes a value of an option whose type {@link isOptionType} knows. Types without quotes take it bare. */
export function isOptionValue(type: string, value: string): boolean {
  const kind = type.trim().toLowerCase().replace(/\s+/g, ' ');
  if (kind === '' || kind === 'text') return isQuotable(value);
  if (kind.startsWith('array of ')) {
    const one = kind.slice('array of '.length);
    return value.split(',').every((part) => isOptionValue(one, part));
  }
  const integer = INTEGER.exec(kind)?.groups;
  if (integer !== undefined) return isInteger(value.trim(), Number(integer.bits), integer.sign === 'unsigned');
  switch (kind) {
    case 'string':
      return /^\s*[0-9a-f]{1,2}(:[0-9a-f]{1,2})*\s*$/i.test(value) || isOneQuoted(value);
    case 'boolean':
      return /^\s*(true|false|on|off|ignore)\s*$/i.test(value);
    case 'ip-address':
      return isHost(value);
    case 'ip6-address':
      return /^\s*[0-9a-f:.]+\s*$/i.test(value);
    default:
      return value.split(',').every(isOneQuoted) || (kind === 'domain-name' && isHost(value));
  }
}

function isOneQuoted(value: string): boolean {
  const inner = /^\s*"([\s\S]*)"\s*$/.exec(value)?.[1];
  return inner !== undefined && isQuotable(inner);
}

/** dhcpd lets a negative number through for an unsigned type and the unsigned range for a signed one. */
function isInteger(text: string, bits: number, unsigned: boolean): boolean {
  const match = /^(-?)(0x[0-9a-f]+|\d+)$/i.exec(text);
  if (match?.[2] === undefined) return false;
  if (bits === 32) return true;
  const highest = match[1] === '-' && !unsigned ? 2 ** (bits - 1) : 2 ** bits - 1;
  return Number(match[2]) <= highest;
}
