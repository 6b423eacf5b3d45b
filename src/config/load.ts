import { dirname, resolve } from 'node:path';
import { Slash32Error } from '../errors/slash32-error.js';
import { checkConfig } from './check.js';
import { type ConfigProblem, formatProblem } from './problem.js';
import { readConfigText } from './read-text.js';
import type { Config } from './types.js';

/**
 * Reads and checks slash32.yaml. Throws `S32_CONFIG_UNREADABLE`, `S32_CONFIG_NEWER`, or `S32_CONFIG_INVALID` with every
 * mistake in its message, one a line.
 */
export function loadConfig(path: string): Config {
  const check = checkConfig(readConfigText(path), path, dirname(resolve(path)));
  if (check.ok) return check.config;
  throw invalidConfig(path, check.problems);
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
