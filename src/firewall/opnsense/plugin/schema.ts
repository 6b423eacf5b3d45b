/**
 * JSON schemas of what os-slash32 answers. Fields that are not named here are let through, so that a newer plugin may say
 * more; those that slash32 uses must be of the right form before anything is done with them.
 */

const TEXT = { type: 'string' } as const;
const MAYBE_TEXT = { type: ['string', 'null'] } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const YES_NO = { type: 'boolean' } as const;
const ID = { type: 'string', pattern: '^[0-9a-f]{16}$' } as const;
const REVISION = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
const COMPLAINTS = list({ where: TEXT, object: TEXT, message: TEXT });

const PEER = {
  oneOf: [
    { type: 'null' },
    {
      ...shape({ pushed: YES_NO, message: TEXT }),
      properties: { pushed: YES_NO, message: TEXT, code: TEXT, open: YES_NO, notes: { type: 'array', items: TEXT } },
    },
  ],
} as const;
const HA_NEEDS = {
  peer: MAYBE_TEXT,
  push: YES_NO,
  role: { enum: ['master', 'backup', 'none', 'unknown'] },
  addresses: list({ interface: TEXT, address: TEXT, status: TEXT }),
  missing: { type: 'array', items: TEXT },
  debts: list({ id: ID, owner: TEXT, what: { enum: ['kept', 'undone'] }, since: COUNT, code: TEXT, message: TEXT }),
  unwatched: list({ id: ID, owner: TEXT, until: COUNT }),
} as const;
const HA = {
  ...shape(HA_NEEDS),
  properties: { ...HA_NEEDS, items: { type: 'array', items: TEXT } },
} as const;

const SCOPE = shape({ interfaces: { type: 'array', items: TEXT }, max_confirm_seconds: COUNT });
const STATE = shape({
  result: { const: 'ok' },
  plugin: TEXT,
  version: MAYBE_TEXT,
  revision: REVISION,
  now: COUNT,
  caller: shape({ address: MAYBE_TEXT, user: MAYBE_TEXT }),
  scope: {
    ...SCOPE,
    properties: { ...SCOPE.properties, publishes: { type: 'array', items: TEXT } },
  },
  interfaces: list(
    {
      id: { type: 'string', minLength: 1 },
      descr: TEXT,
      device: TEXT,
      mac: MAYBE_TEXT,
      enabled: YES_NO,
      ipaddr: MAYBE_TEXT,
      subnet: { type: ['integer', 'null'], minimum: 0, maximum: 128 },
      vips: list({ address: TEXT, mode: TEXT, status: MAYBE_TEXT }),
    },
    { static_arp: { type: ['boolean', 'null'] } },
  ),
  dhcpd: TEXT,
  other_dhcp: list({ interface: TEXT, server: { enum: ['dnsmasq', 'kea'] } }),
  faults: list({ interface: TEXT, object: TEXT, message: TEXT }),
  leases: list({ interface: TEXT, address: TEXT, mac: TEXT, hostname: MAYBE_TEXT }),
  neighbours: list({ interface: TEXT, address: TEXT, mac: TEXT, permanent: YES_NO }),
  peer: MAYBE_TEXT,
  owners: list({ owner: TEXT, fingerprint: TEXT, host: TEXT, seen: COUNT }),
  pending: list({ owner: TEXT, id: ID, deadline: COUNT, seconds_left: { type: 'number', minimum: 0 } }),
  applies: list({ id: ID, owner: TEXT, outcome: TEXT }, { peer: PEER }),
  dhcpd_health: shape({ expected: YES_NO, running: YES_NO }),
});

const HOSTS = list({ address: TEXT, mac: TEXT });
const RESTARTS = list({
  interface: TEXT,
  what: { enum: ['closes', 'opens', 'starts', 'stops', 'ranges'] },
  served: YES_NO,
  answered: HOSTS,
  neighbours: HOSTS,
});

/** Answer of `state/get`. */
export const STATE_SCHEMA = {
  ...STATE,
  properties: {
    ...STATE.properties,
    bindings: list({ owner: TEXT, user: TEXT }),
    cuts: YES_NO,
    policy: TEXT,
    restarts: RESTARTS,
    settings: { type: 'array', items: TEXT },
    names: list({ name: TEXT, holder: TEXT }),
    ha: HA,
  },
} as const;

/** Answer of `state/connections`. */
export const CONNECTIONS_SCHEMA = shape({ result: { const: 'ok' }, connections: { type: 'array' } });

/** Answer of `state/apply`. */
export const APPLIED_SCHEMA = byResult({
  applied: {
    id: ID,
    revision: REVISION,
    notes: { type: 'array', items: TEXT },
    confirm: { oneOf: [{ type: 'null' }, shape({ seconds: COUNT, deadline: COUNT })] },
  },
  nothing: { revision: REVISION },
  conflict: { revision: REVISION },
  pending: {},
  refused: { code: TEXT, errors: COMPLAINTS },
  restored: { reason: TEXT, left: COMPLAINTS },
  failed: {},
});

/** Answer of `state/confirm` and `state/rollback`. */
export const SETTLED_SCHEMA = byResult({
  confirmed: {},
  rolled_back: { left: COMPLAINTS },
  expired: { left: COMPLAINTS },
  already: { outcome: TEXT },
  refused: { code: TEXT },
  unknown: {},
  failed: {},
});

function shape(properties: Readonly<Record<string, object>>) {
  return { type: 'object', properties, required: Object.keys(properties) } as const;
}

function list(properties: Readonly<Record<string, object>>, optional: Readonly<Record<string, object>> = {}) {
  const { required } = shape(properties);
  return { type: 'array', items: { ...shape({ ...properties, ...optional }), required } } as const;
}

/** One shape for each `result`; `peer` and `message` may come with some of them. */
function byResult(shapes: Readonly<Record<string, Readonly<Record<string, object>>>>) {
  const optional = {
    peer: PEER,
    message: TEXT,
    under_way: YES_NO,
    errors: COMPLAINTS,
  };
  return {
    type: 'object',
    required: ['result'],
    properties: { result: { enum: Object.keys(shapes) }, ...optional },
    allOf: Object.entries(shapes).map(([result, properties]) => ({
      if: { properties: { result: { const: result } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, never awaited
      then: { properties, required: Object.keys(properties) },
    })),
  } as const;
}
