import { validate as isCron } from 'node-cron';
import { recordOf } from '../schema/record.js';
import { isLoopback, parseListen } from './listen.js';
import type { Finding } from './problem.js';
import { suggest } from './suggest.js';

/** What a schema cannot say about `schedule:`. */
export function checkSchedule(schedule: unknown): Finding[] {
  const { reconcile, drift, timezone } = recordOf(schedule);
  return [...checkCron('reconcile', reconcile), ...checkCron('drift', drift), ...checkTimezone(timezone)];
}

/** What a schema cannot say about `service:`. */
export function checkService(service: unknown): Finding[] {
  const { listen, tls, debounce } = recordOf(service);
  return [...checkListen(listen, tls), ...checkDebounce(debounce)];
}

function checkCron(key: 'reconcile' | 'drift', cron: unknown): Finding[] {
  if (typeof cron !== 'string' || cron === 'never') return [];
  if (isCron(cron) && cron.trim().split(/\s+/).length === 5) return [];
  return [
    {
      path: ['schedule', key],
      at: 'value',
      message: `'${key}' is not a cron expression: ${cron.slice(0, 60)}.`,
      hint: 'Write minute, hour, day, month, weekday: "0 3 * * *" is every day at 3:00, "*/15 * * * *" every 15 minutes; or never.',
    },
  ];
}

function checkTimezone(timezone: unknown): Finding[] {
  if (typeof timezone !== 'string' || isTimezone(timezone)) return [];
  const near = suggest(timezone, Intl.supportedValuesOf('timeZone'));
  return [
    {
      path: ['schedule', 'timezone'],
      at: 'value',
      message: `'timezone' is not a known time zone: ${timezone.slice(0, 60)}.`,
      hint: near === undefined ? 'Write a name like Europe/Berlin or UTC.' : `Did you mean '${near}'?`,
    },
  ];
}

function checkListen(text: unknown, tls: unknown): Finding[] {
  if (typeof text !== 'string' || text === 'none') return [];
  const listen = parseListen(text);
  if (listen === undefined)
    return [
      {
        path: ['service', 'listen'],
        at: 'value',
        message: `'listen' is not an address and a port: ${text.slice(0, 60)}.`,
        hint: 'Write for example "127.0.0.1:3232", "[::1]:3232" or none.',
      },
    ];
  if (isLoopback(listen.host) || tls !== undefined) return [];
  return [
    {
      path: ['service', 'listen'],
      at: 'value',
      message: `'listen' is an address that others reach, and there is no 'tls': API tokens would cross the network in the clear.`,
      hint: 'Give it tls: { cert: …, key: … }, or listen on 127.0.0.1 behind a proxy of yours.',
    },
  ];
}

/** Without a window, every event of a busy Incus would be a run of its own. */
function checkDebounce(debounce: unknown): Finding[] {
  if (debounce !== 0 && !/^0+[smhdw]?$/.test(String(debounce))) return [];
  return [
    {
      path: ['service', 'debounce'],
      at: 'value',
      message: "'debounce' is no time at all: every single event would be a run.",
      hint: 'Write 1s or more.',
    },
  ];
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
