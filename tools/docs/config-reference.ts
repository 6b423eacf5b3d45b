import { MIGRATIONS, SCHEMA_VERSION } from '../../src/config/migrate/migrations.js';
import { CONFIG_SCHEMA } from '../../src/config/schema.js';
import { POLICY_FILE_SCHEMA } from '../../src/config/schema-policy.js';
import { SOURCE_KINDS } from '../../src/inventory/registry.js';
import { GENERATED_NOTE, table } from './markdown.js';

/** A whole file that uses most keys; a test keeps it valid. */
export const CONFIG_EXAMPLE = `version: 1
owner: home

incus:
  url: https://incus.lan:8443
  cert: /etc/slash32/incus.crt
  key: credential:incus-key
  fingerprint: "5E:0F:9C:3B:1A:77:42:D8:6B:90:E1:2C:AF:53:88:14:5E:0F:9C:3B:1A:77:42:D8:6B:90:E1:2C:AF:53:88:14"
  projects: [default, web]

opnsense:
  transport: api
  url: https://fw.lan
  key_file: /etc/slash32/opnsense.key
  ca_file: /etc/slash32/ca.pem

segments:
  servers:
    interface: opt3
    pool: 10.2.0.10-10.2.0.199
    pins:
      web: 10.2.0.200-10.2.0.219
    manage: [reservations, mask, deny_unknown]
  dmz:
    network: incus-dmz
    interface: opt4
    pool: [10.3.0.10-10.3.0.99, 10.3.0.150-10.3.0.250]

protect: [10.0.0.2]
exclude: ["default/lab-*"]
retain: 24h
quarantine: 7d
limits: { share: 0.3, share_from: 3, total: 25 }
schedule: { reconcile: "0 3 * * *", timezone: Europe/Berlin }
`;

/** A policy that uses every key; a test keeps it valid. */
export const POLICY_EXAMPLE = `groups: { web: [edge/proxy, "tag:web"], db: ["tag:db"] }
tagOwners: { web: [project:default], db: [project:default] }
policy:
  - { from: web, to: db, allow: [tcp/5432], log: true, when: until the new one stands }
publish:
  - { name: site, on: wan, port: tcp/443, to: edge/proxy, port_to: 8443, from: [internet], log: false, when: ticket 12 }
tests:
  - { name: nobody logs in, from: web, to: db, accept: [tcp/5432], deny: [tcp/22] }
`;

const SMALLEST = `version: 1
owner: home
incus: { socket: /var/lib/incus/unix.socket }
opnsense: { transport: file, path: config.xml }
segments:
  servers: { interface: opt3 }
`;

/** docs/reference/configuration.md: every key of slash32.yaml, from the schema that validates it. */
export function renderConfigReference(): string {
  const { opnsense, segments, limits, schedule, service } = CONFIG_SCHEMA.properties;
  const { tls, journal, hooks, log } = service.properties;
  return [
    '# slash32.yaml',
    '',
    GENERATED_NOTE,
    '',
    `${CONFIG_SCHEMA.description} \`slash32 init\` writes a first one, \`slash32 check\` lists every mistake with its line and column.`,
    'Relative paths are taken from the folder of the file. Editors can use [slash32.schema.json](slash32.schema.json):',
    '`# yaml-language-server: $schema=…/slash32.schema.json` as the first line.',
    '',
    'The least that works:',
    '',
    fence(SMALLEST),
    '',
    'Most keys at once:',
    '',
    fence(CONFIG_EXAMPLE),
    '',
    '## Top level',
    '',
    keyTable(CONFIG_SCHEMA),
    '',
    ...SOURCE_KINDS.flatMap(({ key, schema }) => [`## ${key}`, '', schema.description, '', keyTable(schema), '']),
    '## opnsense',
    '',
    opnsense.description,
    '',
    keyTable(opnsense),
    '',
    '## segments',
    '',
    `${segments.description} The key is the name that plans and commands use: ${nameRule()}.`,
    'No two segments share a network or an interface, and no two ranges overlap.',
    '',
    keyTable(segments.additionalProperties),
    '',
    ...policySections(),
    '## limits',
    '',
    limits.description,
    '',
    keyTable(limits),
    '',
    '## schedule',
    '',
    schedule.description,
    '',
    keyTable(schedule),
    '',
    '## service',
    '',
    service.description,
    '',
    keyTable(service),
    '',
    ...Object.entries({ tls, journal, hooks, log }).flatMap(([name, part]) => [
      `### service.${name}`,
      '',
      part.description,
      '',
      keyTable(part),
      '',
    ]),
    '## Versions',
    '',
    `This is version ${SCHEMA_VERSION} of the schema: \`version: ${SCHEMA_VERSION}\`. A file of an older version, or without one (0), is read as it was meant then, \`slash32 check\``,
    'says what that is, and `slash32 migrate` writes it anew beside a backup. A file of a newer version is refused.',
    '',
    table(
      ['Step', 'What is different'],
      MIGRATIONS.map((one) => [`${one.from} → ${one.to}`, one.about]),
    ),
    '',
    '## Durations',
    '',
    'A whole number and one unit: `s`, `m`, `h`, `d` or `w`, for example `90m` or `7d`. A bare number is refused, except `0`.',
    '',
    '## Secrets',
    '',
    'No secret stands in slash32.yaml; a key such as `password` or `api_key` is an error. `key_file` and `key` name where it is:',
    '',
    table(
      ['Written', 'Read from'],
      [
        ['`/etc/slash32/key`', 'A file that others cannot read: mode 0600, 0400 or 0640.'],
        ['`credential:NAME`', '`$CREDENTIALS_DIRECTORY/NAME`, a systemd credential (`LoadCredential=`).'],
        ['`env:NAME`', 'The content of the environment variable `NAME`.'],
      ],
    ),
    '',
  ].join('\n');
}

