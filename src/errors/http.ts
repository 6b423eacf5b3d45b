import { defineErrors } from './entry.js';

/** What the HTTP API refuses, and why it cannot listen. */
export const HTTP_ERRORS = defineErrors({
  S32_HTTP_REQUEST: {
    title: 'the request does not fit the API',
    meaning: 'A part of the request is not as openapi/slash32.yaml says; each one is named in `problems`.',
    remedy: 'Correct what is named; /docs/ shows what each operation takes.',
    retryable: false,
  },
  S32_HTTP_TOKEN: {
    title: 'no valid API token',
    meaning: 'The request carries no API token, or one that is not known, was revoked or is damaged.',
    remedy: 'Send Authorization: Bearer TOKEN; slash32 token create makes one.',
    retryable: false,
  },
  S32_HTTP_TOKEN_EXPIRED: {
    title: 'the API token has expired',
    meaning: 'The token was right until its time was over.',
    remedy: 'Make a new one: slash32 token create',
    retryable: false,
  },
  S32_HTTP_ROLE: {
    title: 'the API token may not do that',
    meaning: 'A viewer reads, an operator starts and settles, an administrator overrides guards and releases holds.',
    remedy: 'Use a token of a higher role, or leave out what needs one.',
    retryable: false,
  },
  S32_HTTP_NOT_FOUND: {
    title: 'there is nothing at this address',
    meaning: 'The path is none of the API.',
    remedy: 'See /docs/ for what there is.',
    retryable: false,
  },
  S32_HTTP_METHOD: {
    title: 'this method is not for this address',
    meaning: 'The path is known, with other methods; they are in the header Allow.',
    remedy: 'Use one of the methods in Allow.',
    retryable: false,
  },
  S32_HTTP_TOO_LARGE: {
    title: 'the request is too large',
    meaning: 'No request of this API needs more than 256 KB.',
    remedy: 'Send less in one request, or ask in several.',
    retryable: false,
  },
  S32_HTTP_MEDIA_TYPE: {
    title: 'the request is no JSON',
    meaning: 'A body must be JSON in UTF-8 with the Content-Type application/json, and is not compressed.',
    remedy: 'Send Content-Type: application/json.',
    retryable: false,
  },
  S32_HTTP_TOO_MANY: {
    title: 'too many requests',
    meaning: 'One address may ask only so often, and only so often with a wrong token.',
    remedy: 'Wait as long as the header Retry-After says.',
    retryable: true,
  },
  S32_HTTP_NO_READING: {
    title: 'nothing has been read yet',
    meaning: 'The service has not looked successfully at both sides since it started.',
    remedy: 'Look at /v1/status for what it does, or start a dry run.',
    retryable: true,
  },
  S32_HTTP_LISTEN: {
    title: 'the service cannot listen',
    meaning: 'The address or the socket of the HTTP API is taken, or this user may not use it.',
    remedy: 'Choose another one under service: in the configuration.',
    retryable: true,
  },
  S32_HTTP_EXPOSED: {
    title: 'the API would be open to others',
    meaning: 'It is to listen on an address that others reach, and there is no certificate or no API token.',
    remedy: 'Give service.tls a certificate and make a token with slash32 token create, or listen on 127.0.0.1.',
    retryable: false,
  },
  S32_HTTP_TLS: {
    title: 'the certificate of the HTTP API cannot be used',
    meaning: 'The certificate or the key under service.tls cannot be read, or they do not belong together.',
    remedy: 'Check both files; both are PEM.',
    retryable: false,
  },
});
