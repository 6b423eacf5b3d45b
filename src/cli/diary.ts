import { userInfo } from 'node:os';
import type { Config } from '../config/types.js';
import type { SettledPending } from '../model/ledger.js';
import type { ApplyOptions, ApplyOutcome } from '../service/apply.js';
import { commandJournalOf, openCommandJournal } from '../service/history/command-journal.js';
import { readHistory } from '../service/history/read.js';
import { settledRecord } from '../service/history/settled.js';
import type { AuditAction, AuditLine, JournalRecord } from '../service/history/types.js';
import { auditOfRun } from '../service/reconcile/audit.js';
import { type Ending, ending, type Seen } from '../service/reconcile/ending.js';
import { asProblem, failureOf } from '../service/reconcile/failure.js';
import { isUndoneCode } from '../service/reconcile/holds.js';
import { endingOf } from '../service/reconcile/outcome-ending.js';
import { createRunIds } from '../service/reconcile/run-id.js';
import { commandRun, endedRun, withSight } from '../service/reconcile/run-record.js';
import type { Run, RunOptions } from '../service/types/run.js';
import type { Actor } from '../service/types/trigger.js';
import { type Io, paintFor, printError } from './io.js';
import type { WriteProgress } from './writes.js';

/** How far one apply of the command line has come, said by whoever carries it out. */
export interface Diary {
  /** The plan that was made last. */
  saw(seen: Seen): void;
  /** It is about to write. Resolves when that is on the disk, or cannot be. */
  begins(): Promise<void>;
  wrote(progress: WriteProgress): void;
  /** It learned what became of an apply that a run before had left waiting. */
  settled(one: SettledPending): Promise<void>;
  /** Its id in the journal. */
  readonly run: string;
}

/** What a diary is about. */
export interface DiaryOptions {
  readonly journal: Config['service']['journal'];
  /** For people: `slash32 apply`. */
  readonly command: string;
  readonly action: AuditAction;
  readonly asked: RunOptions;
}

/**
 * Carries out an apply of the command line and remembers it in the command line's journal, as the service does with its runs. Nobody
 * else writes that journal while the caller holds the run lock. A journal that cannot be written is said, and fails nothing.
 */
export async function remembered(
  io: Io,
  options: DiaryOptions,
  apply: (diary: Diary) => Promise<ApplyOutcome>,
): Promise<ApplyOutcome> {
  const { asked, command } = options;
  const begun = commandRun(createRunIds(io.now, Math.random)(), asked, actorOf(io), command, io.now().toISOString());
  const write = writerOf(io, options.journal);
  let seen: Seen | undefined;
  let attempts = 0;
  let progress: WriteProgress = 'none';
  let isBegun = false;

  async function close(end: Ending): Promise<void> {
    if (!isBegun && isNoRun(end)) return;
    const at = io.now().toISOString();
    const whole = { ...end, seen, attempts, wrote: end.wrote || progress !== 'none' };
    const run = endedRun(begun, whole, at);
    const line = auditOfRun(run, whole.wrote, at);
    const failure = await write([
      { kind: 'run-ended', run },
      ...(line === undefined ? [] : [{ kind: 'audit', audit: { ...line, action: options.action } } as const]),
    ]);
    if (failure !== undefined) tellUnwritten(io, command, failure);
  }

  try {
    const outcome = await apply({
      saw(now) {
        seen = now;
        attempts += 1;
      },
      begins: async () => {
        isBegun = true;
        if (seen !== undefined) await write([{ kind: 'run-started', run: withSight(begun, seen) }]);
      },
      wrote(now) {
        progress = now;
      },
      settled: async (one) => void (await write(settledLines(io, one))),
      run: begun.id,
    });
    await close(
      outcome.kind === 'declined'
        ? ending('cancelled', { notes: ['Nobody said yes to the plan.'] })
        : endingOf(outcome, asked.checksum),
    );
    return outcome;
  } catch (error) {
    const isBrokenOff = io.signal.aborted && progress === 'none';
    await close(isBrokenOff ? ending('cancelled') : endingOfFailure(error, progress));
    throw error;
  }
}

function settledLines(io: Io, settled: SettledPending): readonly JournalRecord[] {
  const record = settledRecord(settled, io.now().toISOString(), actorOf(io).name);
  return record === undefined ? [] : [record];
}

