import { isRecord } from '../../schema/record.js';
/** A JSON object whose values are all strings, as Incus sends `config` and each device; undefined otherwise. */
export function stringMap(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(value)) return undefined;
  for (const entry of Object.values(value)) {
    if (typeof entry !== 'string') return undefined;
  }
  return value as Readonly<Record<string, string>>;
}

/** A string that is not empty; undefined otherwise. */
export function filledString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Incus's idea of true in a string value (shared/util `IsTrue`): `true`, `1`, `yes`, `on` in any case. */
export function isTruthy(value: string | undefined): boolean {
  return value !== undefined && ['true', '1', 'yes', 'on'].includes(value.trim().toLowerCase());
}
