import { defineErrors } from './entry.js';

/** Failures of the firewall's side, whatever the transport. */
export const OPNSENSE_ERRORS = defineErrors({
  S32_CONFLICT: {
    title: 'the firewall was saved by someone else in between',
    meaning: 'The revision that the plan was made on is no longer the current one, so the plan may be wrong.',
    remedy: 'Run the command again: it reads and plans anew.',
    retryable: true,
  },
  S32_DHCP_FAULT: {
    title: 'DHCP would not survive a restart',
    meaning:
      'An entry or setting under <dhcpd> is one that ISC dhcpd refuses or that would take an interface down. ' +
      'ISC stops the old daemon first, so one bad entry stops DHCP on every segment.',
    remedy: 'Correct the named entry in OPNsense, then run the command again.',
    retryable: false,
  },
});
