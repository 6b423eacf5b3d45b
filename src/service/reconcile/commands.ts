import type { SettledPending } from '../../model/ledger.js';
import { settledRecord } from '../history/settled.js';
import { type Core, instantNow } from './core.js';

/** Takes in what the command line did meanwhile: its runs, and what became of runs of either. */
export function takeInCommands(core: Core): void {
  const followed = core.deps.others?.();
  if (followed === undefined) return;
  core.registry.takeIn(followed.runs);
  for (const one of followed.settled) core.registry.settle(one);
}

/** Remembers what became of an apply that a run, of this service or of the command line, had left waiting. */
export async function noteSettled(core: Core, settled: SettledPending): Promise<void> {
  const record = settledRecord(settled, instantNow(core), 'seen by the service');
  if (record === undefined) return;
  takeInCommands(core);
  core.registry.settle(record);
  await core.writer.note(record);
}
