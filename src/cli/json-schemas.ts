import { PLAN_SCHEMA } from '../plan/schema.js';

const TEXT = { type: 'string' } as const;
const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

const { $schema: _draft, title: _title, description: _description, ...PLAN } = PLAN_SCHEMA;

const PEER = {
  type: 'object',
  description: 'What the other node of a high-availability pair did with the change; absent where it was not asked.',
  properties: {
    taken: { type: 'boolean', description: 'It was asked, has what was written, and its services run with that.' },
    open: { type: 'boolean', description: 'It has not answered yet.' },
    message: TEXT,
  },
  required: ['taken', 'open', 'message'],
  additionalProperties: false,
} as const;

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
    confirm: {
      description: 'How the apply stands on a firewall with os-slash32; null elsewhere, and when nothing was to do.',
      oneOf: [
        { type: 'null' },
        {
          type: 'object',
          properties: {
            state: { enum: ['confirmed', 'kept', 'waiting'] },
            until: { type: ['string', 'null'], description: 'When the firewall rolls back, while it waits.' },
          },
          required: ['state', 'until'],
          additionalProperties: false,
        },
      ],
    },
    peer: PEER,
    plan: PLAN,
  },
  required: ['format', 'outcome', 'attempts', 'revision', 'notes', 'confirm', 'plan'],
  additionalProperties: false,
} as const;

/** What `confirm --json` and `rollback --json` print when they did what they say. */
export const SETTLED_SCHEMA = {
  $schema: DRAFT,
  title: 'slash32 confirm and rollback',
  description: 'What became of the apply that waited to be confirmed.',
  type: 'object',
  properties: {
    format: { const: 'slash32.settled/1' },
    outcome: { enum: ['confirmed', 'rolled_back'] },
    before: { type: 'boolean', description: 'Whether that had happened already, before this command.' },
    checksum: { type: 'string', description: 'Checksum of the plan that was applied.' },
    left: { type: 'array', items: TEXT, description: 'What others changed meanwhile and a rollback left as it is.' },
    notes: { type: 'array', items: TEXT },
    peer: PEER,
  },
  required: ['format', 'outcome', 'before', 'checksum', 'left', 'notes'],
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

/** What `plugin install --json` prints. */
export const PLUGIN_INSTALL_SCHEMA = {
  $schema: DRAFT,
  title: 'slash32 plugin install',
  description: 'The plugin that came with this installation, and what to type to put it on the firewall.',
  type: 'object',
  properties: {
    format: { const: 'slash32.plugin-install/1' },
    name: { type: 'string', description: 'File name of the package.' },
    path: { type: 'string', description: 'Where it lies on this machine.' },
    version: { type: 'string', description: 'Version of the plugin.' },
    sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    host: {
      type: ['string', 'null'],
      description: 'The firewall; null where neither --host nor the configuration names it.',
    },
    steps: {
      type: 'array',
      description: 'In this order.',
      items: {
        type: 'object',
        properties: {
          title: TEXT,
          commands: { type: 'array', items: TEXT, description: 'Lines for a shell on this machine.' },
          text: { type: 'array', items: TEXT, description: 'What to do by hand, one line each.' },
        },
        required: ['title', 'commands', 'text'],
        additionalProperties: false,
      },
    },
  },
  required: ['format', 'name', 'path', 'version', 'sha256', 'host', 'steps'],
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
          code: { const: 'S32_CONFIG_NEWER', description: 'The file is of a schema that this version does not know.' },
        },
        required: ['file', 'line', 'column', 'path', 'message', 'hint'],
        additionalProperties: false,
      },
    },
    notes: { type: 'array', items: TEXT, description: 'What a person must know although the file is right.' },
  },
  required: ['format', 'ok', 'problems', 'notes'],
  additionalProperties: false,
} as const;
