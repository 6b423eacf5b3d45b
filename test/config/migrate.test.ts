import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document } from 'yaml';
import { checkConfig } from '../../src/config/check.js';
import { parseYaml } from '../../src/config/document.js';
import { migrateText } from '../../src/config/migrate/migrate.js';
import { MIGRATIONS, type Migration, SCHEMA_VERSION, versionOf } from '../../src/config/migrate/migrations.js';
import { CONFIG_EXAMPLE } from '../../tools/docs/config-reference.js';
import { baseText } from './texts.js';

const OLD = `# slash32.yaml of the garage
# written by hand

# Do not change it.
owner: home # never

incus:    { socket: /run/incus.sock }
opnsense: { transport: file, path: 'config.xml' }
segments:
    # the servers
    servers: { interface: opt3 }   # odd   blanks
`;

const NEW = `# slash32.yaml of the garage
# written by hand

version: 1

# Do not change it.
owner: home # never

incus:    { socket: /run/incus.sock }
opnsense: { transport: file, path: 'config.xml' }
segments:
    # the servers
    servers: { interface: opt3 }   # odd   blanks

# The service runs at night only when told to, as before. For example: "0 3 * * *".
schedule: { reconcile: never }
`;

function migrate(text: string): string {
  return migrateText(text, 0, 'slash32.yaml');
}

function scheduleOf(text: string) {
  const check = checkConfig(text, 'slash32.yaml', '/etc/slash32');
  if (!check.ok) throw new Error(JSON.stringify(check.problems));
  return { schedule: check.config.schedule, notes: check.config.notes };
}

describe('a file from before there was a version', () => {
  it('means what it meant, and that is said', () => {
    const { schedule, notes } = scheduleOf(OLD);
    expect(schedule).toMatchObject({ reconcile: undefined, drift: '0 * * * *' });
    expect(notes).toEqual([expect.stringMatching(/slash32.yaml is of schema version 0 .*slash32 migrate/)]);
  });

  it('keeps a schedule that it has', () => {
    const { schedule } = scheduleOf(`${OLD}schedule: { drift: never }\n`);
    expect(schedule).toMatchObject({ reconcile: '0 3 * * *', drift: undefined });
  });

  it('is told its mistakes at their places', () => {
    const check = checkConfig(`${OLD}exclude: 7\n`, 'slash32.yaml', '/');
    expect(check.ok ? [] : check.problems.map((one) => [one.line, one.column, one.path])).toEqual([
      [12, 10, 'exclude'],
    ]);
  });
});

describe('a file of this version', () => {
  it('has the defaults of this version, and nothing is said', () => {
    const { schedule, notes } = scheduleOf(`version: 1\n${baseText()}`);
    expect(schedule.reconcile).toBe('0 3 * * *');
    expect(notes).toEqual([]);
  });
});

describe('a file of a later version', () => {
  it('is refused with a code of its own, without a word on keys that nobody can judge yet', () => {
    const check = checkConfig('version: 2\nowner: 7\nnew_key: 1\n', 'slash32.yaml', '/');
    expect(check.ok ? [] : check.problems).toEqual([
      expect.objectContaining({ code: 'S32_CONFIG_NEWER', line: 1, column: 10 }),
    ]);
  });

  it.each(['-1', '1.5', '"1"', 'one', '[]', 'null', '1e99'])('is not meant by version: %s', (version) => {
    const check = checkConfig(`version: ${version}\n${baseText()}`, 'slash32.yaml', '/');
    expect(check.ok ? [] : check.problems.map((one) => [one.path, one.code])).toEqual([['version', undefined]]);
  });
});

