import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/secrets/redactor.js';
import { commandJournalOf } from '../../../src/service/history/command-journal.js';
import { followRuns } from '../../../src/service/history/follow.js';
import { openJournal } from '../../../src/service/history/journal.js';
import { readWholeHistory } from '../../../src/service/history/read.js';
import { settledRecord, withSettled } from '../../../src/service/history/settled.js';
import { createRunRegistry } from '../../../src/service/reconcile/run-registry.js';
import { PLAIN_RUN } from '../../../src/service/types/run.js';
import { temporaryFolder } from '../../cli/harness.js';
import { run } from '../history/records.js';
import { runsOf, type Scene, scene, serve } from './scene.js';
import { ALICE } from './world.js';

const WAITS = run('20261123T010000Z-aaaaaa', { outcome: 'waiting', undoneAt: '2026-11-23T03:02:00Z' });
const SETTLED = { id: 'x', checksum: 'y', run: WAITS.id };

describe('a run of the service that left its apply waiting', () => {
  it.each<[string, (at: Scene, service: ReturnType<typeof serve>) => unknown, string]>([
    ['confirmed by hand', (_at, service) => service.confirm(ALICE), 'applied'],
    ['rolled back by hand', (_at, service) => service.rollback(ALICE), 'rolled_back'],
    [
      'found by the next run to have expired',
      (at, service) => {
        at.firewall.expirePending();
        service.trigger({ kind: 'schedule', reason: 'nightly' });
      },
      'rolled_back',
    ],
  ])('has as its outcome what became of that: %s', async (_how, settle, outcome) => {
    const at = await scene();
    const service = serve(at);
    service.pause(ALICE, 'until the test asks');
    await runsOf(service, 1);
    service.resume(ALICE);
    service.start({ ...PLAIN_RUN, confirm: false }, ALICE, undefined);
    const waiting = () => service.runs({ limit: 100, before: undefined, outcome: 'waiting' });
    await expect.poll(() => waiting().length, { timeout: 20_000, interval: 10 }).toBeGreaterThan(0);
    const { id } = waiting().at(-1) ?? WAITS;
    await settle(at, service);
    await expect.poll(() => service.run(id)?.outcome, { timeout: 20_000, interval: 10 }).toBe(outcome);
    const lines = at.journal.filter((one) => one.kind === 'run-settled');
    expect(lines).toMatchObject([{ runId: id, outcome }]);
  });
});

describe('what became of a run, in either journal', () => {
  it.each([
    ['confirmed', 'applied'],
    ['expired', 'rolled_back'],
    ['rebooted', 'rolled_back'],
    ['unknown', 'failed'],
  ])('(%s) stands as its outcome, whoever wrote it, and is heard of while both run', async (how, outcome) => {
    const file = join(await temporaryFolder(), 'journal.jsonl');
    const options = { maxBytes: 1e6, keep: 1, redactor: createRedactor() };
    const record = settledRecord({ ...SETTLED, how }, '2026-11-23T04:00:00Z', 'somebody');
    if (record === undefined) throw new Error('no record');
    const theirs = openJournal({ ...options, file: commandJournalOf(file) });
    await openJournal({ ...options, file }).append({ kind: 'run-ended', run: WAITS });
    const follow = followRuns(commandJournalOf(file));
    await theirs.append(record);
    const { runs } = await readWholeHistory(file, 10, (one) => one.outcome !== 'waiting');
    expect(runs).toMatchObject([{ id: WAITS.id, outcome, notes: [record.note] }]);

    const registry = createRunRegistry([WAITS]);
    const heard: unknown[] = [];
    registry.subscribe((event) => heard.push(event));
    for (const one of follow().settled) registry.settle(one);
    expect(registry.get(WAITS.id)).toMatchObject({ outcome });
    expect(heard).toEqual([]);
  });

  it('is no new outcome for one that had seen its end, and only a note for one that failed', () => {
    const later = { outcome: 'applied', note: 'It was confirmed later.' } as const;
    for (const outcome of ['applied', 'rolled_back'] as const) {
      const ended = run('a', { outcome });
      expect(withSettled(ended, later)).toBe(ended);
    }
    expect(withSettled(run('a', { outcome: 'failed' }), later)).toMatchObject({
      outcome: 'failed',
      notes: [later.note],
    });
  });

  it('is nothing where the run is not known: an older version had sent it', () => {
    expect(
      settledRecord({ id: 'x', checksum: 'y', how: 'expired' }, '2026-11-23T04:00:00Z', 'somebody'),
    ).toBeUndefined();
  });
});
