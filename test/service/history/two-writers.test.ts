import { appendFileSync, chmodSync, chownSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/secrets/redactor.js';
import { commandJournalOf, openCommandJournal } from '../../../src/service/history/command-journal.js';
import { followRuns } from '../../../src/service/history/follow.js';
import { openJournal } from '../../../src/service/history/journal.js';
import { DISK_FILE, type JournalDisk } from '../../../src/service/history/journal-disk.js';
import { findRun, readWholeHistory } from '../../../src/service/history/read.js';
import { createRunRegistry, endCutShort } from '../../../src/service/reconcile/run-registry.js';
import { temporaryFolder } from '../../cli/harness.js';
import { labSkipReason } from '../../lab/require-lab.js';
import { bytesOf, ended, run } from './records.js';

const BY_HAND = { kind: 'command', name: 'command line, user anna', from: 'local' } as const;
/** Without waiting for the disk, for tests that write a thousand times. */
const UNSYNCED: JournalDisk = { ...DISK_FILE, append: async (path, text) => appendFileSync(path, text) };

let file = '';

beforeEach(async () => {
  file = join(await temporaryFolder(), 'journal.jsonl');
});

function numbered(index: number): string {
  return `20261123T03${String(index).padStart(4, '0')}Z-aaaaaa`;
}

function endedAt(index: number, actor?: typeof BY_HAND) {
  const at = new Date(Date.UTC(2026, 10, 23, 3, 0, index)).toISOString();
  return ended(numbered(index), { endedAt: at, ...(actor === undefined ? {} : { actor }) });
}

function both(maxBytes: number, keep = 1000) {
  const options = { file, maxBytes, keep, redactor: createRedactor(), disk: UNSYNCED };
  return { service: openJournal(options), byHand: openCommandJournal(options) };
}

describe('the history of two writers', () => {
  it('has every run of both exactly once and in order of time, however they take turns and begin new files', async () => {
    const small = 2 * bytesOf(endedAt(0, BY_HAND)) + 10;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 25 }), async (turns) => {
        file = join(await temporaryFolder(), 'journal.jsonl');
        const { service, byHand } = both(small);
        for (const [index, isByHand] of turns.entries())
          await (isByHand ? byHand.append(endedAt(index, BY_HAND)) : service.append(endedAt(index)));
        const { runs, unreadable, unread } = await readWholeHistory(file, 1000);
        expect(runs.map((one) => one.id)).toEqual(turns.map((_, index) => numbered(index)).toReversed());
        expect({ unreadable, unread }).toEqual({ unreadable: 0, unread: [] });
        const few = await readWholeHistory(file, 3);
        expect(few.runs).toEqual(runs.slice(0, 3));
      }),
      { numRuns: 40 },
    );
  });

  it('loses nothing while both write and begin new files at the same moment, as two processes do', async () => {
    const small = 3 * bytesOf(endedAt(0, BY_HAND));
    const { service, byHand } = both(small);
    const all = Array.from({ length: 60 }, (_, index) => index);
    await Promise.all(
      all.map((index) => (index % 2 === 0 ? service.append(endedAt(index)) : byHand.append(endedAt(index, BY_HAND)))),
    );
    const { runs } = await readWholeHistory(file, 1000);
    expect(runs.map((one) => one.id)).toEqual(all.map(numbered).toReversed());
  });

  it('finds a run by its id in either, and the newest of both for last', async () => {
    const { service, byHand } = both(1e6);
    await byHand.append(endedAt(1, BY_HAND));
    await service.append(endedAt(2));
    expect(await findRun(file, numbered(1))).toMatchObject({ actor: BY_HAND });
    expect(await findRun(file, 'last')).toMatchObject({ id: numbered(2) });
    await byHand.append(endedAt(3, BY_HAND));
    expect(await findRun(file, 'last')).toMatchObject({ id: numbered(3) });
  });

  it("shows the service's when the command line's cannot be read, and says why", async () => {
    await both(1e6).service.append(endedAt(1));
    mkdirSync(commandJournalOf(file));
    const { runs, unread } = await readWholeHistory(file, 10);
    expect(runs.map((one) => one.id)).toEqual([numbered(1)]);
    expect(unread).toMatchObject([{ code: 'S32_JOURNAL_READ', where: commandJournalOf(file) }]);
  });

  it('keeps the own order of a journal whose clock jumped back', async () => {
    const { service, byHand } = both(1e6);
    for (const index of [5, 2, 3]) await service.append(endedAt(index));
    await byHand.append(endedAt(4, BY_HAND));
    const ids = (await readWholeHistory(file, 10)).runs.map((one) => one.id);
    expect(ids.filter((id) => id !== numbered(4))).toEqual([3, 2, 5].map(numbered));
    expect(ids).toHaveLength(4);
  });

  it('is for the user of the service also where the superuser wrote it', async (ctx) => {
    const reason = labSkipReason([]);
    if (reason !== undefined) return ctx.skip(reason);
    chownSync(dirname(file), 12_345, 12_346);
    const options = { file, maxBytes: 1e6, keep: 1, redactor: createRedactor() };
    await openCommandJournal(options).append(endedAt(1, BY_HAND));
    expect(statSync(commandJournalOf(file))).toMatchObject({ uid: 12_345, gid: 12_346 });
    expect(statSync(commandJournalOf(file)).mode & 0o777).toBe(0o600);
  });
});

