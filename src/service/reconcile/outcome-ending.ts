import type { Plan, WaitingPart } from '../../plan/types.js';
import type { ApplyOutcome } from '../apply.js';
import { type Ending, ending } from './ending.js';

/** How an apply ended, as a run remembers it. `checksum` is the one that was asked for. */
export function endingOf(outcome: Exclude<ApplyOutcome, { kind: 'declined' }>, checksum: string | undefined): Ending {
  const { plan } = outcome;
  switch (outcome.kind) {
    case 'nothing':
      return ending('nothing');
    case 'applied': {
      const { revision, notes, kept } = outcome.result;
      const waits = kept?.state === 'waiting' ? { checksum: plan.checksum, until: kept.until } : undefined;
      return ending(waits ? 'waiting' : 'applied', {
        revisionAfter: revision,
        notes: [...notes, ...plan.waiting.map(waitingNote)],
        undoneAt: waits?.until,
        waiting: waits,
        wrote: true,
      });
    }
    case 'unsafe':
      return ending('unsafe', { notes: outcome.reasons.map((reason) => reason.message) });
    case 'faulty':
      return ending('faulty', {
        notes: plan.faults.map((fault) => `${fault.interface}, ${fault.object}: ${fault.message}`),
      });
    case 'changed':
      return outcome.approved === undefined
        ? ending('changed', { notes: [otherChecksum(plan, checksum ?? '')] })
        : ending('changed', {
            notes: ['Somebody else saved meanwhile, and what would be done now is something else.'],
            again: 'the plan changed while it was applied',
          });
  }
}

/** Says that a plan is not the one that was asked for. */
export function otherChecksum(plan: Plan, checksum: string): string {
  return `The plan's checksum is ${plan.checksum}, not ${checksum}.`;
}

function waitingNote({ id, reasons }: WaitingPart): string {
  return `Part ${id} waits for a person: ${reasons.map((reason) => reason.message).join(' ')}`;
}