/** Groups, tags, statements, publishes and tests; they stand in slash32.yaml or in policy files. */
function policySections(): string[] {
  const { groups, tagOwners, policy, publish, tests } = POLICY_FILE_SCHEMA.properties;
  const named = (name: string, what: string, node: SchemaNode & { readonly additionalProperties: SchemaNode }) => [
    `## ${name}`,
    '',
    node.description ?? '',
    '',
    table(
      ['Key', 'Type', 'Meaning'],
      [[what, typeOf(node.additionalProperties), node.additionalProperties.description ?? '']],
    ),
    '',
  ];
  const listed = (name: string, node: SchemaNode & { readonly items: SchemaNode & ObjectNode }) => [
    `## ${name}`,
    '',
    `${node.description ?? ''} Each of the list: ${lowerFirst(node.items.description ?? '')}`,
    '',
    keyTable(node.items),
    '',
  ];
  return [
    '## Policy',
    '',
    'The five keys that follow stand in slash32.yaml or in files that `policy_files` names, and are counted together. What they mean on the firewall:',
    '[policy.md](../policy.md).',
    '',
    fence(POLICY_EXAMPLE),
    '',
    ...named('groups', 'name of a group', groups),
    ...named('tagOwners', 'name of a tag', tagOwners),
    ...listed('policy', policy),
    ...listed('publish', publish),
    ...listed('tests', tests),
  ];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

interface SchemaNode {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string | readonly string[];
  readonly 'x-type'?: string;
  readonly enum?: readonly string[];
  readonly items?: SchemaNode;
}

interface ObjectNode {
  readonly properties: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
}

function keyTable(schema: ObjectNode): string {
  const rows = Object.entries(schema.properties).map(([key, node]) => [
    `\`${key}\``,
    typeOf(node),
    schema.required?.includes(key) === true ? 'required' : defaultOf(node),
    node.description ?? '',
  ]);
  return table(['Key', 'Type', 'Default', 'Meaning'], rows);
}

function typeOf(node: SchemaNode): string {
  if (node['x-type'] !== undefined) return node['x-type'];
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(', ');
  const types = typeof node.type === 'string' ? [node.type] : (node.type ?? []);
  return types.map((type) => (type === 'array' ? listOf(node.items) : (TYPE_WORDS[type] ?? type))).join(' or ');
}

function listOf(items: SchemaNode | undefined): string {
  return items?.enum === undefined ? 'list' : `list of ${typeOf(items)}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'mapping',
  boolean: 'true or false',
  integer: 'whole number',
};

function defaultOf(node: SchemaNode): string {
  if (node.default === undefined) return '';
  const plain = typeof node.default === 'string' ? node.default : JSON.stringify(node.default).replaceAll('"', '');
  return plain === '{}' ? '' : `\`${plain}\``;
}

function nameRule(): string {
  return 'up to 63 of `A-Z`, `a-z`, `0-9`, `.`, `_` and `-`';
}

function fence(yaml: string): string {
  return `\`\`\`yaml\n${yaml}\`\`\``;
}
