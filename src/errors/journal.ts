import { defineErrors } from './entry.js';

/** Failures of the history of runs. */
export const JOURNAL_ERRORS = defineErrors({
  S32_JOURNAL_WRITE: {
    title: 'the journal cannot be written',
    meaning:
      'The service writes into its journal what it is about to do before it writes to the firewall. While it cannot, it writes nothing to the firewall either.',
    remedy: 'Make room on the disk or correct the permissions; the service tries again by itself.',
    retryable: true,
  },
  S32_JOURNAL_READ: {
    title: 'the journal cannot be read',
    meaning: 'The file of the history is there, but this user may not read it, or the disk fails.',
    remedy: 'Run the command as the user of the service, or name the right configuration with --config.',
    retryable: false,
  },
});