describe('migrating the text', () => {
  it('adds what is needed, and keeps comments, order and every other byte', () => {
    expect(migrate(OLD)).toBe(NEW);
  });

  it.each([
    ['comments up to the first line', '# a\n# b\n', '', 'version: 1\n\n# a\n# b\nowner: home\n'],
    ['no end of its last line', '', 'retain: 1h', 'version: 1\nowner: home\n'],
    ['a document marker', '---\n', '', '---\nversion: 1\nowner: home\n'],
    ['an end of the document', '', '...\n', undefined],
    ['a version 0', 'version: 0 # old\n', '', 'version: 1 # old\nowner: home\n'],
    ['a schedule', '', 'schedule: { drift: never }\n', 'version: 1\nowner: home\n'],
    ['a comment as its last line', '', '# schedule: later\n', 'version: 1\nowner: home\n'],
    ['text as its last value', '', 'state_file: |-\n  a.json\n\n', 'version: 1\nowner: home\n'],
  ])('copes with %s', (_name, before, after, start) => {
    const text = before + baseText() + after;
    const next = migrate(text);
    if (start !== undefined) expect(next.startsWith(start)).toBe(true);
    const [old, value] = [parseYaml(text).value, parseYaml(next).value];
    expect(value).toEqual({ schedule: { reconcile: 'never' }, ...(old as object), version: 1 });
    for (const comment of text.match(/#.*/g) ?? []) expect(next).toContain(comment);
  });

  it('copes with JSON, with indented keys and with the line ends of Windows', () => {
    const json = JSON.stringify(parseYaml(baseText()).value, null, 2);
    expect(parseYaml(migrate(json)).value).toMatchObject({ version: 1, schedule: { reconcile: 'never' } });
    const indented = baseText().replaceAll(/^(?=.)/gm, '  ');
    expect(migrate(indented)).toContain('  version: 1\n  owner: home\n');
    const windows = OLD.replaceAll('\n', '\r\n');
    expect(migrate(windows)).toBe(NEW.replaceAll('\n', '\r\n'));
  });

  it('reads afterwards as it was read before, whatever is in the file', () => {
    const extra = fc.constantFrom(
      '',
      'protect: [10.0.0.2]\n',
      'schedule: { timezone: UTC }\n',
      '# end',
      'retain: 0\n\n\n',
    );
    const head = fc.constantFrom('', '# x\n', '\n\n', '# x\n\n# y\n', '---\n');
    const body = fc.constantFrom(OLD, baseText(), CONFIG_EXAMPLE.replace(/^version:.*\n/m, ''));
    fc.assert(
      fc.property(head, body, extra, (before, text, after) => {
        const old = before + text + after;
        fc.pre(parseYaml(old).faults.length === 0);
        const next = migrate(old);
        expect(scheduleOf(next)).toEqual({ ...scheduleOf(old), notes: [] });
        expect(migrateText(next, 1, 'slash32.yaml')).toBe(next);
      }),
      { numRuns: 20 },
    );
  });

  it('goes step by step, in order, and rewrites what cannot be spliced with its comments', () => {
    const steps: Migration[] = [
      ...MIGRATIONS.map((one) => ({ ...one, edit: (document: Document) => document.set('exclude', ['a/b']) })),
      { from: 1, to: 2, about: 'x', edit: (document) => document.set('protect', document.get('exclude')) },
    ];
    const next = migrateText(`# top\n${baseText()}exclude: [] # none\n`, 0, 'slash32.yaml', steps);
    expect(parseYaml(next).value).toMatchObject({ exclude: ['a/b'], protect: ['a/b'] });
    expect(next).toMatch(/^# top\n[\s\S]*owner: home/);
  });

  it('writes nothing that means something else, wherever anchors stand', () => {
    for (const text of [
      `&all\n${baseText()}exclude: &some [a/b]\nprotect: []\n`,
      baseText({ segments: '\n  servers: &one { interface: opt3 }\n  more: *one' }),
      `? owner\n: home\n${baseText().slice('owner: home\n'.length)}`,
    ])
      expect(parseYaml(migrate(text)).value).toEqual({
        ...(parseYaml(text).value as object),
        version: 1,
        schedule: { reconcile: 'never' },
      });
  });
});

describe('the migrations', () => {
  it('lead from 0 to this version without a gap', () => {
    expect(MIGRATIONS.map((one) => [one.from, one.to])).toEqual(
      Array.from({ length: SCHEMA_VERSION }, (_, index) => [index, index + 1]),
    );
  });

  it('begin where the file says', () => {
    expect([{}, { version: 0 }, { version: 1 }, { version: '1' }, { version: Number.NaN }].map(versionOf)).toEqual([
      0,
      0,
      1,
      undefined,
      undefined,
    ]);
  });

  it('are not needed by the example of the reference', () => {
    expect(parseYaml(CONFIG_EXAMPLE).value).toMatchObject({ version: 1 });
  });
});
