import fc from 'fast-check';
import { node, type SimNode } from '../../../../src/sim/opnsense/node.js';
import { serialize } from '../../../../src/sim/opnsense/serialize.js';

/** Two configurations that differ in some interfaces of `<dhcpd>`, with every oddity that a real one may have. */
export interface TwoConfigs {
  readonly before: string;
  readonly after: string;
}

const TEXTS = ['', '1', 'a b', 'Büro & <x>', ' pad ', '10.0.0.1', 'two\nlines', '"q\'', '😀', 'x\ry'];
const ATTRIBUTES: Record<string, string>[] = [{}, {}, {}, {}, { uuid: 'u-1' }, { a: 'ü&"<' }];

/** Pairs of configurations; without `attributes` no element has any. */
export function twoConfigs(attributes: boolean): fc.Arbitrary<TwoConfigs> {
  const section = fc.tuple(...['lan', 'opt1', 'opt2'].map((id) => interfaceSection(id, attributes)));
  const kept = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
  return fc.tuple(section, section, kept).map(([left, right, keep]) => ({
    before: config(left),
    after: config(left.map((child, index) => (keep[index] === true ? child : (right[index] ?? child)))),
  }));
}

function config(sections: SimNode[]): string {
  return serialize(node('opnsense', [node('system', [node('hostname', 'fw')]), node('dhcpd', sections)]));
}

function interfaceSection(id: string, attributes: boolean): fc.Arbitrary<SimNode> {
  const leaf = (name: string) =>
    fc
      .tuple(fc.constantFrom(...TEXTS), attributes ? fc.constantFrom(...ATTRIBUTES) : fc.constant({}))
      .map(([text, held]) => node(name, text, { ...held }));
  const leaves = (names: readonly string[], most: number) =>
    fc.array(fc.constantFrom(...names).chain(leaf), { maxLength: most });
  const branch = (name: string, children: SimNode[]) => node(name, children.length === 0 ? '' : children);
  const map = leaves(['mac', 'ipaddr', 'hostname', 'descr', 'dnsserver', 'myfield', 'dnsserver'], 5).map((each) =>
    branch('staticmap', each),
  );
  const item = leaves(['number', 'type', 'value'], 3).map((each) => branch('item', each));
  const options = fc.array(item, { maxLength: 2 }).map((each) => branch('numberoptions', each));
  const range = leaves(['from', 'to'], 2).map((each) => branch('range', each));
  const pool = range.map((each) => node('pool', [each]));
  const single = fc.constantFrom('enable', 'denyunknown', 'gateway', 'dnsserver', 'foreign').chain(leaf);
  const part = fc.oneof(map, map, map, options, range, pool, single);
  return fc.array(part, { maxLength: 8 }).map((each) => branch(id, each));
}
