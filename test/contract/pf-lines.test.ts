import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfigRuleSet } from '../../src/firewall/opnsense/rules/from-config.js';
import { readGateways } from '../../src/firewall/opnsense/rules/gateways.js';
import { parseConfigXml } from '../../src/firewall/opnsense/xml/parse.js';
import type { RuleSet } from '../../src/model/rules.js';
import { evaluate } from '../../src/policy/evaluate/evaluate.js';
import { prepare } from '../../src/policy/evaluate/prepare.js';
import type { Flow } from '../../src/policy/evaluate/types.js';
import { child, childrenNamed, textOf } from '../../src/xml/element.js';
import { readPfText } from '../firewall/opnsense/rules/pf-text.js';

/** Configurations, and what OPNsense's own generator made of each; another folder of them can be named. */
const GIVEN = process.env.SLASH32_PF_LINES;
const FOLDER = GIVEN === undefined ? new URL('../fixtures/pf/lines/', import.meta.url) : pathToFileURL(`${GIVEN}/`);
const FILES = readdirSync(FOLDER);
const PAIRS = FILES.flatMap((file) => {
  const found = /^(.+?)\.(\d+\.\d+(?:\.\d+)?)\.rules$/.exec(file);
  return found?.[1] === undefined || found[2] === undefined ? [] : [[found[1], found[2]] as const];
});

interface Sides {
  readonly config: RuleSet;
  readonly lines: RuleSet;
}

/** The rule set of a configuration, and that of the lines, with what a file of lines cannot hold taken from the configuration. */
function sidesOf(name: string, version: string): Sides {
  const root = parseConfigXml(readFileSync(new URL(`${name}.xml`, FOLDER), 'utf8'));
  const config = readConfigRuleSet(root, { version });
  const elements = child(root, 'interfaces')?.children ?? [];
  const items = childrenNamed(child(child(root, 'OPNsense'), 'Gateways'), 'gateway_item');
  const lines = readPfText(readFileSync(new URL(`${name}.${version}.rules`, FOLDER), 'utf8'), {
    interfaces: config.interfaces.map((one) => ({
      ...one,
      device: textOf(
        elements.find((element) => element.name === one.id),
        'if',
      ),
    })),
    tables: config.aliases,
    groups: config.groups,
    routes: readGateways(root).routes,
    gateways: new Map(items.map((item) => [textOf(item, 'gateway'), textOf(item, 'name')])),
  });
  return { config: { ...config, refused: [] }, lines };
}

const PLACES: readonly (readonly [address: string, on: string])[] = [
  ['10.10.1.5', 'opt1'],
  ['10.10.1.200', 'opt1'],
  ['10.10.2.5', 'opt2'],
  ['10.10.3.7', 'opt3'],
  ['192.168.1.9', 'lan'],
  ['192.0.2.9', 'wan'],
  ['9.9.9.9', 'wan'],
  ['10.99.0.7', 'opt2'],
];
const GOALS = [
  ...PLACES.map(([address]) => address),
  '192.0.2.2',
  '192.0.2.77',
  '10.10.1.1',
  '10.10.2.1',
  '10.10.2.99',
  '10.10.2.33',
];
const SIX = ['2001:db8:11::5', '2001:db8:12::5', 'fd00:1::5', '2001:db8:99::5', '2a00::7'];
const KINDS: readonly Partial<Flow>[] = [
  { protocol: 'tcp', port: 443, sourcePort: 40_000 },
  { protocol: 'tcp', port: 445 },
  { protocol: 'udp', port: 53 },
  { protocol: 'udp', port: 500, sourcePort: 500 },
  { protocol: 'icmp' },
  { protocol: '41' },
];

function flows(): Flow[] {
  const four = PLACES.flatMap(([from, on]) => GOALS.map((to) => ({ from, to, on })));
  const own = ['192.0.2.2', '10.10.1.1', '10.10.2.1'].flatMap((from) =>
    GOALS.map((to) => ({ from, to, on: undefined })),
  );
  const six = SIX.flatMap((from) => SIX.flatMap((to) => ['opt1', 'opt2', 'wan'].map((on) => ({ from, to, on }))));
  return [...four, ...own, ...six].flatMap(({ from, to, on }) =>
    KINDS.map(
      (kind): Flow => ({ protocol: '', ...kind, from: { address: from }, to: { address: to }, fromInterface: on }),
    ),
  );
}

const FLOWS = flows();

describe('a configuration against the lines that OPNsense makes of it', () => {
  it('has some', () => {
    expect(PAIRS.length).toBeGreaterThan(0);
  });

  it.each(PAIRS)('%s of %s', (name, version) => {
    const { config, lines } = sidesOf(name, version);
    const [one, other] = [prepare(config), prepare(lines)];
    const wrong: string[] = [];
    for (const flow of FLOWS) {
      const [said, wanted] = [evaluate(one, flow), evaluate(other, flow)];
      const words = ({ verdict, egress, redirected }: typeof said) =>
        `${verdict === 'reject' ? 'block' : verdict} ${verdict === 'pass' ? egress : ''} ${redirected?.to ?? ''}`;
      if (words(said) !== words(wanted))
        wrong.push(
          `${JSON.stringify(flow)}: ${words(said)} by ${said.decidedBy?.description} and not ${words(wanted)} by ${wanted.decidedBy?.description}; ${said.reasons}; ${wanted.reasons}`,
        );
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});
