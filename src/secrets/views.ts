/** A text as it reads once one way of escaping is undone, and where each part of it stands in the text that it came from. */
export interface View {
  readonly text: string;
  /** Where what stands from `start` to `end` of this view stands in the original text. */
  toOriginal(start: number, end: number): readonly [number, number];
}

/** One way in which programs write characters as others; `read` answers undefined for what only looks like it. */
interface Escaping {
  /** A text without it has nothing to undo. */
  readonly sign: string;
  readonly pattern: RegExp;
  read(match: string): string | undefined;
}

/** JSON in a log line in JSON in an answer: more often nobody wraps a text by accident. */
const DEEPEST = 3;

const LETTERS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const ESCAPINGS: readonly Escaping[] = [
  {
    // One character in UTF-8 (RFC 3986 §2.1); what is no UTF-8 is not put together.
    sign: '%',
    pattern: /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi,
    read: readPercent,
  },
  {
    // JSON (RFC 8259 §7) and its relatives. PHP writes `\/`.
    sign: '\\',
    pattern: /\\(?:u[\da-f]{4}|x[\da-f]{2}|["'\\/`bfnrtv])/gi,
    read: readBackslash,
  },
  { sign: '&', pattern: /&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});/gi, read: readEntity },
];

/** A blank in a form; in a path it is a plus, so this is one reading among others. */
const PLUS: Escaping = { sign: '+', pattern: /\+/g, read: () => ' ' };

/**
 * The text itself, and every other way of reading it: percent-encoding, backslashes, HTML entities and plus signs undone, in
 * every order, up to three times. Plus signs only `withBlanks`, where somebody looks for one.
 */
export function viewsOf(text: string, withBlanks: boolean): View[] {
  const escapings = withBlanks ? [...ESCAPINGS, PLUS] : ESCAPINGS;
  const first: View = { text, toOriginal: (start, end) => [start, end] };
  const all = [first];
  const known = new Set([text]);
  let level = [first];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    level = level.flatMap((view) =>
      escapings.flatMap((escaping) => {
        const next = undo(view, escaping);
        if (next === undefined || known.has(next.text)) return [];
        known.add(next.text);
        return [next];
      }),
    );
    all.push(...level);
  }
  return all;
}

/** A character that was read, and where what it was written as ended; what lies between two of them is as it was. */
interface Step {
  /** In the new text. */
  readonly at: number;
  readonly length: number;
  /** In the old one. */
  readonly from: number;
  readonly to: number;
}

function undo(view: View, { sign, pattern, read }: Escaping): View | undefined {
  if (!view.text.includes(sign)) return undefined;
  const steps: Step[] = [];
  let shift = 0;
  const text = view.text.replace(pattern, (match: string, ...rest: unknown[]) => {
    const plain = read(match);
    if (plain === undefined) return match;
    const from = Number(rest.find((one) => typeof one === 'number'));
    steps.push({ at: from - shift, length: plain.length, from, to: from + match.length });
    shift += match.length - plain.length;
    return plain;
  });
  if (steps.length === 0) return undefined;
  return {
    text,
    toOriginal: (start, end) => view.toOriginal(placeBefore(steps, start, 'from'), placeBefore(steps, end, 'to')),
  };
}

/** The old place of a new one; inside of a character that was read it is the near or the far end of how it was written. */
function placeBefore(steps: readonly Step[], place: number, inside: 'from' | 'to'): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle]?.at ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  const step = steps[low - 1];
  if (step === undefined) return place;
  const behind = place - step.at - step.length;
  return behind < 0 ? step[inside] : step.to + behind;
}

function readPercent(match: string): string | undefined {
  try {
    return decodeURIComponent(match);
  } catch {
    return undefined;
  }
}

function readBackslash(match: string): string {
  const kind = match.charAt(1);
  if (match.length > 2) return String.fromCharCode(Number.parseInt(match.slice(2), 16));
  return LETTERS[kind] ?? kind;
}

function readEntity(match: string): string | undefined {
  const name = match.slice(1, -1).toLowerCase();
  if (!name.startsWith('#')) return ENTITIES[name];
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
