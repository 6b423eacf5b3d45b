import { wayInQuestion } from '../../model/way-in-question.js';
import type { AuditLine } from '../history/types.js';
import type { Finding } from '../types/finding.js';
import type { Failure, Reading } from '../types/run.js';
import type { CutOffStatus, OtherFile, StreamStatus, WaitingStatus } from '../types/status.js';
import { type Blindness, NOT_BLIND } from './blind.js';
import { isSuccess, type Seen } from './ending.js';
import { failureOf } from './failure.js';
import { findingsOf } from './findings.js';
import { createGuards, SERVICE_ACTOR } from './guards.js';
import { createJournalWriter, type JournalWriter } from './journal-writer.js';
import { createMemory, type Memory } from './memory.js';
import { isAhead, otherFileText } from './other-file.js';
import { EMPTY_QUEUE, type Queue } from './queue.js';
import { createRunIds } from './run-id.js';
import { withSight } from './run-record.js';
import { createRunRegistry, endCutShort, type RunRegistry } from './run-registry.js';
import type { Configuration, ReconcilerDeps } from './types.js';
import type { Guards, Work } from './work.js';

/** What all parts of the reconciler share. Each field has one part that changes it. */
export interface Core {
  readonly deps: ReconcilerDeps;
  readonly memory: Memory;
  readonly writer: JournalWriter;
  readonly registry: RunRegistry;
  readonly guards: Guards;
  readonly nextId: () => string;
  readonly startedAt: string;
  configuration: Configuration;
  queue: Queue;
  stream: StreamStatus;
  blind: Blindness;
  /** Failures in a row, and the last one while it stands. */
  failures: number;
  failure: Failure | undefined;
  reading: Reading | undefined;
  drift: number | undefined;
  waiting: WaitingStatus | undefined;
  cutOff: CutOffStatus | undefined;
  /** The configuration's file, where it is another one than is used. */
  otherFile: OtherFile | undefined;
  /** Whether another configuration has brought the firewall in step, as far as the last run saw. */
  overtaken: boolean;
  lastRunId: string | undefined;
  lastAttemptAt: string | undefined;
  lastSuccessAt: string | undefined;
  findings: readonly Finding[];
  stopping: boolean;
}

/** The state that a service begins with: what the journal and the state file remember. */
export function createCore(deps: ReconcilerDeps): Core {
  const { time } = deps;
  const { runs, cut } = endCutShort(deps.history, time.now());
  const memory = createMemory(deps.state, deps.states);
  const writer = createJournalWriter(deps.journal, time);
  const registry = createRunRegistry(runs);
  for (const run of cut.toReversed()) void writer.note({ kind: 'run-ended', run });
  const guards = createGuards({
    memory,
    writer,
    now: time.now,
    announce: async ({ run }: Work, seen: Seen) => {
      const known = registry.put(withSight(registry.get(run.id) ?? run, seen));
      await writer.note({ kind: 'run-started', run: known });
      await writer.ready();
    },
  });
  const makeId = createRunIds(time.now, deps.random);
  const own = runs.filter((run) => run.actor.kind !== 'command');
  const lastTried = own.find((run) => run.startedAt !== undefined);
  const startedAt = time.now().toISOString();
  return {
    deps,
    memory,
    writer,
    registry,
    guards,
    nextId: () => {
      for (;;) {
        const id = makeId();
        if (registry.get(id) === undefined) return id;
      }
    },
    startedAt,
    configuration: deps.configuration,
    queue: EMPTY_QUEUE,
    stream: { state: 'off', since: startedAt, lastEventAt: undefined, failure: undefined, connects: 0 },
    blind: NOT_BLIND,
    failures: 0,
    failure: undefined,
    reading: undefined,
    drift: undefined,
    waiting: undefined,
    cutOff: undefined,
    otherFile: undefined,
    overtaken: false,
    lastRunId: lastTried?.id,
    lastAttemptAt: lastTried?.startedAt,
    lastSuccessAt: own.find(isSuccess)?.endedAt,
    findings: [],
    stopping: false,
  };
}

/** The time for people, now. */
export function instantNow(core: Core): string {
  return core.deps.time.now().toISOString();
}

/** Looks whether the file is another one than is used; the log says so once for as long as it lasts. */
export function lookAtFile(core: Core): void {
  const found = core.configuration.onDisk?.();
  if (found === undefined) {
    core.otherFile = undefined;
    return;
  }
  const isNew = core.otherFile === undefined;
  const isSame = core.otherFile?.failure?.message === found.failure?.message;
  core.otherFile = { since: core.otherFile?.since ?? instantNow(core), failure: found.failure, holds: core.overtaken };
  if (isNew || !isSame) core.deps.onOtherFile?.(otherFileText(core.otherFile, core.configuration.readAt));
}

/** Why the journal or the state cannot be written. */
export function diskFailure({ memory, writer }: Core): Failure | undefined {
  const problem = memory.failure() ?? writer.failure();
  return problem && failureOf(problem);
}

/** Brings the findings up to date, so that each keeps the moment at which it came up. */
export function refreshFindings(core: Core): readonly Finding[] {
  const { memory, stream, blind, failures, failure, waiting, cutOff } = core;
  const { pause, hold, peers } = memory.get();
  core.findings = findingsOf(
    {
      plan: core.reading?.plan,
      pause,
      hold,
      waiting,
      cutOff,
      otherFile: core.otherFile,
      configuration: core.configuration,
      stream,
      blindSince: blind.since,
      failures,
      failure,
      disk: diskFailure(core),
      wayIn: wayInQuestion(core.reading?.observed.ownAddress, core.configuration.target),
      peer: peers?.[0],
    },
    core.findings,
    instantNow(core),
  );
  return core.findings;
}

/** Writes who did what into the journal. */
export function audit(core: Core, line: AuditLine | undefined): Promise<void> {
  return line === undefined ? Promise.resolve() : core.writer.note({ kind: 'audit', audit: line });
}

/** Takes another configuration, and drops a hold that was made under the one before. */
export function takeConfiguration(core: Core, configuration: Configuration): void {
  core.configuration = configuration;
  const { hold } = core.memory.get();
  if (hold !== undefined && hold.configuration !== configuration.digest && !isAhead(hold, configuration))
    core.guards.hold(undefined, 'the configuration is another one', SERVICE_ACTOR);
  lookAtFile(core);
  refreshFindings(core);
}
