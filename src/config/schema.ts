import { SOURCE_KINDS } from '../inventory/registry.js';
import type { SourceSchema } from '../inventory/source-kind.js';
import { DURATION } from './schema-duration.js';
import { OPNSENSE_SCHEMA } from './schema-firewall.js';
import { LIMITS_SCHEMA } from './schema-limits.js';
import { POLICY_PROPERTIES } from './schema-policy.js';
import { SEGMENT_SCHEMA } from './schema-segment.js';
import { SCHEDULE_SCHEMA, SERVICE_SCHEMA } from './schema-service.js';

const SOURCES: Readonly<Record<string, SourceSchema>> = Object.fromEntries(
  SOURCE_KINDS.map(({ key, schema }) => [key, schema]),
);

/**
 * slash32.yaml as a JSON schema (draft 2020-12): the one place that says which keys there are, what they mean and what
 * they default to. Validation, defaults, the reference page and the schema for editors all come from it. `x-hint` is
 * what an error tells a person to write instead, `x-type` how the reference page calls the type.
 */
export const CONFIG_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'slash32.yaml',
  type: 'object',
  description: 'The configuration of slash32: one source of instances, one OPNsense, and the segments that both share.',
  additionalProperties: false,
  required: ['owner', 'opnsense', 'segments'],
  oneOf: SOURCE_KINDS.map(({ key }) => ({ required: [key] })),
  'x-hint': '`slash32 init` writes a first one.',
  properties: {
    version: {
      const: 1,
      'x-type': 'integer',
      'x-hint': 'Write version: 1.',
      description:
        'Version of this schema. A file without it is from before there was one: it is read as it was meant then, and `slash32 migrate` writes it anew.',
    },
    owner: {
      type: 'string',
      pattern: '^[a-z0-9-]{1,32}$',
      'x-hint': 'Write 1 to 32 of a-z, 0-9 and -, for example home.',
      description:
        'Name of this slash32 on the firewall, 1 to 32 of `a-z`, `0-9` and `-`. It marks every entry as its own, so that several can share one firewall. Changing it later orphans what it owns.',
    },
    ...SOURCES,
    opnsense: OPNSENSE_SCHEMA,
    segments: {
      type: 'object',
      minProperties: 1,
      description: 'The segments to manage, by name. What is not named here is never changed.',
      'x-hint': 'Write for example: segments: { servers: { interface: opt3 } }',
      propertyNames: {
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$',
        'x-hint': 'Name a segment with up to 63 of A-Z, a-z, 0-9, `.`, `_` and `-`, for example servers.',
      },
      additionalProperties: SEGMENT_SCHEMA,
    },
    protect: {
      type: 'array',
      default: [],
      description:
        'IPv4 addresses that must never be cut off: your own workstation, a monitoring host. Static ARP and deny-unknown are refused where one of them would lose its way.',
      'x-hint': 'Write a list of addresses, for example [10.0.0.2].',
      items: {
        type: 'string',
        description: 'An IPv4 address.',
        'x-hint': 'Write one IPv4 address, for example 10.0.0.2.',
      },
    },
    node_addresses: {
      type: 'array',
      default: [],
      description:
        'IPv4 addresses of both nodes of a high-availability pair, one for each interface and node; shared addresses are known. What the policy lets into a network is then let into neither node, whichever is master, and no instance gets one of them.',
      'x-hint': 'Write a list of addresses, for example [10.2.0.2, 10.2.0.3].',
      items: {
        type: 'string',
        description: 'An IPv4 address.',
        'x-hint': 'Write one IPv4 address, for example 10.2.0.2.',
      },
    },
    exclude: {
      type: 'array',
      default: [],
      description:
        'Instances to leave alone: patterns of `project/name` with `*` for any text, for example `default/lab-*`.',
      'x-hint': 'Write a list of patterns, for example ["default/lab-*"].',
      items: {
        type: 'string',
        pattern: '^[^/\\s]+/[^/\\s]+$',
        description: 'A pattern of `project/name`.',
        'x-hint': 'Write project/name, with * for any text: default/lab-*, */test.',
      },
    },
    hostnames: {
      type: 'object',
      default: {},
      description:
        'Hostnames for instances (`project/name`) or single NICs (`project/name/nic`) that are to be called otherwise than the instance. Without it a name that DNS does not take gets hyphens for what it does not take: `web_1` is called `web-1`.',
      'x-hint': 'Write for example: hostnames: { "default/web.lan": web }',
      propertyNames: {
        pattern: '^[^/]+/[^/]+(/[^/]+)?$',
        'x-hint': 'Name an instance as project/name, or one NIC as project/name/nic.',
      },
      additionalProperties: {
        type: 'string',
        pattern: '^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$',
        description: 'A hostname without a domain.',
        'x-hint': 'Write a hostname without a domain: letters, digits and inner hyphens, 63 at most.',
      },
    },
    retain: {
      ...DURATION,
      default: '24h',
      description:
        'How long the reservation of a missing instance is kept, for example `24h`; `0` deletes it with the next apply.',
    },
    quarantine: {
      ...DURATION,
      default: '7d',
      description:
        'How long a freed address goes to nobody else, because rules written by hand may still name it. The same instance gets it back at once.',
    },
    limits: LIMITS_SCHEMA,
    ...POLICY_PROPERTIES,
    cut: {
      enum: ['closed', 'never'],
      default: 'closed',
      'x-hint': 'Write cut: closed or cut: never.',
      description:
        'Whether open connections of a way that an apply or its undoing closes end with it: `closed` ends exactly those, `never` lets them go on until they end by themselves, which may be days. With `transport: file` they always go on.',
    },
    policy_files: {
      type: 'array',
      default: [],
      uniqueItems: true,
      description: 'Files with more policy, read as if it stood here: groups, tagOwners, policy, publish and tests.',
      'x-hint': 'Write a list of file names, for example [policy.yaml].',
      items: { type: 'string', minLength: 1, description: 'A file, from the folder of this one.' },
    },
    schedule: SCHEDULE_SCHEMA,
    service: SERVICE_SCHEMA,
    state_file: {
      type: 'string',
      minLength: 1,
      description:
        'Where slash32 remembers what it cannot read from the firewall (quarantine, original settings). Default: beside this file, `slash32.state.json` for `slash32.yaml`.',
    },
  },
} as const;
