import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { slash32, temporaryFolder } from './harness.js';

const exec = promisify(execFile);
const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

async function isThere(shell: Shell): Promise<boolean> {
  return exec(shell, ['--version']).then(
    () => true,
    () => false,
  );
}

/** What a real shell makes of the completion that is printed for it, behind some words. */
const ASKS: Readonly<Record<Shell, (script: string, words: readonly string[]) => readonly string[]>> = {
  bash: (script, words) => [
    '-c',
    `${script}\nCOMP_WORDS=(slash32 ${listed(words)}); COMP_CWORD=${words.length}; _slash32; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  // outside of a completion there is nothing to describe to: what would be described is printed, as far as it fits
  zsh: (script, words) => [
    '-f',
    '-c',
    `compdef() { : }\n${script}\n_describe() { print -l -- \${\${(P)2}%%:*} }\nwords=(slash32 ${listed(words)}); CURRENT=${words.length + 1}; _slash32 | grep -e '^${words.at(-1) ?? ''}'`,
  ],
  fish: (script, words) => ['--no-config', '-c', `${script}\ncomplete -C ${listed([`slash32 ${words.join(' ')}`])}`],
};

function listed(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(' ');
}

async function offered(shell: Shell, words: readonly string[]): Promise<string[]> {
  const cwd = await temporaryFolder();
  const { out, code } = await slash32(['completion', shell], { cwd });
  expect(code).toBe(0);
  const { stdout, stderr } = await exec(shell, [...ASKS[shell](out, words)], {
    env: { ...process.env, HOME: cwd, ZDOTDIR: cwd },
  });
  expect(stderr).toBe('');
  const lines = stdout.trim().split('\n');
  return lines.map((line) => line.split('\t')[0] ?? '').toSorted();
}

describe.each(SHELLS)('completion in %s', (shell) => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['a command', ['pl'], ['plan', 'plugin']],
    ['commands that begin alike', ['re'], ['reach', 'receive', 'release', 'release-hold', 'resume']],
    ['a command of a command', ['incus', 'web'], ['webhook']],
    ['a command to have help on', ['help', 'confi'], ['confirm']],
    ['an option', ['plan', '--che'], ['--checksum']],
    ['an option behind another one', ['apply', '--yes', '--acc'], ['--accept-lockout-risk', '--accept-new']],
  ])('offers %s', async (_, words, expected) => {
    if (!(await isThere(shell))) return;
    expect(await offered(shell, words)).toEqual(expected);
  });
});

describe('completion in zsh', () => {
  it('is taken from a folder of completions as well as from a line in .zshrc, with or without compinit', async (ctx) => {
    if (!(await isThere('zsh'))) return ctx.skip('zsh is not installed');
    const cwd = await temporaryFolder();
    const { out } = await slash32(['completion', 'zsh'], { cwd });
    await writeFile(join(cwd, '_slash32'), out);
    const known = `print \${_comps[slash32]}`;
    for (const script of [
      `source ./_slash32; ${known}`,
      `fpath=($PWD $fpath); autoload -U compinit; compinit -i -D; ${known}`,
    ])
      expect((await exec('zsh', ['-f', '-c', script], { cwd, env: { ...process.env, HOME: cwd } })).stdout).toBe(
        '_slash32\n',
      );
    const first = `fpath=($PWD $fpath); autoload -U _slash32; _describe() { print -l -- \${\${(P)2}%%:*} }; words=(slash32 incus web); CURRENT=3; _slash32`;
    expect((await exec('zsh', ['-f', '-c', first], { cwd })).stdout).toContain('webhook');
  });
});

describe('completion', () => {
  it.each(['zsh', 'fish'])('is there for %s', async (shell) => {
    const ran = await slash32(['completion', shell], { cwd: await temporaryFolder() });
    expect(ran.code).toBe(0);
    for (const word of ['plan', 'accept-new', 'webhook']) expect(ran.out).toContain(word);
  });

  it('says what there is for a shell that it does not know', async () => {
    const ran = await slash32(['completion', 'tcsh'], { cwd: await temporaryFolder() });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('bash, zsh, fish');
  });
});

describe('help', () => {
  it('shows the options of a command of a command', async () => {
    const ran = await slash32(['help', 'token', 'create'], { cwd: await temporaryFolder() });
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('--role');
  });

  it('says of a command that there is none', async () => {
    const ran = await slash32(['help', 'nosuch'], { cwd: await temporaryFolder() });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('there is no command "nosuch"');
    expect(ran.out).toBe('');
  });
});
