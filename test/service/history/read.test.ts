import { appendFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/secrets/redactor.js';
import { openJournal } from '../../../src/service/history/journal.js';
import { DISK_FILE } from '../../../src/service/history/journal-disk.js';
import { findRun, readHistory } from '../../../src/service/history/read.js';
import { parseLine } from '../../../src/service/history/record.js';
import { temporaryFolder } from '../../cli/harness.js';
import { bytesOf, ended, run } from './records.js';

const MANY = 100_000;

let file = '';

beforeEach(async () => {
  file = join(await temporaryFolder(), 'journal.jsonl');
});

function numbered(index: number): string {
  return String(index).padStart(8, '0');
}

/** Lines of runs `from` to `to` - 1. */
function lines(from: number, to: number, every = 1): string {
  let text = '';
  for (let index = from; index < to; index += 1)
    text += `${JSON.stringify(ended(numbered(index), index % every === 0 ? {} : { outcome: 'applied' }))}\n`;
  return text;
}

describe('reading a long journal', () => {
  it('looks at its end only: neither at what is before it nor at older files', async () => {
    // 8 GB that nobody can read through in a test, and a folder where the next older file would be.
    writeFileSync(file, '');
    truncateSync(file, 8 * 1024 ** 3);
    appendFileSync(file, `\n${lines(0, 600)}`);
    mkdirSync(`${file}.1`);
    expect((await readHistory(file, 500)).runs.map((one) => one.id)).toEqual(
      Array.from({ length: 500 }, (_, index) => numbered(599 - index)),
    );
    expect((await findRun(file, 'last')).id).toBe(numbered(599));
  });

  it(`goes through ${MANY} records in six files where it must`, async () => {
    for (let number = 0; number <= 5; number += 1) {
      const to = MANY - (number * MANY) / 5;
      writeFileSync(number === 0 ? file : `${file}.${number}`, number === 5 ? '' : lines(to - MANY / 5, to, 1000));
    }
    const { runs, unreadable } = await readHistory(file, MANY, (one) => one.outcome === 'nothing');
    expect(runs.map((one) => one.id)).toEqual(
      Array.from({ length: MANY / 1000 }, (_, index) => numbered(MANY - (index + 1) * 1000)),
    );
    expect(unreadable).toBe(0);
    expect((await findRun(file, numbered(7))).id).toBe(numbered(7));
  });
});

describe('reading while somebody writes', () => {
  it('misses nothing and has nothing twice, while files are begun and records are half written', async () => {
    const maxBytes = bytesOf(ended(numbered(0))) * 3 + 10;
    const book = openJournal({
      file,
      maxBytes,
      keep: 200,
      redactor: createRedactor(),
      disk: {
        ...DISK_FILE,
        async append(path, text) {
          appendFileSync(path, text.slice(0, 50));
          await new Promise((resolve) => setImmediate(resolve));
          appendFileSync(path, text.slice(50));
        },
      },
    });
    let isOver = false;
    let written = 0;
    const read = async (): Promise<number> => {
      let rounds = 0;
      for (; !isOver || rounds === 0; rounds += 1) {
        const least = written;
        const { runs, unreadable } = await readHistory(file, 1000);
        const newest = Number(runs[0]?.id ?? -1);
        expect(newest).toBeGreaterThanOrEqual(least - 1);
        expect(runs.map((one) => Number(one.id))).toEqual(
          Array.from({ length: newest + 1 }, (_, index) => newest - index),
        );
        expect(unreadable).toBe(0);
      }
      return rounds;
    };
    const write = async (): Promise<number> => {
      for (; written < 300; written += 1) await book.append(ended(numbered(written)));
      isOver = true;
      return written;
    };
    const all = await Promise.allSettled([read(), read(), write()]);
    const rounds = all.map((one) => (one.status === 'fulfilled' ? one.value : one.reason));
    expect(rounds).toEqual([expect.any(Number), expect.any(Number), 300]);
    expect(Math.min(...rounds)).toBeGreaterThan(1);
  });
});

describe('a line of the journal', () => {
  it('is taken as it was written', () => {
    const records = [
      ended('1'),
      { kind: 'run-started', run: run('2', { state: 'running', outcome: undefined, endedAt: undefined }) },
      { kind: 'pause', at: '2026-11-23T03:00:00Z', actor: run('1').actor, pause: undefined },
    ];
    for (const record of records)
      expect(parseLine(JSON.stringify(record))).toEqual({ kind: 'record', record: JSON.parse(JSON.stringify(record)) });
  });

  it.each([
    ['{"kind":"dream"}', 'later'],
    ['{"kind":"run-ended","run":{"id":7}}', 'broken'],
    ['{"kind":"audit","audit":{}}', 'broken'],
    ['{"kind":"pause"}', 'broken'],
    ['{"kind":7}', 'broken'],
    ['[]', 'broken'],
    ['null', 'broken'],
    ['', 'broken'],
  ])('%s is %s', (text, kind) => {
    expect(parseLine(text).kind).toBe(kind);
  });

  it('is broken, and nothing worse, with any field replaced by anything', () => {
    const whole = run('1', {
      failure: { code: 'c', message: 'm', where: 'w', effect: 'e', hint: 'h', retryable: false },
      triggers: [{ kind: 'event', reason: 'r', at: 't' }],
      log: [{ at: 't', level: 'info', message: 'm' }],
    });
    const fields = Object.keys(whole).filter((key) => !['attempts', 'idempotencyKey'].includes(key));
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.constantFrom(null, [null], [[]], [{}], 7.5, true), (field, value) => {
        const line = JSON.stringify({ kind: 'run-ended', run: { ...whole, [field]: value } });
        expect(parseLine(line).kind).toBe(field === 'triggerCount' && value === 7.5 ? 'record' : 'broken');
      }),
      { numRuns: 300 },
    );
  });
});
