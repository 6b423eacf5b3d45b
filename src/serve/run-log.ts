import type { Logger } from '../log/logger.js';
import type { Run } from '../service/types/run.js';
import type { Service } from '../service/types/service.js';

/** Writes into the log what runs do, each line with the id of its run; answers how to stop. */
export function logRuns(service: Pick<Service, 'subscribe'>, logger: Logger): () => void {
  let begun: string | undefined;
  return service.subscribe((event) => {
    if (event.type === 'log') {
      logger.child({ run: event.runId }).debug(event.line.message);
      return;
    }
    const { run } = event;
    const log = logger.child({ run: run.id });
    if (run.state === 'running' && run.id !== begun) {
      begun = run.id;
      log.info('run begins', { trigger: triggerOf(run), dryRun: run.options.dryRun });
    }
    if (run.state === 'ended') logEnd(run, log);
  });
}

function logEnd(run: Run, log: Logger): void {
  const { outcome, plan, failure, notes } = run;
  const details = {
    outcome,
    ...(plan === undefined ? {} : { plan: plan.checksum, changes: plan.changes }),
    ...(notes.length === 0 ? {} : { notes }),
  };
  // whoever holds the lock is at work, and the run comes again by itself
  if (failure?.code === 'S32_RUN_LOCKED') log.info('run waits for its turn', { ...details, holder: failure.message });
  else if (failure !== undefined) log.error('run failed', { ...details, code: failure.code, failure: failure.message });
  else if (outcome === 'unsafe' || outcome === 'faulty' || outcome === 'held') log.warn('run needs a person', details);
  else log.info('run ended', details);
}

function triggerOf(run: Run): string {
  const [first] = run.triggers;
  if (first === undefined) return run.actor.name;
  return run.triggerCount > 1 ? `${first.reason}, and ${run.triggerCount - 1} more` : first.reason;
}
