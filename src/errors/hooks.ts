import { defineErrors } from './entry.js';

/** Why a webhook is refused. */
export const HOOK_ERRORS = defineErrors({
  S32_HOOK_SIGNATURE: {
    title: 'the webhook is not signed by a known key',
    meaning: 'A generic webhook is signed over its time stamp and its body; this one is not, or with another key.',
    remedy:
      'Sign "TIMESTAMP.BODY" by HMAC-SHA256 with the key under service.hooks.generic; docs/webhooks.md has an example.',
    retryable: false,
  },
  S32_HOOK_STALE: {
    title: 'the time stamp of the webhook is not of now',
    meaning:
      'The signature is right, but the message is older, or from further ahead, than service.hooks.window allows.',
    remedy: 'Set the clocks of both machines, and sign each message when it is sent.',
    retryable: false,
  },
  S32_HOOK_REPLAYED: {
    title: 'this webhook came before',
    meaning:
      'A signed message counts once. The same again is a replay, or a repetition that is not needed: it was taken.',
    remedy: 'Sign a new message with a new time stamp.',
    retryable: false,
  },
  S32_HOOK_SECRET: {
    title: 'a secret of the webhooks cannot be used',
    meaning: 'It is shorter than 16 characters, or for the path of a URL has characters that have a meaning there.',
    remedy: 'Make a new one, for example: openssl rand -hex 32',
    retryable: false,
  },
});
