import { defineErrors } from './entry.js';

/** Failures of the configuration file, of the secrets it names, and of what slash32 keeps on this machine. */
export const CONFIG_ERRORS = defineErrors({
  S32_CONFIG_UNREADABLE: {
    title: 'slash32.yaml cannot be read',
    meaning: 'The configuration file does not exist, may not be read by this user, or is not a text file.',
    remedy: 'Name the file with --config, or write a first one with `slash32 init`.',
    retryable: false,
  },
  S32_CONFIG_INVALID: {
    title: 'slash32.yaml has mistakes',
    meaning:
      'The file was read, and it says something that slash32 cannot take. Every mistake is listed with file, line and column.',
    remedy: 'Correct the listed lines, then run `slash32 check`.',
    retryable: false,
  },
  S32_CONFIG_NEWER: {
    title: 'slash32.yaml is of a newer schema',
    meaning:
      'The file was written for a later version of slash32, and may say things that this one would overlook. It is not used.',
    remedy: 'Use the version of slash32 that it was written for, or a newer one.',
    retryable: false,
  },
  S32_CONFIG_MIGRATE: {
    title: 'slash32.yaml could not be written anew',
    meaning:
      'The new file or the backup of the old one could not be written. The configuration is as it was, and is still read as it was meant.',
    remedy: 'Correct the permissions or make room, then run `slash32 migrate` again.',
    retryable: false,
  },
  S32_SECRET_UNREADABLE: {
    title: 'a secret cannot be read',
    meaning:
      'The configuration names a key by its file, a systemd credential (`credential:NAME`) or an environment variable (`env:NAME`), and it is not there, is empty, or may not be read by this user.',
    remedy: 'Create it, or correct the name in slash32.yaml.',
    retryable: false,
  },
  S32_SECRET_EXPOSED: {
    title: 'a key file is open to other users',
    meaning:
      'The file with a key may be read by every user of the machine, or changed by its group. Whoever has the key controls the firewall.',
    remedy:
      'Run `chmod 600` on the file (640 is fine for a group that may read it). A mounted secret needs the mode 0400.',
    retryable: false,
  },
  S32_STATE_UNREADABLE: {
    title: 'the state file cannot be read',
    meaning:
      'The file in which slash32 keeps quarantine and original settings is there, but this user may not read it.',
    remedy: 'Run slash32 as the user that owns the file, or correct `state_file` in slash32.yaml.',
    retryable: false,
  },
  S32_STATE_CORRUPT: {
    title: 'the state file is damaged',
    meaning:
      'The file is not what slash32 wrote. It holds the addresses in quarantine and the settings as they were before slash32 changed them; reservations are not in it.',
    remedy:
      'Restore the file from a backup. Without one, move it away: slash32 then starts with an empty one, freed addresses may be given out again at once, and `slash32 release` cannot restore the original settings.',
    retryable: false,
  },
  S32_STATE_VERSION: {
    title: 'the state file is of another version',
    meaning:
      'The file was written by a version of slash32 whose format this one does not know. Using it would lose what it does not understand.',
    remedy: 'Use the version of slash32 that wrote it, or a newer one.',
    retryable: false,
  },
  S32_STATE_OWNER: {
    title: 'the state file belongs to another owner',
    meaning:
      'The file was written under another `owner`. Two services must not share one file, and a changed owner orphans what the old one owns.',
    remedy: 'Give this configuration a `state_file` of its own, or set `owner` back.',
    retryable: false,
  },
  S32_STATE_TARGET: {
    title: 'the state file is about another firewall',
    meaning:
      'The file remembers what the settings of one firewall were before slash32 changed them, and which of its addresses are in quarantine. On another firewall that would be wrong.',
    remedy:
      'Give this configuration a `state_file` of its own. If it is the same firewall under another address or path, write that as `target` into the state file.',
    retryable: false,
  },
  S32_STATE_WRITE: {
    title: 'the state file cannot be written',
    meaning: 'The disk is full, the folder is missing or may not be written. The old file is as it was.',
    remedy: 'Make room or correct `state_file`, then run the command again.',
    retryable: true,
  },
  S32_RUN_LOCKED: {
    title: 'another slash32 is at work',
    meaning:
      'The command line and the service must not apply at the same time. A lock file beside the state file says who is at work.',
    remedy: 'Wait until it is done, then run the command again.',
    retryable: true,
  },
  S32_LOCK_FAILED: {
    title: 'the lock file cannot be written',
    meaning:
      'slash32 takes a lock beside its state file before it applies, and the folder is missing, full, or may not be written.',
    remedy: 'Correct the folder or `state_file`, then run the command again.',
    retryable: true,
  },
});
