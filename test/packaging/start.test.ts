import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { buildSampleConfig } from '../../src/sim/opnsense/sample-config.js';
import { run } from '../support/command.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const YAML = `version: 1
owner: home
incus: { file: instances.json, complete: true }
opnsense: { transport: file, path: config.xml }
segments: { servers: { interface: opt1 } }
`;

/** Packages that read and judge files, and the command line. */
const COMMAND_LINE = ['commander', 'picocolors'];
const CHECK = [...COMMAND_LINE, 'node-cron', 'yaml'];
const PLAN = [...CHECK, 'fast-xml-parser'];

it.each([
  { command: ['--version'], may: ['picocolors'], says: /^\d+\.\d+\.\d+\n$/ },
  { command: ['--help'], may: COMMAND_LINE, says: /^Usage: slash32/ },
  { command: ['check'], may: CHECK, says: /^ok slash32\.yaml/ },
  { command: ['plan'], may: PLAN, says: /^Plan of home/ },
  { command: ['plan', '--json'], may: PLAN, says: /^\{/ },
])('$command.0 starts without the packages that only others need', {}, async ({ command, may, says }) => {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'slash32.yaml'), YAML);
  writeFileSync(join(folder, 'instances.json'), '[]');
  writeFileSync(join(folder, 'config.xml'), buildSampleConfig({ users: [] }));
  const coverage = join(folder, 'coverage');
  const done = await run(process.execPath, [join(ROOT, 'bin/slash32.js'), ...command], {
    cwd: folder,
    env: { ...process.env, NODE_V8_COVERAGE: coverage, NO_COLOR: '1' },
  });
  expect(done.stdout, done.stderr).toMatch(says);
  expect(packagesIn(coverage).filter((name) => ours.has(name) && !may.includes(name))).toEqual([]);
});

/** Every package that package.json asks for; what these bring along comes and goes with them. */
const ours = new Set(
  Object.keys((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: object }).dependencies),
);

/** The packages whose code was read, by the maps of the files that Node says it has loaded. */
function packagesIn(coverage: string): string[] {
  const loaded = readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { result: { url: string }[] };
    return result.filter(({ url }) => url.startsWith('file:')).map(({ url }) => fileURLToPath(url));
  });
  expect(loaded.some((file) => file.includes('/dist/cli/'))).toBe(true);
  const sources = loaded
    .filter((file) => existsSync(`${file}.map`))
    .flatMap((file) => (JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] }).sources);
  // a compiled schema counts letters by a function of its own
  const read = sources.filter((source) => !source.includes('/ajv/dist/runtime/'));
  return [...new Set(read.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []))];
}
