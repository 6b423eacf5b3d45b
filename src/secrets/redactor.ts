/**
 * Keeps secrets out of everything that is printed or written. Each secret is registered once, where it is read, and is
 * then replaced wherever it shows up: as it is, percent-encoded in a URL, escaped in JSON, in hexadecimal, and in Base64, also
 * in the middle of a longer text that was encoded as a whole (`Authorization: Basic …`).
 */
export interface Redactor {
  /** Registers a secret; values shorter than four characters are ignored, since replacing them would garble text. */
  register(secret: string): void;
  /** `text` with every registered secret replaced by `***`. */
  redact(text: string): string;
}

const SHORTEST = 4;
const MASK = '***';
/** A shorter piece of Base64 could stand for anything. */
const SHORTEST_BASE64 = 6;

/** A redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  let needles: readonly string[] = [];
  return {
    register(secret) {
      if (secret.length < SHORTEST) return;
      // The longest first: a part of a secret must not be masked inside of it, and leave the rest.
      const all = [...new Set([...needles, ...forms(secret)])];
      needles = all.sort((left, right) => right.length - left.length);
    },
    redact(text) {
      let clean = text;
      for (const needle of needles) if (clean.includes(needle)) clean = clean.replaceAll(needle, MASK);
      return clean;
    },
  };
}

function forms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = [0, 1, 2].map((offset) => base64At(bytes, offset)).filter((part) => part.length >= SHORTEST_BASE64);
  const hex = bytes.toString('hex');
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    ...base64,
    ...base64.map((part) => part.replaceAll('+', '-').replaceAll('/', '_')),
    hex,
    hex.toUpperCase(),
  ].filter((form) => form.length >= SHORTEST);
}

/**
 * The characters that the bytes give for certain when they begin at that offset of a group of three: those at both ends are
 * made of their neighbours too (RFC 4648 §4).
 */
function base64At(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + bytes.length) * 8) / 6);
  return encoded.slice(first, last);
}
