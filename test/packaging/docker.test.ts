import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { run } from '../support/command.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LINES = readFileSync(join(ROOT, 'packaging/docker/Dockerfile'), 'utf8').split('\n');

/** `COPY a b c/` without a stage: what comes from the project's folder. */
const COPIES = LINES.filter((line) => line.startsWith('COPY ') && !line.includes('--from')).map((line) =>
  line.split(' ').slice(1),
);
const BUILD_STEPS = LINES.slice(
  0,
  LINES.findIndex((line, index) => index > 5 && line.startsWith('FROM ')),
)
  .filter((line) => line.startsWith('RUN '))
  .map((line) => line.slice(4));
const SHIPPED = LINES.filter((line) => line.startsWith('COPY --from=build ')).map(
  (line) => line.split(' ')[2]?.replace('/src/', '') ?? '',
);

it('builds by the steps of the Dockerfile, and what it ships runs as a plain user', {}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-docker-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const source = join(folder, 'src');
  mkdirSync(source);
  for (const parts of COPIES) copy(parts, source);
  for (const step of BUILD_STEPS) {
    const done = await run('sh', ['-c', step], { cwd: source });
    expect(done.code, `${step}\n${done.stdout}${done.stderr}`).toBe(0);
  }
  const image = join(folder, 'image');
  for (const name of SHIPPED) cpSync(join(source, name), join(image, name), { recursive: true });

  const version = await run(process.execPath, ['bin/slash32.js', '--version'], { cwd: image });
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const demo = await run(process.execPath, ['bin/slash32.js', 'demo'], { cwd: image });
  expect(demo.code, demo.stdout + demo.stderr).toBe(0);
  const plugin = await run(process.execPath, ['bin/slash32.js', 'plugin', 'install', '--json'], { cwd: image });
  expect(plugin.code, plugin.stderr).toBe(0);
  expect(existsSync(join(image, 'node_modules')), 'the program carries what it needs').toBe(false);
});

it('lets nothing into the build that it does not copy, no key and no state of this folder', () => {
  const allowed = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  const copied = COPIES.flatMap((parts) => parts.slice(0, -1));
  expect(allowed.toSorted()).toEqual(copied.toSorted());
});

it('runs as a user without rights, and takes no secret at build time', () => {
  const last = LINES.filter((line) => line.startsWith('USER ')).at(-1);
  expect(last).toBe('USER node');
  expect(LINES.filter((line) => line.startsWith('ARG '))).toEqual([]);
});

function copy(parts: readonly string[], to: string): void {
  const target = join(to, parts.at(-1) ?? '');
  const sources = parts.slice(0, -1);
  for (const name of sources) {
    const goal = sources.length > 1 || parts.at(-1) === './' ? join(target, name) : target;
    expect(existsSync(join(ROOT, name)), `COPY ${name}: there is no such file`).toBe(true);
    mkdirSync(dirname(goal), { recursive: true });
    cpSync(join(ROOT, name), goal, { recursive: true });
  }
}