/** Remembers that somebody confirmed or undid an apply by hand, and what that makes of its run; `outcome` is a code of the catalogue where it failed. */
export async function rememberAct(
  io: Io,
  journal: Config['service']['journal'],
  action: 'confirm' | 'rollback',
  part: Pick<AuditLine, 'checksum' | 'outcome'>,
  settled: SettledPending | undefined,
): Promise<void> {
  const bare = { runId: undefined, trigger: undefined, revisionBefore: undefined, revisionAfter: undefined };
  const audit: AuditLine = { ...bare, ...part, at: io.now().toISOString(), actor: actorOf(io), action };
  const failure = await writerOf(
    io,
    journal,
  )([...(settled === undefined ? [] : settledLines(io, settled)), { kind: 'audit', audit }]);
  const hasDone = part.outcome === 'confirmed' || part.outcome === 'rolled_back';
  if (failure !== undefined && hasDone) tellUnwritten(io, `slash32 ${action}`, failure);
}

/** Who types, as far as the system knows: its name for the user, and whom sudo names. Neither is a proof. */
export function actorOf({ env }: Pick<Io, 'env'>): Actor {
  const caller = process.getuid?.() === 0 ? env.SUDO_USER : undefined;
  const by = caller === undefined || caller === '' ? '' : ` (sudo by ${caller})`;
  return { kind: 'command', name: `command line, user ${userName()}${by}`, from: 'local' };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // a container may run under a number that nobody has given a name
    return String(process.getuid?.() ?? 'unknown');
  }
}

/** Writes records one after the other; answers what spoke against it. What a command before this one left open is ended first. */
function writerOf(
  io: Io,
  journal: Config['service']['journal'],
): (records: readonly JournalRecord[]) => Promise<Error | undefined> {
  const book = openCommandJournal({ ...journal, redactor: io.redactor });
  let isFirst = true;
  return async (records) => {
    try {
      const left = isFirst ? await leftOpen(io, journal.file) : undefined;
      for (const record of [...(left === undefined ? [] : [left]), ...records]) await book.append(record);
      isFirst = false;
      return undefined;
    } catch (error) {
      return asProblem(error);
    }
  };
}

/** Whoever holds the run lock knows that no other command is at work any more. */
async function leftOpen(io: Io, file: string): Promise<JournalRecord | undefined> {
  const [last] = (await readHistory(commandJournalOf(file), 1).catch(() => ({ runs: [] }))).runs;
  if (last === undefined || last.state === 'ended') return undefined;
  const note = 'The command ended in the middle of this run; the next one looked what became of it.';
  const run: Run = { ...last, state: 'ended', endedAt: io.now().toISOString(), outcome: 'interrupted' };
  return { kind: 'run-ended', run: { ...run, notes: [...last.notes, note] } };
}

function endingOfFailure(error: unknown, progress: WriteProgress): Ending {
  const problem = asProblem(error);
  if (problem.code === 'S32_INTERRUPTED' && progress === 'none') return ending('cancelled');
  const failure = failureOf(problem);
  return isUndoneCode(problem.code)
    ? ending('rolled_back', { failure, wrote: true })
    : ending('failed', { failure, wrote: problem.written !== 'nothing' });
}

function tellUnwritten(io: Io, command: string, { message }: Error): void {
  printError(io, `${paintFor(io, io.stderr).warn(`! this ${command} is not in the history: ${message}`)}\n`);
}

/** Who looked and broke off, said no, was not there to say yes, or asked for what there is not, has applied nothing and failed at nothing. */
function isNoRun({ outcome, failure }: Ending): boolean {
  return outcome === 'cancelled' || (failure !== undefined && MISASKED.has(failure.code));
}

const MISASKED: ReadonlySet<string> = new Set(['S32_APPROVAL_NEEDED', 'S32_USAGE', 'S32_NO_MATCH', 'S32_PART_UNKNOWN']);

/** What was asked of the command line, in the words of a run. */
export function askedOf(
  options: Pick<
    ApplyOptions,
    'adopt' | 'only' | 'overrides' | 'checksum' | 'approvedParts' | 'acceptNew' | 'onBackup' | 'commit'
  >,
): RunOptions {
  const { adopt, only, overrides, checksum, approvedParts = [], acceptNew = false, onBackup = false, commit } = options;
  return {
    dryRun: false,
    segments: only.segments,
    instances: only.instances,
    adopt,
    checksum,
    ...overrides,
    approve: approvedParts,
    acceptNew,
    onBackup,
    takeOver: commit?.takeOver === true,
    confirmSeconds: commit?.seconds,
    confirm: commit?.wait !== false,
  };
}
