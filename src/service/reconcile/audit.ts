import type { AuditAction, AuditLine } from '../history/types.js';
import type { Run } from '../types/run.js';
import type { Actor } from '../types/trigger.js';

/** The audit line of a run that has ended; undefined when it wrote nothing and nobody had asked for it. */
export function auditOfRun(run: Run, wrote: boolean, at: string): AuditLine | undefined {
  if (!wrote && run.actor.kind === 'service') return undefined;
  return {
    at,
    actor: run.actor,
    action: run.options.dryRun ? 'plan' : 'apply',
    runId: run.id,
    trigger: run.triggers[0],
    checksum: run.plan?.checksum,
    revisionBefore: run.revisionBefore,
    revisionAfter: run.revisionAfter,
    outcome: run.outcome ?? 'failed',
  };
}

/** The audit line of what somebody did to the service itself. */
export function auditOfAct(
  action: AuditAction,
  actor: Actor,
  at: string,
  part: Partial<Pick<AuditLine, 'runId' | 'checksum' | 'outcome'>> = {},
): AuditLine {
  return {
    at,
    actor,
    action,
    runId: part.runId,
    trigger: undefined,
    checksum: part.checksum,
    revisionBefore: undefined,
    revisionAfter: undefined,
    outcome: part.outcome ?? 'done',
  };
}
