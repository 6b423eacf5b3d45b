import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/secrets/redactor.js';
import { openJournal } from '../../../src/service/history/journal.js';
import { DISK_FILE, type JournalDisk } from '../../../src/service/history/journal-disk.js';
import { findRun, readHistory } from '../../../src/service/history/read.js';
import { temporaryFolder } from '../../cli/harness.js';
import { bytesOf, ended, run } from './records.js';

const ids = async (path: string, limit = 1000): Promise<string[]> =>
  (await readHistory(path, limit)).runs.map((one) => one.id);

/** Without waiting for the disk, for tests that write a thousand times. */
const UNSYNCED: JournalDisk = { ...DISK_FILE, append: async (path, text) => appendFileSync(path, text) };

let file = '';

beforeEach(async () => {
  file = join(await temporaryFolder(), 'journal.jsonl');
});

function journal(part: { maxBytes?: number; keep?: number; disk?: JournalDisk } = {}) {
  return openJournal({ file, maxBytes: 1_000_000, keep: 3, redactor: createRedactor(), ...part });
}

describe('the journal', () => {
  it('gives back what was written, newest first, each run as it was last', async () => {
    const book = journal();
    await book.append({ kind: 'run-started', run: run('1', { state: 'running', outcome: undefined }) });
    await book.append(ended('1', { outcome: 'applied' }));
    await book.append({ kind: 'run-started', run: run('2', { state: 'running', outcome: undefined }) });
    const { runs, unreadable } = await readHistory(file, 10);
    expect(runs.map((one) => [one.id, one.state, one.outcome])).toEqual([
      ['2', 'running', undefined],
      ['1', 'ended', 'applied'],
    ]);
    expect(unreadable).toBe(0);
    expect(await ids(file, 1)).toEqual(['2']);
  });

  it('is for its owner alone, and holds no secret', async () => {
    const redactor = createRedactor();
    redactor.register('hunter2-hunter2');
    await openJournal({ file, maxBytes: 1000, keep: 1, redactor }).append(
      ended('1', { notes: ['key hunter2-hunter2'] }),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
  });

  it('is readable after a crash at any byte of a record, and goes on after it', async () => {
    const first = Buffer.from(`${JSON.stringify(ended('1'))}\n`);
    const second = Buffer.from(`${JSON.stringify(ended('2', { notes: ['äöü ✓ #torn'] }))}\n`);
    for (let cut = 1; cut < second.length; cut += 1) {
      writeFileSync(file, Buffer.concat([first, second.subarray(0, cut)]));
      expect(await readHistory(file, 9)).toMatchObject({ runs: [{ id: '1' }], unreadable: 0 });
      await journal({ disk: UNSYNCED }).append(ended('3'));
      expect(await readHistory(file, 9)).toMatchObject({ runs: [{ id: '3' }, { id: '1' }], unreadable: 1 });
    }
  });

  it('goes on after a power cut that left zeros where a record should be', async () => {
    await journal().append(ended('1'));
    appendFileSync(file, Buffer.alloc(4096));
    await journal().append(ended('2'));
    expect(await readHistory(file, 9)).toMatchObject({ runs: [{ id: '2' }, { id: '1' }], unreadable: 1 });
  });

  it('takes back what a full disk let through, so that a record given again is there once', async () => {
    const before = bytesOf(ended('1')) + bytesOf(ended('2'));
    for (let room = 0; room <= before; room += 13) {
      writeFileSync(file, '');
      let isFull = true;
      const disk: JournalDisk = {
        ...UNSYNCED,
        async append(path, text) {
          if (!isFull) return UNSYNCED.append(path, text);
          appendFileSync(path, Buffer.from(text).subarray(0, room));
          throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        },
      };
      const book = journal({ disk });
      const both = () => Promise.allSettled([book.append(ended('1')), book.append(ended('2'))]);
      expect((await both()).map((one) => one.status)).toEqual(['rejected', 'rejected']);
      expect(await readHistory(file, 9)).toEqual({ runs: [], audit: [], unreadable: 0 });
      isFull = false;
      await both();
      expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(2);
    }
  });

  it('writes records that come at once in one go', async () => {
    const writes: number[] = [];
    const disk: JournalDisk = {
      ...DISK_FILE,
      append: (path, text) => {
        writes.push(text.split('\n').length - 1);
        return DISK_FILE.append(path, text);
      },
    };
    const book = journal({ disk });
    await Promise.all(['1', '2', '3', '4'].map((id) => book.append(ended(id))));
    expect(writes).toEqual([4]);
    expect(await ids(file)).toEqual(['4', '3', '2', '1']);
  });

  it('masks a secret with quotes and line ends too, and stays JSON', async () => {
    const redactor = createRedactor();
    const secret = 'quo"te\\and\nline';
    for (const one of [secret, '1234', 'true']) redactor.register(one);
    const book = openJournal({ file, maxBytes: 10_000, keep: 1, redactor });
    await book.append(ended('7', { attempts: 1234, notes: [`it is ${secret}`], changes: ['true'] }));
    const { runs } = await readHistory(file, 1);
    expect(runs[0]).toMatchObject({
      attempts: 1234,
      notes: ['it is ***'],
      changes: ['***'],
      options: { confirm: true },
    });
  });

  it('goes on after the disk was full, with nothing lost that was said to be written', async () => {
    let room = 0;
    const disk: JournalDisk = {
      ...DISK_FILE,
      async append(path, text) {
        if (room > 0) return DISK_FILE.append(path, text);
        appendFileSync(path, text.slice(0, 20));
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      },
    };
    const book = journal({ disk });
    await expect(book.append(ended('1'))).rejects.toMatchObject({
      code: 'S32_JOURNAL_WRITE',
      message: expect.stringContaining('the disk is full'),
    });
    room = 1;
    await book.append(ended('1'));
    const history = await readHistory(file, 10);
    expect(history.runs.map((one) => one.id)).toEqual(['1']);
    expect(history.unreadable).toBe(0);
  });

  it('begins a new file when one is full, and drops the oldest', async () => {
    const size = JSON.stringify(ended('00')).length + 1;
    const book = journal({ maxBytes: size * 2, keep: 2 });
    for (let index = 10; index < 20; index += 1) await book.append(ended(String(index)));
    expect(readdirSync(join(file, '..')).toSorted()).toEqual(['journal.jsonl', 'journal.jsonl.1', 'journal.jsonl.2']);
    expect(await ids(file)).toEqual(['19', '18', '17', '16', '15', '14']);
  });

  it('counts bytes, not letters, when it looks whether one is full', async () => {
    const record = ended('1', { notes: ['ä'.repeat(500)] });
    const book = journal({ maxBytes: 2 * bytesOf(record) - 100 });
    for (let index = 0; index < 3; index += 1) await book.append(record);
    expect(readdirSync(join(file, '..'))).toHaveLength(3);
  });

  it('divides what comes at once over as many files as it needs', async () => {
    const size = bytesOf(ended('00'));
    const book = journal({ maxBytes: size * 2, keep: 9, disk: UNSYNCED });
    await Promise.all(Array.from({ length: 10 }, (_, index) => book.append(ended(String(10 + index)))));
    expect(readdirSync(join(file, '..'))).toHaveLength(5);
    for (const name of readdirSync(join(file, '..'))) expect(statSync(join(file, '..', name)).size).toBe(size * 2);
    expect(await ids(file)).toEqual(['19', '18', '17', '16', '15', '14', '13', '12', '11', '10']);
  });

  it('takes a line without an end for no record either once its file is an older one', async () => {
    writeFileSync(file, JSON.stringify(ended('1')));
    expect(await readHistory(file, 9)).toEqual({ runs: [], audit: [], unreadable: 0 });
    await journal({ maxBytes: 10 }).append(ended('2'));
    expect(await readHistory(file, 9)).toMatchObject({ runs: [{ id: '2' }], unreadable: 1 });
  });

  it('keeps fewer files once it is told to', async () => {
    const size = bytesOf(ended('00'));
    for (let index = 10; index < 16; index += 1)
      await journal({ maxBytes: size, keep: 5 }).append(ended(String(index)));
    await journal({ maxBytes: size, keep: 2 }).append(ended('16'));
    expect(await ids(file)).toEqual(['16', '15', '14']);
    await journal({ maxBytes: size, keep: 0 }).append(ended('17'));
    expect(await ids(file)).toEqual(['17']);
  });

  it('loses nothing when it was killed between any two moves of that', async () => {
    const size = bytesOf(ended('00'));
    for (let gap = 0; gap <= 4; gap += 1) {
      const folder = await temporaryFolder();
      const path = join(folder, 'j');
      // As a rotation with keep 5 leaves it that was killed when the file with number `gap` had gone up.
      for (let number = 0; number <= 5; number += 1)
        if (number !== gap)
          writeFileSync(
            number === 0 ? path : `${path}.${number}`,
            `${JSON.stringify(ended(String(20 - number + (number > gap ? 1 : 0))))}\n`,
          );
      expect(await ids(path)).toEqual(['20', '19', '18', '17', '16']);
      const book = openJournal({ file: path, maxBytes: size, keep: 5, redactor: createRedactor(), disk: UNSYNCED });
      await book.append(ended('21'));
      expect(await ids(path)).toEqual(['21', '20', '19', '18', '17', '16']);
      await book.append(ended('22'));
      expect(await ids(path)).toEqual(['22', '21', '20', '19', '18', '17']);
    }
  });

  it('passes over what it cannot read, and what a later version wrote', async () => {
    await journal().append(ended('1'));
    appendFileSync(file, '{"kind":"run-en\n{"kind":"dream","of":"sheep"}\n[]\nnull\n\n"x"\n');
    await journal().append(ended('2'));
    const { runs, unreadable } = await readHistory(file, 10);
    expect(runs.map((one) => one.id)).toEqual(['2', '1']);
    expect(unreadable).toBe(4);
  });

  it('is empty where there is none', async () => {
    expect(await readHistory(file, 10)).toEqual({ runs: [], audit: [], unreadable: 0 });
  });

  it('is written in the order of the calls, whatever they are', async () => {
    const book = journal();
    await Promise.all(Array.from({ length: 50 }, (_, index) => book.append(ended(String(100 + index)))));
    expect(await ids(file)).toEqual(Array.from({ length: 50 }, (_, index) => String(149 - index)));
  });

  it('gives back any line, also one longer than what is read at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ maxLength: 300 }), { maxLength: 5 }), async (notes) => {
        const path = join(await temporaryFolder(), 'j');
        const book = openJournal({ file: path, maxBytes: 1e9, keep: 1, redactor: createRedactor() });
        await book.append(ended('1', { notes }));
        await book.append(ended('2', { notes: ['x'.repeat(1_500_000)] }));
        await book.append(ended('3', { notes }));
        const { runs } = await readHistory(path, 10);
        expect(runs.map((one) => one.notes)).toEqual([notes, ['x'.repeat(1_500_000)], notes]);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a run in the journal', () => {
  it('is found by the beginning of its id, or as the last one', async () => {
    for (const id of ['20261123T010000Z-aa', '20261123T020000Z-bb', '20261123T020000Z-bc'])
      await journal().append(ended(id));
    expect((await findRun(file, 'last')).id).toBe('20261123T020000Z-bc');
    expect((await findRun(file, '20261123T01')).id).toBe('20261123T010000Z-aa');
    await expect(findRun(file, '20261123T02')).rejects.toMatchObject({
      code: 'S32_RUN_UNKNOWN',
      message: expect.stringContaining('fits 2 runs'),
    });
    await expect(findRun(file, 'x')).rejects.toMatchObject({ code: 'S32_RUN_UNKNOWN' });
  });
});
