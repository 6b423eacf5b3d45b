import { describe, expect, it } from 'vitest';
import { exportedAliases, readAliasRows } from '../../../../src/firewall/opnsense/rules/aliases.js';
import { type ApiRuleAnswers, readApiRuleSet } from '../../../../src/firewall/opnsense/rules/from-api.js';
import { evaluate } from '../../../../src/policy/evaluate/evaluate.js';
import { prepare } from '../../../../src/policy/evaluate/prepare.js';
import type { Flow } from '../../../../src/policy/evaluate/types.js';
import { type Json, readText, recordedRows } from './scenario.js';

const INTERFACES = recordedRows('if-01-info');
const FLOW: Flow = { from: { address: '10.10.1.11' }, to: { address: '10.10.3.20' }, protocol: 'tcp', port: 443 };

/** An automatic row as `searchRule` has it: everything may be missing but the order. */
function row(over: Json): Json {
  const base = { enabled: '1', action: 'pass', direction: 'in', description: 'row', uuid: 'row' };
  return { ...base, legacy: true, is_automatic: true, sort_order: '000001.1000001', ...over };
}

const DENY = row({ action: 'block', quick: false, description: 'deny', uuid: 'deny' });

function read(rules: readonly Json[], over: Partial<ApiRuleAnswers> = {}) {
  return readApiRuleSet({ rules, aliases: [], redirects: [], interfaces: INTERFACES, groups: [], ...over });
}

function judge(rules: readonly Json[], over: Partial<ApiRuleAnswers> = {}, flow: Flow = FLOW): string {
  const { verdict, decidedBy } = evaluate(prepare(read(rules, over)), flow);
  return `${verdict} by ${decidedBy?.description ?? 'nothing'}`;
}

describe("reading rules from the API's answers", () => {
  it('finds the interface of a row by its description', () => {
    expect(judge([DENY, row({ interface: 'Incus_net1' })])).toBe('pass by row');
    expect(judge([DENY, row({ interface: 'Incus_net2' })])).toBe('block by deny');
    expect(judge([DENY, row({ interface: 'Incus_net2,Incus_net1' })])).toBe('pass by row');
  });

  it('finds an interface whose description has a comma', () => {
    const named = INTERFACES.map((one) => (one.identifier === 'opt1' ? { ...one, description: 'a, b' } : one));
    expect(judge([DENY, row({ interface: 'a, b' })], { interfaces: named })).toBe('pass by row');
  });

  it('does not guess between two interfaces of one description', () => {
    const twins = INTERFACES.map((one) => ({ ...one, description: 'same' }));
    const set = read([DENY, row({ interface: 'same' })], { interfaces: twins });
    const result = evaluate(prepare(set), FLOW);
    expect(result.verdict).toBe('unknown');
    expect(result.reasons.join()).toContain('"same", which is not the description of exactly one enabled interface');
  });

  it('finds the interface of a group by its name', () => {
    const groups = [{ ifname: 'seg', members: 'opt1,opt2', sequence: '' }];
    expect(judge([DENY, row({ interface: 'seg', seq: 1 })], { groups })).toBe('pass by row');
  });

  it('reads devices where an automatic row names them instead of interfaces', () => {
    expect(judge([DENY, row({ source_net: 'em2:network' })])).toBe('pass by row');
    expect(judge([DENY, row({ source_net: 'em2' })])).toBe('block by deny');
    expect(
      judge([DENY, row({ source_net: 'em2' })], {}, { ...FLOW, from: { address: '10.10.1.1' }, fromInterface: 'opt1' }),
    ).toBe('pass by row');
  });

  it('does not know a table that only an automatic row names', () => {
    expect(judge([DENY, row({ source_net: '__captiveportal_zone_0', source_not: true })])).toBe('unknown by nothing');
  });

  it('takes the default deny and the way out for granted when no automatic row came', () => {
    expect(judge([])).toBe('block by Default deny / state violation rule');
    expect(judge([], {}, { ...FLOW, from: { address: '10.10.1.1' } })).toBe(
      'pass by let out anything from firewall host itself',
    );
    expect(read([]).notes.join()).toContain('listed no automatic rules');
  });

  it('takes only enabled interfaces with a name, and the gateway of one as the way to the internet', () => {
    const rows = INTERFACES.map((one) => (one.identifier === 'lan' ? { ...one, gateways: ['192.168.1.254'] } : one));
    const more = [
      ...rows,
      { identifier: '', device: 'em8', enabled: true },
      { identifier: 'opt9', device: 'em9', enabled: false },
    ];
    const set = read([DENY], { interfaces: more });
    expect(set.interfaces.map((one) => one.id)).toEqual(INTERFACES.map((one) => one.identifier));
    expect(set.interfaces.filter((one) => one.internet).map((one) => one.id)).toEqual(['lan']);
    expect(set.translations?.flatMap((one) => one.interfaces)).toEqual(['lan']);
  });

  it('leaves a disabled redirect out and keeps exemptions, as recorded', () => {
    const set = read([DENY], { redirects: recordedRows('dnat-08-search') });
    const byName = new Map(set.redirects.map((one) => [one.description, one]));
    expect(byName.get('incus-sync web')).toMatchObject({
      enabled: false,
      action: 'redirect',
      passes: true,
      targetPort: 80,
    });
    expect(byName.get('Anti-Lockout Rule')).toMatchObject({ enabled: true, action: 'exempt', origin: 'automatic' });
  });

  it('reads aliases alike from a search and from an export, and keeps the tables of OPNsense', () => {
    const exported = (JSON.parse(readText('recordings/alias-50-export.json')) as { response: Json }).response;
    const fromExport = readAliasRows(exportedAliases(exported), []);
    const group = fromExport.find((one) => one.name === 'incus_grp');
    const fromSearch = readAliasRows(recordedRows('alias-17-search'), []).find((one) => one.name === 'incus_grp');
    expect(group?.entries).toEqual(['incus_web2', 'incus_nets']);
    expect(fromSearch?.entries).toEqual(['incus_web', 'incus_nets']);
    expect(fromExport.filter((one) => one.name === 'virusprot')).toEqual([
      { name: 'virusprot', kind: 'addresses', entries: [], unknown: undefined },
    ]);
    expect(fromExport.find((one) => one.name === 'bogons')).toMatchObject({ neverPublic: true });
    expect(fromExport.find((one) => one.name === 'incus_ext')?.unknown).toContain('filled by something else');
  });
});
