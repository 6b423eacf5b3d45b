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
  S32_CONFIG_XML_MALFORMED: {
    title: 'the configuration is not well-formed XML',
    meaning:
      "OPNsense's own parser would refuse this config.xml too, or it holds something that OPNsense never writes (a document type, a namespace): it was cut short, damaged, or edited by hand.",
    remedy: 'Download the configuration again under System > Configuration > Backups, or correct the named line.',
    retryable: false,
  },
  S32_CONFIG_XML_ROOT: {
    title: 'the file is no OPNsense configuration',
    meaning:
      'The outermost element of the XML is not <opnsense>: it may be a pfSense configuration, a single section, or another file.',
    remedy: 'Name the whole config.xml, as System > Configuration > Backups offers it without encryption.',
    retryable: false,
  },
  S32_CONFIG_XML_ENCODING: {
    title: 'the configuration has an encoding that cannot be kept',
    meaning:
      'slash32 reads and writes config.xml in UTF-8, US-ASCII, ISO-8859-1 and windows-1252, and only where every byte fits: another one could not be written back byte for byte.',
    remedy: 'Convert the file to UTF-8 (`iconv -t UTF-8`), and correct or remove the encoding in its first line.',
    retryable: false,
  },
  S32_CONFIG_XML_TEXT: {
    title: 'a text cannot be written into config.xml',
    meaning: 'XML has no way to express control characters, so a name or description that holds one cannot be stored.',
    remedy: 'Remove the character from the name or description.',
    retryable: false,
  },
  S32_CONFIG_XML_EDIT: {
    title: 'the configuration cannot be edited safely',
    meaning:
      'The place to change is not as it was when the plan was made, or it stands in the file in a way that has no single meaning (an element twice).',
    remedy: 'Run the command again; if it stays, correct the named element in OPNsense.',
    retryable: false,
  },
  S32_LIVE_CONFIG: {
    title: 'this is the live configuration of a running OPNsense',
    meaning:
      'OPNsense keeps its configuration in memory and writes it back, so an edit of the file under its feet would be lost or would lose the changes of others, and nothing would be reloaded.',
    remedy: 'Use the api or the plugin transport, or work on a copy of the file.',
    retryable: false,
  },
  S32_LOCKED: {
    title: 'another slash32 is at work on this configuration',
    meaning: 'A lock file beside the configuration says that another process is changing it.',
    remedy: 'Wait until it is done. If that process no longer exists, delete the lock file.',
    retryable: true,
  },
  S32_FILE_READ: {
    title: 'the configuration file cannot be read',
    meaning:
      'The config.xml that the configuration names is missing, is no ordinary file, or may not be read by this user.',
    remedy: 'Check the path and the permissions.',
    retryable: false,
  },
  S32_FILE_WRITE: {
    title: 'the configuration file cannot be written',
    meaning:
      'The directory is read-only, the disk is full, or the owner of the file cannot be kept. The file is replaced as a whole or not at all.',
    remedy: 'Make room or set the permissions of the directory, then run the command again as the owner of the file.',
    retryable: false,
  },
  S32_FILE_INTERRUPTED: {
    title: 'the run was interrupted',
    meaning: 'The command was told to stop before the configuration file was replaced.',
    remedy: 'Run the command again.',
    retryable: true,
  },
});
