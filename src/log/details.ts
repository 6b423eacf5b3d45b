/** A value as a line of the log takes it: JSON of a bounded size, without a secret, whatever it was. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

const DEEPEST = 6;
const MOST_PARTS = 100;
const LONGEST_TEXT = 8_000;

/**
 * What can be written of a value; undefined for what says nothing (undefined, a function). An error becomes its code and its
 * message, never its stack: that tells strangers how the program is made, and people nothing. Never throws.
 */
export function plainOf(value: unknown, redact: (text: string) => string): Plain | undefined {
  return convert(value, redact, []);
}

/** The details of a line, later ones in place of earlier ones of the same name. Never throws. */
export function plainDetails(
  parts: readonly Readonly<Record<string, unknown>>[],
  redact: (text: string) => string,
): Record<string, Plain> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(plainOf(part, redact) ?? {})));
}

function convert(value: unknown, redact: (text: string) => string, above: readonly object[]): Plain | undefined {
  if (typeof value === 'string') return shortened(redact(value));
  if (typeof value === 'boolean' || value === null) return value;
  // A secret made of digits must not slip through as a number.
  if (typeof value === 'number' || typeof value === 'bigint') return numberOf(value, redact);
  if (typeof value !== 'object') return undefined;
  if (above.includes(value)) return '[circular]';
  if (above.length >= DEEPEST) return '[deeper]';
  try {
    return convertObject(value, (part) => convert(part, redact, [...above, value]), redact);
  } catch {
    return '[unreadable]';
  }
}

function convertObject(
  value: object,
  inner: (part: unknown) => Plain | undefined,
  redact: (text: string) => string,
): Plain | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[no time]' : value.toISOString();
  if (value instanceof Error) return errorOf(value, inner);
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (value instanceof Set) return inner([...value]);
  if (value instanceof Map) return inner(Object.fromEntries(value));
  if (Array.isArray(value)) {
    const parts = value.slice(0, MOST_PARTS).map((part) => inner(part) ?? null);
    return value.length > MOST_PARTS ? [...parts, `[${value.length - MOST_PARTS} more]`] : parts;
  }
  const entries = Object.entries(value).slice(0, MOST_PARTS);
  const plain = entries.flatMap(([key, part]) => {
    const one = inner(part);
    return one === undefined ? [] : [[shortened(redact(key)), one] as const];
  });
  return Object.fromEntries(plain);
}

function errorOf(error: Error, inner: (part: unknown) => Plain | undefined): Plain {
  const code = 'code' in error ? inner(error.code) : undefined;
  const cause = error.cause === undefined ? undefined : inner(error.cause);
  return {
    ...(code === undefined ? {} : { code }),
    message: inner(error.message) ?? '',
    ...(cause === undefined ? {} : { cause }),
  };
}

function numberOf(value: number | bigint, redact: (text: string) => string): Plain {
  const text = String(value);
  const clean = redact(text);
  return typeof value === 'number' && Number.isFinite(value) && clean === text ? value : clean;
}

/** Cut after it was redacted: half of a secret is not known as one. */
function shortened(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}… (${text.length} characters)`;
}
