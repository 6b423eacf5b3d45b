import { defineErrors } from './entry.js';

/** Failures of the `api` transport: the connection to OPNsense, its answers, and a write through XML-RPC. */
export const OPNSENSE_API_ERRORS = defineErrors({
  S32_OPNSENSE_KEY_FILE: {
    title: 'the API key file cannot be used',
    meaning:
      'The file is not the one that OPNsense offers for download with a new API key: a line key=… and a line secret=….',
    remedy: 'Create a key under System > Access > Users > (user) > API keys and save the downloaded file unchanged.',
    retryable: false,
  },
  S32_OPNSENSE_URL: {
    title: "the firewall's address cannot be used",
    meaning:
      'The URL is not a plain https:// address. Over http:// the API secret would travel in clear, so that is refused except on loopback.',
    remedy: 'Write https://NAME or https://ADDRESS:PORT, without a user name, a path or a query.',
    retryable: false,
  },
  S32_OPNSENSE_CA: {
    title: 'the certificate authority file cannot be used',
    meaning: 'The file that ca_file names cannot be read or holds no certificate in PEM form.',
    remedy: 'Export the authority under System > Trust > Authorities, or pin the certificate with fingerprint instead.',
    retryable: false,
  },
  S32_OPNSENSE_UNREACHABLE: {
    title: 'the firewall cannot be reached',
    meaning: 'No connection could be made: wrong name or port, no route, a rule in between, or the firewall is down.',
    remedy: 'Check the address and that the web interface listens on the interface you come from.',
    retryable: true,
  },
  S32_OPNSENSE_TIMEOUT: {
    title: 'the firewall did not answer in time',
    meaning: 'The connection was made or tried, but the answer did not come within the time limit.',
    remedy: 'See whether the firewall is under load or rebooting, then run the command again.',
    retryable: true,
  },
  S32_OPNSENSE_RESET: {
    title: 'the firewall broke off the connection',
    meaning:
      'The connection was closed before an answer was complete, as it happens when the web server or the firewall restarts.',
    remedy: 'Wait until the firewall is up again, then run the command again.',
    retryable: true,
  },
  S32_OPNSENSE_CUT_SHORT: {
    title: 'an answer of the firewall was cut short',
    meaning: 'Fewer bytes arrived than were announced, or the text ends in the middle. Nothing of it was used.',
    remedy: 'Run the command again; if it stays, look at the disk space and the web server log of the firewall.',
    retryable: true,
  },
  S32_OPNSENSE_TOO_LARGE: {
    title: 'an answer of the firewall is too large',
    meaning: 'More bytes arrived than slash32 takes from a firewall, so the reading was broken off.',
    remedy: 'Check that the URL is that of the firewall.',
    retryable: false,
  },
  S32_OPNSENSE_TLS: {
    title: "the firewall's certificate is not trusted",
    meaning:
      'The TLS connection failed, or the certificate is self-signed, expired, of an unknown authority or for another name.',
    remedy:
      'Give ca_file (System > Trust > Authorities, export) or fingerprint: ' +
      'openssl s_client -connect FIREWALL:443 </dev/null | openssl x509 -noout -fingerprint -sha256, compared with System > Trust > Certificates.',
    retryable: false,
  },
  S32_OPNSENSE_FINGERPRINT: {
    title: 'the firewall shows another certificate than the pinned one',
    meaning:
      'Somebody else answers at this address, or the certificate was renewed. Nothing was sent, the key included.',
    remedy: 'Compare with System > Trust > Certificates; if the certificate was renewed, write the new fingerprint.',
    retryable: false,
  },
  S32_OPNSENSE_REDIRECT: {
    title: 'the firewall sends to another address',
    meaning: 'The answer is a redirect. slash32 follows none, because it would carry the API key to another place.',
    remedy: 'Write the address that the firewall really answers at.',
    retryable: false,
  },
  S32_OPNSENSE_NOT_AUTHENTICATED: {
    title: 'the firewall did not see the API key',
    meaning:
      'OPNsense sent to its login page, as it does when no credentials arrive: often a proxy in between strips them.',
    remedy: 'Connect to the firewall directly and check the key file.',
    retryable: false,
  },
  S32_OPNSENSE_KEY_REJECTED: {
    title: 'the firewall rejects the API key',
    meaning:
      'The key is unknown, its secret is wrong, the user is disabled, or its group limits the networks it may come from.',
    remedy: 'Create a new key for the user and use the downloaded file.',
    retryable: false,
  },
  S32_OPNSENSE_FORBIDDEN: {
    title: 'the API key lacks a privilege',
    meaning: 'The user of the key may not make this call.',
    remedy:
      'Give the named privilege under System > Access > Users > (user) > Privileges. With transport: api, applying needs page-all; with plugin it never does.',
    retryable: false,
  },
  S32_OPNSENSE_NO_ENDPOINT: {
    title: 'the firewall does not know a call',
    meaning: 'OPNsense answered that there is no such endpoint: it is too old or too new, or it is not OPNsense.',
    remedy: 'Check the address and the version; slash32 works with OPNsense 25.7 to 26.7.',
    retryable: false,
  },
  S32_OPNSENSE_NO_ISC: {
    title: 'ISC DHCP is not installed on the firewall',
    meaning: 'The calls of ISC DHCPv4 are missing. From 26.1 on it is a plugin of its own.',
    remedy: 'Install os-isc-dhcp under System > Firmware > Plugins.',
    retryable: false,
  },
  S32_OPNSENSE_FIREWALL_ERROR: {
    title: 'the firewall reports an error',
    meaning: 'OPNsense refused the call or failed inside, and says why.',
    remedy: 'See System > Log Files > Backend and General on the firewall.',
    retryable: false,
  },
  S32_OPNSENSE_UNAVAILABLE: {
    title: 'the firewall is not ready',
    meaning: 'The web server answered that its back end is not there, as it does during a boot or an update.',
    remedy: 'Wait until the web interface works, then run the command again.',
    retryable: true,
  },
  S32_OPNSENSE_HTML: {
    title: 'the firewall answered with a web page',
    meaning:
      'HTML came where data was expected: a boot page, a captive portal, a proxy, or another server at this address.',
    remedy: 'Wait until the firewall has booted; check the address and the port.',
    retryable: true,
  },
  S32_OPNSENSE_EMPTY: {
    title: 'the firewall answered with nothing',
    meaning: 'The answer has no body where data was expected.',
    remedy: 'Run the command again; if it stays, see System > Log Files > Backend on the firewall.',
    retryable: true,
  },
  S32_OPNSENSE_BAD_ANSWER: {
    title: 'an answer of the firewall is not understood',
    meaning: 'The answer is complete, but it does not have the form that OPNsense 25.7 to 26.7 gives it.',
    remedy: 'Check the address and the version of the firewall; report it if both are right.',
    retryable: false,
  },
  S32_OPNSENSE_RPC_FAULT: {
    title: 'the firewall reports an XML-RPC fault',
    meaning: 'The call through /xmlrpc.php was refused with a fault.',
    remedy: 'See System > Log Files > General on the firewall.',
    retryable: false,
  },
  S32_OPNSENSE_VERSION_OLD: {
    title: 'the firewall is too old',
    meaning: 'Before 25.7 an XML-RPC write replaces the whole <dhcpd> section instead of merging into it.',
    remedy: 'Update OPNsense to 25.7 or newer, or use the file transport.',
    retryable: false,
  },
  S32_OPNSENSE_VERSION_UNTESTED: {
    title: 'the firewall is newer than what was tested',
    meaning: 'slash32 was tested up to OPNsense 26.7. Reading and planning go on, writing needs your word.',
    remedy: 'Update slash32, or set allow_untested_version: true once you have tried it on a copy.',
    retryable: false,
  },
  S32_OPNSENSE_NO_HISTORY: {
    title: 'the firewall keeps no configuration history',
    meaning: 'The api transport reads the newest backup of the configuration, and there is none.',
    remedy: 'Set the backup count under System > Configuration > History to at least 10 and save any page once.',
    retryable: false,
  },
  S32_OPNSENSE_INTERRUPTED: {
    title: 'interrupted',
    meaning: 'The command was stopped before it was done. A write that has begun is always completed first.',
    remedy: 'Run the command again.',
    retryable: true,
  },
  S32_OPNSENSE_CANNOT_EXPRESS: {
    title: 'OPNsense would lose something in this write',
    meaning: 'An entry holds something that an XML-RPC write cannot carry unchanged, so nothing was sent.',
    remedy: 'Remove the named part from the entry in OPNsense, or use the file transport.',
    retryable: false,
  },
  S32_OPNSENSE_WRITE_UNKNOWN: {
    title: 'it is not known whether the firewall was written',
    meaning: 'The connection failed during the write, and reading back failed too.',
    remedy:
      'When the firewall answers again, look at System > Configuration > History, then run the command again: it reads and plans anew.',
    retryable: true,
  },
  S32_OPNSENSE_REFUSED: {
    title: 'OPNsense did not take an alias, a rule or a redirect',
    meaning: 'Its own checks refused a value, or an alias is still in use; the message has its words.',
    remedy: 'Correct what it names, on the firewall or in the policy, then run the command again.',
    retryable: false,
  },
  S32_OPNSENSE_READ_BACK: {
    title: 'the firewall holds something else than what was sent',
    meaning: 'The write was accepted, but reading back shows other values on an interface that was written.',
    remedy: 'Compare under System > Configuration > History, revert there if needed, then run the command again.',
    retryable: false,
  },
  S32_OBSERVED_STALE: {
    title: "the firewall's newest backup is not its configuration",
    meaning:
      'The api transport reads the newest backup. The static mappings that are in force differ from it, so a plan would be made on old values: ' +
      'a save without a backup, or a save in the middle of the reading.',
    remedy:
      'Run the command again; if it stays, press Save on any page of the DHCP settings in OPNsense, which writes a new backup.',
    retryable: true,
  },
  S32_LOST_UPDATE: {
    title: 'somebody else saved over this write',
    meaning:
      'The write was made, but a save that had begun before it put the old values back: OPNsense reads its configuration before it takes the lock.',
    remedy: 'Run the command again: it reads and plans anew.',
    retryable: true,
  },
  S32_PARTIAL: {
    title: 'written, but not everything is in force',
    meaning: 'The configuration was written and verified, but a later step (DHCP restart, ARP entries) failed.',
    remedy: 'Do the named steps in OPNsense: restart ISC DHCPv4, then apply under Interfaces > Neighbors.',
    retryable: false,
  },
  S32_DHCP_DOWN: {
    title: 'DHCP did not start with the new settings',
    meaning:
      'After the restart dhcpd is not running, so the former settings were written back and DHCP was restarted again.',
    remedy: 'See Services > ISC DHCPv4 > Log File on the firewall for the line that dhcpd refused.',
    retryable: false,
  },
});
