import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sourcePlace } from '../../src/log/source-place.js';
import { parseAddress } from '../../src/model/address.js';
import { run } from '../support/command.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Something that nothing of ours is made for. */
function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe('the line of the sources that a defect comes from', () => {
  it('is found where the program runs from its sources', () => {
    const error = thrownBy(() => parseAddress(undefined as never));
    const place = sourcePlace(error) ?? '';
    expect(place).toMatch(/^src\/model\/\w+\.ts:\d+$/);
  });

  it('is found in the built program', {}, async () => {
    const main = new URL('../../dist/cli/main.js', import.meta.url).href;
    const code = `const { run } = await import(${JSON.stringify(main)}); try { await run({}, []); } catch (error) { console.log(error.stack); }`;
    const printed = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: ROOT });
    expect(printed.stdout, printed.stderr).toContain('/dist/cli/');
    const error = Object.assign(new Error(), { stack: printed.stdout.trimEnd() });
    const [, file = '', line] = /^(.*):(\d+)$/.exec(sourcePlace(error) ?? '') ?? [];
    expect(file).toBe('src/cli/outputs.ts');
    expect(readFileSync(join(ROOT, file), 'utf8').split('\n')[Number(line) - 1]).toMatch(/stdout|stream|\.on\(/);
  });

  it.each(['plain', 'with blank', 'größe', 'a (copy)', '100%', 'src'])('is found in a folder called %s', (name) => {
    const folder = join(mkdtempSync(join(tmpdir(), 'slash32-place-')), name);
    onTestFinished(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
    mkdirSync(folder);
    const file = join(folder, 'main.js');
    // one place: its first letter is line 7 of the source
    writeFileSync(`${file}.map`, '{"version":3,"sources":["../../src/cli/main.ts"],"names":[],"mappings":"AAMA"}');
    for (const shown of [pathToFileURL(file).href, file])
      for (const frame of [`at run (${shown}:1:1)`, `at async ${shown}:1:1`, `at ${shown}:1:1`])
        expect(sourcePlace(Object.assign(new Error(), { stack: `Error: x\n    ${frame}` })), frame).toBe(
          'src/cli/main.ts:7',
        );
  });

  it.each([
    ['nothing of ours', '    at node:internal/main:1:2\n    at /elsewhere/node_modules/x/src/y.ts:1:2'],
    ['no stack', ''],
  ])('is not known of %s', (_what, stack) => {
    expect(sourcePlace(Object.assign(new Error(), { stack }))).toBeUndefined();
  });

  it('is not known of what is no error', () => {
    expect(sourcePlace('text')).toBeUndefined();
  });
});
