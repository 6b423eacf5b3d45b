import { type ProblemDetails, Slash32Error } from '../../../errors/slash32-error.js';
import { WRONG_FINGERPRINT } from './connection.js';

/** What is known about a call that got no whole answer. */
export interface FailedCall {
  /** `GET https://fw.lan/api/…`, without credentials. */
  readonly where: string;
  /** `fw.lan`, for messages. */
  readonly host: string;
  readonly timeoutMs: number;
  /** Whether this program's own time limit ended it. */
  readonly timedOut: boolean;
  /** Whether the user ended it. */
  readonly interrupted: boolean;
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ENOTFOUND: 'has no address: the name is not known',
  EAI_AGAIN: 'has no address: the name server did not answer',
  EHOSTUNREACH: 'cannot be reached: no route to it',
  ENETUNREACH: 'cannot be reached: no route to its network',
  EHOSTDOWN: 'is down',
  EACCES: 'may not be connected to from here',
};

const UNTRUSTED: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'comes from an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'comes from an unknown authority',
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet (look at the clocks)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name',
};

/**
 * Turns the error of a call without a whole answer into one of the catalogue. The library's error is not kept as a
 * cause, because it carries the request's headers and with them the API secret.
 */
export function describeFailure(error: unknown, call: FailedCall): Slash32Error {
  if (error instanceof Slash32Error) return error;
  const code = textOf(error, 'code');
  const message = textOf(error, 'message');
  const details = (text: string): ProblemDetails => ({ message: text, where: call.where });
  if (call.interrupted) return new Slash32Error('S32_OPNSENSE_INTERRUPTED', details('The call was interrupted.'));
  if (call.timedOut || code === 'ETIMEDOUT' || code === 'ECONNABORTED')
    return new Slash32Error(
      'S32_OPNSENSE_TIMEOUT',
      details(`${call.host} did not answer within ${seconds(call.timeoutMs)}.`),
    );
  if (code === WRONG_FINGERPRINT)
    return new Slash32Error(
      'S32_OPNSENSE_FINGERPRINT',
      details(
        `The certificate of ${call.host} has the fingerprint ${message || '(none)'}, which is not the pinned one.`,
      ),
    );
  const untrusted = UNTRUSTED[code];
  if (untrusted !== undefined)
    return new Slash32Error('S32_OPNSENSE_TLS', details(`The certificate of ${call.host} ${untrusted}.`));
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO')
    return new Slash32Error('S32_OPNSENSE_TLS', details(`${call.host} does not speak TLS as expected (${code}).`));
  const unreachable = UNREACHABLE[code];
  if (unreachable !== undefined)
    return new Slash32Error('S32_OPNSENSE_UNREACHABLE', details(`${call.host} ${unreachable}.`));
  if (message.includes('maxContentLength'))
    return new Slash32Error('S32_OPNSENSE_TOO_LARGE', details(`${call.host} sends more than slash32 takes.`));
  if (message.includes('aborted'))
    return new Slash32Error('S32_OPNSENSE_CUT_SHORT', details(`The answer of ${call.host} ended in the middle.`));
  if (code.startsWith('HPE_'))
    return new Slash32Error('S32_OPNSENSE_BAD_ANSWER', details(`${call.host} does not answer in HTTP (${code}).`));
  return new Slash32Error(
    'S32_OPNSENSE_RESET',
    details(
      `The connection to ${call.host} broke off before the answer was complete${code === '' ? '' : ` (${code})`}.`,
    ),
  );
}

function seconds(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000} s` : `${milliseconds} ms`;
}

function textOf(error: unknown, key: 'code' | 'message'): string {
  if (typeof error !== 'object' || error === null) return '';
  const value = (error as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : '';
}
