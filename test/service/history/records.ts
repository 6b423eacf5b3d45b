import type { JournalRecord } from '../../../src/service/history/types.js';
import { PLAIN_RUN, type Run } from '../../../src/service/types/run.js';

/** A run that ended with nothing to do, some fields replaced. */
export function run(id: string, part: Partial<Run> = {}): Run {
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

/** The record of its end. */
export function ended(id: string, part: Partial<Run> = {}): JournalRecord {
  return { kind: 'run-ended', run: run(id, part) };
}

/** How many bytes that is in the file. */
export function bytesOf(record: JournalRecord): number {
  return Buffer.byteLength(JSON.stringify(record)) + 1;
}
