import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Slash32Error } from '../errors/slash32-error.js';
import { checkConfig } from './check.js';
import { type ConfigProblem, formatProblem } from './problem.js';
import type { Config } from './types.js';

const LARGEST = 1_000_000;

/**
 * Reads and checks slash32.yaml. Throws `S32_CONFIG_UNREADABLE`, `S32_CONFIG_NEWER`, or `S32_CONFIG_INVALID` with every
 * mistake in its message, one a line.
 */
export function loadConfig(path: string): Config {
  const check = checkConfig(readConfigText(path), path, dirname(resolve(path)));
  if (check.ok) return check.config;
  throw invalidConfig(path, check.problems);
}

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

/** The error that lists all mistakes of a file, or says that it is of a newer schema. */
export function invalidConfig(path: string, problems: readonly ConfigProblem[]): Slash32Error {
  const first = problems[0];
  if (first?.code !== undefined)
    return new Slash32Error(first.code, {
      message: first.message,
      where: `${first.file}:${first.line}:${first.column}`,
    });
  const count = problems.length === 1 ? 'one mistake' : `${problems.length} mistakes`;
  return new Slash32Error('S32_CONFIG_INVALID', {
    message: [`${path} has ${count}:`, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join('\n'),
    where: first === undefined ? path : `${first.file}:${first.line}:${first.column}`,
  });
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
