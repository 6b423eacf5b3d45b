import { PLAN_SCHEMA } from '../plan/schema.js';

const TEXT = { type: 'string' } as const;
const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

const { $schema: _draft, title: _title, description: _description, ...PLAN } = PLAN_SCHEMA;

/** What `apply --json` and `release --json` print when they were not refused. */
export const APPLY_SCHEMA = {
  $schema: DRAFT,
  title: 'slash32 apply',
  description: 'What an apply did: the plan, how many attempts it took, and the revision of the firewall afterwards.',
  type: 'object',
  properties: {
    format: { const: 'slash32.apply/1' },
    outcome: { enum: ['applied', 'nothing'] },
    attempts: { type: 'integer', minimum: 0 },
    revision: TEXT,
    notes: { type: 'array', items: TEXT, description: 'What a person must know although it succeeded.' },
    plan: PLAN,
  },
  required: ['format', 'outcome', 'attempts', 'revision', 'notes', 'plan'],
  additionalProperties: false,
} as const;

/** What every command prints with `--json` when it fails. */
export const ERROR_SCHEMA = {
  $schema: DRAFT,
  title: 'slash32 error',
  description: 'A failure: one code of docs/reference/errors.md, and what it means for the firewall.',
  type: 'object',
  properties: {
    format: { const: 'slash32.error/1' },
    error: {
      type: 'object',
      properties: {
        code: { type: 'string', pattern: '^S32_[A-Z0-9_]+$' },
        message: TEXT,
        where: TEXT,
        effect: TEXT,
        hint: TEXT,
        written: { enum: ['nothing', 'all', 'unknown'] },
      },
      required: ['code', 'message', 'effect', 'hint', 'written'],
      additionalProperties: false,
    },
  },
  required: ['format', 'error'],
  additionalProperties: false,
} as const;

/** What `check --json` prints. */
export const CHECK_SCHEMA = {
  $schema: DRAFT,
  title: 'slash32 check',
  description: 'Whether a configuration is right, and every mistake with its place.',
  type: 'object',
  properties: {
    format: { const: 'slash32.check/1' },
    ok: { type: 'boolean' },
    problems: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          file: TEXT,
          line: { type: 'integer', minimum: 1 },
          column: { type: 'integer', minimum: 1 },
          path: TEXT,
          message: TEXT,
          hint: TEXT,
        },
        required: ['file', 'line', 'column', 'path', 'message', 'hint'],
        additionalProperties: false,
      },
    },
  },
  required: ['format', 'ok', 'problems'],
  additionalProperties: false,
} as const;
