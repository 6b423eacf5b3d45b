import { Slash32Error } from '../../errors/slash32-error.js';
import { isRecord } from '../../schema/record.js';
import { filledString } from '../shared/guards.js';

/** What a trust token says (docs/facts.md, "Incus: TLS and trust"). `secret` must never be printed. */
export interface TrustToken {
  /** The token itself, without blanks. */
  readonly text: string;
  readonly clientName: string;
  /** SHA-256 of the server's certificate, 64 lower-case hex digits. */
  readonly fingerprint: string;
  /** `host:port` of every address that the server listens at. */
  readonly addresses: readonly string[];
  readonly secret: string;
  /** Undefined when it does not expire. */
  readonly expiresAt: Date | undefined;
}

/**
 * Reads the line that `incus config trust add NAME` prints: JSON in Base64. Blanks and line breaks of copying are
 * dropped. Throws `S32_INCUS_TOKEN_INVALID`, never with any of the text.
 */
export function parseTrustToken(text: string): TrustToken {
  const compact = text.replace(/\s+/g, '');
  if (compact === '') throw invalid('The trust token is empty.');
  const content = decode(compact);
  if (!isRecord(content))
    throw invalid('The text is not a trust token: it is not JSON in Base64, or it was cut short.');
  const fingerprint = filledString(content.fingerprint)?.toLowerCase();
  const secret = filledString(content.secret);
  if (fingerprint === undefined || !/^[0-9a-f]{64}$/.test(fingerprint) || secret === undefined) {
    throw invalid('The trust token has no server fingerprint or no secret.');
  }
  const addresses = Array.isArray(content.addresses)
    ? content.addresses.filter((address) => typeof address === 'string')
    : [];
  return {
    text: compact,
    clientName: filledString(content.client_name) ?? 'slash32',
    fingerprint,
    addresses,
    secret,
    expiresAt: expiryOf(content.expires_at),
  };
}

function decode(compact: string): unknown {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(compact)) return undefined;
  try {
    return JSON.parse(Buffer.from(compact, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Go writes its zero time, in the year 1, for "never". */
function expiryOf(value: unknown): Date | undefined {
  if (typeof value !== 'string' || value.startsWith('0001-')) return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function invalid(message: string): Slash32Error {
  return new Slash32Error('S32_INCUS_TOKEN_INVALID', { message, where: 'the trust token' });
}
