import { defineErrors } from './entry.js';

/** Failures of the command line itself. */
export const CLI_ERRORS = defineErrors({
  S32_USAGE: {
    title: 'the command line is not understood',
    meaning: 'A command, an option or a value is unknown, missing or contradicts another one.',
    remedy: 'See: slash32 help, or slash32 help COMMAND',
    retryable: false,
  },
  S32_APPROVAL_NEEDED: {
    title: 'nobody said yes',
    meaning: 'Without a terminal to ask on, apply and release need the approval on their command line.',
    remedy: 'Give --yes, --checksum, or --plan FILE.',
    retryable: false,
  },
  S32_RELEASE_SERVED: {
    title: 'a running service keeps this in step',
    meaning:
      'A service on this machine has the segment in its configuration: its next run sets again what manage asks for there, and gives each NIC without a reservation one. While it is paused it writes nothing.',
    remedy:
      'slash32 pause, then this command again; take the segment out of slash32.yaml, then: systemctl reload slash32, and slash32 resume. Or end the service first: systemctl stop slash32',
    retryable: false,
  },
  S32_NO_MATCH: {
    title: 'a filter names nothing',
    meaning:
      'A segment, project, instance or NIC that is asked for is not known, or several instances are called so: the answer would silently be empty, or about somebody else.',
    remedy:
      'Check the name; an instance is written project/name, one of its NICs project/name/nic. The project may be left out where only one is called so.',
    retryable: false,
  },
  S32_NO_PAIR: {
    title: 'init found no network and interface that belong together',
    meaning:
      'The firewall VM was not recognised among the instances by its MAC addresses, or its NICs stand on no bridge network. ' +
      'A config.xml does not hold MAC addresses, so a file target is paired by hand.',
    remedy: 'Pair by hand: --pair NETWORK=INTERFACE',
    retryable: false,
  },
  S32_OUTPUT: {
    title: 'a file cannot be written',
    meaning: 'The result could not be written to the file that was asked for.',
    remedy: 'Check the path, the free space and the permissions.',
    retryable: false,
  },
  S32_PLUGIN_PACKAGE: {
    title: 'the package of the plugin is missing or was changed',
    meaning:
      'Every installation of slash32 carries the package of the plugin with its SHA-256. Here there is none, or its bytes are not those of the sum.',
    remedy: 'Install slash32 again; in a checkout: npm run build',
    retryable: false,
  },
  S32_SYSTEM: {
    title: 'the operating system refused something',
    meaning:
      'A file or a folder could not be used: the disk is full or mounted read-only, a right is missing, a name is too long.',
    remedy: 'Correct what is named, then run the command again.',
    retryable: true,
  },
  S32_INTERRUPTED: {
    title: 'the run was interrupted',
    meaning:
      'Ctrl-C, Ctrl-D at a question, a terminal that closed or a termination signal ended the run before the firewall was written. The exit code is 130.',
    remedy: 'Run the command again when you like.',
    retryable: true,
  },
  S32_DEFECT: {
    title: 'a defect of slash32',
    meaning: 'Something happened that slash32 has no answer for. That is a defect, and worth a report.',
    remedy:
      'Report it with the command and this message, which names the line of the sources; --verbose shows the steps before it.',
    retryable: false,
  },
});
