import { describe, expect, it } from 'vitest';
import { readAliasUses } from '../../../../src/firewall/opnsense/policy/uses.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';

const NAMES = new Set(['web', 'db']);
const firewall = (inside: string): string => `<OPNsense><Firewall>${inside}</Firewall></OPNsense>`;
const rules = (inside: string): string =>
  firewall(`<Filter><rules><rule>${inside}<description>x</description></rule></rules></Filter>`);
const alias = (content: string, description: string): string =>
  firewall(
    `<Alias><aliases><alias><name>all</name><content>${content}</content><description>${description}</description></alias></aliases></Alias>`,
  );

describe('who names an alias', () => {
  it.each<[string, string, string[]]>([
    ['a rule as its source', rules('<source_net>web</source_net>'), ['web by the rule "x"']],
    [
      'a rule that is off',
      rules('<enabled>0</enabled><destination_net>web</destination_net>'),
      ['web by the rule "x"'],
    ],
    ['a rule by ports', rules('<destination_port>db</destination_port>'), ['db by the rule "x"']],
    ['a rule in a list', rules('<source_net>lan,web,db</source_net>'), ['web by the rule "x"', 'db by the rule "x"']],
    ['an alias that has it in it', alias('10.0.0.1\nweb', 'y'), ['web by the alias "y"']],
    ['an alias that leaves it out', alias('10.0.0.0/8\n!web', 'y'), ['web by the alias "y"']],
    ['an alias without a description', alias('web', ''), ['web by the alias "all"']],
    [
      'a rule of the old format',
      '<filter><rule><source><address>web</address></source><descr>o</descr></rule></filter>',
      ['web by the rule "o"'],
    ],
    ['a port forward', '<nat><rule><target>web</target><descr>n</descr></rule></nat>', ['web by the rule "n"']],
    ['nobody, whose name only looks like it', rules('<source_net>webs</source_net>'), []],
    ['nobody, in a field for people', rules('<category>web</category>'), []],
  ])('%s', (_what, inside, expected) => {
    const uses = readAliasUses(parseXml(`<opnsense>${inside}</opnsense>`), NAMES);
    expect(uses.map((use) => `${use.alias} by ${use.by}`)).toEqual(expected);
  });

  it('with the owner and key of an entry that a slash32 wrote', () => {
    const text = alias('web', 'all of them [slash32:work:alias/all]');
    expect(readAliasUses(parseXml(`<opnsense>${text}</opnsense>`), NAMES)).toMatchObject([
      { owner: 'work', key: 'alias/all' },
    ]);
  });
});
