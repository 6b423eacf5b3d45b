import { defineErrors } from './entry.js';

/** Failures of Incus itself, the way to it, and its enrolment. */
export const INCUS_ERRORS = defineErrors({
  S32_INCUS_UNREACHABLE: {
    title: 'Incus cannot be reached',
    meaning: 'The socket does not exist, nobody listens at it, or the address cannot be resolved or connected to.',
    remedy: 'Check that Incus runs (`incus info`) and that `incus.socket` or `incus.url` in slash32.yaml is right.',
    retryable: true,
  },
  S32_INCUS_SOCKET_DENIED: {
    title: 'this user may not use the Incus socket',
    meaning: 'The socket is there, but its owner and group do not include the user that slash32 runs as.',
    remedy: 'Add the user to the group of the socket (on most systems `incus-admin`) and log in again.',
    retryable: false,
  },
  S32_INCUS_TIMEOUT: {
    title: 'Incus did not answer in time',
    meaning: 'The connection was made, but the whole answer did not arrive within the time limit.',
    remedy: 'Run the command again; if it stays, look at the load and the log of incusd.',
    retryable: true,
  },
  S32_INCUS_INTERRUPTED: {
    title: 'the answer of Incus broke off',
    meaning: 'The connection was closed before the answer was complete. A part of a list is never used.',
    remedy: 'Run the command again; if it stays, look at the log of incusd and at proxies in between.',
    retryable: true,
  },
  S32_INCUS_TLS: {
    title: 'no TLS connection to Incus',
    meaning: 'The TLS handshake failed before certificates could be compared, or the server refused our certificate.',
    remedy:
      'Check that `incus.url` names the HTTPS port of Incus (8443 by default) and that nothing in between answers.',
    retryable: false,
  },
  S32_INCUS_FINGERPRINT: {
    title: 'the server is not the pinned one',
    meaning:
      'The certificate of the server has another SHA-256 fingerprint than the pinned one: Incus has a new certificate, the address belongs to another server, or somebody is in between. Nothing was sent to it.',
    remedy:
      'Compare with `incus info | grep certificate_fingerprint` on the Incus host itself. Only if it shows the presented fingerprint, write it to `incus.fingerprint`.',
    retryable: false,
  },
  S32_INCUS_CLIENT_CERTIFICATE: {
    title: 'the client certificate cannot be used',
    meaning:
      'The certificate or key file cannot be read, is not PEM, is out of date, or the two do not belong together.',
    remedy:
      'Correct `incus.cert` and `incus.key`, or enrol anew with a trust token (`incus config trust add slash32`).',
    retryable: false,
  },
  S32_INCUS_UNTRUSTED: {
    title: 'Incus does not trust this client',
    meaning:
      'Incus answered, but as to a stranger. Lists would be empty or refused, so the inventory is not read from them.',
    remedy: 'On the Incus host run `incus config trust add slash32` and enrol with the token that it prints.',
    retryable: false,
  },
  S32_INCUS_FORBIDDEN: {
    title: 'Incus does not allow this request',
    meaning: 'The certificate is trusted but may not do this, usually because it is restricted to some projects.',
    remedy: 'Declare the projects that it may see as `incus.projects`, or use an unrestricted certificate.',
    retryable: false,
  },
  S32_INCUS_REFUSED: {
    title: 'Incus answered with an error',
    meaning: 'Incus understood the request and reported an error of its own; its text is part of the message.',
    remedy: 'Act on the text of Incus; its log has more.',
    retryable: true,
  },
  S32_INCUS_UNEXPECTED: {
    title: 'this is not an answer of Incus',
    meaning:
      'The answer is not JSON, is a redirect or a web page, or lacks fields that every version of Incus sends. Usually a proxy or another server answers at this address.',
    remedy: 'Check `incus.url` or `incus.socket`; slash32 knows Incus 6.0 and newer.',
    retryable: false,
  },
  S32_INCUS_TOKEN_INVALID: {
    title: 'this is not a trust token',
    meaning: 'A trust token is the one long line that `incus config trust add NAME` prints; this text is not one.',
    remedy: 'Run `incus config trust add slash32` on the Incus host and copy the whole line.',
    retryable: false,
  },
  S32_INCUS_TOKEN_SPENT: {
    title: 'the trust token is used up',
    meaning: 'A trust token works once. This one was used already, has expired, or was revoked.',
    remedy: 'Run `incus config trust add slash32` on the Incus host and enrol with the new token.',
    retryable: false,
  },
  S32_INCUS_TOKEN_UNRESTRICTED: {
    title: 'the trust token is not restricted',
    meaning:
      'The token names projects, and Incus does not hold its certificate to them: whoever has its key is root on the Incus host. The key was thrown away, so nobody has it.',
    remedy: 'Remove the certificate on the Incus host, and make a token with `--restricted` beside `--projects`.',
    retryable: false,
  },
  S32_INCUS_KEY_EXISTS: {
    title: 'there is a client key already',
    meaning: 'Enrolling would overwrite a certificate or key that may be in use.',
    remedy: 'Use the existing files, name other ones, or say explicitly that they shall be replaced.',
    retryable: false,
  },
  S32_INCUS_KEY_WRITE: {
    title: 'the client key cannot be written',
    meaning: 'The folder is missing, full, or may not be written. Files that were there are as they were.',
    remedy: 'Correct the folder, then enrol again; the trust token was not used unless the message says so.',
    retryable: false,
  },
});
