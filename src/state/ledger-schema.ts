import { NEW_RULES } from '../model/change.js';

/** Dotted quad, strict: as `parseAddress` takes it. */
const ADDRESS = {
  type: 'string',
  pattern: '^((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)$',
} as const;

const INSTANT = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' } as const;
const INTERFACE = { type: 'string', minLength: 1 } as const;

/** The value that each setting can have had; the names are those of `SettingValue`. */
const VALUES = {
  enabled: { type: 'boolean' },
  range: {
    type: ['object', 'null'],
    additionalProperties: false,
    required: ['from', 'to'],
    properties: { from: ADDRESS, to: ADDRESS },
  },
  mask: { type: ['string', 'null'] },
  routes: { type: ['string', 'null'] },
  deny_unknown: { type: 'boolean' },
  mac_allow: { type: ['string', 'null'] },
  static_arp: { type: 'string', enum: ['on', 'off', 'dark'] },
  router: { type: ['string', 'null'] },
  pools: {
    type: 'array',
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['from', 'to', 'denyUnknown', 'macAllow'],
      properties: {
        from: { type: 'string' },
        to: { type: 'string' },
        denyUnknown: { type: 'boolean' },
        macAllow: { type: ['string', 'null'] },
      },
    },
  },
} as const;

const ORIGINALS = {
  type: 'array',
  items: {
    type: 'object',
    oneOf: Object.entries(VALUES).map(([setting, value]) => ({
      additionalProperties: false,
      required: ['interface', 'setting', 'value', 'recordedAt'],
      properties: { interface: INTERFACE, setting: { const: setting }, value, recordedAt: INSTANT },
    })),
  },
} as const;

const QUARANTINE = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['interface', 'address', 'nic', 'until'],
    properties: { interface: INTERFACE, address: ADDRESS, nic: { type: 'string', minLength: 1 }, until: INSTANT },
  },
} as const;

const TEXTS = { type: 'array', items: { type: 'string' } } as const;
const NUMBERS = { type: 'array', minItems: 2, maxItems: 2, items: { type: 'integer', minimum: 0 } } as const;

/** Ways whose open connections are to be ended. */
const OWED_TABLE = {
  type: 'object',
  additionalProperties: false,
  required: ['family', 'rows'],
  properties: {
    family: { enum: ['inet', 'inet6'] },
    rows: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['from', 'groups'],
        properties: {
          from: TEXTS,
          groups: {
            type: 'array',
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['to', 'services'],
              properties: {
                to: TEXTS,
                services: {
                  type: 'array',
                  items: {
                    type: 'object',
                    additionalProperties: false,
                    required: ['protocol', 'numbers'],
                    properties: {
                      protocol: { type: 'string', minLength: 1 },
                      except: TEXTS,
                      numbers: NUMBERS,
                      sourcePorts: NUMBERS,
                      lands: {
                        type: 'object',
                        additionalProperties: false,
                        required: ['address', 'port', 'shifts'],
                        properties: {
                          address: { type: 'string' },
                          port: { type: 'integer' },
                          shifts: { type: 'boolean' },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
} as const;

/**
 * The state file as a JSON schema: the ledger, and the owner it belongs to. Nothing else is let in, because a field that
 * this version does not know would be lost with the next save.
 */
export const LEDGER_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['version', 'owner', 'originals', 'quarantine'],
  properties: {
    version: { const: 1 },
    owner: { type: 'string', minLength: 1 },
    unfinishedSince: INSTANT,
    originals: ORIGINALS,
    quarantine: QUARANTINE,
    arrivals: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['interface', 'at'],
        properties: { interface: INTERFACE, at: INSTANT },
      },
    },
    accepted: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['interface', 'rule', 'at'],
        properties: { interface: INTERFACE, rule: { enum: NEW_RULES }, at: INSTANT },
      },
    },
    waiting: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['key', 'since'],
        properties: { key: { type: 'string', minLength: 1 }, since: INSTANT },
      },
    },
    flaps: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['nic', 'count', 'at'],
        properties: { nic: { type: 'string', minLength: 1 }, count: { type: 'integer', minimum: 1 }, at: INSTANT },
      },
    },
    cutDebts: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['since'],
        properties: { since: INSTANT, ways: { type: 'array', items: OWED_TABLE } },
      },
    },
    places: { type: 'object', additionalProperties: { type: 'string' } },
    target: { type: 'string', minLength: 1 },
    configuration: { type: 'string', minLength: 1 },
    installation: { type: 'string', pattern: '^[0-9a-f]{32}$' },
    settled: {
      type: 'object',
      additionalProperties: false,
      required: ['id', 'checksum', 'how'],
      properties: {
        id: { type: 'string', minLength: 1 },
        checksum: { type: 'string' },
        how: { type: 'string', minLength: 1 },
        configuration: { type: 'string', minLength: 1 },
        run: { type: 'string', minLength: 1 },
      },
    },
    pending: {
      type: 'object',
      additionalProperties: false,
      required: ['token', 'target', 'sentAt', 'confirmSeconds', 'checksum', 'before'],
      properties: {
        token: { type: 'string', pattern: '^[0-9a-f]{64}$' },
        target: { type: 'string' },
        sentAt: INSTANT,
        confirmSeconds: { type: 'integer', minimum: 0 },
        wait: { type: 'boolean' },
        until: INSTANT,
        checksum: { type: 'string' },
        run: { type: 'string', minLength: 1 },
        before: {
          type: 'object',
          additionalProperties: false,
          required: ['originals', 'quarantine'],
          properties: {
            originals: ORIGINALS,
            quarantine: QUARANTINE,
            configuration: { type: 'string', minLength: 1 },
          },
        },
      },
    },
  },
} as const;
