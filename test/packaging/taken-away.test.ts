import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { buildSampleConfig } from '../../src/sim/opnsense/sample-config.js';
import { run } from '../support/command.js';
import { until } from '../support/until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** An installation of its own, and a folder to work in. */
function installed() {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-taken-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['bin', 'dist', 'openapi', 'package.json'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  const cwd = join(folder, 'work');
  mkdirSync(join(cwd, 'machines'), { recursive: true });
  writeFileSync(join(cwd, 'instances.json'), '[]');
  writeFileSync(join(cwd, 'config.xml'), buildSampleConfig({ users: [] }));
  return {
    cwd,
    bin: join(folder, 'bin/slash32.js'),
    takeAway: () => renameSync(join(folder, 'dist'), `${folder}/gone`),
  };
}

function configure(cwd: string, source: string): void {
  writeFileSync(
    join(cwd, 'slash32.yaml'),
    `version: 1
owner: home
${source}
opnsense: { transport: file, path: config.xml }
segments: { servers: { network: servers, interface: opt1 } }
service: { listen: none, debounce: 1s }
`,
  );
}

it('leaves a service whole, whatever source it is told of after its files were taken away', {}, async () => {
  const { cwd, bin, takeAway } = installed();
  configure(cwd, 'incus: { file: instances.json }');
  const child = spawn(process.execPath, [bin, 'serve'], { cwd, env: { ...process.env, NO_COLOR: '1' } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const ended = (): number => said.match(/run (ended|failed|needs a person)/g)?.length ?? 0;
  await until('the first run', () => ended() > 0);
  takeAway();
  for (const source of [
    'libvirt: { path: machines }',
    'incus: { socket: none.sock }',
    'incus: { file: instances.json, complete: true }',
  ]) {
    const before = ended();
    configure(cwd, source);
    child.kill('SIGHUP');
    await until(`a run with ${source}`, () => ended() > before);
  }
  expect(said).not.toMatch(/S32_DEFECT|Cannot find|S32_SYSTEM/);
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(0);
});

it('ends a command that misses a file of it with what to do, and not as a defect', {}, async () => {
  const { cwd, bin } = installed();
  configure(cwd, 'incus: { file: instances.json }');
  const parts = join(bin, '../../dist/cli');
  for (const name of ['command-line', 'plan']) {
    for (const file of readdirSync(parts)) if (file.startsWith(`${name}-`)) rmSync(join(parts, file));
    const { code, stdout, stderr } = await run(process.execPath, [bin, 'plan'], { cwd });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^error S32_SYSTEM: A part of the program is not there any more[\s\S]*what now: Start it again[^\n]*\n$/,
    );
    for (const file of readdirSync(join(ROOT, 'dist/cli')))
      if (file.startsWith(`${name}-`)) cpSync(join(ROOT, 'dist/cli', file), join(parts, file));
  }
});
