import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConfigCheck, checkConfig } from '../../src/config/check.js';
import type { ConfigProblem } from '../../src/config/problem.js';
import { CONFIG_SCHEMA } from '../../src/config/schema.js';
import { POLICY_FILE_SCHEMA } from '../../src/config/schema-policy.js';
import { CONFIG_EXAMPLE, POLICY_EXAMPLE } from '../../tools/docs/config-reference.js';
import { baseText } from './texts.js';

const FOLDER = '/etc/slash32';

function check(text: string): ConfigCheck {
  return checkConfig(text, 'slash32.yaml', FOLDER);
}

function problems(text: string): readonly ConfigProblem[] {
  const result = check(text);
  return result.ok ? [] : result.problems;
}

/** `line:column message | hint`, to compare a whole answer at a glance. */
function told(text: string): string[] {
  return problems(text).map((problem) => `${problem.line}:${problem.column} ${problem.message} | ${problem.hint}`);
}

describe('a right file', () => {
  it('is read as the design writes it, with every default', () => {
    const result = check(`version: 1
owner: home
incus:    { socket: /var/lib/incus/unix.socket }
opnsense: { transport: plugin, url: https://fw.lan/, key_file: key, ca_file: /etc/slash32/ca.pem }
segments:
  servers: { interface: opt3, pool: 10.2.0.10-10.2.0.250, manage: [reservations, mask] }
protect:  [10.0.0.2, 10.0.0.2]
schedule: { reconcile: "0 3 * * *", timezone: Europe/Berlin }
`);
    expect(result).toEqual({
      ok: true,
      config: {
        file: 'slash32.yaml',
        notes: [],
        policyDigest: '',
        source: {
          kind: 'incus',
          via: 'socket',
          place: 'unix:/var/lib/incus/unix.socket',
          settings: { via: 'socket', path: '/var/lib/incus/unix.socket', projects: undefined },
          connect: expect.any(Function),
          listen: expect.any(Function),
        },
        target: {
          transport: 'plugin',
          url: 'https://fw.lan',
          keyFile: '/etc/slash32/key',
          caFile: '/etc/slash32/ca.pem',
          fingerprint: undefined,
          allowUntestedVersion: false,
        },
        plan: {
          owner: 'home',
          segments: [
            {
              name: 'servers',
              network: 'servers',
              interface: 'opt3',
              pool: [{ from: '10.2.0.10', to: '10.2.0.250' }],
              pins: {},
              manage: ['reservations', 'mask'],
              rangeAddress: undefined,
              router: undefined,
              fallback: 'inherit',
              infrastructure: ['dhcp', 'dns', 'ntp'],
              arpEntries: false,
            },
          ],
          protect: ['10.0.0.2'],
          exclude: [],
          retainSeconds: 86_400,
          quarantineSeconds: 604_800,
          cut: 'closed',
          limits: { share: 0.3, shareFrom: 3, total: 25 },
          shares: { project: 0.9, pins: 0.75, instanceNics: 16, instanceAddresses: 32 },
          policy: { groups: [], tagOwners: [], statements: [], publishes: [], tests: [] },
        },
        schedule: { reconcile: '0 3 * * *', drift: '0 * * * *', timezone: 'Europe/Berlin' },
        service: {
          listen: { host: '127.0.0.1', port: 3232 },
          socket: '/etc/slash32/slash32.sock',
          tls: undefined,
          tokensFile: '/etc/slash32/slash32.tokens.json',
          stateFile: '/etc/slash32/slash32.service.json',
          seenFile: '/etc/slash32/slash32.webhooks.seen',
          journal: { file: '/etc/slash32/slash32.journal.jsonl', maxBytes: 10_000_000, keep: 5 },
          hooks: { incus: [], generic: [], windowSeconds: 300 },
          debounceSeconds: 1,
          log: { format: 'human', level: 'info' },
        },
        stateFile: '/etc/slash32/slash32.state.json',
      },
    });
  });

  it('takes the policy of the reference page, which uses every key', () => {
    expect(problems(`${CONFIG_EXAMPLE}${POLICY_EXAMPLE}`)).toEqual([]);
    const { policy, publish, tests } = POLICY_FILE_SCHEMA.properties;
    for (const { items } of [policy, publish, tests])
      for (const key of Object.keys(items.properties)) expect(POLICY_EXAMPLE).toMatch(new RegExp(`[{,] ${key}: `));
  });

  it('is the example of the reference page', () => {
    const result = check(CONFIG_EXAMPLE);
    expect(problems(CONFIG_EXAMPLE)).toEqual([]);
    expect(result.ok && result.config.source.settings).toMatchObject({
      via: 'https',
      keyFile: 'credential:incus-key',
      fingerprint: '5e0f9c3b1a7742d86b90e12caf5388145e0f9c3b1a7742d86b90e12caf538814',
      projects: ['default', 'web'],
    });
    expect(result.ok && result.config.plan.segments[0]?.pins).toEqual({
      web: [{ from: '10.2.0.200', to: '10.2.0.219' }],
    });
  });

  it.each([
    ['a bare zero as a duration', 'retain: 0', { retainSeconds: 0 }],
    ['a quoted zero as a duration', 'retain: "0"', { retainSeconds: 0 }],
    ['minutes', 'quarantine: 90m', { quarantineSeconds: 5400 }],
    ['weeks', 'quarantine: 2w', { quarantineSeconds: 1_209_600 }],
    ['part of the limits', 'limits: { total: 0 }', { limits: { share: 0.3, shareFrom: 3, total: 0 } }],
  ])('may have %s', (_name, line, expected) => {
    const result = check(`${baseText()}${line}\n`);
    expect(result.ok && result.config.plan).toMatchObject(expected);
  });

  it.each([
    ['a comment and Windows line ends', baseText().replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${baseText()}`],
    ['a document marker', `---\n${baseText()}...\n`],
    ['an anchor and an alias', baseText().replace('/run/incus.sock', '&s /run/incus.sock').concat('state_file: *s\n')],
    ['standard input as its source', baseText({ incus: '{ file: "-", complete: true }' })],
    [
      'http to this machine',
      baseText({ incus: `{ url: "http://127.0.0.1:8443", cert: c, key: env:KEY, fingerprint: "${'ab'.repeat(32)}" }` }),
    ],
  ])('may have %s', (_name, text) => {
    expect(told(text)).toEqual([]);
  });

  it('keeps standard input and references as they are, and makes paths absolute', () => {
    const stdin = check(baseText({ incus: '{ file: "-" }' }));
    expect(stdin.ok && stdin.config.source.settings).toEqual({ via: 'file', path: '-', complete: false });
    const api = check(
      baseText({ opnsense: '{ transport: api, url: https://fw, key_file: env:OPNSENSE_KEY, ca_file: ca.pem }' }),
    );
    expect(api.ok && api.config.target).toMatchObject({ keyFile: 'env:OPNSENSE_KEY', caFile: '/etc/slash32/ca.pem' });
  });

  it.each([
    ['slash32.yaml', '/etc/slash32/slash32.state.json'],
    ['lab.yml', '/etc/slash32/lab.state.json'],
    ['conf', '/etc/slash32/conf.state.json'],
  ])('named %s keeps its state in %s', (file, stateFile) => {
    const result = checkConfig(baseText(), file, FOLDER);
    expect(result.ok && result.config.stateFile).toBe(stateFile);
  });
});

describe('the instances that the firewall runs in', () => {
  const ends = (instances: string) =>
    baseText({ opnsense: `{ transport: file, path: config.xml, instances: ${instances} }` });

  it('are none unless they are named', () => {
    const named = checkConfig(ends('[default/opnsense, "infra/fw-2"]'), 'slash32.yaml', '/etc');
    expect(named).toMatchObject({ config: { plan: { firewallInstances: ['default/opnsense', 'infra/fw-2'] } } });
    const none = checkConfig(baseText({}), 'slash32.yaml', '/etc');
    expect(none.ok && 'firewallInstances' in none.config.plan).toBe(false);
  });

  it.each(['[opnsense]', '[default/a/b]', 'default/opnsense', '[default/a, default/a]'])(
    'cannot be %s',
    (instances) => {
      expect(checkConfig(ends(instances), 'slash32.yaml', '/etc').ok).toBe(false);
    },
  );
});

describe('the mistakes of a file', () => {
  it('are told all at once, in the order of the lines', () => {
    const found = problems(`owner: Home
incus: { sockt: /x }
opnsense: { transport: apy }
segments:
  a: { interface: opt1, pool: 10.0.0.9-10.0.0.1 }
retain: 24
`);
    expect(found.map((problem) => problem.line)).toEqual([1, 2, 2, 3, 5, 6]);
    expect(found.map((problem) => problem.file)).toEqual(Array(6).fill('slash32.yaml'));
    expect(found[4]).toEqual({
      file: 'slash32.yaml',
      line: 5,
      column: 31,
      path: 'segments.a.pool',
      message: 'The range 10.0.0.9-10.0.0.1 runs backwards.',
      hint: 'Write 10.0.0.1-10.0.0.9.',
    });
  });

  it.each<[string, string, RegExp]>([
    ['an unknown key', 'segmets: {}', /^6:1 'segmets' is not a key of the file\. \| Did you mean 'segments'\?$/],
    ['a key in camel case', 'stateFile: x', /^6:1 .*Did you mean 'state_file'\?/],
    ['a synonym of a key', 'ignore: []', /^6:1 .*Did you mean 'exclude'\?/],
    ['a key that nothing resembles', 'xylophone: 1', /It knows: version, owner, incus/],
    ['a merge key', '<<: {}', /^6:1 Merge keys/],
    ['a bare number as a duration', 'retain: 24', /^6:9 'retain' cannot be 24\. \| Write a number and a unit/],
    ['a duration in words', 'quarantine: 7 days', /^6:13 'quarantine' cannot be 7 days/],
    ['a negative duration', 'retain: -1', /^6:9 'retain' cannot be -1/],
    ['a share in percent', 'limits: { share: 30 }', /^6:18 'share' cannot be 30\. \| .*0\.3 is 30 %/],
    ['a limit of nothing', 'limits: { share_from: 0 }', /^6:23 'share_from' cannot be 0/],
    ['half a limit', 'limits: { total: 2.5 }', /^6:18 'total' must be a whole number/],
    ['a cron expression of four fields', 'schedule: { reconcile: "0 3 * *" }', /^6:24 'reconcile' is not a cron/],
    ['a cron expression out of range', 'schedule: { reconcile: "61 3 * * *" }', /^6:24 'reconcile' is not a cron/],
    ['a time zone with a slip', 'schedule: { timezone: Europe/Berln }', /^6:23 .*Did you mean 'Europe\/Berlin'\?/],
    ['a protected network', 'protect: [10.0.0.0/24]', /^6:11 10\.0\.0\.0\/24 is a network, and one address is meant/],
    ['a protected name', 'protect: [fw.lan]', /^6:11 fw\.lan is not an IPv4 address/],
    ['a protected IPv6 address', 'protect: ["::1"]', /^6:11 ::1 is not an IPv4 address/],
    ['leading zeros', 'protect: [10.0.0.010]', /^6:11 .*without leading zeros: 10\.0\.0\.10/],
    ['a number as an address', 'protect: [10]', /^6:11 An entry of 'protect' must be a text, not a number/],
    [
      'one address instead of a list',
      'protect: 10.0.0.2',
      /^6:10 'protect' must be a list, not a text\. \| .*\[10\.0\.0\.2\]/,
    ],
    ['a pattern without a project', 'exclude: [lab-1]', /^6:11 'exclude' cannot be lab-1\. \| Write project\/name/],
    ['a path in the home folder', 'state_file: ~/s.json', /^6:13 'state_file' begins with ~/],
    ['a variable in a path', `state_file: \${HOME}/s.json`, /^6:13 'state_file' uses a \$variable/],
    [
      'a hostname with a domain',
      'hostnames: { default/web: web.lan }',
      /^6:27 'default\/web' cannot be web\.lan\. .*without a domain/,
    ],
    ['a hostname of nobody', 'hostnames: { web: web }', /^6:14 'web' cannot be a name here\. .*project\/name/],
    ['a key without a value', 'limits:', /^6:8 'limits' has no value/],
  ])('%s is told with its place and what to write', (_name, line, expected) => {
    const found = told(`${baseText()}${line}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  it.each<[string, string, RegExp]>([
    ['an identifier in upper case', 'interface: OPT3', /identifiers are lower case\. \| Did you mean 'opt3'\?/],
    ['a device', 'interface: vtnet1', /looks like the name of a device/],
    ['a VLAN device', 'interface: igc0_vlan20', /looks like the name of a device/],
    ['a description', 'interface: SERVERS', /looks like a description/],
    [
      'a pool by its last number',
      'interface: opt1, pool: 10.2.0.10-250',
      /whole last address: 10\.2\.0\.10-10\.2\.0\.250/,
    ],
    ['a pool as a network', 'interface: opt1, pool: 10.2.0.0/24', /not a range.*first and the last address/],
    ['a pool of text', 'interface: opt1, pool: all', /all is not a range/],
    ['an empty pool', 'interface: opt1, pool: []', /'pool' is empty/],
    ['no interface', 'network: a', /'segments\.s' has no 'interface'/],
    ['a step with a slip', 'interface: opt1, manage: [reservations, deny_unkown]', /Did you mean 'deny_unknown'\?/],
    ['no reservations', 'interface: opt1, manage: [mask]', /lacks 'reservations'/],
    ['a step twice', 'interface: opt1, manage: [reservations, mask, mask]', /twice/],
    [
      'one step without a list',
      'interface: opt1, manage: reservations',
      /must be a list, not a text\. \| Write a list/,
    ],
    ['a yes', 'interface: opt1, arp_entries: yes', /must be true or false, not a text/],
    ['a bad range address', 'interface: opt1, range_address: 10.2.0.300', /10\.2\.0\.300 is not an IPv4 address/],
    ['a network as router', 'interface: opt1, router: 10.2.0.1/24', /Write for example 10\.2\.0\.1\./],
    ['a gateway', 'interface: opt1, gateway: 10.2.0.1', /Did you mean 'router'\?/],
    [
      'a pin inside the pool',
      'interface: opt1, pool: 10.2.0.1-10.2.0.9, pins: { p: 10.2.0.9 }',
      /overlaps 10\.2\.0\.1-10\.2\.0\.9 \(s\.pool\)/,
    ],
    [
      'pins of two projects',
      'interface: opt1, pins: { p: 10.2.0.1-10.2.0.9, q: [10.2.0.4] }',
      /overlaps .*\(s\.pins\.p\)/,
    ],
    ['a pool overlapping itself', 'interface: opt1, pool: [10.2.0.1-10.2.0.9, 10.2.0.3]', /overlaps .*s\.pool\[0\]/],
  ])('a segment with %s is refused', (_name, fields, expected) => {
    const found = told(baseText({ segments: `\n  s: { ${fields} }` }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
    expect(found[0]).toMatch(/^5:/);
  });

  it.each([
    [
      'an interface',
      'a: { interface: opt1 }\n  b: { interface: opt1 }',
      "6:19 The interface opt1 already belongs to the segment 'a'.",
    ],
    [
      'a network',
      'a: { interface: opt1 }\n  b: { interface: opt2, network: a }',
      "6:34 The network a already belongs to the segment 'a'.",
    ],
    [
      'a network by default',
      'a: { interface: opt1, network: b }\n  b: { interface: opt2 }',
      "6:3 The network b already belongs to the segment 'a'.",
    ],
    [
      'a VLAN of a network',
      'a: { interface: opt1, vlan: 30 }\n  b: { interface: opt2, network: a, vlan: 30 }',
      "6:34 The network a, VLAN 30, already belongs to the segment 'a'.",
    ],
    [
      'addresses',
      'a: { interface: opt1, pool: 10.0.0.1-10.0.0.9 }\n  b: { interface: opt2, pool: 10.0.0.9 }',
      '6:31 10.0.0.9 overlaps 10.0.0.1-10.0.0.9 (a.pool).',
    ],
  ])('two segments that share %s are refused', (_name, segments, expected) => {
    const found = told(baseText({ segments: `\n  ${segments}` }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it('two segments on VLANs of one network, and one on its untagged part, are three', () => {
    const segments =
      '\n  a: { interface: opt1 }\n  b: { interface: opt2, network: a, vlan: 30 }\n  c: { interface: opt3, network: a, vlan: 31 }';
    expect(told(baseText({ segments }))).toEqual([]);
  });

  it.each(['1', '0', '4095', '"30"', '3.5'])('a VLAN of %s is refused', (vlan) => {
    const found = told(baseText({ segments: `\n  a: { interface: opt1, vlan: ${vlan} }` }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('vlan');
  });

  it.each<[string, string, RegExp[]]>([
    ['nothing', '{}', [/exactly one of 'socket', 'url' and 'file'/]],
    ['two kinds', '{ socket: /s, file: f }', [/exactly one of/]],
    ['a url without its certificate', '{ url: https://i }', [/no 'cert'/, /no 'key'/, /no 'fingerprint'/]],
    ['a certificate for a socket', '{ socket: /s, cert: c }', [/'cert' does not go with the rest of 'incus'/]],
    ['projects of a file', '{ file: f, projects: [a] }', [/'projects' does not go with/]],
    ['an empty list of projects', '{ socket: /s, projects: [] }', [/'projects' is empty/]],
    ['a project with a slash', '{ socket: /s, projects: [a/b] }', [/'projects' cannot be a\/b/]],
    ['a socket by reference', '{ socket: env:SOCKET }', [/'socket' cannot be a reference/]],
  ])('incus with %s is refused', (_name, incus, expected) => {
    const found = told(baseText({ incus }));
    expect(found).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(found[index]).toMatch(pattern);
  });

  it.each<[string, string, RegExp]>([
    ['an unknown transport', 'transport: ssh', /'transport' cannot be ssh\. \| Write one of: file, api, plugin/],
    ['a file without a path', 'transport: file', /'opnsense' has no 'path'/],
    ['a file with a url', 'transport: file, path: c.xml, url: https://fw', /'url' does not go with/],
    ['no encryption', 'transport: api, key_file: k, url: "http://fw"', /not encrypted.*Write https:\/\/fw\./],
    ['another scheme', 'transport: api, key_file: k, url: ftp://fw', /scheme ftp/],
    ['no scheme', 'transport: api, key_file: k, url: fw.lan', /lacks its scheme/],
    ['a path in the url', 'transport: api, key_file: k, url: https://fw/api', /has a path.*Write https:\/\/fw\./],
    [
      'a short fingerprint',
      'transport: api, key_file: k, url: https://fw, fingerprint: "ab:cd"',
      /'fingerprint' cannot be ab:cd/,
    ],
    [
      'a bare number as fingerprint',
      'transport: api, key_file: k, url: https://fw, fingerprint: 12',
      /Put the value in quotes/,
    ],
    [
      'two ways to trust',
      `transport: api, key_file: k, url: https://fw, ca_file: c, fingerprint: "${'a'.repeat(64)}"`,
      /only one can be used/,
    ],
    ['a reference without a name', 'transport: api, key_file: "env:A-B", url: https://fw', /no usable name after env:/],
  ])('opnsense with %s is refused', (_name, fields, expected) => {
    const found = told(baseText({ opnsense: `{ ${fields} }` }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  it('are found in what each of two files lacks', () => {
    expect(told('{}')).toHaveLength(4);
  });

  it('name the project of a pin that is not looked at', () => {
    const found = told(
      baseText({
        incus: '{ socket: /s, projects: [web] }',
        segments: '\n  s: { interface: opt1, pins: { wbe: 10.0.0.1 } }',
      }),
    );
    expect(found).toEqual(["5:33 'wbe' is not one of incus.projects. | Did you mean 'web'?"]);
  });
});

describe('a secret in the file', () => {
  const SECRET = 'kZ8hunter2hunter2';

  it.each([
    ['a password at the top', baseText().concat(`password: ${SECRET}\n`)],
    ['an API key', baseText({ opnsense: `{ transport: api, url: https://fw, key_file: k, api_key: ${SECRET} }` })],
    [
      'a key in place of its file',
      baseText({ opnsense: `{ transport: api, url: https://fw, key_file: ${SECRET.repeat(5)} }` }),
    ],
    [
      'the lines of a key file',
      baseText({ opnsense: `{ transport: api, url: https://fw, key_file: "secret=${SECRET}" }` }),
    ],
    ['a key for OPNsense', baseText({ opnsense: `{ transport: api, url: https://fw, key_file: k, key: ${SECRET} }` })],
    ['a secret deep inside', baseText({ segments: `\n  s: { interface: opt1, x: [{ secret: ${SECRET} }] }` })],
    ['a password in a url', baseText({ opnsense: `{ transport: api, url: "https://me:${SECRET}@fw", key_file: k }` })],
  ])('such as %s is refused and never repeated', (_name, text) => {
    const found = JSON.stringify(problems(text));
    expect(found).toMatch(/secret|key itself|user or password/);
    expect(found).not.toContain(SECRET);
  });

  it('is not seen in a segment or project that is called so', () => {
    const text = baseText({ segments: '\n  pin: { interface: opt1, pins: { token: 10.0.0.1 } }' });
    expect(told(text)).toEqual([]);
  });
});

describe('broken YAML', () => {
  it.each<[string, string, RegExp]>([
    ['a tab', 'owner: home\n\tincus: {}\n', /^2:1 A tab is used/],
    ['a key twice', 'owner: a\nincus: {}\nowner: b\n', /^3:1 The key 'owner' is there twice/],
    ['two documents', 'owner: a\n---\nowner: b\n', /^2:1 The file holds several/],
    ['a tag', 'owner: !secret x\n', /^1:8 A tag/],
    ['a star without quotes', 'exclude: [*/test]\n', /A value begins with \*/],
    ['an open quote', 'owner: "home\n', /quote/i],
    ['no text', '', /^1:1 The file is empty/],
    ['only comments', '# nothing\n', /^1:1 The file is empty/],
    ['a list', '- a\n', /^1:1 The file is not a mapping/],
    ['a word', 'home\n', /^1:1 The file is not a mapping/],
  ])('with %s is told with its place', (_name, text, expected) => {
    expect(told(text)[0]).toMatch(expected);
  });

  it('cannot be used as a bomb', () => {
    const levels = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [index, name] of [...'bcdefghi'].entries())
      levels.push(`${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`);
    expect(told(levels.join('\n'))).toEqual([
      '1:1 The file uses far too many aliases (*name). | Write the values out.',
    ]);
    expect(told('['.repeat(50_000))[0]).toMatch(/nested too deeply/);
  });

  it('never throws, whatever the text', () => {
    const pieces = fc.constantFrom(
      'owner',
      ': ',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '*',
      '&a',
      '!',
      '|',
      '10.2.0.1',
      'segments',
      'null',
      '~',
      '<<',
      '__proto__',
      '\t',
      '#',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 40 }).map((list) => list.join('')),
        ),
        (text) => {
          const result = check(text);
          if (result.ok) return;
          expect(result.problems.length).toBeGreaterThan(0);
          for (const problem of result.problems) {
            expect(problem.line).toBeGreaterThanOrEqual(1);
            expect(problem.column).toBeGreaterThanOrEqual(1);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever stands in the place of a value', () => {
    const keys = Object.keys(CONFIG_SCHEMA.properties);
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), value), (content) => {
        expect(() => check(JSON.stringify(content))).not.toThrow();
      }),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('interface', 'pool', 'pins', 'manage', 'network'), value),
        (segment) => {
          expect(() => check(baseText({ segments: JSON.stringify({ s: segment }) }))).not.toThrow();
        },
      ),
    );
  });
});

describe('the schema', () => {
  it('describes every key, and gives every optional plain one a default or says what stands in for it', () => {
    const bare: string[] = [];
    visitProperties(CONFIG_SCHEMA, '', (path, node) => {
      if (typeof node.description !== 'string' || node.description === '') bare.push(path);
    });
    expect(bare).toEqual([]);
  });
});

function visitProperties(
  schema: unknown,
  path: string,
  seen: (path: string, node: Record<string, unknown>) => void,
): void {
  if (typeof schema !== 'object' || schema === null) return;
  const { properties, additionalProperties, items } = schema as Record<string, unknown>;
  for (const [name, node] of Object.entries((properties ?? {}) as Record<string, Record<string, unknown>>)) {
    seen(`${path}.${name}`, node);
    visitProperties(node, `${path}.${name}`, seen);
  }
  visitProperties(additionalProperties, `${path}.*`, seen);
  visitProperties(items, `${path}[]`, seen);
}
