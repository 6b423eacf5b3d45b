import { basename, dirname, join } from 'node:path';
import { parseDuration } from './duration.js';
import { parseListen } from './listen.js';
import type { RawSchedule, RawService } from './raw.js';
import { isSecretReference } from './secret-reference.js';
import type { ScheduleConfig, ServiceConfig } from './types.js';

const MEGABYTE = 1_000_000;

/** `service:`, with the files that it does not name beside the state file. `path` makes a path absolute. */
export function buildService(raw: RawService, stateFile: string, path: (text: string) => string): ServiceConfig {
  const beside = (ending: string): string =>
    join(dirname(stateFile), `${basename(stateFile).replace(/(\.state)?\.json$/i, '')}.${ending}`);
  const secret = (reference: string): string => (isSecretReference(reference) ? reference : path(reference));
  const { socket, tls, tokens, journal, hooks } = raw;
  return {
    listen: raw.listen === 'none' ? undefined : parseListen(raw.listen),
    socket: socket === 'none' ? undefined : socket === undefined ? beside('sock') : path(socket),
    tls: tls === undefined ? undefined : { certFile: path(tls.cert), keyFile: secret(tls.key) },
    tokensFile: tokens === undefined ? beside('tokens.json') : path(tokens),
    stateFile: beside('service.json'),
    seenFile: beside('webhooks.seen'),
    journal: {
      file: journal.file === undefined ? beside('journal.jsonl') : path(journal.file),
      maxBytes: journal.megabytes * MEGABYTE,
      keep: journal.keep,
    },
    hooks: {
      incus: hooks.incus.map(secret),
      generic: hooks.generic.map(secret),
      windowSeconds: parseDuration(String(hooks.window)) ?? 0,
    },
    debounceSeconds: parseDuration(String(raw.debounce)) ?? 0,
    log: raw.log,
  };
}

/** `schedule:`, with `never` as undefined. */
export function buildSchedule(raw: RawSchedule): ScheduleConfig {
  const orNever = (cron: string): string | undefined => (cron === 'never' ? undefined : cron);
  return { reconcile: orNever(raw.reconcile), drift: orNever(raw.drift), timezone: raw.timezone };
}
