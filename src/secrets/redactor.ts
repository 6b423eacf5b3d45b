/**
 * Keeps secrets out of everything that is printed or written. Each secret is registered once, where it is read, and is
 * then replaced wherever it shows up: as it is, in Base64, and percent-encoded in a URL.
 */
export interface Redactor {
  /** Registers a secret; values shorter than four characters are ignored, since replacing them would garble text. */
  register(secret: string): void;
  /** `text` with every registered secret replaced by `***`. */
  redact(text: string): string;
}

const SHORTEST = 4;
const MASK = '***';

/** A redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  const needles = new Set<string>();
  return {
    register(secret) {
      if (secret.length < SHORTEST) return;
      for (const form of forms(secret)) needles.add(form);
    },
    redact(text) {
      let clean = text;
      for (const needle of [...needles].sort((left, right) => right.length - left.length)) {
        clean = clean.replaceAll(needle, MASK);
      }
      return clean;
    },
  };
}

function forms(secret: string): string[] {
  const base64 = Buffer.from(secret, 'utf8').toString('base64');
  return [secret, base64, base64.replace(/=+$/, ''), encodeURIComponent(secret)];
}
