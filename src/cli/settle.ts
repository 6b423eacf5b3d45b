import { Slash32Error } from '../errors/slash32-error.js';
import { clockTime } from '../model/clock-time.js';
import type { Commit, Verdict } from '../model/firewall.js';
import type { SettledPending } from '../model/ledger.js';
import { EXIT } from '../plan/exit.js';
import { visible } from '../plan/render/visible.js';
import { connectTarget } from '../service/connect.js';
import { tellingSettled } from '../service/history/settled.js';
import { asProblem } from '../service/reconcile/failure.js';
import { confirmPending, rollbackPending, type SettleDeps, type SettledApply } from '../service/settle.js';
import { createLedgerStore } from '../state/ledger-store.js';
import { runLockPath } from '../state/run-lock.js';
import { rememberAct } from './diary.js';
import { openEssentials } from './essentials.js';
import { type Io, paintFor, print } from './io.js';
import { startProgress } from './progress.js';
import { takeTurn } from './turn.js';

/** Options of `slash32 confirm` and `slash32 rollback`. */
export interface SettleOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** `slash32 confirm`: keeps the apply that waits. Returns the exit code; whatever else became of it is thrown. */
export function runConfirm(io: Io, options: SettleOptions): Promise<number> {
  return run(io, options, 'confirm', confirmPending);
}

/** `slash32 rollback`: undoes the apply that waits. Returns the exit code; whatever else became of it is thrown. */
export function runRollback(io: Io, options: SettleOptions): Promise<number> {
  return run(io, options, 'rollback', rollbackPending);
}

async function run(
  io: Io,
  options: SettleOptions,
  command: 'confirm' | 'rollback',
  settle: (deps: SettleDeps) => Promise<SettledApply>,
): Promise<number> {
  const config = await openEssentials(io, options.config);
  const { commit } = await connectTarget(config.target, io);
  if (commit === undefined)
    throw new Slash32Error('S32_USAGE', {
      message: `Only the plugin os-slash32 waits for a confirmation; the configuration says transport: ${config.target.transport}.`,
      where: config.file,
      hint: 'Only the plugin os-slash32 undoes a change by itself. Here a plan of what should be there again undoes one, or the backup that the firewall keeps (System: Configuration: Backups) or that lies beside the file.',
    });
  const lock = await takeTurn(io, runLockPath(config.stateFile), `slash32 ${command}`);
  const progress = startProgress(io);
  try {
    progress.step(command === 'confirm' ? 'confirming' : 'rolling back');
    const { owner } = config;
    let learned: SettledPending | undefined;
    const ledgers = tellingSettled(createLedgerStore(config.stateFile, { owner }), (one) => {
      learned = one;
    });
    const { journal } = config.service;
    const settled = await settle({ owner, commit: watched(commit, io), ledgers, now: io.now, signal: io.signal }).catch(
      async (error: unknown) => {
        await rememberAct(io, journal, command, { checksum: undefined, outcome: asProblem(error).code }, learned);
        throw error;
      },
    );
    progress.stop();
    const { outcome, pending } = settled;
    await rememberAct(io, journal, command, { checksum: pending.checksum, outcome }, learned);
    report(io, settled, options.json === true);
    return EXIT.done;
  } finally {
    progress.stop();
    await lock.release();
  }
}

/** From the moment on that the firewall has settled it, a failure is one after the write. */
function watched(commit: Commit, io: Io): Commit {
  const heard = async (answer: Promise<Verdict>): Promise<Verdict> => {
    const verdict = await answer;
    if (verdict.outcome === 'confirmed' || verdict.outcome === 'rolled_back') io.onWrite?.('done');
    return verdict;
  };
  return {
    ...commit,
    confirm: (...call) => heard(commit.confirm(...call)),
    rollback: (...call) => heard(commit.rollback(...call)),
  };
}

function report(io: Io, settled: SettledApply, json: boolean): void {
  const { outcome, before, left, notes, peer } = settled;
  const { checksum, sentAt } = settled.pending;
  if (json) {
    print(
      io,
      `${JSON.stringify({ format: 'slash32.settled/1', outcome, before, checksum, left, notes, peer }, null, 2)}\n`,
    );
    return;
  }
  const paint = paintFor(io, io.stdout);
  const what = `plan ${checksum} of ${clockTime(new Date(sentAt))}`;
  const word = outcome === 'confirmed' ? 'Confirmed' : 'Rolled back';
  const meaning = outcome === 'confirmed' ? 'it is kept for good' : 'what was there before is in force again';
  print(io, `${paint.good(before ? `${word} before` : word)}: ${what}; ${meaning}.\n`);
  for (const one of left) print(io, `${paint.warn(`! left as others changed it: ${visible(one)}`)}\n`);
  for (const note of notes) print(io, `${paint.warn(`! ${visible(note)}`)}\n`);
}
