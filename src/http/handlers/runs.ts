import { Slash32Error } from '../../errors/slash32-error.js';
import { PLAIN_RUN, type Run, type RunOptions, type RunOutcome } from '../../service/types/run.js';
import type * as api from '../generated/messages.js';
import { ADMIN_WISHES } from '../roles.js';
import type { ApiDeps, ApiRequest, Handler } from '../types.js';
import { numberOr, pageOf, textOf } from './page.js';

/** Among preferences that others know (RFC 7240 §2). */
const WAIT = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})\b/i;

export const listRuns: Handler<api.RunList> = ({ values: { query } }, { service }) => {
  const limit = numberOr(query.limit, 100);
  const found = service.runs({
    limit: limit + 1,
    before: textOf(query.cursor),
    outcome: query.outcome as RunOutcome | undefined,
  });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const more = found.length > limit && last !== undefined ? { nextCursor: last.id } : {};
  return { status: 200, body: { items: items.map(runView), ...more } };
};

export const startRun: Handler<api.Run> = async (request, deps) => {
  const { values, caller } = request;
  const options: RunOptions = { ...PLAIN_RUN, ...(values.body as Partial<RunOptions>) };
  refuseOverrides(request, options);
  const run = deps.service.start(options, caller.actor, textOf(values.header['idempotency-key']));
  const now = await waited(request, deps, run);
  if (now.state === 'ended') return { status: 200, body: runView(now) };
  return { status: 202, body: runView(now), headers: { Location: `/v1/runs/${now.id}` } };
};

export const getRun: Handler<api.Run> = async (request, deps) => {
  const run = await waited(request, deps, runOf(request, deps));
  return { status: 200, body: runView(run) };
};

export const listRunChanges: Handler<api.ChangeList> = (request, deps) => {
  const run = runOf(request, deps);
  const total = run.plan?.changes ?? run.changes.length;
  return { status: 200, body: { ...pageOf(run.changes, request.values.query), total } };
};

export const getRunLog: Handler<api.LogList> = (request, deps) => ({
  status: 200,
  body: { items: runOf(request, deps).log },
});

export const cancelRun: Handler<api.Run> = ({ values, caller }, { service }) => ({
  status: 200,
  body: runView(service.cancel(String(values.path.id), caller.actor)),
});

/** The run that the path names. Throws `S32_RUN_UNKNOWN`. */
export function runOf({ values }: ApiRequest, { service }: ApiDeps): Run {
  const id = String(values.path.id);
  const run = service.run(id);
  if (run !== undefined) return run;
  throw new Slash32Error('S32_RUN_UNKNOWN', { message: `There is no run ${id}.` });
}

/** A run as a list and an answer show it; changes and log have addresses of their own. */
export function runView({ changes: _changes, log: _log, ...run }: Run): api.Run {
  return run;
}

/** Waits for the end of a run as long as `Prefer: wait=N` says (RFC 7240 §4.3). */
async function waited({ values, signal }: ApiRequest, { service }: ApiDeps, run: Run): Promise<Run> {
  const seconds = Math.min(120, Number(WAIT.exec(textOf(values.header.prefer) ?? '')?.[1] ?? 0));
  if (seconds === 0 || run.state === 'ended') return run;
  return (await service.settled(run.id, seconds * 1000, signal)) ?? run;
}

/** What overrides a guard is for administrators. */
function refuseOverrides({ caller }: ApiRequest, options: RunOptions): void {
  if (caller.role === 'admin') return;
  const asked = ADMIN_WISHES.filter(({ asks }) => asks(options)).map(({ field }) => field);
  if (asked.length === 0) return;
  throw new Slash32Error('S32_HTTP_ROLE', {
    message: `${asked.join(', ')}: only an administrator may ask for that, and ${caller.actor.name} is ${caller.role}.`,
  });
}
