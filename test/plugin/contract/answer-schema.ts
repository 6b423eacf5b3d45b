import { complaint, flag, list, number, shape, text } from './shapes.js';

/** What `apply`, `confirm` and `rollback` answer as docs/plugin-api.md gives it, and not a field more. */

const count = { type: 'integer', minimum: 0 } as const;
const revision = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
const id = { type: 'string', pattern: '^[0-9a-f]{16}$' } as const;
const service = { enum: ['aliases', 'filter', 'dns', 'dhcpd', 'neighbours'] } as const;
const services = { type: 'array', items: service, uniqueItems: true } as const;
const changed = shape({
  reservations: shape({ created: count, updated: count, deleted: count, adopted: count, released: count }),
  settings: count,
  aliases: count,
  rules: count,
  redirects: count,
});
const codes = [
  ...[
    'invalid',
    'scope',
    'confirm_time',
    'owner',
    'user',
    'foreign',
    'taken',
    'lockout',
    'restart',
    'dhcpd',
    'model',
    'watchdog',
  ],
  'backup_node',
];

function result(name: string, more: Readonly<Record<string, object>> = {}, optional: readonly string[] = []) {
  return shape({ result: { const: name }, ...more }, optional);
}

const refused = result('refused', { code: { enum: codes }, errors: { ...list(complaint), minItems: 1 } });
const failed = result('failed', { message: text }, ['message']);

export const APPLY = {
  oneOf: [
    result('applied', {
      id,
      revision_before: revision,
      revision,
      changed,
      reloaded: services,
      notes: list(text),
      confirm: { anyOf: [{ type: 'null' }, shape({ seconds: number, deadline: number })] },
    }),
    result('nothing', { revision }),
    result('checked', { revision, changed, would_reload: services, notes: list(text) }),
    result('conflict', { revision }),
    result('pending', {
      pending: shape({ owner: text, id, since: number, deadline: number, seconds_left: count }),
    }),
    refused,
    result('restored', { id, reason: text, left: list(complaint), revision }),
    failed,
  ],
};

export const ENDING = {
  oneOf: [
    result('confirmed', {
      peer: {
        anyOf: [
          { type: 'null' },
          shape({ pushed: flag, message: text, code: text, open: flag, notes: list(text) }, ['code', 'open', 'notes']),
        ],
      },
    }),
    result('rolled_back', { left: list(complaint), revision }),
    result('already', { outcome: { enum: ['confirmed', 'kept', 'rolled_back', 'restored', 'rebooted'] } }),
    result('expired', { left: list(complaint) }),
    refused,
    result('unknown'),
    failed,
  ],
};
