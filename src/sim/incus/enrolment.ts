import { X509Certificate } from 'node:crypto';
import { failure, type SimAnswer, sync } from './answers.js';
import type { SimRequest } from './request.js';
import { nextDigest, type SimState } from './state.js';

/** What a new token shall allow. */
export interface TokenOptions {
  readonly name: string;
  readonly restricted?: boolean;
  readonly projects?: readonly string[];
}

/** Makes a trust token as `incus config trust add NAME` prints it. */
export function createToken(
  state: SimState,
  options: TokenOptions,
  fingerprint: string,
  addresses: readonly string[],
): string {
  const secret = nextDigest(state, 'secret') + nextDigest(state, 'secret');
  const { name, restricted = false, projects = [] } = options;
  state.tokens.push({ name, secret, restricted, projects: [...projects] });
  const content = { client_name: name, fingerprint, addresses, secret, expires_at: '0001-01-01T00:00:00Z' };
  return Buffer.from(JSON.stringify(content)).toString('base64');
}

/** `POST /1.0/certificates` with a token: takes the certificate of the connection into the trust store, once. */
export function redeemToken(state: SimState, request: SimRequest): SimAnswer {
  const body = parseBody(request.body);
  if (body === undefined) return failure(400, 'invalid character looking for beginning of object key string');
  const index = state.tokens.findIndex((token) => token.secret === secretOf(body.trust_token));
  const token = state.tokens[index];
  if (!token) return failure(403, 'No matching certificate add operation found');
  if (request.clientCertificate === undefined) return failure(400, 'No client certificate provided');
  state.tokens.splice(index, 1);
  const fingerprint = trust(state, { ...token, certificate: request.clientCertificate });
  return sync(null, 201, { location: `/1.0/certificates/${fingerprint}` });
}

/** Puts a certificate (PEM) into the trust store; answers its fingerprint. */
export function trust(
  state: SimState,
  entry: { name: string; certificate: string; restricted?: boolean; projects?: readonly string[] },
): string {
  const fingerprint = new X509Certificate(entry.certificate).fingerprint256.replaceAll(':', '').toLowerCase();
  const { name, certificate, restricted = false, projects = [] } = entry;
  state.certificates.set(fingerprint, { name, certificate, fingerprint, restricted, projects: [...projects] });
  return fingerprint;
}

function parseBody(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function secretOf(token: unknown): string | undefined {
  if (typeof token !== 'string') return undefined;
  const content = parseBody(Buffer.from(token, 'base64').toString('utf8'));
  return typeof content?.secret === 'string' ? content.secret : undefined;
}
