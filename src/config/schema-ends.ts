import { DURATION } from './schema-duration.js';

/** The two ends of slash32 in slash32.yaml: where the inventory comes from, and the firewall it goes to. */

const FINGERPRINT_PATTERN = '^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$';
const FINGERPRINT_HINT =
  'Write the SHA-256 of the certificate, 64 hexadecimal digits with or without colons, in quotes (openssl x509 -noout -fingerprint -sha256).';

/** `incus:`. Exactly one of `socket`, `url` and `file` says which kind of source it is. */
export const INCUS_SCHEMA = {
  type: 'object',
  description:
    'Where the inventory comes from: the local `socket`, an Incus server at a `url`, or a `file` with its list of instances. Exactly one of the three.',
  additionalProperties: false,
  'x-hint': 'Write for example: incus: { socket: /var/lib/incus/unix.socket }',
  properties: {
    socket: {
      type: 'string',
      minLength: 1,
      description: 'Path of the unix socket of Incus, usually `/var/lib/incus/unix.socket`.',
    },
    url: {
      type: 'string',
      minLength: 1,
      description:
        'Address of an Incus server, for example `https://incus.lan:8443`. Needs `cert`, `key` and `fingerprint`.',
    },
    cert: {
      type: 'string',
      minLength: 1,
      description: 'Path of the client certificate that Incus trusts (PEM).',
    },
    key: {
      type: 'string',
      minLength: 1,
      description:
        'The private key of `cert` (PEM): a path, `credential:NAME` (a systemd credential) or `env:NAME` (an environment variable). Never the key itself.',
    },
    fingerprint: {
      type: 'string',
      pattern: FINGERPRINT_PATTERN,
      'x-hint': FINGERPRINT_HINT,
      description: "SHA-256 of the server's certificate, 64 hexadecimal digits; colons and upper case are fine.",
    },
    projects: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      description:
        'The Incus projects to look at. Without it every project; with it, a certificate restricted to exactly these is enough, and other projects are left alone.',
      'x-hint': 'Write a list, for example [default, web].',
      items: {
        type: 'string',
        pattern: '^[^/\\s]+$',
        description: 'Name of an Incus project.',
        'x-hint': 'Write the name of an Incus project: no slash, no blank.',
      },
    },
    file: {
      type: 'string',
      minLength: 1,
      description: 'A file with the output of `incus list --all-projects --format json`, or `-` for standard input.',
    },
    complete: {
      type: 'boolean',
      default: false,
      description:
        'With `file`: whether it names every instance of every project it mentions. Only then may a missing instance lose its reservation.',
    },
  },
  oneOf: [{ required: ['socket'] }, { required: ['url'] }, { required: ['file'] }],
  dependentSchemas: {
    socket: { properties: { cert: false, key: false, fingerprint: false } },
    url: { required: ['cert', 'key', 'fingerprint'] },
    file: { properties: { cert: false, key: false, fingerprint: false, projects: false } },
  },
} as const;

/** `opnsense:`. `transport` says which of the other keys are needed. */
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
      type: 'string',
      pattern: FINGERPRINT_PATTERN,
      'x-hint': FINGERPRINT_HINT,
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
