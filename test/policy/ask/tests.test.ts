import { describe, expect, it } from 'vitest';
import type { RuleSet } from '../../../src/model/rules.js';
import { runPolicyTests } from '../../../src/policy/ask/tests.js';
import { createResolver } from '../../../src/policy/resolve/resolve.js';
import { ANY, BASE, end, place, redirect, rule, ruleSet, translation } from '../evaluate/builders.js';
import { GATEWAY } from '../evaluate/way-cases.js';
import { policyOf, policyTest, scene } from '../scene.js';

const POLICY = policyOf({ groups: { web: ['default/web', 'default/api'] } });
const own = (address: string) => end({ kind: 'addresses' as const, span: address });
const port = (number: number) => [{ kind: 'ports' as const, from: number, to: number }];

/** The outcome of one test, and its failures as `verdict by rule`. */
function run(
  set: Partial<RuleSet>,
  from: string,
  to: string,
  what: Partial<Readonly<Record<'accept' | 'deny', string[]>>>,
): { readonly outcome: string | undefined; readonly checks: number | undefined; readonly failures: string[] } {
  const policy = { ...POLICY, tests: [policyTest(from, to, { accept: [], deny: [], ...what })] };
  const here = scene({ policy });
  const [result] = runPolicyTests(here, createResolver(here), ruleSet(set));
  const failures = result?.failures.map((one) => `${one.from} → ${one.to} ${one.at ?? one.port} ${one.verdict}`) ?? [];
  return { outcome: result?.outcome, checks: result?.checks, failures };
}

describe('a test that accepts', () => {
  it.each([
    ['passes where it passes', rule('in'), 'passed'],
    ['fails where it is blocked', rule('in', { action: 'block' }), 'failed'],
    ['fails where it is not known', rule('in', { unknowns: ['it holds only at night'] }), 'failed'],
    ['fails where a gateway takes it elsewhere', rule('in', { sentTo: GATEWAY }), 'failed'],
    ['fails where its answers go elsewhere', rule('in', { answersTo: GATEWAY }), 'failed'],
    ['fails where no state lets its answers back', rule('in', { stateful: false }), 'failed'],
    ['fails where somebody else gets it', rule('in', { handedTo: { why: 'a program', protocols: [] } }), 'failed'],
  ] as const)('%s', (_, first, outcome) => {
    expect(run({ rules: [...BASE, first] }, 'web', 'default/db', { accept: ['tcp/443'] }).outcome).toBe(outcome);
  });
});

describe('a test that denies', () => {
  it.each([
    ['fails where it passes', rule('in'), 'failed'],
    ['passes where it is blocked', rule('in', { action: 'block' }), 'passed'],
    ['passes where it is rejected', rule('in', { action: 'reject' }), 'passed'],
    ['fails where it is not known', rule('in', { unknowns: ['it holds only at night'] }), 'failed'],
    ['fails where a gateway takes it elsewhere', rule('in', { sentTo: GATEWAY }), 'failed'],
    ['fails where no state lets its answers back', rule('in', { stateful: false }), 'failed'],
    ['fails where somebody else gets it', rule('in', { handedTo: { why: 'a program', protocols: [] } }), 'failed'],
  ] as const)('%s', (_, first, outcome) => {
    expect(run({ rules: [...BASE, first] }, 'web', 'default/db', { deny: ['tcp/443'] }).outcome).toBe(outcome);
  });

  it('asks every part of a range that some rule tells apart', () => {
    const rules = [...BASE, rule('hole', { protocols: ['tcp'], destinationPorts: port(8_010) })];
    const { failures, checks } = run({ rules }, 'web', 'default/db', { deny: ['tcp/8000-8100'] });
    expect(checks).toBe(3);
    expect(failures).toEqual(['2 of a (default/web, default/api) → default/db tcp/8010 pass']);
  });

  it('asks a whole protocol, and all of them', () => {
    const rules = [...BASE, rule('ping', { protocols: ['icmp'], icmpTypes: [3] })];
    expect(run({ rules }, 'web', 'default/db', { deny: ['tcp', 'udp'] }).outcome).toBe('passed');
    expect(run({ rules }, 'web', 'default/db', { deny: ['icmp/echo-request'] }).outcome).toBe('passed');
    expect(run({ rules }, 'web', 'default/db', { deny: ['icmp'] }).outcome).toBe('failed');
    expect(run({ rules }, 'web', 'default/db', { deny: ['any'] }).outcome).toBe('failed');
  });

  it.each(['10.0.1.1', '10.0.2.1', '203.0.113.1'])('asks the firewall at each of its addresses: %s', (address) => {
    const rules = [...BASE, rule('door', { destination: own(address) })];
    expect(run({ rules }, 'web', 'firewall', { deny: ['tcp/22'] }).outcome).toBe('failed');
    expect(run({ rules: [...BASE] }, 'web', 'firewall', { deny: ['tcp/22'] }).outcome).toBe('passed');
  });

  it('does not ask it at its loopback address', () => {
    const interfaces = [...ruleSet().interfaces, place('lo0', ['127.0.0.0/8'], { addresses: ['127.0.0.1'] })];
    const rules = [...BASE, rule('door', { destination: own('127.0.0.1') })];
    expect(run({ rules, interfaces }, 'web', 'firewall', { deny: ['tcp/22'] }).outcome).toBe('passed');
  });
});

