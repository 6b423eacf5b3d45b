import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../support/command.js';

const BIN = join(import.meta.dirname, '../../bin/slash32.js');
const WORD = 'The sources are newer than what runs here. Run: npm run build';

describe('the command in a checkout', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slash32-bin-'));
    for (const name of ['bin', 'dist/cli', 'src/plan']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    copyFileSync(BIN, join(folder, 'bin/slash32.js'));
    writeFileSync(
      join(folder, 'dist/cli/main.js'),
      "export async function main() { process.stdout.write('it runs'); }",
    );
    writeFileSync(join(folder, 'src/plan/plan.ts'), '');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What a person sees at a terminal. */
  async function seen(): Promise<string> {
    const command = `${process.execPath} ${join(folder, 'bin/slash32.js')}`;
    return (await run('script', ['--quiet', '--return', '--command', command, '/dev/null'])).stdout;
  }

  const changed = (name: string, seconds: number): void =>
    utimesSync(join(folder, name), new Date(seconds * 1000), new Date(seconds * 1000));

  it('says at a terminal when a source is newer than what runs', async () => {
    changed('dist/cli/main.js', 1000);
    changed('src/plan/plan.ts', 1001);
    const text = await seen();
    expect(text).toContain(WORD);
    expect(text).toContain('it runs');
  });

  it('says nothing of it when it was built since, in a package, and to a script', async () => {
    changed('dist/cli/main.js', 1001);
    changed('src/plan/plan.ts', 1000);
    expect(await seen()).toBe('it runs');
    changed('dist/cli/main.js', 999);
    expect((await run(process.execPath, [join(folder, 'bin/slash32.js')])).stderr).toBe('');
    rmSync(join(folder, 'src'), { recursive: true });
    expect(await seen()).toBe('it runs');
  });

  it.each<[string, () => void, RegExp]>([
    [
      'is not built',
      () => rmSync(join(folder, 'dist'), { recursive: true }),
      /^slash32 is not built yet\. Run: npm run build\n$/,
    ],
    [
      'lacks a part',
      () => writeFileSync(join(folder, 'dist/cli/main.js'), "export { main } from './base-abc.js';"),
      /^A part of slash32 is missing\. Install it again; in a checkout: npm run build\nCannot find module '\S+base-abc\.js' [^\n]*\n$/,
    ],
  ])('says in a word or two that it %s, and no stack', async (_what, spoil, said) => {
    spoil();
    const { code, stdout, stderr } = await run(process.execPath, [join(folder, 'bin/slash32.js'), 'plan']);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(said)]);
  });

  it('names what this user may not read', async () => {
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'dist/cli/main.js'), 0);
    const command = [process.execPath, join(folder, 'bin/slash32.js'), 'plan'];
    // root reads everything, so nobody is asked in his place
    const asNobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    const [program = '', ...args] = [...asNobody, ...command];
    const { code, stderr } = await run(program, args);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^This user may not read .*main\.js, [^\n]*\n$/)]);
  });
});
