import type { SettledPending } from '../../model/ledger.js';
import type { LedgerKeeper } from '../planner.js';
import type { Run } from '../types/run.js';
import type { RunSettled } from './types.js';

/** The same ledgers; `hear` is told once of each apply that had waited and of which a save says what became of it, when that is on the disk. */
export function tellingSettled(
  ledgers: LedgerKeeper,
  hear: (settled: SettledPending) => Promise<void> | void,
): LedgerKeeper {
  let known: string | undefined;
  return {
    async load() {
      const loaded = await ledgers.load();
      known = loaded.ledger.settled?.id;
      return loaded;
    },
    async save(ledger) {
      await ledgers.save(ledger);
      const { settled } = ledger;
      if (settled === undefined || settled.id === known) return;
      known = settled.id;
      await hear(settled);
    },
  };
}

/** What the journal says of it; undefined where the run that had sent it is not known. `by` is whoever asked the firewall. */
export function settledRecord({ run, how }: SettledPending, at: string, by: string): RunSettled | undefined {
  if (run === undefined) return undefined;
  const outcome = how === 'confirmed' ? 'applied' : how === 'unknown' ? 'failed' : 'rolled_back';
  return {
    kind: 'run-settled',
    at,
    runId: run,
    outcome,
    note: `${NOTES[how] ?? `It ended as ${how}`} (${by}, ${at}).`,
  };
}

/** A run once it is known what became of its apply. Of one that saw more than that it waits, only the note is new. */
export function withSettled(run: Run, { outcome, note }: Pick<RunSettled, 'outcome' | 'note'>): Run {
  if (run.outcome === 'applied' || run.outcome === 'rolled_back' || run.notes.includes(note)) return run;
  const notes = [...run.notes, note];
  return run.outcome === 'waiting' ? { ...run, outcome, notes, undoneAt: undefined } : { ...run, notes };
}

const NOTES: Readonly<Record<string, string>> = {
  confirmed: 'It was confirmed later, and is kept',
  rolled_back: 'It was rolled back later',
  expired: 'Nobody confirmed it in time, and the firewall rolled it back',
  restored: 'The firewall undid it, because DHCP did not come up healthy with it',
  rebooted: 'A reboot of the firewall rolled it back',
  unknown: 'What became of it is not known: the firewall does not know the apply any more',
};
