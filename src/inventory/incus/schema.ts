import { FINGERPRINT } from '../../schema/fingerprint.js';

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
      ...FINGERPRINT,
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
