import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.js';
import { run } from '../../src/cli/main.js';
import { buildProgram } from '../../src/cli/program.js';
import { createRedactor } from '../../src/secrets/redactor.js';
import { listed, temporaryFolder, writeConfig, writeFirewall, writeInventory } from './harness.js';

/** How each command is called at its simplest, in a folder with a config.xml and an inventory. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  init: ['--inventory', 'instances.json', '--config-xml', 'config.xml', '--pair', 'servers=opt3', '--out', 'new.yaml'],
  enrol: ['--token', 'no-token'],
  check: [],
  migrate: [],
  plan: [],
  apply: ['--yes'],
  release: ['--keep', '--all', '--yes'],
  confirm: [],
  rollback: [],
  explain: ['default/web', 'firewall', 'tcp/22'],
  reach: [],
  test: [],
  watch: [],
  serve: [],
  status: [],
  pause: [],
  resume: [],
  'release-hold': [],
  history: [],
  show: ['last'],
  receive: ['recording.jsonl', '--dry-run'],
  'incus webhook': [],
  'token create': ['--name', 'ci', '--role', 'viewer'],
  'token list': [],
  'token revoke': ['ci'],
  demo: ['--keep', 'instances.json/demo'],
  completion: ['bash'],
  help: ['token'],
  'plugin install': [],
};

/** Codes that README's table knows. */
const CODES = [0, 1, 2, 3, 4, 5, 130];

async function scene(): Promise<string> {
  const cwd = await temporaryFolder();
  await writeFirewall(
    cwd,
    '    <opt3>\n      <enable>1</enable>\n      <range>\n        <from>10.10.3.210</from>\n        <to>10.10.3.220</to>\n      </range>\n    </opt3>\n',
  );
  await writeInventory(cwd, [listed('web')]);
  await writeConfig(cwd);
  await writeFile(join(cwd, 'recording.jsonl'), '{}\n');
  return cwd;
}

/** A stream whose every write fails so. */
function broken(code: string): Writable {
  return new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error(`${code}: it fails`), { code, syscall: 'write' }));
    },
  });
}

function ioOf(cwd: string, part: Partial<Io> = {}): Io {
  const silent = (): Writable => new PassThrough().resume();
  return {
    stdin: new PassThrough().end(),
    stdout: silent(),
    stderr: silent(),
    env: {},
    cwd,
    now: () => new Date(),
    signal: new AbortController().signal,
    redactor: createRedactor(),
    ...part,
  };
}

const COMMANDS = Object.entries(CALLS).map(([name, argv]) => ({ name, argv: [...name.split(' '), ...argv] }));

let program: Command;

beforeAll(async () => {
  program = buildProgram(ioOf('/'), '1', () => undefined);
});

it('is asked of every command that there is', () => {
  const leaves = (command: Command, path: string): string[] =>
    command.commands.length === 0
      ? [path]
      : command.commands.flatMap((one) => leaves(one, `${path} ${one.name()}`.trim()));
  expect(Object.keys(CALLS).toSorted()).toEqual(leaves(program, '').toSorted());
});

it('reads no file without an end that somebody names', async () => {
  const chunks: string[] = [];
  const stderr = new PassThrough().on('data', (chunk: Buffer) => chunks.push(String(chunk)));
  const code = await run(ioOf(await scene(), { stderr }), ['apply', '--plan', '/dev/zero']);
  expect([code, chunks.join('')]).toEqual([1, expect.stringContaining('longer than')]);
});

describe.each(COMMANDS)('slash32 $name', ({ name, argv }) => {
  async function expectKnown(cwd: string, call: readonly string[], part: Partial<Io> = {}): Promise<number> {
    const chunks: string[] = [];
    const hear = (): Writable => new PassThrough().on('data', (chunk: Buffer) => chunks.push(String(chunk)));
    const code = await run(ioOf(cwd, { stdout: hear(), stderr: hear(), ...part }), call);
    const text = chunks.join('');
    expect(text, call.join(' ')).not.toMatch(/S32_DEFECT|^\s+at .+:\d+:\d+\)?$/m);
    expect(CODES, text).toContain(code);
    return code;
  }

  if (name !== 'serve')
    it('ends with a word when it is told to end before it began', async () => {
      await expectKnown(await scene(), argv, { signal: AbortSignal.abort() });
    });

  if (name !== 'serve')
    it.each(['EPIPE', 'ENOSPC'])('ends with a code of its own when its output breaks with %s', async (failure) => {
      const cwd = await scene();
      const whole = await expectKnown(await scene(), argv);
      const code = await expectKnown(cwd, argv, { stdout: broken(failure) });
      await expectKnown(await scene(), argv, { stdout: broken(failure), stderr: broken(failure) });
      expect(code).toBe(failure === 'EPIPE' || whole === 1 ? whole : name === 'apply' ? 5 : 1);
    });

  it.each([
    ['a folder', '.'],
    ['a name longer than any', 'x'.repeat(5000)],
    ['a file under a file', 'config.xml/slash32.yaml'],
    ['a device without an end', '/dev/zero'],
    ['an empty name', ''],
  ])('says what is wrong with a configuration that is %s', async (_what, path) => {
    if (!argv.some((one) => one === '--config') && hasConfig(name))
      await expectKnown(await scene(), [...argv, '--config', path]);
  });

  it('says what is wrong with each option whose value is none', async () => {
    const cwd = await scene();
    const command = name.split(' ').reduce((found, part) => one(found, part), program);
    for (const option of command.options) {
      if (option.isBoolean() || option.long === '--config' || option.long === '--speed') continue;
      for (const value of ['', 'x'.repeat(300), 'config.xml/below', '☃\u0000'])
        await expectKnown(cwd, [...argv, option.long ?? '', value]);
    }
  });
});

function hasConfig(name: string): boolean {
  return name
    .split(' ')
    .reduce((found, part) => one(found, part), program)
    .options.some((option) => option.long === '--config');
}

function one(command: Command, name: string): Command {
  const found = command.commands.find((each) => each.name() === name);
  if (found === undefined) throw new Error(`there is no command ${name}`);
  return found;
}
