import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { meaning } from '../../../../src/firewall/opnsense/api/compare.js';
import { toTree } from '../../../../src/firewall/opnsense/api/tree.js';
import { planWrite } from '../../../../src/firewall/opnsense/api/write-plan.js';
import { encodeCall } from '../../../../src/firewall/opnsense/api/xmlrpc-encode.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import { legacySave, mergeStruct } from '../../../../src/sim/opnsense/merge.js';
import { node, parseConfig, type SimNode } from '../../../../src/sim/opnsense/node.js';
import { serialize } from '../../../../src/sim/opnsense/serialize.js';

const text = fc.constantFrom('', '1', 'a b', 'Büro & <x>', ' pad ', '10.0.0.1', 'two\nlines', '"q\'', '😀', 'x\ry');
const attrs = fc.constantFrom<Record<string, string>>({}, {}, {}, {}, { uuid: 'u-1' }, { a: 'ü&"<' });
const leaf = (name: string) => fc.tuple(text, attrs).map(([t, a]) => node(name, t, a));
const few = <T>(arb: fc.Arbitrary<T>, max: number) => fc.array(arb, { maxLength: max });
const map = fc.tuple(few(fc.constantFrom('mac', 'ipaddr', 'hostname', 'descr', 'dnsserver', 'myfield', 'dnsserver').chain(leaf), 5), attrs, fc.boolean()).map(([c, a, ns]) => node('staticmap', c.length === 0 ? '' : [...c, ...(ns && c.length === 4 ? [node('nosync', '1')] : [])] as SimNode[], a));
const item = few(fc.constantFrom('number', 'type', 'value').chain(leaf), 3).map((c) => node('item', c.length === 0 ? '' : c));
const opts = few(item, 2).map((c) => node('numberoptions', c.length === 0 ? '' : c));
const range = few(fc.constantFrom('from', 'to').chain(leaf), 2).map((c) => node('range', c.length === 0 ? '' : c));
const pool = range.map((r) => node('pool', [r]));
const part = fc.oneof(map, map, map, opts, range, pool, fc.constantFrom('enable', 'denyunknown', 'gateway', 'dnsserver', 'foreign').chain(leaf));
const iface = (name: string) => few(part, 8).map((c) => node(name, c.length === 0 ? '' : c));
const section = fc.tuple(iface('lan'), iface('opt1'), iface('opt2')).map((c) => node('dhcpd', c));
function conf(d: SimNode): string { return serialize(node('opnsense', [node('system', [node('hostname', 'fw')]), d])); }
const pair = fc.tuple(section, section, fc.array(fc.boolean(), { minLength: 3, maxLength: 3 })).map(([a, b, keep]) => {
  const wanted = node('dhcpd', a.children.map((c, i) => (keep[i] ? c : (b.children[i] as SimNode))));
  return { before: conf(a), after: conf(wanted) };
});

it('agrees with PHP', () => {
  const cases: { config: string; rpc: string; after: string; sim: string }[] = [];
  let refused = 0;
  for (const { before, after } of fc.sample(pair, { numRuns: 3000, seed: Number(process.env.SEED ?? 1) })) {
    const cur = toTree(parseXml(before));
    const want = toTree(parseXml(after));
    let write: ReturnType<typeof planWrite>;
    try { write = planWrite(cur, want); } catch { refused += 1; continue; }
    if (write === undefined) continue;
    const root = parseConfig(before);
    mergeStruct(root, write);
    legacySave(root);
    cases.push({ config: before, rpc: encodeCall('x', [write]), after, sim: serialize(root) });
  }
  writeFileSync('/tmp/phpx/cases.json', JSON.stringify(cases));
  execFileSync('/tmp/phpx/run.sh', ['/tmp/phpx/cases.json', '/tmp/phpx/out.json']);
  const out = JSON.parse(readFileSync('/tmp/phpx/out.json', 'utf8')) as string[];
  let bad = 0; let simBad = 0;
  for (const [i, c] of cases.entries()) {
    const php = out[i] as string;
    const d = (t: string) => meaning(toTree(parseXml(t)));
    if (d(php) !== d(c.after)) { bad += 1; if (bad < 4) process.stdout.write(`MODEL\n--before\n${c.config}\n--wanted\n${c.after}\n--php\n${php}\n--rpc\n${c.rpc}\n`); }
    if (php !== c.sim) { simBad += 1; if (simBad < 3) process.stdout.write(`SIM\n--before\n${c.config}\n--php\n${php}\n--sim\n${c.sim}\n--rpc\n${c.rpc}\n`); }
  }
  process.stdout.write(`cases ${cases.length} refused ${refused} bad ${bad} simBad ${simBad}\n`);
  expect(bad + simBad).toBe(0);
});
