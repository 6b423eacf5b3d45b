import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { checkConfig } from './check.js';
import { invalidConfig } from './load.js';
import { readConfigText } from './read-text.js';
import type { Config } from './types.js';

/** A configuration file as it was read. */
export interface LoadedConfig {
  readonly config: Config;
  /** SHA-256 of its text and of the policy files'. */
  readonly digest: string;
  /** ISO 8601, UTC. */
  readonly readAt: string;
}

/** Reads and checks a configuration, and tells it from others. Throws as {@link loadConfig} does. */
export function readConfiguration(path: string, now: Date): LoadedConfig {
  const text = readConfigText(path);
  const check = checkConfig(text, path, dirname(resolve(path)));
  if (!check.ok) throw invalidConfig(path, check.problems);
  return { config: check.config, digest: digestOf(text, check.config), readAt: now.toISOString() };
}

function digestOf(text: string, { policyDigest }: Pick<Config, 'policyDigest'>): string {
  return createHash('sha256').update(text).update(policyDigest).digest('hex');
}

/** Whether a file is still the one that was read, as far as that can be told without checking it anew. */
export function isSurelySame(path: string, { config, digest }: LoadedConfig): boolean {
  return config.policyDigest === '' && digestOf(readConfigText(path), config) === digest;
}

/** Whether two configurations ask for the same in other words: a comment, blanks, line ends, the order of keys. */
export function saysTheSame(one: Config, other: Config): boolean {
  return isDeepStrictEqual(saidBy(one), saidBy(other));
}

/** Without its wording; a source is what it was made from. */
function saidBy({ policyDigest: _wording, source: { kind, via, place, settings }, ...rest }: Config): object {
  return { ...rest, source: { kind, via, place, settings } };
}
