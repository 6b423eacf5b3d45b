import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './command.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let folder = '';

beforeAll(() => {
  // Inside the package, so that vitest itself is found from there.
  mkdirSync(join(ROOT, 'node_modules'), { recursive: true });
  folder = realpathSync(mkdtempSync(join(ROOT, 'node_modules/.closing-line-')));
  const reporter = join(ROOT, 'test/support/closing-line-reporter.ts');
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `import { createClosingLineReporter } from ${JSON.stringify(reporter)};
     export default { test: { dir: ${JSON.stringify(folder)}, include: ['*.check.ts'], exclude: [], reporters: ['default', createClosingLineReporter()] } };`,
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function linesOf(name: string, body: string): Promise<string[]> {
  writeFileSync(join(folder, `${name}.check.ts`), `import { describe, expect, it } from 'vitest';\n${body}`);
  const result = await run(process.execPath, [
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--root',
    folder,
    name,
  ]);
  return result.stdout.trimEnd().split('\n');
}

describe('the last lines of a run', () => {
  it('count what passed, failed and was skipped, with the reason', async () => {
    const lines = await linesOf(
      'mixed',
      `it('a', () => {}); it('b', () => { expect(1).toBe(2); });
       describe('lab', () => { it('c', (ctx) => { ctx.skip('no root here'); }); it.skipIf(true)('d', () => {}); });`,
    );
    expect(lines.slice(-3)).toEqual([
      'skipped: mixed.check.ts > lab > c: no root here',
      'skipped: mixed.check.ts > lab > d: no reason given',
      '1 passed, 1 failed, 2 skipped',
    ]);
  });

  it('are short when nothing was skipped', async () => {
    expect((await linesOf('good', "it('a', () => {});")).at(-1)).toBe('1 passed, 0 failed');
  });

  it.each([
    ['a file that does not load', 'unloadable', "throw new Error('x');"],
    [
      'an error outside of any test',
      'stray',
      "it('a', () => { setTimeout(() => { throw new Error('stray'); }, 5); });\nit('b', () => new Promise((done) => setTimeout(done, 100)));",
    ],
  ])('never say 0 failed for %s', async (_name, file, body) => {
    expect((await linesOf(file, body)).at(-1)).toMatch(/^\d+ passed, 1 failed$/);
  });
});
