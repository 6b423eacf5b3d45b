import { DURATION } from './schema-duration.js';

const NEVER_HINT = 'Write five fields of cron in quotes ("0 3 * * *" is every day at 3:00), or never.';

/** `schedule:` of slash32.yaml. */
export const SCHEDULE_SCHEMA = {
  type: 'object',
  default: {},
  additionalProperties: false,
  description: 'When the service looks again by the clock, besides looking when the source reports a change.',
  'x-hint': 'Write for example: schedule: { reconcile: "0 3 * * *", timezone: Europe/Berlin }',
  properties: {
    reconcile: {
      type: 'string',
      default: '0 3 * * *',
      'x-hint': NEVER_HINT,
      description: 'When the service plans and applies by the clock: a cron expression in quotes, or `never`.',
    },
    drift: {
      type: 'string',
      default: '0 * * * *',
      'x-hint': NEVER_HINT,
      description:
        'When the service looks, by a dry run, whether the firewall differs from what it should be; or `never`.',
    },
    timezone: {
      type: 'string',
      'x-hint': 'Write a name of the IANA time zone database: Europe/Berlin, UTC.',
      description: "Time zone of both, for example `Europe/Berlin`. Default: the machine's own.",
    },
  },
} as const;

const SECRETS = {
  type: 'array',
  default: [],
  maxItems: 2,
  items: {
    type: 'string',
    minLength: 1,
    description: 'A file, `credential:NAME` or `env:NAME`.',
    'x-hint': 'Write where the secret is, not the secret: a file, credential:NAME or env:NAME.',
  },
} as const;

/** `service:` of slash32.yaml. */
export const SERVICE_SCHEMA = {
  type: 'object',
  default: {},
  additionalProperties: false,
  description: 'How `slash32 serve` listens, remembers and speaks. The command line needs none of it.',
  'x-hint': 'Write for example: service: { listen: "127.0.0.1:3232" }',
  properties: {
    listen: {
      type: 'string',
      default: '127.0.0.1:3232',
      'x-hint': 'Write an address and a port in quotes: "127.0.0.1:3232", "[::1]:3232"; or none.',
      description:
        'Address and port of the HTTP API and the webhooks, or `none`. Anything but this machine itself needs `tls` and an API token.',
    },
    socket: {
      type: 'string',
      minLength: 1,
      description:
        'Unix socket of the API; whoever may open it is an administrator. `none` for none. Default: `slash32.sock` beside the state file.',
    },
    tls: {
      type: 'object',
      additionalProperties: false,
      required: ['cert', 'key'],
      description: 'Certificate and key of the HTTP API.',
      'x-hint': 'Write for example: tls: { cert: slash32.crt, key: "credential:slash32.key" }',
      properties: {
        cert: { type: 'string', minLength: 1, description: 'The certificate with its chain, PEM.' },
        key: { type: 'string', minLength: 1, description: 'Its key: a file, `credential:NAME` or `env:NAME`.' },
      },
    },
    tokens: {
      type: 'string',
      minLength: 1,
      description: 'File of the API tokens, hashed. Default: `slash32.tokens.json` beside the state file.',
    },
    journal: {
      type: 'object',
      default: {},
      additionalProperties: false,
      description:
        'The history of runs and who asked for them; what the command line does is in a file beside it that ends in `.cli`.',
      'x-hint': 'Write for example: journal: { megabytes: 10, keep: 5 }',
      properties: {
        file: {
          type: 'string',
          minLength: 1,
          description: 'Default: `slash32.journal.jsonl` beside the state file.',
        },
        megabytes: {
          type: 'integer',
          minimum: 1,
          maximum: 1000,
          default: 10,
          'x-hint': 'Write a whole number from 1 to 1000.',
          description: 'A new file is begun beyond that size.',
        },
        keep: {
          type: 'integer',
          minimum: 0,
          maximum: 100,
          default: 5,
          'x-hint': 'Write a whole number from 0 to 100.',
          description: 'How many older files are kept.',
        },
      },
    },
    hooks: {
      type: 'object',
      default: {},
      additionalProperties: false,
      description:
        'Webhooks; each is off unless it has a secret. Two are valid at a time, so that one can be replaced.',
      'x-hint': 'Write for example: hooks: { incus: ["credential:hook"] }',
      properties: {
        incus: {
          ...SECRETS,
          description: 'Secrets in the path of `POST /hooks/incus/SECRET`.',
          'x-hint': 'Write a list of at most two places: ["credential:hook"].',
        },
        generic: {
          ...SECRETS,
          description: 'Keys that sign `POST /hooks/generic`.',
          'x-hint': 'Write a list of at most two places: ["credential:hook"].',
        },
        window: {
          ...DURATION,
          default: '5m',
          description: 'How far the clock of whoever signs may differ.',
        },
      },
    },
    debounce: {
      ...DURATION,
      default: '1s',
      description: 'How long the service waits for more of the same before it looks, and at least between two runs.',
    },
    log: {
      type: 'object',
      default: {},
      additionalProperties: false,
      description: 'What the service writes on standard error.',
      'x-hint': 'Write for example: log: { format: json }',
      properties: {
        format: {
          enum: ['human', 'json'],
          default: 'human',
          'x-hint': 'Write human or json.',
          description: 'For people or for machines.',
        },
        level: {
          enum: ['info', 'debug'],
          default: 'info',
          'x-hint': 'Write info or debug.',
          description: '`debug` names each step.',
        },
      },
    },
  },
} as const;
