import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Essentials } from '../config/essentials.js';
import { validatorOf } from '../schema/validator.js';
import { writeFileAtomic } from '../state/atomic-file.js';
import { readPlainFile } from '../state/plain-file.js';
import { stepsForOwnerOf } from '../state/same-owner.js';

/** The essentials of a configuration as they were when it was last right. */
export interface LastUsed {
  readonly essentials: Essentials;
  /** Since when they are so; ISO 8601, UTC. */
  readonly at: string;
  /** The file that remembers. */
  readonly file: string;
}

interface Stored {
  readonly at: string;
  readonly config: string;
  readonly essentials: Essentials;
}

/** Keys that are paths or names; a value of another kind is none that slash32 wrote. */
const TEXT = { type: 'string' } as const;
const STORED = validatorOf<Stored>(
  'last-used',
  {
    type: 'object',
    required: ['format', 'at', 'config', 'essentials'],
    properties: {
      format: { const: 'slash32.last/1' },
      at: TEXT,
      config: TEXT,
      essentials: {
        type: 'object',
        required: ['owner', 'target', 'stateFile', 'service'],
        properties: {
          owner: TEXT,
          target: {
            type: 'object',
            required: ['transport'],
            properties: {
              transport: { enum: ['file', 'api', 'plugin'] },
              path: TEXT,
              url: TEXT,
              keyFile: TEXT,
              caFile: TEXT,
              fingerprint: TEXT,
            },
          },
          stateFile: TEXT,
          service: {
            type: 'object',
            required: ['tokensFile', 'stateFile', 'journal', 'hooks'],
            properties: {
              socket: TEXT,
              tokensFile: TEXT,
              stateFile: TEXT,
              journal: { type: 'object', required: ['file'], properties: { file: TEXT } },
              hooks: { type: 'object', required: ['incus', 'generic'] },
            },
          },
        },
      },
    },
  },
  { strictRequired: false },
);

const ENDING = '.last.json';

/** Where what was last used lies: beside the state file. */
export function lastUsedFile(stateFile: string): string {
  return join(dirname(stateFile), `${basename(stateFile).replace(/(\.state)?\.json$/i, '')}${ENDING}`);
}

/**
 * Remembers how the firewall and the service of a configuration are reached, in a file of mode 0600: paths and addresses, never
 * a secret. It is a help for the night when the configuration is broken, so a disk that takes nothing is no failure here.
 */
export async function rememberLastUsed(essentials: Essentials, config: string, now: Date): Promise<void> {
  const file = lastUsedFile(essentials.stateFile);
  const known = await readStored(file);
  const same = JSON.stringify([known?.config, known?.essentials]) === JSON.stringify([config, essentials]);
  if (same) return;
  const content = { format: 'slash32.last/1', at: now.toISOString(), config, essentials };
  const text = `${JSON.stringify(content, null, 2)}\n`;
  await writeFileAtomic(file, text, 0o600, stepsForOwnerOf(file)).catch(() => undefined);
}

/** {@link rememberLastUsed} where slash32 keeps its state already: whoever only looks leaves no files behind. */
export async function rememberWhereInstalled(essentials: Essentials, config: string, now: Date): Promise<void> {
  const isInstalled = await stat(essentials.stateFile).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isInstalled) await rememberLastUsed(essentials, config, now);
}

/**
 * What is remembered of a configuration: beside one of the `stateFiles` that it may have, or in one of the `folders` where states
 * lie, if it is of just this configuration.
 */
export async function recallLastUsed(
  config: string,
  stateFiles: readonly string[],
  folders: readonly string[],
): Promise<LastUsed | undefined> {
  for (const file of stateFiles.map(lastUsedFile)) {
    const found = await readStored(file);
    if (found !== undefined) return { essentials: found.essentials, at: found.at, file };
  }
  for (const folder of folders)
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith(ENDING)) continue;
      const file = join(folder, name);
      const found = await readStored(file);
      if (found?.config === config) return { essentials: found.essentials, at: found.at, file };
    }
  return undefined;
}

/** Only of a file that nobody else can have written: it says to whom the API key goes. */
async function readStored(file: string): Promise<Stored | undefined> {
  try {
    const { mode, uid } = await stat(file);
    const own = process.getuid?.();
    if ((mode & 0o022) !== 0 || (own !== undefined && own !== 0 && uid !== own && uid !== 0)) return undefined;
    const value: unknown = JSON.parse(await readPlainFile(file));
    return STORED()(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
