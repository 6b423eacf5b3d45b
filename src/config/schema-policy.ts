/** The keys of a policy, in slash32.yaml and in the files that `policy_files` names. */

const SELECTORS =
  'a group, `tag:NAME`, `segment:NAME`, `project:NAME`, `project/instance` or `project/instance/nic` with `*` for any text, a network like `10.0.0.0/8`, `internet`, `firewall` or `any`';

function texts(description: string, hint: string) {
  return {
    type: ['string', 'array'],
    'x-type': 'text, or list of texts',
    minLength: 1,
    items: { type: 'string', minLength: 1, description: 'One of them.', 'x-hint': hint },
    description,
    'x-hint': hint,
  } as const;
}

const FROM = texts(`Who sends: ${SELECTORS}.`, 'Write for example: from: web');
const TO = texts(`Who receives: ${SELECTORS}.`, 'Write for example: to: [db, "10.9.0.0/24"]');
const PORTS_HINT = 'Write for example [tcp/443, udp/53, icmp].';
const LOG = { type: 'boolean', default: false, description: 'Whether the firewall logs what this lets pass.' } as const;
const WHEN = {
  type: 'string',
  maxLength: 120,
  description: 'Why it is there or until when; it stands in the description of the rules.',
  'x-hint': 'Write up to 120 characters.',
} as const;

const STATEMENT = {
  type: 'object',
  additionalProperties: false,
  required: ['from', 'to', 'allow'],
  description: 'Somebody may reach somebody.',
  'x-hint': 'Write for example: - { from: web, to: db, allow: [tcp/5432] }',
  properties: {
    from: FROM,
    to: TO,
    allow: texts(
      'What may pass: `tcp/443`, `udp/8000-8100`, `icmp/echo-request`, `tcp`, `udp`, `icmp`, `esp`, `ah`, `gre`, `igmp` or `any`. Answers pass by themselves.',
      PORTS_HINT,
    ),
    log: LOG,
    when: WHEN,
  },
} as const;

const PUBLISH = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'port', 'to'],
  description: 'A port of the firewall that leads to an instance: a destination NAT and the rule that it needs.',
  'x-hint': 'Write for example: - { name: site, port: tcp/443, to: edge/proxy }',
  properties: {
    name: { type: 'string', minLength: 1, description: 'Its name, which stays when everything else changes.' },
    on: { type: 'string', default: 'wan', description: 'The interface that packets come in on, by its identifier.' },
    port: {
      type: 'string',
      description: 'The port there: `tcp/443`, or a range `udp/5000-5010`.',
      'x-hint': 'Write for example tcp/443.',
    },
    to: {
      type: 'string',
      description:
        'One instance (`project/name`) or one of its NICs (`project/name/nic`), or one address in a segment.',
      'x-hint': 'Write for example edge/proxy.',
    },
    port_to: {
      type: 'integer',
      minimum: 1,
      maximum: 65535,
      description: 'The port at the instance. Default: the same.',
      'x-hint': 'Write a number from 1 to 65535.',
    },
    from: texts('Who may come in: networks, `internet` or `any`. Default: any.', 'Write for example [203.0.113.0/24].'),
    log: LOG,
    when: WHEN,
  },
} as const;

const TEST = {
  type: 'object',
  additionalProperties: false,
  required: ['from', 'to'],
  description: 'What must hold on the firewall as it would be, foreign rules included.',
  'x-hint': 'Write for example: - { from: web, to: db, accept: [tcp/5432], deny: [tcp/22] }',
  properties: {
    name: { type: 'string', minLength: 1, description: 'What the test is about.' },
    from: FROM,
    to: TO,
    accept: texts('What must pass, from each of these to each of those.', PORTS_HINT),
    deny: texts('What must be dropped.', PORTS_HINT),
  },
} as const;

/** The policy's keys; slash32.yaml and policy files share them. */
export const POLICY_PROPERTIES = {
  groups: {
    type: 'object',
    description:
      'Names for sets of instances and networks. Members: instances, tags, segments, projects, networks, other groups.',
    'x-hint': 'Write for example: groups: { web: [edge/proxy, "tag:web"] }',
    propertyNames: {
      pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,62}$',
      'x-hint': 'Begin with a letter, then up to 62 of A-Z, a-z, 0-9, `.`, `_` and `-`.',
    },
    additionalProperties: texts('The members.', 'Write a list, for example [edge/proxy, "tag:web"].'),
  },
  tagOwners: {
    type: 'object',
    description:
      'Which projects may put a tag on their instances (Incus: `user.slash32.tags`; the page of each source says how). A tag from anywhere else is ignored and reported.',
    'x-hint': 'Write for example: tagOwners: { web: [project:default] }',
    additionalProperties: texts(
      'The projects: `project:NAME`, or `project:*` for all.',
      'Write a list, for example [project:default].',
    ),
  },
  policy: {
    type: 'array',
    description: 'What may pass. Everything that no statement names is for the default of its segment.',
    'x-hint': 'Write a list of statements: - { from: web, to: db, allow: [tcp/5432] }',
    items: STATEMENT,
  },
  publish: {
    type: 'array',
    description: 'Ports of the firewall that lead to instances.',
    'x-hint': 'Write a list: - { name: site, port: tcp/443, to: edge/proxy }',
    items: PUBLISH,
  },
  tests: {
    type: 'array',
    description: 'What must hold: what would make one fail waits for a person.',
    'x-hint': 'Write a list: - { from: web, to: db, accept: [tcp/5432] }',
    items: TEST,
  },
} as const;

/** A file that `policy_files` names. */
export const POLICY_FILE_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'slash32 policy file',
  type: 'object',
  description: 'Policy beside slash32.yaml: the same keys as there, counted together.',
  additionalProperties: false,
  'x-hint': 'Write groups, tagOwners, policy, publish and tests, as in slash32.yaml.',
  properties: POLICY_PROPERTIES,
} as const;
