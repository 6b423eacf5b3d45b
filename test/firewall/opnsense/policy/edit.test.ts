import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editPolicy } from '../../../../src/firewall/opnsense/policy/edit.js';
import { readPolicyPlaces } from '../../../../src/firewall/opnsense/policy/places.js';
import { policyElements, readObservedPolicy } from '../../../../src/firewall/opnsense/policy/read.js';
import { policyDifference } from '../../../../src/firewall/opnsense/policy/verify.js';
import { parseConfigXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { AliasEntry, PolicyChange, RedirectEntry, RuleEntry } from '../../../../src/model/policy-entries.js';

const ANY = { parts: [{ kind: 'any' as const }], not: false };
const FOREIGN_RULE =
  '<rule uuid="aaaaaaaa-0000-4000-8000-000000000001"><enabled>1</enabled><sequence>5</sequence><action>pass</action><interface>lan</interface><description>by hand &amp; kept &#xFC;</description></rule>';
const FOREIGN_ALIAS =
  '<alias uuid="aaaaaaaa-0000-4000-8000-000000000002"><enabled>1</enabled><name>mine</name><type>host</type><content>10.0.0.1</content></alias>';
const FOREIGN_NAT =
  '<rule uuid="aaaaaaaa-0000-4000-8000-000000000003"><interface>wan</interface><target>10.0.0.1</target><destination><any/></destination></rule>';
const CATEGORY = '<category uuid="aaaaaaaa-0000-4000-8000-000000000004"><name>slash32</name></category>';

/** Configurations in which some of the places are there, some are empty, and some are missing; in lines or in one. */
const config = fc
  .record({
    own: fc.boolean(),
    filter: fc.constantFrom(
      '',
      '<Filter/>',
      '<Filter><rules/></Filter>',
      `<Filter version="1.0.5" persisted_at="1.00"><rules>${FOREIGN_RULE}</rules></Filter>`,
    ),
    alias: fc.constantFrom(
      '',
      '<Alias/>',
      `<Alias version="1.0.1" persisted_at="1.00"><aliases>${FOREIGN_ALIAS}</aliases></Alias>`,
    ),
    category: fc.constantFrom('', `<Category persisted_at="1.00"><categories>${CATEGORY}</categories></Category>`),
    nat: fc.constantFrom(
      '',
      '<nat/>',
      '<nat><rule/></nat>',
      `<nat><outbound><mode>automatic</mode></outbound>${FOREIGN_NAT}</nat>`,
    ),
    lines: fc.boolean(),
  })
  .map(({ own, filter, alias, category, nat, lines }) => {
    const inner =
      own || filter + alias + category !== ''
        ? `<OPNsense><Firewall>${category}${alias}${filter}</Firewall></OPNsense>`
        : '';
    const text = `<?xml version="1.0"?>\n<opnsense><interfaces><lan><enable>1</enable></lan><opt1><enable>1</enable></opt1><wan><enable>1</enable></wan></interfaces>${nat}${inner}</opnsense>\n`;
    return lines ? text.replaceAll('><', '>\n<') : text;
  });

/** What an owner wants to stand there. */
interface Wanted {
  readonly aliases: readonly string[];
  readonly content: readonly string[];
  readonly rules: readonly string[];
  readonly port: number | undefined;
  readonly log: boolean;
  readonly published: readonly string[];
  readonly words: string;
}

const wanted: fc.Arbitrary<Wanted> = fc.record({
  aliases: fc.uniqueArray(fc.constantFrom('web', 'db', 'lab'), { maxLength: 3 }),
  content: fc.uniqueArray(fc.constantFrom('10.2.0.9', '10.2.0.10', '10.2.0.11'), { maxLength: 3 }),
  rules: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
  port: fc.constantFrom(undefined, 443, 8080),
  log: fc.boolean(),
  published: fc.uniqueArray(fc.constantFrom('site', 'game'), { maxLength: 2 }),
  words: fc.constantFrom('plain', 'mit Umlaut ü', 'a <b> & "c"', ''),
});

function entriesOf(
  one: Wanted,
): { kind: PolicyChange['kind']; key: string; entry: AliasEntry | RuleEntry | RedirectEntry }[] {
  const label = (key: string): string => `${one.words.replaceAll('"', "'")} [slash32:home:${key}]`.trim();
  return [
    ...one.aliases.map((name) => ({
      kind: 'alias' as const,
      key: `alias/${name}`,
      entry: {
        name: `s32_home_${name}`,
        type: 'host' as const,
        content: [...one.content].sort(),
        description: label(`alias/${name}`),
      },
    })),
    ...one.rules.map((name, at) => ({
      kind: 'rule' as const,
      key: `rule/${name}`,
      entry: {
        interface: 'opt1',
        action: 'pass' as const,
        family: 'inet' as const,
        protocol: 'tcp' as const,
        icmpTypes: [],
        source: ANY,
        destination: ANY,
        ports: one.port === undefined ? undefined : { kind: 'ports' as const, from: one.port, to: one.port },
        log: one.log,
        sequence: 11_000 + at * 10,
        description: label(`rule/${name}`),
      },
    })),
    ...one.published.map((name, at) => ({
      kind: 'redirect' as const,
      key: `nat/${name}`,
      entry: {
        interface: 'wan',
        protocol: 'tcp' as const,
        destination: { parts: [{ kind: 'interface-address' as const, interface: 'wan' }], not: false },
        ports: { from: 8000 + at, to: 8000 + at },
        target: '10.2.0.9',
        targetPort: one.port ?? 22,
        log: one.log,
        sequence: 10_010 + at * 10,
        description: label(`nat/${name}`),
      },
    })),
  ];
}

/** What turns the entries of a text into those that are wanted. */
function changesTo(text: string, one: Wanted): PolicyChange[] {
  const seen = readObservedPolicy(parseConfigXml(text));
  const present = [...seen.aliases, ...seen.rules, ...seen.redirects];
  const want = entriesOf(one);
  const made = want.map(({ kind, key, entry }) => {
    const before = present.find((other) => other.key === key);
    return {
      kind,
      action: before === undefined ? 'create' : 'update',
      key,
      before,
      after: entry,
      reason: '',
    } as PolicyChange;
  });
  const gone = present
    .filter((other) => !want.some(({ key }) => key === other.key))
    .map(
      (before) =>
        ({
          kind: before.key.startsWith('alias') ? 'alias' : before.key.startsWith('nat') ? 'redirect' : 'rule',
          action: 'delete',
          key: before.key,
          before,
          after: undefined,
          reason: '',
        }) as PolicyChange,
    );
  return [...made, ...gone];
}

let serial = 0;
const DEPS = {
  uuid: () => {
    serial += 1;
    return `bbbbbbbb-0000-4000-8000-${String(serial).padStart(12, '0')}`;
  },
  stamp: () => '2.00',
};

function edit(text: string, changes: readonly PolicyChange[]): string {
  return editPolicy(text, parseConfigXml(text), changes, DEPS);
}

/** The source of every entry that is not ours, in its order. */
function foreign(text: string): string[] {
  const root = parseConfigXml(text);
  return (['alias', 'rule', 'redirect', 'category'] as const).flatMap((kind) =>
    policyElements(root, kind)
      .map((element) => text.slice(element.start, element.end))
      .filter((source) => !source.includes('[slash32:') && !source.includes('<name>slash32<')),
  );
}

const NOTHING: Wanted = { aliases: [], content: [], rules: [], port: undefined, log: false, published: [], words: '' };

/** A text with every model's stamp the same. */
function unstamped(text: string): string {
  return text.replaceAll(/persisted_at="[^"]*"/g, 'persisted_at=""');
}

describe('a policy that is taken out again', () => {
  it('leaves every byte as it was but for the stamps, blank elements and missing places included', () => {
    fc.assert(
      fc.property(config, wanted, wanted, (text, one, other) => {
        const places = readPolicyPlaces(text, parseConfigXml(text));
        const after = [one, other, NOTHING].reduce((now, want) => {
          const changes = changesTo(now, want);
          const next = editPolicy(now, parseConfigXml(now), changes, { ...DEPS, places });
          if (want.published.length > 0) expect(next).not.toContain('<rule/>');
          return next;
        }, text);
        expect(unstamped(after)).toBe(unstamped(text));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the category while somebody else is in it', () => {
    const text = '<opnsense><interfaces><opt1><enable>1</enable></opt1></interfaces></opnsense>';
    const full = edit(text, changesTo(text, { ...NOTHING, aliases: ['web'] }));
    const uuid = /<category uuid="([^"]*)"/.exec(full)?.[1] ?? '';
    const foreign = '<filter><rule><category>a,slash32</category></rule></filter>';
    for (const other of [foreign, `<nat><npt><categories>${uuid}</categories></npt></nat>`]) {
      const shared = full.replace('</opnsense>', `${other}</opnsense>`);
      expect(edit(shared, changesTo(shared, NOTHING))).toContain('<name>slash32</name>');
    }
    expect(edit(full, changesTo(full, NOTHING))).not.toContain('slash32');
  });
});

describe('a policy is spliced into a config.xml', () => {
  it('so that it reads as asked, and every foreign entry stands byte for byte', () => {
    fc.assert(
      fc.property(config, wanted, wanted, (text, one, other) => {
        const changes = changesTo(text, one);
        const first = edit(text, changes);
        const seen = (source: string) => readObservedPolicy(parseConfigXml(source));
        expect(policyDifference(seen(text), changes, seen(first))).toBeUndefined();
        expect(foreign(first)).toEqual(foreign(text));
        const next = changesTo(first, other);
        const second = edit(first, next);
        expect(policyDifference(seen(first), next, seen(second))).toBeUndefined();
        expect(foreign(second)).toEqual(foreign(text));
      }),
      { numRuns: 300 },
    );
  });

  it('and changes nothing when everything is as it should be, but for the stamp of the models', () => {
    fc.assert(
      fc.property(config, wanted, (text, one) => {
        const first = edit(text, changesTo(text, one));
        expect(edit(first, changesTo(first, one))).toBe(first);
      }),
      { numRuns: 150 },
    );
  });

  it('gives a changed model a new stamp, and leaves the others as they are', () => {
    const text = `<opnsense><OPNsense><Firewall><Alias persisted_at="1.00"><aliases>${FOREIGN_ALIAS}</aliases></Alias><Filter persisted_at="1.00"><rules>${FOREIGN_RULE}</rules></Filter></Firewall></OPNsense></opnsense>`;
    const edited = edit(
      text,
      changesTo(text, {
        aliases: ['web'],
        content: [],
        rules: [],
        port: undefined,
        log: false,
        published: [],
        words: 'x',
      }),
    );
    expect(edited).toContain('<Alias persisted_at="2.00">');
    expect(edited).toContain('<Filter persisted_at="1.00">');
  });

  it('refuses a rule without an interface, and an entry that is not there any more', () => {
    const text = '<opnsense><interfaces/></opnsense>';
    const [rule] = changesTo(text, {
      aliases: [],
      content: [],
      rules: ['a'],
      port: 22,
      log: false,
      published: [],
      words: 'x',
    });
    if (rule === undefined || rule.kind !== 'rule' || rule.after === undefined) throw new Error('no rule');
    const nowhere: PolicyChange = { ...rule, after: { ...rule.after, interface: '' } };
    expect(() => edit(text, [nowhere])).toThrow(RangeError);
    const before = { uuid: 'gone', owner: 'home', key: rule.key, enabled: true, odd: [], entry: rule.after };
    expect(() => edit(text, [{ ...rule, action: 'update', before }])).toThrow(/not there any more/);
  });

  it('takes back what somebody set by hand on an entry of ours', () => {
    const one: Wanted = {
      aliases: [],
      content: [],
      rules: ['a'],
      port: 22,
      log: false,
      published: ['site'],
      words: 'x',
    };
    const text = '<opnsense><interfaces><opt1><enable>1</enable></opt1></interfaces></opnsense>';
    const first = edit(text, changesTo(text, one));
    const spoiled = first
      .replace(
        '<quick>1</quick>',
        '<quick>0</quick><gateway>WAN_GW</gateway><sched>night</sched><source_port>99</source_port>'.replace(
          '<source_port>99</source_port>',
          '',
        ),
      )
      .replace('<network>any</network>', '<any>1</any><network>lan</network>')
      .replace('<pass/>', '<pass>pass</pass>');
    const seen = readObservedPolicy(parseConfigXml(spoiled));
    expect(seen.rules[0]?.odd).toEqual(['quick off', 'gateway WAN_GW', 'sched night']);
    expect(seen.redirects[0]?.odd).toEqual(['source lan', 'pass pass']);
    const mended = edit(spoiled, changesTo(spoiled, one));
    const again = readObservedPolicy(parseConfigXml(mended));
    expect([again.rules[0]?.odd, again.redirects[0]?.odd]).toEqual([[], []]);
  });
});
