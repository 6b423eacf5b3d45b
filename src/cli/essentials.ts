import { resolve } from 'node:path';
import { type Essentials, essentialsOf, possibleStateFiles, salvageEssentials } from '../config/essentials.js';
import { loadConfig } from '../config/load.js';
import { readConfigText } from '../config/read-text.js';
import type { TargetConfig } from '../config/types.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { visible } from '../plan/render/visible.js';
import { recallLastUsed, rememberWhereInstalled } from '../service/last-used.js';
import { type Io, paintFor, printError } from './io.js';

/** The essentials, and the configuration that they are of. */
export interface OpenedEssentials extends Essentials {
  readonly file: string;
}

/** Where the state of a service lies that systemd or a container started. */
const STATE_FOLDER = '/var/lib/slash32';

/**
 * What a command needs that ends an emergency, also where the configuration is broken or gone: then from the parts of it that
 * are right, or else from what was last used, and standard error says so. Throws what is wrong with the configuration where
 * neither is there.
 */
export async function openEssentials(io: Io, given: string): Promise<OpenedEssentials> {
  const path = resolve(io.cwd, given);
  try {
    const config = loadConfig(path);
    const essentials = essentialsOf(config);
    await rememberWhereInstalled(essentials, path, io.now());
    return { ...essentials, file: config.file };
  } catch (error) {
    if (!(error instanceof Slash32Error)) throw error;
    return { ...(await withoutConfiguration(io, path, error)), file: path };
  }
}

async function withoutConfiguration(io: Io, path: string, error: Slash32Error): Promise<Essentials> {
  const text = textOf(path);
  const salvaged = text === undefined ? undefined : salvageEssentials(text, path);
  if (salvaged !== undefined) {
    say(io, error, `only its owner, firewall and state are used here, which are right`, salvaged);
    return salvaged;
  }
  const folders = [...(io.env.STATE_DIRECTORY?.split(':') ?? []), STATE_FOLDER];
  const stateFiles = possibleStateFiles(path, text);
  const last = await recallLastUsed(path, stateFiles, folders);
  if (last !== undefined) {
    say(io, error, `slash32 goes by what it last used (${last.file}, of ${last.at})`, last.essentials);
    return last.essentials;
  }
  throw new Slash32Error(error.code, {
    message: error.message,
    ...(error.where === undefined ? {} : { where: error.where }),
    hint: `${error.hint} Nothing of an earlier run is remembered beside ${stateFiles.join(' or ')}${nobodyElse()}; a running service is asked with --url.`,
    cause: error,
  });
}

function say(io: Io, error: Slash32Error, how: string, { owner, target }: Essentials): void {
  const [head = '', first = '', ...more] = error.message.split('\n');
  const mistake = first.trim() === '' ? head : first.trim();
  const rest = more.length > 0 ? ` (and ${more.length} more)` : '';
  const paint = paintFor(io, io.stderr);
  const lines = [
    `! the configuration is broken: ${mistake}${rest}`,
    `! ${how}: owner ${owner}, firewall ${firewallOf(target)}`,
  ];
  printError(io, `${lines.map((line) => paint.warn(visible(line))).join('\n')}\n`);
}

function firewallOf(target: TargetConfig): string {
  return target.transport === 'file' ? target.path : target.url;
}

function textOf(path: string): string | undefined {
  try {
    return readConfigText(path);
  } catch {
    return undefined;
  }
}

/** What the service remembers is for its own user. */
function nobodyElse(): string {
  return process.getuid?.() === 0 ? '' : ' that this user may read (the service has one of its own: sudo)';
}
