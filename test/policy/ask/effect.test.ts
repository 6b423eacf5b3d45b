import { describe, expect, it } from 'vitest';
import type { RuleSet } from '../../../src/model/rules.js';
import { findWithoutEffect } from '../../../src/policy/ask/effect.js';
import { createResolver } from '../../../src/policy/resolve/resolve.js';
import { firewallInterface, SERVERS } from '../../plan/build.js';
import { BASE, end, place, redirect, rule, ruleSet } from '../evaluate/builders.js';
import { GATEWAY } from '../evaluate/way-cases.js';
import { policyOf, scene } from '../scene.js';

const RULED = (['a', 'b'] as const).map((name) => ({
  ...SERVERS,
  name,
  interface: name,
  manage: ['reservations', 'rules'] as const,
}));
const INTERFACES = [firewallInterface('a', '10.0.1.1'), firewallInterface('b', '10.0.2.1')];
const port = (number: number) => [{ kind: 'ports' as const, from: number, to: number }];
const own = (address: string) => end({ kind: 'addresses' as const, span: address });

/** What of a policy is without effect on these rules: `what whole|partly: failure, …`. */
function found(policy: Record<string, unknown>, set: Partial<RuleSet>, segments: typeof RULED = RULED): string[] {
  const here = scene({ policy: policyOf(policy), segments, interfaces: INTERFACES });
  return findWithoutEffect(here, createResolver(here), ruleSet(set), () => true).map(
    ({ what, isWhole, failures }) =>
      `${what} ${isWhole ? 'whole' : 'partly'}: ${failures.map((one) => `${one.from} → ${one.to} ${one.at ?? one.port} ${one.verdict} ${one.rule?.id ?? ''}`.trim()).join(', ')}`,
  );
}

const WEB_TO_DB = { policy: [{ from: 'default/web', to: 'default/db', allow: ['tcp/5432'] }] };
const OPEN = rule('ours', { origin: 'ours', protocols: ['tcp'], destinationPorts: port(5432) });

describe('a statement on the firewall as a whole', () => {
  it.each([
    ['opens what its rule opens', [OPEN], []],
    [
      'opens nothing where a block of somebody else comes first',
      [rule('foreign', { action: 'block' }), OPEN],
      ['the statement whole: default/web → default/db tcp/5432 block foreign'],
    ],
    [
      'opens nothing where a gateway takes it elsewhere first',
      [rule('foreign', { sentTo: GATEWAY }), OPEN],
      ['the statement whole: default/web → default/db tcp/5432 unknown'],
    ],
    [
      'opens nothing where packets are stopped on their way out',
      [OPEN, rule('out', { direction: 'out', action: 'block' })],
      ['the statement whole: default/web → default/db tcp/5432 block out'],
    ],
  ] as const)('%s', (_, rules, expected) => {
    expect(found(WEB_TO_DB, { rules: [...BASE, ...rules] })).toEqual(expected);
  });

  it('opens a part where the block is of some only', () => {
    const rules = [...BASE, rule('foreign', { action: 'block', source: own('10.0.1.11') }), OPEN];
    const policy = { policy: [{ from: 'segment:a', to: 'default/db', allow: ['tcp/5432'] }] };
    expect(found(policy, { rules })).toEqual(['the statement partly: default/api → default/db tcp/5432 block foreign']);
  });

  it('opens nothing where a redirect takes the port to somebody else', () => {
    const redirects = [redirect('foreign', { targets: [{ kind: 'addresses', span: '10.0.1.11' }] })];
    const rules = [...BASE, rule('only-db', { destination: own('10.0.2.9') })];
    expect(found(WEB_TO_DB, { rules, redirects })).toHaveLength(1);
  });

  it('is asked of whoever stands where it has rules, and not of the internet', () => {
    const policy = { policy: [{ from: 'any', to: 'default/db', allow: ['tcp/5432'] }] };
    expect(found(policy, { rules: [...BASE, OPEN] })).toEqual([]);
    const [a] = RULED;
    const rules = [...BASE, rule('foreign', { action: 'block', interfaces: ['b'] }), OPEN];
    expect(found({ policy: [{ from: 'any', to: 'any', allow: ['tcp/5432'] }] }, { rules }, a ? [a] : [])).toEqual([]);
  });
});

describe('a publish inside', () => {
  it('is not called without effect: who stands there calls it, and the internet is elsewhere', () => {
    const inside = { name: 'site', on: 'opt1', port: 'tcp/443', to: 'default/db' };
    const set = ruleSet({});
    const interfaces = [...set.interfaces, place('opt1', ['10.0.9.0/24'])];
    expect(found({ publish: [inside] }, { rules: BASE, interfaces })).toEqual([]);
  });
});

describe('a publish on the firewall as a whole', () => {
  const SITE = { publish: [{ name: 'site', port: 'tcp/443', to: 'default/db', port_to: 8443 }] };
  const wan = { interfaces: ['wan'], destination: end({ kind: 'interface-address' as const, interface: 'wan' }) };
  const ours = redirect('ours', {
    ...wan,
    origin: 'ours',
    protocols: ['tcp'],
    destinationPorts: port(443),
    targetPort: 8443,
  });
  const open = rule('open', { interfaces: ['wan'], protocols: ['tcp'], destinationPorts: port(8443) });

  it.each([
    ['opens its port', [ours], [open], []],
    [
      'opens nothing where a redirect of somebody else takes the port first',
      [redirect('foreign', { ...wan, targets: [{ kind: 'addresses', span: '10.0.1.11' }] }), ours],
      [open, rule('all')],
      ['publish site whole: internet → default/db tcp/443 block'],
    ],
    [
      'opens nothing where a block of somebody else comes first',
      [ours],
      [rule('foreign', { action: 'block' }), open],
      ['publish site whole: internet → default/db tcp/443 block foreign'],
    ],
  ] as const)('%s', (_, redirects, rules, expected) => {
    expect(found(SITE, { redirects: [...redirects], rules: [...BASE, ...rules] })).toEqual(expected);
  });
});
