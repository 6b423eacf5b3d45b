import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfigRuleSet } from '../../src/firewall/opnsense/rules/from-config.js';
import { parseConfigXml } from '../../src/firewall/opnsense/xml/parse.js';
import { evaluate } from '../../src/policy/evaluate/evaluate.js';
import { prepare } from '../../src/policy/evaluate/prepare.js';
import type { Evaluation, Flow } from '../../src/policy/evaluate/types.js';

interface Judged {
  readonly flow: Flow;
  readonly pf: 'pass' | 'closed' | 'elsewhere' | 'refused';
  readonly egress: string | null;
}

const FOLDER = new URL('../fixtures/pf/', import.meta.url);
const NAMES = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.xml') ? [file.slice(0, -4)] : []));

function read(name: string, version: string | undefined) {
  return readConfigRuleSet(parseConfigXml(readFileSync(new URL(`${name}.xml`, FOLDER), 'utf8')), { version });
}

function flowsOf(name: string): readonly Judged[] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}

function words({ from, to, protocol, port }: Flow): string {
  const end = (one: Flow['from']) => ('address' in one ? one.address : one.internet);
  return `${end(from)} → ${end(to)} ${protocol}${port === undefined ? '' : `/${port}`}`;
}

/** What pf did, in the evaluator's words: what it sends elsewhere and what it does not load has no verdict. */
function expected({ pf, egress }: Judged): object {
  if (pf === 'closed') return { verdict: expect.stringMatching(/^(block|reject)$/) };
  if (pf !== 'pass') return { verdict: 'unknown' };
  return { verdict: 'pass', egress: egress === 'self' ? undefined : (egress ?? undefined) };
}

const CASES = NAMES.flatMap((name) =>
  flowsOf(name).map((judged) => [`${name}: ${words(judged.flow)} is ${judged.pf}`, name, judged] as const),
);

describe('the evaluator against what pf itself did', () => {
  it('has every configuration with flows', () => {
    expect(NAMES.length).toBeGreaterThanOrEqual(12);
    expect(NAMES.filter((name) => flowsOf(name).length === 0)).toEqual([]);
  });

  it.each(CASES)('%s', (_, name, judged) => {
    const ruleSet = read(name, name.startsWith('opnsense25-') ? '25.7.11' : '26.7.2');
    const result: Evaluation = evaluate(prepare(ruleSet), judged.flow);
    expect({ verdict: result.verdict, egress: result.egress }).toMatchObject(expected(judged));
    expect((ruleSet.refused ?? []).length > 0).toBe(judged.pf === 'refused');
  });

  it('says where a packet goes that a gateway takes', () => {
    const set = prepare(read('gateway-then-pass', '26.7.2'));
    const [taken] = flowsOf('gateway-then-pass');
    if (taken === undefined) throw new Error('no flow');
    expect(evaluate(set, taken.flow).reasons).toEqual([
      'the rule "out by WANGW" sends it out of wan to the gateway "WANGW", and 10.10.2.5 is behind opt2',
    ]);
  });

  it('names the line for which pf loads nothing', () => {
    expect(read('allowopts-block', '26.7.2').refused).toEqual([
      {
        where: '"r1" (00000001-0000-4000-8000-000000000000)',
        why: 'it allows IP options, which pf takes of a rule that passes and not of one with block',
      },
    ]);
  });
});
