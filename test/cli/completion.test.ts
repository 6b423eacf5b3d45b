import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { slash32, temporaryFolder } from './harness.js';

/** What real bash would offer behind some words. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const cwd = await temporaryFolder();
  const { out, code } = await slash32(['completion', 'bash'], { cwd });
  expect(code).toBe(0);
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `${out}\nCOMP_WORDS=(slash32 ${list}); COMP_CWORD=${words.length}; _slash32; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script]);
  return stdout.trim().split('\n').toSorted();
}

describe('completion in bash', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['a command', ['pl'], ['plan', 'plugin']],
    ['commands that begin alike', ['re'], ['reach', 'receive', 'release', 'release-hold', 'resume']],
    ['a command of a command', ['incus', 'web'], ['webhook']],
    ['an option', ['plan', '--che'], ['--checksum']],
    ['an option behind another one', ['apply', '--yes', '--acc'], ['--accept-lockout-risk', '--accept-new']],
  ])('offers %s', async (_, words, expected) => {
    expect(await offered(...words)).toEqual(expected);
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
