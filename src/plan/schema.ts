import { NEW_RULES } from '../model/change.js';

/**
 * JSON schema (draft 2020-12) of a plan as `--json` prints it and `--out` writes it. The name in `format` changes when
 * a reader of an older plan would misread a newer one; new optional members do not change it.
 */

const TEXT = { type: 'string' } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const FLAG = { type: 'boolean' } as const;
const ADDRESS_OR_EMPTY = { type: 'string', description: 'Dotted quad; empty when the entry has none.' } as const;

function shape<const P extends Readonly<Record<string, unknown>>>(properties: P, optional: readonly string[] = []) {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    additionalProperties: false,
  } as const;
}

const RANGE = shape({ from: TEXT, to: TEXT });
const POOL = shape({ from: TEXT, to: TEXT, denyUnknown: FLAG, macAllow: { type: ['string', 'null'] } });
const SETTING_VALUE = {
  oneOf: [{ type: ['string', 'boolean', 'null'] }, RANGE, { type: 'array', items: POOL }],
} as const;

const OBSERVED_ENTRY = shape({
  position: COUNT,
  mac: TEXT,
  address: ADDRESS_OR_EMPTY,
  hostname: TEXT,
  description: TEXT,
  arpEntry: FLAG,
});
const RESERVATION = shape({ mac: TEXT, address: TEXT, hostname: TEXT, description: TEXT, arpEntry: FLAG });

const RESERVATION_CHANGE = shape(
  {
    kind: { const: 'reservation' },
    action: { enum: ['create', 'update', 'adopt', 'retire', 'restore', 'release', 'delete'] },
    segment: TEXT,
    interface: TEXT,
    nic: { type: 'string', description: 'project/name/nic' },
    before: OBSERVED_ENTRY,
    after: RESERVATION,
    reason: TEXT,
  },
  ['before', 'after'],
);
const SETTING_CHANGE = shape(
  {
    kind: { const: 'setting' },
    setting: {
      enum: ['enabled', 'range', 'mask', 'routes', 'deny_unknown', 'mac_allow', 'static_arp', 'router', 'pools'],
    },
    segment: TEXT,
    interface: TEXT,
    before: SETTING_VALUE,
    after: SETTING_VALUE,
    reason: TEXT,
    rule: { enum: NEW_RULES },
  },
  ['rule'],
);

const WARNING = shape({ code: TEXT, message: TEXT });
const NOTES = { type: 'array', description: 'What is as somebody wants it and worth a line.', items: TEXT } as const;
const SEGMENT = shape(
  {
    name: TEXT,
    network: TEXT,
    vlan: COUNT,
    interface: TEXT,
    description: TEXT,
    subnet: TEXT,
    error: shape({ code: TEXT, message: TEXT }),
    changes: { type: 'array', items: { oneOf: [RESERVATION_CHANGE, SETTING_CHANGE] } },
    warnings: { type: 'array', items: WARNING },
    notes: NOTES,
    leftOut: {
      type: 'array',
      items: shape({ segment: TEXT, nic: TEXT, code: TEXT, message: TEXT, until: TEXT }, ['until']),
    },
    assignments: {
      type: 'array',
      items: shape({
        nic: TEXT,
        mac: TEXT,
        address: ADDRESS_OR_EMPTY,
        hostname: TEXT,
        source: { enum: ['pinned', 'kept', 'adopted', 'picked', 'foreign'] },
        why: TEXT,
      }),
    },
    foreign: COUNT,
    unchanged: COUNT,
  },
  ['vlan', 'subnet', 'error', 'notes'],
);

const ENTRY_CHANGE = shape(
  {
    kind: { enum: ['alias', 'rule', 'redirect'] },
    action: { enum: ['create', 'update', 'delete'] },
    key: { type: 'string', description: 'What its marker says: alias/web, rule/…, nat/…' },
    before: { type: 'object', description: 'As it stands on the firewall; absent for create.' },
    after: { type: 'object', description: 'As it shall be; absent for delete.' },
    reason: TEXT,
  },
  ['before', 'after'],
);
const REACH = shape(
  {
    from: TEXT,
    to: TEXT,
    services: { type: 'array', items: { type: 'string', description: 'tcp/5432, udp, any' } },
    pairs: COUNT,
    by: { type: 'array', items: TEXT },
    beside: shape({ verdict: { enum: ['pass', 'unknown'] }, why: TEXT }),
    lost: { type: 'string', description: 'Why answers may not come back.' },
  },
  ['beside', 'lost'],
);
const POLICY = shape(
  {
    changes: { type: 'array', items: ENTRY_CHANGE },
    opens: { type: 'array', items: REACH },
    closes: { type: 'array', items: REACH },
    tests: {
      type: 'array',
      items: shape(
        {
          where: TEXT,
          name: TEXT,
          outcome: { enum: ['passed', 'failed', 'nobody'] },
          checks: COUNT,
          failures: { type: 'array', items: TEXT },
          already: FLAG,
        },
        ['already'],
      ),
    },
    warnings: { type: 'array', items: WARNING },
    leftOut: {
      type: 'array',
      description: 'Publishes of which nothing is written; absent for none.',
      items: shape({ name: TEXT, where: TEXT, message: TEXT }),
    },
    entries: shape({ aliases: COUNT, rules: COUNT, redirects: COUNT }),
  },
  ['leftOut'],
);

