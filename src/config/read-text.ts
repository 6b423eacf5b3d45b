import { closeSync, openSync, readSync } from 'node:fs';
import { Slash32Error } from '../errors/slash32-error.js';

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'Correct its permissions (it holds no secret: chmod 644), or run the command as its owner.',
  EISDIR: 'Name the file in it: --config FOLDER/slash32.yaml',
};

const LARGEST = 1_000_000;

/** The text of a configuration file. Throws `S32_CONFIG_UNREADABLE` with the reason. */
export function readConfigText(path: string): string {
  const bytes = readBytes(path);
  if (bytes.length > LARGEST)
    throw new Slash32Error('S32_CONFIG_UNREADABLE', {
      message: `${path} is more than ${LARGEST} bytes long, far more than a configuration.`,
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

/** Never more than one byte too many: a device may have no end. */
function readSome(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(LARGEST + 1);
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(file, bytes, filled, bytes.length - filled, null);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return readSome(path);
  } catch (cause) {
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'does not exist',
      EACCES: 'may not be read by this user',
      EISDIR: 'is a folder',
      ENOTDIR: 'lies under something that is not a folder',
      ENAMETOOLONG: 'is a name longer than any file has',
      ENXIO: 'is a socket',
    };
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    throw new Slash32Error('S32_CONFIG_UNREADABLE', {
      message: `${path} ${reasons[code] ?? `cannot be read (${code})`}.`,
      where: path,
      ...(HINTS[code] === undefined ? {} : { hint: HINTS[code] ?? '' }),
      cause,
    });
  }
}
