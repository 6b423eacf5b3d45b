import { describe, expect, it } from 'vitest';
import type { RuleSet } from '../../../../src/model/rules.js';
import { evaluate } from '../../../../src/policy/evaluate/evaluate.js';
import { type PreparedRuleSet, prepare } from '../../../../src/policy/evaluate/prepare.js';
import type { Flow, FlowEnd } from '../../../../src/policy/evaluate/types.js';
import { scenarioFromApi, scenarioFromConfig, scenarioFromPf } from './scenario.js';

const V4: readonly [FlowEnd, string | undefined][] = [
  [{ internet: 'inet' }, 'wan'],
  [{ address: '198.51.100.7' }, undefined],
  [{ address: '192.0.2.99' }, undefined],
  ...[
    '192.168.1.10',
    '10.10.1.11',
    '10.10.1.66',
    '10.10.2.11',
    '10.10.2.12',
    '10.10.2.50',
    '10.10.3.11',
    '10.10.3.12',
    '10.10.3.20',
  ].map((address): [FlowEnd, undefined] => [{ address }, undefined]),
  ...['192.0.2.2', '192.168.1.1', '10.10.1.1', '10.10.2.1', '10.10.3.1'].map((address): [FlowEnd, undefined] => [
    { address },
    undefined,
  ]),
  // somebody on opt1 with a source of another segment
  [{ address: '10.10.2.11' }, 'opt1'],
];

const V6: readonly [FlowEnd, string | undefined][] = [
  [{ internet: 'inet6' }, 'wan'],
  ...['lan', 'opt1', 'opt2', 'opt3'].flatMap((id): [FlowEnd, string][] => [
    [{ address: 'fe80::1234' }, id],
    [{ address: '2001:db8::7' }, id],
  ]),
];

const V6_TO: readonly FlowEnd[] = [
  { internet: 'inet6' },
  { address: 'fe80::1' },
  { address: 'ff02::1' },
  { address: 'ff02::1:2' },
  { address: '2001:db8::99' },
];

const KINDS: readonly Partial<Flow>[] = [
  ...['tcp', 'udp'].flatMap((protocol) =>
    [22, 23, 25, 53, 67, 80, 123, 443, 546, 547, 5432, 8005, 8011, 8443, 49_152].map((port) => ({ protocol, port })),
  ),
  { protocol: 'udp', port: 67, sourcePort: 68 },
  { protocol: 'udp', port: 546, sourcePort: 547 },
  { protocol: 'tcp', port: 443, sourcePort: 0 },
  { protocol: 'tcp', port: 0 },
  { protocol: 'icmp' },
  { protocol: 'icmp', icmpType: 3 },
  { protocol: 'icmp', icmpType: 13 },
  { protocol: 'icmp', icmpType: 135 },
  { protocol: 'esp' },
];

function grid(): Flow[] {
  const pairs = [
    ...V4.flatMap(([from, fromInterface]) =>
      [...V4.map(([to]) => to), { address: '255.255.255.255' }].map((to) => ({ from, fromInterface, to })),
    ),
    ...V6.flatMap(([from, fromInterface]) => V6_TO.map((to) => ({ from, fromInterface, to }))),
  ];
  return pairs.flatMap((pair) => KINDS.map((kind) => ({ protocol: 'tcp', ...pair, ...kind })));
}

const FLOWS = grid();

/** Verdict and the words of the rule that decided: pf's text carries a rule's description as a comment. */
function verdicts(ruleSet: RuleSet): string[] {
  const prepared: PreparedRuleSet = prepare(ruleSet);
  return FLOWS.map((flow) => {
    const { verdict, stages } = evaluate(prepared, flow);
    const deciders = stages.map((stage) => stage.decidedBy?.description ?? 'nothing');
    return `${verdict} by ${deciders.join(', then ')}`;
  });
}

function differences(left: RuleSet, right: RuleSet): { flow: string; left: string; right: string }[] {
  const [ours, theirs] = [verdicts(left), verdicts(right)];
  return FLOWS.flatMap((flow, at) => {
    const [one = '', other = ''] = [ours[at], theirs[at]];
    return one === other ? [] : [{ flow: JSON.stringify(flow), left: one, right: other }];
  });
}

describe('one firewall seen from three sides', () => {
  const pf = scenarioFromPf();

  it('gives a verdict to a grid that has something of everything', () => {
    const found = new Set(verdicts(pf).map((text) => text.split(' ')[0]));
    expect(FLOWS.length).toBeGreaterThan(10_000);
    expect([...found].sort()).toEqual(['block', 'pass', 'reject', 'unknown']);
  });

  it('reads config.xml as the pf rules that OPNsense made of it', () => {
    expect(differences(scenarioFromConfig(), pf).slice(0, 10)).toEqual([]);
  });

  it("reads the API's answers as the pf rules that OPNsense made of the same settings", () => {
    expect(differences(scenarioFromApi(false), pf).slice(0, 10)).toEqual([]);
  });

  it('leaves only what NAT reflection may touch open when the API does not tell whether it is on', () => {
    const open = differences(scenarioFromApi(undefined), pf);
    expect(open.length).toBeGreaterThan(0);
    const touched = open.filter(
      ({ flow }) => flow.includes('"to":{"address":"192.0.2.2"}') && flow.includes('"port":443'),
    );
    expect(open.filter((difference) => !touched.includes(difference))).toEqual([]);
    expect(open.filter(({ left }) => !left.startsWith('unknown by '))).toEqual([]);
  });

  it('has every rule of the firewall decide something, but for those that nothing can reach', () => {
    const decided = new Set(verdicts(pf).flatMap((text) => text.replace(/^\w+ by /, '').split(', then ')));
    const silent = new Set(pf.rules.map((rule) => rule.description).filter((name) => !decided.has(name)));
    expect([...silent].sort()).toEqual(SILENT);
  });
});

/** Antispoof (the default deny comes after it and is as little quick), what a default deny of ours stands before, and empty tables. */
const SILENT: readonly string[] = [
  'antispoof',
  'legacy: everything from servers',
  'sshlockout',
  'virusprot overload table',
];
