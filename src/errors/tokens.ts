import { defineErrors } from './entry.js';

/** What can be wrong with the file of the API tokens. */
export const TOKEN_ERRORS = defineErrors({
  S32_TOKENS_FILE: {
    title: 'the file of the API tokens cannot be used',
    meaning: 'It is damaged, cannot be read or written, or others than its owner may read or write it.',
    remedy: 'Correct its permissions (chmod 600), or remove it and make new tokens.',
    retryable: false,
  },
  S32_TOKENS_NAME: {
    title: 'that is no name for an API token, or it is taken, or there is none of that name',
    meaning: 'Each API token has a name of its own, by which it is listed, revoked and seen in the journal.',
    remedy: 'See: slash32 token list',
    retryable: false,
  },
});
