import { EXIT } from '../plan/exit.js';
import { inColumns } from '../plan/render/columns.js';
import { visible, visibleLines } from '../plan/render/visible.js';
import { findRun, readWholeHistory } from '../service/history/read.js';
import type { Run, RunOutcome } from '../service/types/run.js';
import { isAbout } from './about-instance.js';
import { openEssentials } from './essentials.js';
import { type Io, paintFor, print, printError } from './io.js';
import { widthOf } from './width.js';

/** Options of `slash32 show`. */
export interface ShowOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** Options of `slash32 history`. */
export interface HistoryOptions extends ShowOptions {
  readonly limit: number;
  readonly outcome?: RunOutcome;
  /** An instance or one of its NICs, by whichever of its names. */
  readonly instance?: string;
}

/** `slash32 history`: the newest runs of the journal. Returns the exit code. */
export async function runHistory(io: Io, options: HistoryOptions): Promise<number> {
  const { file } = (await openEssentials(io, options.config)).service.journal;
  const { outcome, instance } = options;
  const {
    runs: shown,
    unreadable,
    unread,
  } = await readWholeHistory(
    file,
    options.limit,
    (run) => (outcome === undefined || run.outcome === outcome) && (instance === undefined || isAbout(run, instance)),
  );
  if (unreadable > 0)
    printError(
      io,
      `${unreadable === 1 ? 'One line' : `${unreadable} lines`} of ${file} cannot be read (cut short by a crash?) and ${unreadable === 1 ? 'is' : 'are'} left out.\n`,
    );
  const paint = paintFor(io, io.stderr);
  for (const { message } of unread) printError(io, `${paint.warn(visible(`! ${message}`))}\n`);
  if (options.json === true) {
    print(io, `${JSON.stringify({ format: 'slash32.history/1', runs: shown }, null, 2)}\n`);
    return EXIT.done;
  }
  if (shown.length === 0) {
    print(io, instance === undefined ? `No run yet in ${file}.\n` : `No run about ${visible(instance)} in ${file}.\n`);
    return EXIT.done;
  }
  const rows = collapsed(shown).map(({ run, more }) => [
    run.id,
    began(run)
      .replace('T', ' ')
      .replace(/(\.\d+)?Z$/, 'Z'),
    visible(whyOf(run)),
    visible(run.actor.name),
    `${outcomeOf(run, io.now())}${more === 0 ? '' : ` (and ${more} before it)`}`,
    tookText(run),
    changesOf(run),
  ]);
  print(io, inColumns(['run', 'began (UTC)', 'why', 'by', 'outcome', 'took', 'changes'], rows, widthOf(io)));
  return EXIT.done;
}

/** `slash32 show RUN`: everything about one run. Returns the exit code. */
export async function runShow(io: Io, wanted: string, options: ShowOptions): Promise<number> {
  const { file } = (await openEssentials(io, options.config)).service.journal;
  const run = await findRun(file, wanted);
  if (options.json === true) {
    print(io, `${JSON.stringify({ format: 'slash32.run/1', ...run }, null, 2)}\n`);
    return EXIT.done;
  }
  const paint = paintFor(io, io.stdout);
  const rows = [
    ['run', run.id],
    ['outcome', outcomeOf(run, io.now())],
    ['began', began(run)],
    ['ended', run.endedAt ?? 'not seen'],
    ...(run.endedAt === undefined ? [] : [['took', tookText(run)]]),
    ['asked for by', `${run.actor.name} (${run.actor.kind}, ${run.actor.from})`],
    ...run.triggers.map((one) => ['because', `${one.reason} (${one.at})`]),
    ...(run.triggerCount > run.triggers.length ? [['because', `${run.triggerCount - run.triggers.length} more`]] : []),
    ...(run.plan === undefined ? [] : [['plan', run.plan.checksum]]),
    ...(run.revisionBefore === undefined
      ? []
      : [['revision', `${run.revisionBefore} → ${run.revisionAfter ?? 'the same'}`]]),
    ...run.notes.map((note) => ['note', note]),
  ];
  for (const [name = '', text = ''] of rows) print(io, `${name.padEnd(13)} ${visibleLines(text)}\n`);
  const { failure } = run;
  if (failure !== undefined) {
    print(io, `${paint.bad(`error ${failure.code}`)}: ${visibleLines(failure.message)}\n`);
    print(io, `  firewall: ${visible(failure.effect)}\n  what now: ${visible(failure.hint)}\n`);
  }
  for (const change of run.changes) print(io, `  ${visible(change)}\n`);
  const more = (run.plan?.changes ?? 0) - run.changes.length;
  if (more > 0) print(io, `  and ${more} more\n`);
  for (const line of run.log) print(io, `${paint.faint(`${line.at} ${visibleLines(line.message)}`)}\n`);
  return EXIT.done;
}

/** Runs in which nothing was to be done, one after the other for the same reason, stand in one line: the newest. */
function collapsed(runs: readonly Run[]): { readonly run: Run; readonly more: number }[] {
  const lines: { run: Run; more: number }[] = [];
  for (const run of runs) {
    const last = lines.at(-1);
    const isSame = run.outcome === 'nothing' && last?.run.outcome === 'nothing' && whyOf(run) === whyOf(last.run);
    if (last !== undefined && isSame) last.more += 1;
    else lines.push({ run, more: 0 });
  }
  return lines;
}

function began(run: Run): string {
  return run.startedAt ?? run.queuedAt;
}

/** What nobody has asked the firewall about since its time was over is not known yet. */
function outcomeOf(run: Run, now: Date): string {
  if (run.outcome === 'waiting' && run.undoneAt !== undefined && Date.parse(run.undoneAt) <= now.getTime())
    return 'waiting (its time is over)';
  if (run.outcome !== undefined)
    return run.failure === undefined ? run.outcome : `${run.outcome} (${run.failure.code})`;
  return 'no end';
}

/** `0.8 s`, `45 s`, `2 min 5 s`; a clock that was set back in between tells nothing. */
function tookText({ startedAt, endedAt }: Run): string {
  if (startedAt === undefined || endedAt === undefined) return '';
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  if (!(seconds >= 0)) return '?';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function whyOf(run: Run): string {
  const [first] = run.triggers;
  if (first === undefined) return run.options.dryRun ? 'asked for, dry' : 'asked for';
  return run.triggerCount > 1 ? `${first.reason} +${run.triggerCount - 1}` : first.reason;
}

function changesOf(run: Run): string {
  return run.plan === undefined ? '' : String(run.plan.changes);
}
