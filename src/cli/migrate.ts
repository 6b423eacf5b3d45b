import { type FileHandle, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { checkConfig } from '../config/check.js';
import { parseYaml } from '../config/document.js';
import { invalidConfig } from '../config/load.js';
import { migrateText } from '../config/migrate/migrate.js';
import { migrationsFrom, SCHEMA_VERSION, versionOf } from '../config/migrate/migrations.js';
import { readConfigText } from '../config/read-text.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { EXIT } from '../plan/exit.js';
import { writeFileAtomic } from '../state/atomic-file.js';
import { errorCode, systemReason } from '../state/disk-errors.js';
import { stepsForOwnerOf } from '../state/same-owner.js';
import { type Io, print, printError } from './io.js';

/** Options of `slash32 migrate`. */
export interface MigrateOptions {
  readonly config: string;
  readonly dryRun?: boolean;
}

/**
 * `slash32 migrate`: writes a configuration of an older schema anew, beside a backup that is never overwritten. A file that has
 * mistakes is left alone. Returns the exit code.
 */
export async function runMigrate(io: Io, options: MigrateOptions): Promise<number> {
  const given = resolve(io.cwd, options.config);
  const text = readConfigText(given);
  const check = checkConfig(text, options.config, dirname(given));
  if (!check.ok) throw invalidConfig(given, check.problems);
  const version = versionOf(parseYaml(text).value as Readonly<Record<string, unknown>>) ?? SCHEMA_VERSION;
  if (version === SCHEMA_VERSION) {
    print(io, `${options.config} is of schema version ${SCHEMA_VERSION} already; nothing was changed.\n`);
    return EXIT.done;
  }
  const next = migrateText(text, version, options.config);
  for (const one of migrationsFrom(version)) printError(io, `version ${one.from} to ${one.to}: ${one.about}\n`);
  if (options.dryRun === true) {
    print(io, next);
    return EXIT.done;
  }
  const backup = await replace(given, version, next);
  print(io, `${options.config} is of schema version ${SCHEMA_VERSION} now; what it was is in ${backup}\n`);
  return EXIT.done;
}

async function replace(given: string, version: number, next: string): Promise<string> {
  try {
    const path = await realpath(given);
    const mode = (await stat(path)).mode & 0o777;
    const backup = await backUp(path, version, mode);
    await writeFileAtomic(path, next, mode, stepsForOwnerOf(path));
    return backup;
  } catch (cause) {
    throw new Slash32Error('S32_CONFIG_MIGRATE', {
      message: `${given} could not be written anew: ${systemReason(cause)}.`,
      where: given,
      cause,
    });
  }
}

/** Copies the file byte for byte to the first name that is free; a backup that holds the same is taken as it is. */
async function backUp(path: string, version: number, mode: number): Promise<string> {
  const bytes = await readFile(path);
  for (let number = 1; ; number += 1) {
    const backup = `${path}.v${version}.bak${number === 1 ? '' : `.${number}`}`;
    const handle = await create(backup, mode);
    if (handle !== undefined) {
      await fill(handle, backup, bytes);
      return backup;
    }
    const there = await readFile(backup).catch(() => undefined);
    if (there?.equals(bytes) === true) return backup;
  }
}

async function create(path: string, mode: number): Promise<FileHandle | undefined> {
  return open(path, 'wx', mode).catch((error: unknown) => {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw error;
  });
}

/** Half a backup would be worse than none: it would pass for the whole. */
async function fill(handle: FileHandle, path: string, bytes: Buffer): Promise<void> {
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
