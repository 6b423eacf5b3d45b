import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/secrets/redactor.js';
import { openJournal } from '../../../src/service/history/journal.js';
import { DISK_FILE, type JournalDisk } from '../../../src/service/history/journal-disk.js';
import { findRun, readHistory } from '../../../src/service/history/read.js';
import type { JournalRecord } from '../../../src/service/history/types.js';
import { PLAIN_RUN, type Run } from '../../../src/service/types/run.js';
import { temporaryFolder } from '../../cli/harness.js';

function run(id: string, part: Partial<Run> = {}): Run {
  return {
    id,
    state: 'ended',
    options: PLAIN_RUN,
    triggers: [],
    triggerCount: 1,
    actor: { kind: 'service', name: 'slash32', from: 'local' },
    queuedAt: '2026-11-23T03:00:00.000Z',
    startedAt: '2026-11-23T03:00:00.000Z',
    endedAt: '2026-11-23T03:00:01.000Z',
    outcome: 'nothing',
    attempts: 1,
    plan: undefined,
    changes: [],
    revisionBefore: undefined,
    revisionAfter: undefined,
    undoneAt: undefined,
    notes: [],
    failure: undefined,
    log: [],
    idempotencyKey: undefined,
    ...part,
  };
}

const ended = (id: string, part: Partial<Run> = {}): JournalRecord => ({ kind: 'run-ended', run: run(id, part) });
const ids = async (path: string, limit = 1000): Promise<string[]> =>
  (await readHistory(path, limit)).runs.map((one) => one.id);

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
    await journal().append(ended('1'));
    const first = statSync(file).size;
    await journal().append(ended('2', { notes: ['äöü ✓'] }));
    const whole = readFileSync(file);
    for (let cut = first; cut < whole.length; cut += 7) {
      writeFileSync(file, whole);
      truncateSync(file, cut);
      expect(await ids(file)).toEqual(['1']);
      await journal().append(ended('3'));
      expect(await ids(file)).toEqual(['3', '1']);
    }
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
    expect(history.unreadable).toBe(1);
  });

  it('begins a new file when one is full, and drops the oldest', async () => {
    const size = JSON.stringify(ended('00')).length + 1;
    const book = journal({ maxBytes: size * 2, keep: 2 });
    for (let index = 10; index < 20; index += 1) await book.append(ended(String(index)));
    expect(readdirSync(join(file, '..')).toSorted()).toEqual(['journal.jsonl', 'journal.jsonl.1', 'journal.jsonl.2']);
    expect(await ids(file)).toEqual(['19', '18', '17', '16', '15', '14']);
  });

  it('loses nothing when it was killed between two steps of that', async () => {
    const size = JSON.stringify(ended('00')).length + 1;
    const broken: JournalDisk = {
      ...DISK_FILE,
      async rotate(path, keep) {
        await DISK_FILE.rotate(path, keep);
        throw new Error('killed');
      },
    };
    for (let index = 10; index < 12; index += 1) await journal({ maxBytes: size * 2 }).append(ended(String(index)));
    await expect(journal({ maxBytes: size * 2, disk: broken }).append(ended('12'))).rejects.toThrow();
    await journal({ maxBytes: size * 2 }).append(ended('13'));
    expect(await ids(file)).toEqual(['13', '11', '10']);
  });

  it('passes over what it cannot read, and what a later version wrote', async () => {
    await journal().append(ended('1'));
    appendFileSync(file, '{"kind":"run-en\n{"kind":"dream","of":"sheep"}\n[]\nnull\n\n"x"\n');
    await journal().append(ended('2'));
    const { runs, unreadable } = await readHistory(file, 10);
    expect(runs.map((one) => one.id)).toEqual(['2', '1']);
    expect(unreadable).toBe(5);
  });

  it('is empty where there is none', async () => {
    expect(await readHistory(file, 10)).toEqual({ runs: [], audit: [], unreadable: 0 });
  });

  it('is written in the order of the calls, whatever they are', async () => {
    const book = journal();
    await Promise.all(Array.from({ length: 50 }, (_, index) => book.append(ended(String(100 + index)))));
    expect(await ids(file)).toEqual(Array.from({ length: 50 }, (_, index) => String(149 - index)));
  });

  it('finds the newest runs of a large one without reading all of it', async () => {
    const line = `${JSON.stringify(ended('0'.repeat(10), { log: [] }))}\n`;
    writeFileSync(file, line.repeat(20_000));
    await journal({ maxBytes: 100_000_000 }).append(ended('new'));
    expect(await ids(file, 2)).toEqual(['new', '0000000000']);
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
