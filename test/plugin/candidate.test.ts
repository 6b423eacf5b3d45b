import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dhcpdConfOf } from '../lab/dhcp/dhcpd-conf.js';
import { refuseSkip } from '../lab/require-lab.js';

/**
 * The plugin's candidate for `dhcpd -t` against the lab's own generator: two programs, written apart from each other, that
 * have to give the same file.
 */
const FIXTURES = join(import.meta.dirname, '../lab/dhcp/fixtures');
const BOOTSTRAP = join(import.meta.dirname, 'standin/bootstrap.php');
const PHP = `
  require ${JSON.stringify(BOOTSTRAP)};
  $make = fn (string $xml) => OPNsense\\Slash32\\Check\\DhcpdConf::text(simplexml_load_string($xml), '', []);
  echo json_encode(array_map($make, json_decode(stream_get_contents(STDIN))));
`;
const hasPhp = spawnSync('php', ['--version']).status === 0;

describe("the plugin's candidate for dhcpd", () => {
  for (const name of ['before.xml', 'scenario-opt3.xml', 'three-interfaces.xml']) {
    test(`is what the lab makes of ${name}`, (ctx) => {
      if (!hasPhp) ctx.skip(refuseSkip('php is not installed'));
      const text = readFileSync(join(FIXTURES, name), 'utf8');
      // who answers DNS is nothing that the plugin fills in
      const xml = text.replaceAll(/<unboundplus[\s\S]*?<\/unboundplus>/g, '');
      expect(candidates([xml]).map(linesOf)).toEqual([linesOf(dhcpdConfOf(xml).text)]);
    });
  }

  test('is what the lab makes of any settings, pools, options and entries', (ctx) => {
    if (!hasPhp) ctx.skip(refuseSkip('php is not installed'));
    const configs = fc.sample(CONFIG, { numRuns: 500, seed: 32 });
    const made = candidates(configs);
    for (const [index, xml] of configs.entries())
      expect(linesOf(made[index] ?? ''), xml).toEqual(linesOf(dhcpdConfOf(xml).text));
  });
});

function candidates(configs: readonly string[]): string[] {
  const done = spawnSync('php', ['-r', PHP], { input: JSON.stringify(configs), encoding: 'utf8', maxBuffer: 1 << 27 });
  expect(done.stderr).toBe('');
  return JSON.parse(done.stdout) as string[];
}

/** What dhcpd reads: no comments, no blanks that mean nothing, each class once. */
function linesOf(conf: string): string[] {
  const seen = new Set<string>();
  const once = conf.replaceAll(/^class "[^"]*" \{\n.*\n\}\n/gm, (block) => {
    if (seen.has(block)) return '';
    seen.add(block);
    return block;
  });
  const lines = once.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

function tag(name: string, text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.option(text, { nil: undefined }).map((one) => (one === undefined ? '' : `<${name}>${one}</${name}>`));
}

function element(name: string, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => `<${name}>${texts.join('')}</${name}>`);
}

function several(one: fc.Arbitrary<string>, most: number): fc.Arbitrary<string> {
  return fc.array(one, { maxLength: most }).map((all) => all.join(''));
}

const ADDRESS = fc.nat(250).map((last) => `10.10.1.${last + 2}`);
const MAC = fc
  .array(fc.nat(255), { minLength: 6, maxLength: 6 })
  .map((bytes) => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':'));
const MACS = fc.array(fc.constantFrom('02:00:00:00:00:00', '00:16:3e', 'aa'), { maxLength: 3 }).map(String);
const SECONDS = fc.nat(9000).map((seconds) => String(seconds + 60));
const NAME = fc.constantFrom('a.example', 'b.example', '');
const GATEWAY = fc.oneof(fc.constantFrom('none', ''), ADDRESS);
const RANGE = element('range', element('from', ADDRESS), element('to', ADDRESS));

const POOL = element(
  'pool',
  ...[RANGE, tag('mac_allow', MACS), tag('mac_deny', MACS), tag('denyunknown', fc.constantFrom('', '1', '0'))],
  ...[tag('ignoreuids', fc.constant('')), tag('gateway', GATEWAY)],
);

const ENTRY = element(
  'staticmap',
  ...[tag('mac', MAC), tag('cid', fc.constantFrom('', 'client')), tag('ipaddr', ADDRESS)],
  ...[
    tag('hostname', fc.constantFrom('', 'web', 'a b.c')),
    tag('descr', fc.constant('&quot;};')),
    tag('gateway', GATEWAY),
  ],
  ...[tag('domain', NAME), tag('defaultleasetime', SECONDS), tag('maxleasetime', SECONDS)],
);

const OPTION = element(
  'item',
  element('number', fc.constantFrom('1', '252')),
  tag('type', fc.constantFrom('', 'text', 'ip-address')),
  element('value', ADDRESS),
);

function section(id: string): fc.Arbitrary<string> {
  return element(
    id,
    ...[
      tag('enable', fc.constantFrom('1', '', '0')),
      RANGE,
      several(POOL, 2),
      several(ENTRY, 3),
      several(element('x'), 1),
    ],
    ...[
      tag('mac_allow', MACS),
      tag('mac_deny', MACS),
      tag('denyunknown', fc.constantFrom('', '1')),
      tag('gateway', GATEWAY),
    ],
    ...[
      tag('domain', NAME),
      tag('domainsearchlist', fc.constantFrom('', 'a.example', 'a.example;b.example c.example')),
    ],
    // no name servers: the lab leaves out that OPNsense says them twice, in the pool and beside it
    ...[several(element('ntpserver', ADDRESS), 2), several(element('winsserver', ADDRESS), 2)],
    ...[tag('defaultleasetime', SECONDS), tag('maxleasetime', SECONDS)],
    ...[
      tag('minsecs', fc.constant('3')),
      tag('interface_mtu', fc.constant('1400')),
      tag('staticarp', fc.constant('1')),
    ],
    element('numberoptions', several(OPTION, 3)),
  );
}

const INTERFACES = ['lan', 'opt1', 'opt2'].map(
  (id, index) => `<${id}><enable>1</enable><ipaddr>10.10.${index}.1</ipaddr><subnet>${24 - index}</subnet></${id}>`,
);
const CONFIG = fc.tuple(section('lan'), section('opt1'), section('opt2'), section('opt9')).map((sections) => {
  const rest = `<system><domain>internal</domain></system><interfaces>${INTERFACES.join('')}</interfaces>`;
  return `<opnsense>${rest}<dhcpd>${sections.join('')}</dhcpd></opnsense>`;
});