describe('who is asked', () => {
  it('accepts the firewall at the address next to the sender', () => {
    const rules = [...BASE, rule('door', { destination: own('10.0.1.1') })];
    expect(run({ rules }, 'web', 'firewall', { accept: ['tcp/22'] }).outcome).toBe('passed');
    expect(run({ rules }, 'default/db', 'firewall', { accept: ['tcp/22'] }).outcome).toBe('failed');
  });

  it('sends from the firewall as routing does, by its address on the way there', () => {
    const force = rule('force', { direction: 'out', source: own('203.0.113.1'), sentTo: GATEWAY });
    expect(run({ rules: [...BASE, force] }, 'firewall', 'default/db', { accept: ['tcp/22'] }).outcome).toBe('passed');
    const stop = rule('stop', { direction: 'out', source: own('10.0.2.1'), action: 'block' });
    expect(run({ rules: [...BASE, stop] }, 'firewall', 'default/db', { deny: ['tcp/22'] }).outcome).toBe('passed');
  });

  it('sends from any of its addresses where the one on the way is not known', () => {
    const wan = place('wan', [], { internet: true, unknownFamilies: ['inet'] });
    const interfaces = [...ruleSet().interfaces.filter((one) => one.id !== 'wan'), wan];
    expect(run({ rules: [...BASE], interfaces }, 'firewall', 'internet', { accept: ['tcp/22'] })).toMatchObject({
      outcome: 'passed',
      checks: 1,
    });
  });

  it('asks two of one group about each other, and nobody about himself', () => {
    const rules = [...BASE, rule('in', { interfaces: ['a'] })];
    expect(run({ rules }, 'web', 'web', { accept: ['tcp/22'] }).checks).toBe(1);
    expect(run({ rules }, 'default/db', 'default/db', { accept: ['tcp/22'] })).toMatchObject({
      outcome: 'nobody',
      checks: 0,
    });
  });

  it('says so where its names stand for nobody', () => {
    expect(run({ rules: [...BASE] }, 'default/gone', 'default/db', { deny: ['tcp/22'] }).outcome).toBe('nobody');
  });

  it('asks what source NAT makes of a sender', () => {
    const set = {
      translations: [translation('nat')],
      rules: [...BASE, rule('in'), rule('stop', { direction: 'out', source: own('203.0.113.1'), action: 'block' })],
    };
    expect(run(set, 'web', 'internet', { deny: ['tcp/443'] }).outcome).toBe('passed');
  });

  it('has no answer about rules that the firewall does not load', () => {
    const set = { rules: [...BASE, rule('in')], refused: [{ where: 'x', why: 'it is wrong' }] };
    expect(run(set, 'web', 'default/db', { accept: ['tcp/1'] }).outcome).toBe('failed');
    expect(
      run({ ...set, redirects: [redirect('r', { source: ANY })] }, 'web', 'internet', { deny: ['tcp/1'] }).outcome,
    ).toBe('failed');
  });
});

describe('the internet and a host inside', () => {
  const wan = { interfaces: ['wan'], destination: end({ kind: 'interface-address' as const, interface: 'wan' }) };
  const site = redirect('site', { ...wan, protocols: ['tcp'], destinationPorts: port(443), targetPort: 8443 });
  const opened = rule('opened', {
    interfaces: ['wan'],
    protocols: ['tcp'],
    destinationPorts: port(8443),
    destination: own('10.0.2.9'),
  });
  const span = redirect('span', {
    ...wan,
    protocols: ['tcp'],
    destinationPorts: [{ kind: 'ports', from: 9000, to: 9010 }],
    targetPort: 7000,
  });
  const hole = rule('hole', { interfaces: ['wan'], protocols: ['tcp'], destinationPorts: port(7005), action: 'block' });

  it.each([
    ['is asked by the port that it calls', [site], [opened], 'tcp/443', 'passed', 'failed'],
    ['reaches nobody by the port behind it', [site], [opened], 'tcp/8443', 'failed', 'passed'],
    ['reaches nobody where no port leads, whatever a rule lets pass', [], [opened], 'tcp/8443', 'failed', 'passed'],
    ['is stopped where the rules stop what is redirected', [site], [], 'tcp/443', 'failed', 'passed'],
    [
      'reaches somebody else where an earlier redirect takes the port',
      [redirect('first', { ...wan, targets: [{ kind: 'addresses', span: '10.0.1.10' }] }), site],
      [rule('all')],
      'tcp/443',
      'failed',
      'passed',
    ],
    [
      'is told ports of a span apart by the rules behind it',
      [span],
      [hole, rule('all')],
      'tcp/9000-9010',
      'failed',
      'failed',
    ],
  ] as const)('%s', (_, redirects, rules, service, accepted, denied) => {
    const set = { redirects: [...redirects], rules: [...BASE, ...rules] };
    expect(run(set, 'internet', 'default/db', { accept: [service] }).outcome).toBe(accepted);
    expect(run(set, 'internet', 'default/db', { deny: [service] }).outcome).toBe(denied);
  });

  it('says by which port it is called, and which port of a span does otherwise', () => {
    const set = { redirects: [span], rules: [...BASE, hole, rule('all')] };
    expect(run(set, 'internet', 'default/db', { accept: ['tcp/9000-9010'] }).failures).toEqual([
      'internet → default/db tcp/9005 block',
    ]);
  });
});
