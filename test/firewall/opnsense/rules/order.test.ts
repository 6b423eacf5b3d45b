import { describe, expect, it } from 'vitest';
import { exportedAliases } from '../../../../src/firewall/opnsense/rules/aliases.js';
import { readApiRuleSet } from '../../../../src/firewall/opnsense/rules/from-api.js';
import { compareNatural } from '../../../../src/firewall/opnsense/rules/order.js';
import { evaluate } from '../../../../src/policy/evaluate/evaluate.js';
import { prepare } from '../../../../src/policy/evaluate/prepare.js';
import type { Flow, FlowEnd } from '../../../../src/policy/evaluate/types.js';
import { CASES, GROUP, RECORDED } from './order-cases.js';
import { type Json, readText, recordedRows } from './scenario.js';

const ALIASES = exportedAliases(
  (JSON.parse(readText('recordings/alias-50-export.json')) as { response: Json }).response,
);
const INTERFACES = recordedRows('if-01-info');

describe('the order of rules, as recorded from OPNsense', () => {
  it('has at least forty cases', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(40);
    expect(new Set(CASES.map((one) => one.it)).size).toBe(CASES.length);
  });

  it.each(CASES.map((one) => [one.it, one] as const))('%s', (_, one) => {
    const rows = (one.rows ?? RECORDED).map((row) => ({ ...row, ...one.change?.[String(row.description)] }));
    const off = new Set(one.off ?? []);
    const left = rows.filter((row) => !(row.legacy === true && off.has(String(row.description))));
    const set = readApiRuleSet({
      rules: left.map((row) => (off.has(String(row.description)) ? { ...row, enabled: '0' } : row)),
      aliases: ALIASES,
      redirects: [],
      interfaces: INTERFACES,
      groups: one.groups ?? [GROUP],
    });
    const from: FlowEnd = { address: one.from ?? '10.10.1.11' };
    const flow: Flow = { from, to: { address: one.to ?? '10.10.3.20' }, protocol: 'tcp', port: 8080, ...one.flow };
    const { verdict, decidedBy } = evaluate(prepare(set), flow);
    expect(`${verdict} by ${decidedBy?.description ?? 'nothing'}`).toBe(one.is);
  });

  it('reads rules of the model in the order in which the API lists them', () => {
    const listed = RECORDED.map((row) => row.uuid);
    const set = readApiRuleSet({
      rules: [...RECORDED].reverse(),
      aliases: ALIASES,
      redirects: [],
      interfaces: INTERFACES,
      groups: [GROUP],
    });
    expect(set.rules.map((rule) => rule.id)).toEqual(listed);
  });
});

describe("PHP's natural order", () => {
  // each pair as strnatcasecmp of PHP 8.2 orders it behind a sequence number
  it.each([
    ['4d8ae87e', '221fe01b'],
    ['7e54d98b', '51380222'],
    ['0a', '1a'],
    ['05', '1'],
    ['a10', 'a9b'],
    ['A1', 'a2'],
  ])('orders %s and %s as PHP does', (left, right) => {
    expect(Math.sign(compareNatural(left, right))).toBe(left === 'a10' ? 1 : -1);
    expect(Math.sign(compareNatural(right, left))).toBe(left === 'a10' ? -1 : 1);
    expect(compareNatural(left, left)).toBe(0);
  });
});
