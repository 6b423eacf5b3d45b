import { readFileSync } from 'node:fs';
import { Slash32Error } from '../errors/slash32-error.js';

const LARGEST = 1_000_000;

/** The text of a configuration file. Throws `S32_CONFIG_UNREADABLE` with the reason. */
export function readConfigText(path: string): string {
  const bytes = readBytes(path);
  if (bytes.length > LARGEST)
    throw new Slash32Error('S32_CONFIG_UNREADABLE', {
      message: `${path} is ${bytes.length} bytes long, far more than a configuration.`,
      where: path,
    });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Slash32Error('S32_CONFIG_UNREADABLE', {
      message: `${path} is not a UTF-8 text.`,
      where: path,
      hint: 'Save it as UTF-8.',
    });
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'does not exist',
      EACCES: 'may not be read by this user',
      EISDIR: 'is a folder',
      ENOTDIR: 'lies under something that is not a folder',
    };
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    throw new Slash32Error('S32_CONFIG_UNREADABLE', {
      message: `${path} ${reasons[code] ?? `cannot be read (${code})`}.`,
      where: path,
      cause,
    });
  }
}
