import { defineErrors } from './entry.js';

/** Codes of files that an inventory is read from, whatever the source. */
export const INVENTORY_ERRORS = defineErrors({
  S32_INVENTORY_FILE_UNREADABLE: {
    title: 'the inventory file cannot be read',
    meaning:
      'The file does not exist, may not be read by this user, or is not text in UTF-8. Nothing was planned or changed.',
    remedy:
      'Write it anew with the command that the reference page names for its source, or correct the path in slash32.yaml.',
    retryable: false,
  },
  S32_INVENTORY_FILE_INVALID: {
    title: 'the inventory file is not a list of instances',
    meaning: 'The file is cut short, or is not what the command of its source prints. Nothing was planned or changed.',
    remedy:
      'Write it again with that command (docs/reference/configuration.md names it), and look whether the command failed.',
    retryable: false,
  },
});
