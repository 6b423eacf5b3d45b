import type { Health, HealthCheck } from '../http/types.js';
import type { Service } from '../service/types/service.js';

/** A run that takes so long hangs. */
const LONGEST_RUN_MS = 30 * 60_000;
/** So many failures in a row are no accident any more. */
const MOST_FAILURES = 3;

/** How the service is: what its own status says, judged. */
export function healthOf(service: Service, now: Date): Health {
  const status = service.status();
  const running = status.running === undefined ? undefined : service.run(status.running);
  const hangs = running?.startedAt !== undefined && now.getTime() - Date.parse(running.startedAt) > LONGEST_RUN_MS;
  const { disk } = status;
  const checks: HealthCheck[] = [
    {
      check: 'run',
      ok: !hangs,
      message: hangs ? `run ${running?.id} has not come to an end since ${running?.startedAt}` : 'no run hangs',
    },
    {
      check: 'configuration',
      ok: status.configuration.failure === undefined,
      message: status.configuration.failure?.message ?? `read at ${status.configuration.readAt}`,
    },
    {
      check: 'both sides',
      ok: status.failures < MOST_FAILURES && status.lastSuccessAt !== undefined,
      message: sides(status.failures, status.lastSuccessAt),
    },
    { check: 'disk', ok: disk === undefined, message: disk?.message ?? 'journal and state can be written' },
  ];
  return { alive: !hangs, ready: checks.every((one) => one.ok), checks };
}

function sides(failures: number, lastSuccessAt: string | undefined): string {
  if (lastSuccessAt === undefined) return 'no run has succeeded yet';
  return failures === 0 ? `last success at ${lastSuccessAt}` : `${failures} failures since ${lastSuccessAt}`;
}
