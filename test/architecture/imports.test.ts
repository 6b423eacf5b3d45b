import { describe, expect, it } from 'vitest';
import { parseSource, readSources, type SourceFile } from './sources.js';

const BELOW_SIM = [
  'model',
  'errors',
  'findings',
  'secrets',
  'log',
  'schema',
  'xml',
  'policy',
  'plan',
  'config',
  'state',
  'inventory',
  'firewall',
  'service',
];
/** What a source says of itself before it is reached. */
const SOURCES_AS_NAMED = ['inventory/registry.ts', 'inventory/source-kind.ts'];
const EDGE = ['model', 'errors', 'secrets', 'schema', 'config/types.ts'];

/**
 * The direction of imports: what each folder of src/ may import besides itself, as folders or single files. A new
 * folder gets a line here, with a reason to be where it is.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  findings: [],
  secrets: [],
  schema: [],
  xml: [],
  model: [],
  log: ['secrets', 'errors'],
  plan: ['model', 'errors', 'findings', 'policy'],
  policy: ['model', 'errors', 'findings'],
  config: ['model', 'errors', 'secrets', 'schema', 'policy', ...SOURCES_AS_NAMED],
  state: ['model', 'errors', 'schema'],
  inventory: ['model', 'errors', 'secrets', 'schema', 'xml'],
  firewall: [...EDGE, 'firewall', 'xml'],
  service: BELOW_SIM,
  http: BELOW_SIM,
  serve: [...BELOW_SIM, 'http'],
  sim: BELOW_SIM,
  cli: [...BELOW_SIM, 'sim', 'http', 'serve'],
};

/** The webhook of Incus reads its events: it belongs into the folder of that source. */
const KNOWN_WAYS_ROUND: readonly string[] = ['http/hooks/judge.ts imports inventory/incus/events/classify.ts'];

/** What the pure core may take from outside: arithmetic and hashing, no file, no network, no clock. */
const PURE = { model: [] as string[], plan: ['node:crypto'], policy: [] as string[] };

const SOURCES = readSources();

describe('the direction of imports', () => {
  it('has a place for every folder of src', () => {
    const unknown = SOURCES.filter((file) => MAY_IMPORT[folderOf(file.path)] === undefined).map((file) => file.path);
    expect(unknown, 'give the folder a line in MAY_IMPORT of test/architecture/imports.test.ts').toEqual([]);
  });

  it('goes only where the layout allows', () => {
    expect(SOURCES.flatMap(wrongImports)).toEqual([]);
  });

  it('goes from the service to firewalls and sources in one file alone, and to contracts everywhere else', () => {
    const contracts = ['inventory/source.ts', ...SOURCES_AS_NAMED];
    const wrong = SOURCES.filter(
      ({ path }) => /^(service|serve|http)\//.test(path) && path !== 'service/connect.ts',
    ).flatMap(({ path, inner }) =>
      inner
        .filter((one) => /^(firewall|inventory)\//.test(one) && !contracts.includes(one))
        .map((one) => `${path} imports ${one}`),
    );
    expect(wrong).toEqual(KNOWN_WAYS_ROUND);
  });

  it('leads to files that exist', () => {
    const paths = new Set(SOURCES.map((file) => file.path));
    const missing = SOURCES.flatMap((file) =>
      file.inner.filter((path) => !paths.has(path)).map((path) => `${file.path} imports ${path}, which does not exist`),
    );
    expect(missing).toEqual([]);
  });

  it('has no cycles', () => {
    expect(findCycles(SOURCES)).toEqual([]);
  });

  it('keeps the core pure', () => {
    const wrong = SOURCES.flatMap((file) => {
      const folder = folderOf(file.path);
      if (folder !== 'model' && folder !== 'plan' && folder !== 'policy') return [];
      const allowed = PURE[folder];
      return file.outer.filter((name) => !allowed.includes(name)).map((name) => `${file.path} imports ${name}`);
    });
    expect(wrong, 'model, plan and policy are pure: pass in what they need').toEqual([]);
  });

  it('has named exports only', () => {
    const wrong = SOURCES.filter((file) => /^export\s+default\b|\bas\s+default\b/m.test(file.text)).map(
      (file) => file.path,
    );
    expect(wrong).toEqual([]);
  });
});

describe('the tools', () => {
  it.each(['bench', 'docs'])('%s imports src and itself, and no other tool', (name) => {
    const wrong = readSources('tools')
      .filter((file) => folderOf(file.path) === name)
      .flatMap((file) => file.inner.filter((path) => folderOf(path) !== name && !path.startsWith('../src/')));
    expect(wrong).toEqual([]);
  });

  it('are no part of the program', () => {
    const wrong = SOURCES.filter((file) => file.inner.some((path) => path.startsWith('../'))).map(({ path }) => path);
    expect(wrong, 'what src/ imports lies in src/').toEqual([]);
  });
});

describe('the test itself', () => {
  it('sees a wrong direction, also in types and dynamic imports', () => {
    const file = parseSource(
      'plan/x.ts',
      "import type {\n  A,\n} from '../config/types.js';\nexport * from '../state/y.js';\nconst z = await import('../cli/z.js');\nimport '../sim/s.js';\nimport { b } from '../model/b.js';\n",
    );
    expect(wrongImports(file).map((text) => text.split(' imports ')[1]?.split(',')[0])).toEqual([
      'config/types.ts',
      'state/y.ts',
      'cli/z.ts',
      'sim/s.ts',
    ]);
  });

  it('sees a way out of the folder', () => {
    const file = parseSource('cli/x.ts', "import { a } from '../../tools/bench/a.js';\nimport '../../plan/b.js';");
    expect(file.inner).toEqual(['../tools/bench/a.ts', '../plan/b.ts']);
  });

  it('sees a cycle', () => {
    const files = [
      parseSource('model/a.ts', "import { b } from './b.js';"),
      parseSource('model/b.ts', "import { c } from './c.js';"),
      parseSource('model/c.ts', "import { a } from './a.js';"),
    ];
    expect(findCycles(files)).toEqual(['model/a.ts → model/b.ts → model/c.ts → model/a.ts']);
  });
});

function folderOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : '';
}

function wrongImports(file: SourceFile): string[] {
  const folder = folderOf(file.path);
  const allowed = MAY_IMPORT[folder] ?? [];
  return file.inner
    .filter((path) => folderOf(path) !== folder && !allowed.includes(folderOf(path)) && !allowed.includes(path))
    .map((path) => `${file.path} imports ${path}, but ${folder} may import only: ${allowed.join(', ') || 'itself'}`);
}

/** Each cycle once, beginning with the file that was met first. */
function findCycles(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, file.inner]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return cycles;
}
