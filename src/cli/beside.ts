import { existsSync } from 'node:fs';
import type { Config } from '../config/types.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { clockTime } from '../model/clock-time.js';
import type { Segment } from '../model/segment.js';
import { visible } from '../plan/render/visible.js';
import type { ServiceStatus } from '../service/types/status.js';
import { lockHolder, serviceLockPath } from '../state/run-lock.js';
import { type Io, paintFor, printError } from './io.js';

/** A service on this machine answers at once. */
const PATIENCE_MS = 2_000;

/** What the service that runs beside this command says of itself; undefined where none answers. */
export async function serviceBeside(
  io: Io,
  { service: { socket } }: Pick<Config, 'service'>,
): Promise<ServiceStatus | undefined> {
  if (socket === undefined || !existsSync(socket)) return undefined;
  const { askSocket } = await import('./service-client.js');
  try {
    // The service holds every answer to openapi/slash32.yaml, and unwrapping refused what is no answer of it.
    return (await askSocket(io, socket, PATIENCE_MS).get('/v1/status')) as ServiceStatus;
  } catch {
    io.signal.throwIfAborted();
    return undefined;
  }
}

/** Says before an apply that a service beside it goes by another configuration, and what it will do with what is applied. */
export async function tellOtherConfiguration(io: Io, config: Config, digest: string): Promise<void> {
  const status = await serviceBeside(io, config);
  const text = status?.owner === config.plan.owner ? otherConfigurationText(status, digest) : undefined;
  if (text !== undefined) printError(io, `${paintFor(io, io.stderr).warn(visible(`! ${text}`))}\n`);
}

/** The words for that; undefined where the service goes by the same one. */
export function otherConfigurationText(
  { configuration }: Pick<ServiceStatus, 'configuration'>,
  digest: string,
): string | undefined {
  const { readAt, onDisk } = configuration;
  if (configuration.digest === digest) return undefined;
  if (onDisk === undefined)
    return 'The running service has read another text than this command. Where that one says something else, it undoes this at its next run.';
  const remedy =
    onDisk.failure?.code === 'S32_SERVE_RESTART'
      ? 'until it is restarted: systemctl restart slash32'
      : 'until it has read it again: systemctl reload slash32, or SIGHUP';
  return `The running service uses an older configuration, of ${clockTime(new Date(readAt))}, which may undo this. The service applies nothing by itself ${remedy}.`;
}

/**
 * Refuses to give up what a service beside this command would make again, and answers whether one is paused. One that runs and does
 * not answer may have every segment. Throws `S32_RELEASE_SERVED`.
 */
export async function refuseServed(io: Io, config: Config, segments: readonly Segment[]): Promise<boolean> {
  const holder = await lockHolder(serviceLockPath(config.stateFile));
  if (holder === undefined) return false;
  const status = await serviceBeside(io, config);
  if (status?.pause !== undefined) return true;
  const kept = status?.configuration.interfaces;
  const served = segments.filter((one) => kept === undefined || kept.includes(one.interface));
  if (served.length === 0) return false;
  const names = served.map((one) => one.name).join(', ');
  const knows = status === undefined ? 'does not answer, and may keep' : 'keeps';
  throw new Slash32Error('S32_RELEASE_SERVED', {
    message: `The service that runs here, ${holder}, ${knows} ${names} in step: its next run sets again what manage asks for there, and gives each NIC without a reservation one.`,
  });
}
