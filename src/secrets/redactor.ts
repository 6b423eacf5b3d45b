import { type Needle, needlesOf, spanOf } from './needles.js';
import { type View, viewsOf } from './views.js';

/**
 * Keeps secrets out of everything that is printed or written. Each secret is registered once, where it is read, and is
 * then replaced wherever it shows up: as it is, in hexadecimal, in Base64, also in the middle of a longer text that was
 * encoded as a whole (`Authorization: Basic …`), and each of these once more escaped for a URL, JSON or HTML.
 */
export interface Redactor {
  /** Registers a secret; values shorter than four characters are ignored, since replacing them would garble text. */
  register(secret: string): void;
  /** `text` with every registered secret, and whatever part of the text is made of one, replaced by `***`. */
  redact(text: string): string;
}

const SHORTEST = 4;
const MASK = '***';
/** As `slash32 token create` makes them: nobody who only checks one has it to register. */
const API_TOKEN = /s32_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g;
/** What is left may by chance be a secret again, next to a mask. */
const MOST_ROUNDS = 4;

/** From where to where, the end not included. */
type Span = readonly [number, number];

/** A redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  let needles: readonly Needle[] = [];
  return {
    register(secret) {
      if (secret.length < SHORTEST || secrets.has(secret)) return;
      secrets.add(secret);
      const all = [...needles, ...needlesOf(secret).filter((one) => one.text.length >= SHORTEST)];
      const distinct = new Map(all.map((one) => [`${one.text} ${one.sharesBefore} ${one.sharesBehind}`, one]));
      // The shortest first: most texts are shorter than most secrets.
      needles = [...distinct.values()].sort((left, right) => left.text.length - right.text.length);
    },
    redact(text) {
      let clean = text.replace(API_TOKEN, MASK);
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const spans = findSecrets(clean, needles);
        if (spans.length === 0) return clean;
        clean = masked(clean, spans);
      }
      return clean;
    },
  };
}

function findSecrets(text: string, needles: readonly Needle[]): Span[] {
  const [first] = needles;
  if (first === undefined || first.text.length > text.length) return [];
  const hasBlank = needles.some((needle) => needle.text.includes(' '));
  return viewsOf(text, hasBlank).flatMap((view) => needles.flatMap((needle) => spansIn(view, needle)));
}

/** Where the needle stands, also over itself. */
function spansIn({ text, toOriginal }: View, needle: Needle): Span[] {
  const spans: Span[] = [];
  const { length } = needle.text;
  let at = text.indexOf(needle.text);
  while (at >= 0) {
    spans.push(toOriginal(...spanOf(text, needle, at)));
    // The last one that begins within this one covers all between them.
    const over = text.lastIndexOf(needle.text, at + length - 1);
    at = over > at ? over : text.indexOf(needle.text, at + length);
  }
  return spans;
}

function masked(text: string, spans: readonly Span[]): string {
  const parts: string[] = [];
  let done = 0;
  let open: [number, number] | undefined;
  for (const [start, end] of [...spans].sort((left, right) => left[0] - right[0] || left[1] - right[1])) {
    if (open !== undefined && start <= open[1]) {
      open[1] = Math.max(open[1], end);
      continue;
    }
    if (open !== undefined) {
      parts.push(text.slice(done, open[0]), MASK);
      done = open[1];
    }
    open = [start, end];
  }
  if (open === undefined) return text;
  parts.push(text.slice(done, open[0]), MASK, text.slice(open[1]));
  return parts.join('');
}
