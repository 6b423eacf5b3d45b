import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import { baseText } from './texts.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slash32-load-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function failure(path: string): Slash32Error {
  try {
    loadConfig(path);
  } catch (error) {
    if (error instanceof Slash32Error) return error;
    throw error;
  }
  throw new Error('loadConfig did not fail');
}

describe('loading slash32.yaml', () => {
  it('takes relative paths from the folder of the file', () => {
    const file = join(folder, 'slash32.yaml');
    writeFileSync(file, baseText().concat('state_file: state/ledger.json\n'));
    const config = loadConfig(file);
    expect(config.target).toEqual({ transport: 'file', path: join(folder, 'config.xml') });
    expect(config.stateFile).toBe(join(folder, 'state/ledger.json'));
    expect(config.file).toBe(file);
  });

  it('lists every mistake, one a line, in one error', () => {
    const file = join(folder, 'slash32.yaml');
    writeFileSync(file, baseText({ owner: 'HOME' }).concat('retain: 24\n'));
    const error = failure(file);
    expect(error.code).toBe('S32_CONFIG_INVALID');
    expect(error.where).toBe(`${file}:1:8`);
    expect(error.message.split('\n')).toEqual([
      `${file} has 2 mistakes:`,
      `  ${file}:1:8: 'owner' cannot be HOME. Write 1 to 32 of a-z, 0-9 and -, for example home.`,
      `  ${file}:6:9: 'retain' cannot be 24. Write a number and a unit: 90m, 24h, 7d (s, m, h, d, w), or 0.`,
    ]);
    expect(error.effect).toBe('Nothing was changed on the firewall.');
  });

  it('says that a file does not exist, is a folder, is no text, or is far too large', () => {
    expect(failure(join(folder, 'none.yaml')).message).toMatch(/none\.yaml does not exist\.$/);
    mkdirSync(join(folder, 'conf'));
    expect(failure(join(folder, 'conf')).message).toMatch(/is a folder/);
    const latin = join(folder, 'latin.yaml');
    writeFileSync(latin, Buffer.from('owner: b\xfcro\n', 'latin1'));
    expect(failure(latin)).toMatchObject({ code: 'S32_CONFIG_UNREADABLE', hint: 'Save it as UTF-8.' });
    const large = join(folder, 'large.yaml');
    writeFileSync(large, '#'.repeat(1_000_001));
    expect(failure(large).message).toMatch(/far more than a configuration/);
  });
});