const CONNECTIONS = shape(
  {
    outcome: { enum: ['ends', 'stays', 'unknown'] },
    reason: { type: 'string', description: 'Why they go on or cannot be seen.' },
    count: COUNT,
    perhaps: { ...COUNT, description: 'More of which it is not known whether their way is closed; they go on.' },
    unread: { ...COUNT, description: 'States that could not be read; they go on.' },
    first: {
      type: 'array',
      items: shape(
        {
          protocol: TEXT,
          from: TEXT,
          to: TEXT,
          asked: { type: 'string', description: 'What was asked for, where a redirect leads somewhere else.' },
          fromName: TEXT,
          toName: TEXT,
        },
        ['asked', 'fromName', 'toName'],
      ),
    },
  },
  ['reason'],
);

const UNSAFE = shape(
  {
    code: TEXT,
    message: TEXT,
    overriddenBy: { enum: ['--force', '--accept-lockout-risk'] },
    part: { type: 'string', description: 'The part that waits for it; absent where the whole plan does.' },
  },
  ['overriddenBy', 'part'],
);

const PART_ID = { type: 'string', pattern: '^[0-9a-f]{16}$' } as const;

const WAITING = {
  type: 'array',
  description: 'What is not among the changes until somebody says yes: slash32 apply --approve ID.',
  items: shape(
    {
      id: { ...PART_ID, description: 'The checksum of what it would do.' },
      key: { type: 'string', description: 'The same for as long as the same thing waits.' },
      project: TEXT,
      segment: TEXT,
      since: { type: 'string', description: 'ISO 8601, UTC. Not part of a checksum.' },
      reasons: { type: 'array', items: UNSAFE },
      approvable: { type: 'boolean', description: 'False where nothing overrides what it waits for.' },
      changes: { type: 'array', items: { oneOf: [RESERVATION_CHANGE, SETTING_CHANGE] } },
      policy: { type: 'array', items: ENTRY_CHANGE },
    },
    ['project', 'segment'],
  ),
} as const;

/** The schema of format `slash32.plan/2`. */
export const PLAN_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'slash32 plan',
  description: 'Desired minus observed: what slash32 would change on the firewall, why, and whether it is safe.',
  ...shape(
    {
      format: { const: 'slash32.plan/2' },
      purpose: { enum: ['sync', 'release'] },
      createdAt: { type: 'string', description: 'ISO 8601, UTC. Not part of the checksum.' },
      owner: TEXT,
      target: shape({ transport: { enum: ['file', 'api', 'plugin'] }, name: TEXT, revision: TEXT, version: TEXT }, [
        'version',
      ]),
      source: shape({
        name: TEXT,
        projects: { type: 'array', items: shape({ name: TEXT, complete: FLAG, reason: TEXT }, ['reason']) },
      }),
      segments: { type: 'array', items: SEGMENT },
      policy: POLICY,
      connections: CONNECTIONS,
      warnings: { type: 'array', items: WARNING },
      notes: NOTES,
      unsafe: { type: 'array', items: UNSAFE },
      waiting: WAITING,
      approved: {
        type: 'array',
        description: 'Ids of parts that somebody said yes to, and that are among the changes.',
        items: PART_ID,
      },
      faults: { type: 'array', items: shape({ interface: TEXT, object: TEXT, message: TEXT }) },
      reloadPending: FLAG,
      summary: shape({
        create: COUNT,
        update: COUNT,
        adopt: COUNT,
        retire: COUNT,
        restore: COUNT,
        release: COUNT,
        delete: COUNT,
        settings: COUNT,
        policy: COUNT,
        unchanged: COUNT,
        foreign: COUNT,
        leftOut: COUNT,
        waiting: { ...COUNT, description: 'Parts that wait for a person.' },
      }),
      checksum: { type: 'string', pattern: '^[0-9a-f]{16}$' },
    },
    ['policy', 'connections', 'notes'],
  ),
} as const;

const { waiting: _waiting, approved: _approved, ...PROPERTIES_BEFORE } = PLAN_SCHEMA.properties;
const { waiting: _parts, ...SUMMARY_BEFORE } = PLAN_SCHEMA.properties.summary.properties;

/** The schema of format `slash32.plan/1`, which knew no parts: a plan file of that form is still read. */
export const PLAN_SCHEMA_BEFORE = {
  ...PLAN_SCHEMA,
  properties: { ...PROPERTIES_BEFORE, format: { const: 'slash32.plan/1' }, summary: shape(SUMMARY_BEFORE) },
  required: PLAN_SCHEMA.required.filter((name) => name !== 'waiting' && name !== 'approved'),
} as const;
