import { EXIT } from '../plan/exit.js';
import type { ServiceStatus } from '../service/types/status.js';
import { type Io, paintFor, print } from './io.js';
import { connectService, type ServiceOptions } from './service-client.js';
import { renderStatus } from './status-text.js';
import { widthOf } from './width.js';

/** Options of `slash32 pause`. */
export interface PauseOptions extends ServiceOptions {
  readonly reason?: string;
}

/** Options of `slash32 status`. */
export interface StatusOptions extends ServiceOptions {
  readonly quiet?: boolean;
}

/** `slash32 status`: what the service does now. Returns 0 when it is well, 2 when somebody should look. */
export async function runStatus(io: Io, options: StatusOptions): Promise<number> {
  const status = await ask(io, options, 'get', '/v1/status');
  if (options.quiet === true) return needsSomebody(status) ? EXIT.changes : EXIT.done;
  return show(io, options, status);
}

/** `slash32 pause`: the service goes on reading and planning, and writes nothing. */
export async function runPause(io: Io, options: PauseOptions): Promise<number> {
  const body = { reason: options.reason ?? 'slash32 pause' };
  show(io, options, await ask(io, options, 'post', '/v1/pause', body));
  return EXIT.done;
}

/** `slash32 resume`: the service applies again. */
export async function runResume(io: Io, options: ServiceOptions): Promise<number> {
  show(io, options, await ask(io, options, 'post', '/v1/resume'));
  return EXIT.done;
}

/** `slash32 release-hold`: the plan that was rolled back may be applied again. */
export async function runReleaseHold(io: Io, options: ServiceOptions): Promise<number> {
  show(io, options, await ask(io, options, 'post', '/v1/release-hold'));
  return EXIT.done;
}

async function ask(
  io: Io,
  options: ServiceOptions,
  method: 'get' | 'post',
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<ServiceStatus> {
  const client = await connectService(options, io);
  // The service holds every answer to openapi/slash32.yaml, and unwrapping refused what is no answer of it.
  return (await (method === 'get' ? client.get(path) : client.post(path, body))) as ServiceStatus;
}

function show(io: Io, options: ServiceOptions, status: ServiceStatus): number {
  if (options.json === true) print(io, `${JSON.stringify({ format: 'slash32.status/1', ...status }, null, 2)}\n`);
  else print(io, renderStatus(status, paintFor(io, io.stdout), io.now(), widthOf(io)));
  return needsSomebody(status) ? EXIT.changes : EXIT.done;
}

/** Whether a failover would go back behind what was written, or nothing is written since the node is not the master. */
function isApart({ pair }: ServiceStatus): boolean {
  if (pair === undefined) return false;
  const { role, debts, unwatched, missing, last } = pair;
  const isMaster = role === 'master' || role === 'none';
  return !isMaster || debts.length + unwatched.length + missing.length > 0 || last?.taken === false;
}

function needsSomebody(status: ServiceStatus): boolean {
  return (
    status.hold !== undefined ||
    status.pause !== undefined ||
    status.failures > 0 ||
    status.waiting !== undefined ||
    status.cutOff !== undefined ||
    status.disk !== undefined ||
    isApart(status) ||
    status.stream.state === 'down' ||
    status.configuration.failure !== undefined ||
    status.configuration.onDisk !== undefined
  );
}
