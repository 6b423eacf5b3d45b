import { Slash32Error } from '../../../errors/slash32-error.js';

/** An API key of OPNsense; both parts are secrets. */
export interface ApiKey {
  readonly key: string;
  readonly secret: string;
}

/**
 * Reads the file that OPNsense offers for download with a new API key: a line `key=…` and a line `secret=…`. Throws
 * `S32_OPNSENSE_KEY_FILE`, which names the missing line and `file`, never what the file holds.
 */
export function parseKeyFile(text: string, file = 'the key file'): ApiKey {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  return { key: value(lines, 'key', file), secret: value(lines, 'secret', file) };
}

function value(lines: readonly string[], name: 'key' | 'secret', file: string): string {
  const found = lines
    .map((line) => /^\s*([a-z]+)\s*=(.*)$/i.exec(line))
    .filter((match) => match?.[1]?.toLowerCase() === name)
    .map((match) => (match?.[2] ?? '').trim());
  const [first, ...more] = found;
  if (first === undefined || first === '' || more.length > 0 || !/^[\x21-\x7e]+$/.test(first)) {
    const problem = more.length > 0 ? `more than one line ${name}=…` : `no usable line ${name}=…`;
    throw new Slash32Error('S32_OPNSENSE_KEY_FILE', { message: `${file} has ${problem}.`, where: file });
  }
  return first;
}
