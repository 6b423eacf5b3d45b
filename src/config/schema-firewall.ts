import { FINGERPRINT } from '../schema/fingerprint.js';
import { DURATION } from './schema-duration.js';

/** `opnsense:`, the firewall. `transport` says which of the other keys are needed. */
export const OPNSENSE_SCHEMA = {
  type: 'object',
  description:
    'The firewall: a copy of its config.xml (`file`), its own API (`api`), or the plugin os-slash32 (`plugin`).',
  additionalProperties: false,
  required: ['transport'],
  'x-hint': 'Write for example: opnsense: { transport: file, path: config.xml }',
  properties: {
    transport: {
      type: 'string',
      enum: ['file', 'api', 'plugin'],
      description:
        'How the firewall is read and written. `file`: a copy of config.xml. `api`: a stock OPNsense from 25.7 on with an API key. `plugin`: an OPNsense with os-slash32.',
    },
    path: {
      type: 'string',
      minLength: 1,
      description: 'With `transport: file`: the copy of config.xml that is read and written.',
    },
    url: {
      type: 'string',
      minLength: 1,
      description: 'With `api` and `plugin`: address of the firewall, for example `https://fw.lan`, without a path.',
    },
    key_file: {
      type: 'string',
      minLength: 1,
      description:
        'With `api` and `plugin`: the file that OPNsense offers for download with a new API key (two lines, `key=…` and `secret=…`). A path, `credential:NAME` (a systemd credential) or `env:NAME` (an environment variable).',
    },
    ca_file: {
      type: 'string',
      minLength: 1,
      description:
        "The authority that signed the firewall's certificate (PEM). Without it and without `fingerprint`, the authorities that Node.js knows.",
    },
    fingerprint: {
      ...FINGERPRINT,
      description:
        "SHA-256 of the firewall's certificate, 64 hexadecimal digits: trusts exactly this one, in place of `ca_file`.",
    },
    instances: {
      type: 'array',
      uniqueItems: true,
      default: [],
      description:
        'The instances that the firewall runs in, as `project/name`, where it does: one, or two of a pair. Their ports are meant to be open to every neighbour. Without it they are told by the MAC of the interface of each segment, which a `file` does not show, and of a pair only one node does.',
      'x-hint': 'Write for example: instances: [default/opnsense]',
      items: {
        type: 'string',
        pattern: '^[^/\\s]+/[^/\\s]+$',
        description: 'An instance, as `project/name`.',
        'x-hint': 'Write an instance as project/name.',
      },
    },
    allow_untested_version: {
      type: 'boolean',
      default: false,
      description:
        'Whether to apply on an OPNsense newer than the versions slash32 was tested with. Planning always works.',
    },
    confirm_within: {
      ...DURATION,
      description:
        'With `plugin`: how long the firewall waits for slash32 to reach it again and confirm an apply, before it undoes it by itself; `0` keeps it at once. Without it 2m, or the longest time that the firewall allows. `--confirm-within` overrides it.',
    },
  },
  allOf: [
    {
      if: { properties: { transport: { const: 'file' } }, required: ['transport'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, never awaited
      then: {
        required: ['path'],
        properties: { url: false, key_file: false, ca_file: false, fingerprint: false, confirm_within: false },
      },
    },
    {
      if: { properties: { transport: { enum: ['api', 'plugin'] } }, required: ['transport'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, never awaited
      then: { required: ['url', 'key_file'], properties: { path: false } },
    },
    {
      if: { properties: { transport: { const: 'api' } }, required: ['transport'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, never awaited
      then: { properties: { confirm_within: false } },
    },
  ],
} as const;