describe('a service that follows the command line', () => {
  it('hears of each ended run exactly once, whatever was torn, rotated or looked at in between', async () => {
    const act = fc.constantFrom('run', 'start', 'torn', 'rotate', 'look');
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
        file = join(await temporaryFolder(), 'journal.jsonl.cli');
        const look = followRuns(file);
        const told: string[] = [];
        const wanted: string[] = [];
        let rotated = 0;
        let isTorn = false;
        for (const [index, what] of [...acts, 'run', 'look'].entries()) {
          if (what === 'look') told.push(...look().runs.map((one) => one.id));
          if (what === 'torn') appendFileSync(file, '{"kind":"run-en');
          if (what === 'torn') isTorn = true;
          if (what === 'rotate' && statSync(file, { throwIfNoEntry: false }) !== undefined) {
            for (let number = rotated; number >= 1; number -= 1)
              renameSync(`${file}.${number}`, `${file}.${number + 1}`);
            renameSync(file, `${file}.1`);
            rotated += 1;
            isTorn = false;
          }
          if (what !== 'run' && what !== 'start') continue;
          const record =
            what === 'run'
              ? endedAt(index, BY_HAND)
              : { kind: 'run-started', run: run(numbered(index), { state: 'running' }) };
          appendFileSync(file, `${isTorn ? '#torn\n' : ''}${JSON.stringify(record)}\n`);
          isTorn = false;
          if (what === 'run') wanted.push(numbered(index));
        }
        expect(told).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });

  it('tells nothing of what was there before it, and takes back to nothing what a full disk took back', () => {
    const line = (index: number) => `${JSON.stringify(endedAt(index, BY_HAND))}\n`;
    writeFileSync(file, line(1) + line(2));
    const look = followRuns(file);
    expect(look().runs).toEqual([]);
    writeFileSync(file, line(1));
    expect(look().runs).toEqual([]);
    appendFileSync(file, line(3));
    expect(look().runs.map((one) => one.id)).toEqual([numbered(3)]);
  });

  it('goes on when the journal is a folder, or gone', () => {
    mkdirSync(file);
    const look = followRuns(file);
    expect(look().runs).toEqual([]);
    chmodSync(file, 0o700);
    renameSync(file, `${file}.x`);
    appendFileSync(file, `${JSON.stringify(endedAt(1, BY_HAND))}\n`);
    expect(look().runs.map((one) => one.id)).toEqual([numbered(1)]);
  });
});

describe('the list of runs', () => {
  it('has those of others in their place by time, and never twice', () => {
    const registry = createRunRegistry([run(numbered(5)), run(numbered(1))]);
    registry.takeIn([run(numbered(3), { actor: BY_HAND }), run(numbered(5), { actor: BY_HAND })]);
    registry.takeIn([run(numbered(3), { actor: BY_HAND }), run(numbered(7), { actor: BY_HAND })]);
    const listed = registry.list({ limit: 10, before: undefined, outcome: undefined });
    expect(listed.map((one) => one.id)).toEqual([7, 5, 3, 1].map(numbered));
    expect(listed.find((one) => one.id === numbered(5))?.actor.kind).toBe('service');
  });

  it('leaves a run of the command line that has no end to its own process', () => {
    const open = { state: 'running', outcome: undefined, endedAt: undefined } as const;
    const { runs, cut } = endCutShort(
      [run('2', { ...open, actor: BY_HAND }), run('1', open)],
      new Date('2026-11-23T04:00:00Z'),
    );
    expect(cut.map((one) => one.id)).toEqual(['1']);
    expect(runs.map((one) => [one.id, one.outcome])).toEqual([['1', 'interrupted']]);
  });
});
