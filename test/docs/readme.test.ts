import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.js';
import { buildProgram } from '../../src/cli/program.js';
import { checkConfig } from '../../src/config/check.js';
import { SOURCE_KINDS } from '../../src/inventory/registry.js';
import { listed, temporaryFolder, writeConfig, writeFirewall, writeInventory } from '../cli/harness.js';
import { run } from '../support/command.js';

const SOURCES = SOURCE_KINDS.map(({ key }) => key);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const page = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'plugin/README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The lines of a page's shell blocks, without their comments. */
function commands(text: string): string[] {
  const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map((match) => match[1] ?? '');
  return blocks
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');
}

const RUNNABLE = commands(page('README.md')).filter((line) => line.includes('bin/slash32.js') && !/ init\b/.test(line));

describe('the commands of the README', () => {
  it('are those that this test runs', () => {
    expect(RUNNABLE.length).toBeGreaterThanOrEqual(6);
  });

  it('run, one after the other, in a folder with a configuration', async () => {
    const cwd = await temporaryFolder();
    const instances = [listed('web'), listed('db')];
    await writeFirewall(
      cwd,
      '    <opt3>\n      <enable>1</enable>\n      <range>\n        <from>10.10.3.210</from>\n        <to>10.10.3.220</to>\n      </range>\n    </opt3>\n',
    );
    await writeInventory(cwd, instances);
    await writeConfig(cwd);
    await writeFile(join(cwd, 'incus'), `#!/bin/sh\ncat instances.json\n`, { mode: 0o755 });
    const env = { ...process.env, PATH: `${cwd}:${process.env.PATH}` };

    for (const command of RUNNABLE) {
      const asked = / apply$/.test(command) ? `${command} --yes` : command;
      const ran = await run('sh', ['-c', asked.replaceAll('bin/slash32.js', join(ROOT, 'bin/slash32.js'))], {
        cwd,
        env,
      });
      expect([0, 2], `${command}\n${ran.stdout}${ran.stderr}`).toContain(ran.code);
    }
    expect(await readFile(join(cwd, 'plan.json'), 'utf8')).toContain('slash32.plan/2');
  });

  it('of npm are scripts of the package', () => {
    const { scripts } = JSON.parse(page('package.json'));
    const named = PAGES.flatMap((name) =>
      [...page(name).matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? ''),
    );

    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it.each(PAGES)('of slash32 in %s exist, with their options', (name) => {
    const program = buildProgram({} as Io, '0.0.0', () => {});
    const wrong = [
      ...commandsIn(named(page(name))).flatMap((words) => unknownIn(program, words)),
      ...commandsIn(commands(page(name))).flatMap((words) => [
        ...unknownIn(program, words),
        ...lackingIn(program, words),
      ]),
    ];
    expect(wrong).toEqual([]);
  });
});

/** What stands in back quotes. */
function named(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
}

/** The words behind every `slash32` of some lines. */
function commandsIn(lines: readonly string[]): string[][] {
  const call = /(?:^|[|;&(]\s*|\w=\S+ )(?:npx |node (?:\S*\/)?bin\/)?slash32(?:\.js)?((?: +[^\s|;&)]+)+)/g;
  return lines.flatMap((line) => [...line.matchAll(call)].map((match) => (match[1] ?? '').trim().split(/ +/)));
}

/** The command that some words begin with, and how many of them name it. */
function commandOf(program: Command, words: readonly string[]): readonly [Command, number] {
  let command = program;
  let at = 0;
  for (; at < words.length; at += 1) {
    const inner = command.commands.find((one) => one.name() === words[at]);
    if (inner === undefined) break;
    command = inner;
  }
  return [command, at];
}

/** Options that a command line needs and does not have. */
function lackingIn(program: Command, words: readonly string[]): string[] {
  const [command] = commandOf(program, words);
  return command.options
    .filter((one) => one.mandatory && !words.some((word) => word === one.long || word === one.short))
    .map((one) => `slash32 ${words.join(' ')} lacks ${one.long}`);
}

/** What of a command line there is not. */
function unknownIn(program: Command, words: readonly string[]): string[] {
  const [command, at] = commandOf(program, words);
  if (command === program && !/^(-|…$|help$)/.test(words[0] ?? '')) return [`slash32 ${words[0]}`];
  return words
    .slice(at)
    .filter((word) => /^--[a-z]/.test(word))
    .map((word) => word.replace(/=.*/, ''))
    .filter((word) => !['--help', '--version'].includes(word) && !command.options.some((one) => one.long === word))
    .map((word) => `slash32 ${words.slice(0, at).join(' ')} ${word}`);
}

describe('the pages', () => {
  it.each(PAGES)('%s links only to files that are there', (name) => {
    const folder = join(ROOT, name, '..');
    for (const [, target = ''] of page(name).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g))
      expect(() => readFileSync(join(folder, target)), `${name} → ${target}`).not.toThrow();
  });

  it.each(PAGES)('%s shows only configurations that pass the check', (name) => {
    const blocks = [...page(name).matchAll(/^( *)```yaml\n([\s\S]*?)^ *```/gm)]
      .map(([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
      .filter((block) => !block.startsWith('scrape_configs:'));
    const rest = {
      owner: 'owner: home\n',
      incus: 'incus: { file: instances.json }\n',
      opnsense: 'opnsense: { transport: file, path: config.xml }\n',
      segments: 'segments: { servers: { interface: opt3 } }\n',
    };
    for (const block of blocks) {
      for (const part of alternatives(block)) {
        const missing = Object.entries(rest)
          .filter(([key]) => !(key === 'incus' ? SOURCES : [key]).some((one) => part.includes(`${one}:`)))
          .map(([, line]) => line);
        const text = part.replaceAll('…', 'ab'.repeat(32)) + missing.join('');
        expect(checkConfig(text, name), text).toMatchObject({ ok: true });
      }
    }
  });
});

/** A block that shows one key several times shows alternatives. */
function alternatives(block: string): string[] {
  const lines = block.split('\n').filter((line) => /^\w+:/.test(line));
  const keys = lines.map((line) => line.split(':')[0]);
  return new Set(keys).size === keys.length ? [block] : lines.map((line) => `${line}\n`);
}
