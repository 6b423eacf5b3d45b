import type { Plain } from './details.js';

/** One line of the log before it is written. */
export interface LogLine {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly details: Readonly<Record<string, Plain>>;
}

/** For machines: one JSON object; what belongs to the line itself is not to be replaced by a detail of the same name. */
export function jsonLine({ time, level, message, details }: LogLine): string {
  return JSON.stringify({ time, level, message, ...renamed(details) });
}

/** For people: the words, then each detail. One line whatever it is told, and nothing in it that a terminal obeys. */
export function humanLine({ time, level, message, details }: LogLine): string {
  const parts = Object.entries(details).map(([key, value]) => `${key}=${humanValue(value)}`);
  return visible([time, level.padEnd(5), message, ...parts].join(' '));
}

function humanValue(value: Plain): string {
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return value;
  return JSON.stringify(value);
}

function renamed(details: LogLine['details']): Record<string, Plain> {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => [OWN.has(key) ? `details.${key}` : key, value]),
  );
}

const OWN: ReadonlySet<string> = new Set(['time', 'level', 'message']);

/** Instances and users may be called anything: control and direction characters are written as their numbers. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
