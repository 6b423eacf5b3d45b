import type { ValidateFunction } from 'ajv/dist/2020.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { EMPTY_LEDGER, type Ledger } from '../model/ledger.js';
import { isRecord } from '../schema/record.js';
import { validatorOf } from '../schema/validator.js';
import { type AtomicSteps, writeFileAtomic } from './atomic-file.js';
import { errorCode, hinted, systemReason } from './disk-errors.js';
import { LEDGER_SCHEMA } from './ledger-schema.js';
import { readPlainFile } from './plain-file.js';
import { stepsForOwnerOf } from './same-owner.js';

/** What was loaded; `missing` when there is no file yet, which is how every installation begins. */
export interface LoadedLedger {
  readonly ledger: Ledger;
  readonly missing: boolean;
}

/** Where the ledger lies between two runs. Whoever saves holds the run lock. */
export interface LedgerStore {
  /** Throws `S32_STATE_UNREADABLE`, `S32_STATE_CORRUPT`, `S32_STATE_VERSION` or `S32_STATE_OWNER`. */
  load(): Promise<LoadedLedger>;
  /** Throws `S32_STATE_WRITE`, with the old file as it was. */
  save(ledger: Ledger): Promise<void>;
}

/** What a store needs from outside. */
export interface LedgerDependencies {
  /** Owner id of the configuration: a file of another owner is refused. */
  readonly owner: string;
  /** Replaced in tests. */
  readonly steps?: AtomicSteps;
}

const LEDGER = validatorOf('ledger', LEDGER_SCHEMA, {
  allowUnionTypes: true,
  strictTypes: false,
  strictRequired: false,
});

/** The ledger in a JSON file of mode 0600, replaced as a whole. */
export function createLedgerStore(path: string, deps: LedgerDependencies): LedgerStore {
  const validate = LEDGER();
  return {
    async load() {
      const text = await readState(path);
      if (text === undefined) return { ledger: EMPTY_LEDGER, missing: true };
      return { ledger: parseLedger(text, path, deps.owner, validate), missing: false };
    },
    async save(ledger) {
      const { version, ...rest } = ledger;
      const content = { version, owner: deps.owner, ...rest };
      try {
        await writeFileAtomic(
          path,
          `${JSON.stringify(content, null, 2)}\n`,
          0o600,
          deps.steps ?? stepsForOwnerOf(path),
        );
      } catch (cause) {
        throw new Slash32Error('S32_STATE_WRITE', {
          message: `The state file ${path} could not be written: ${systemReason(cause)}.`,
          where: path,
          effect:
            'The state file is as it was before. It says nothing about the firewall: run slash32 plan to see what is there.',
          ...hinted(cause),
          cause,
        });
      }
    },
  };
}

async function readState(path: string): Promise<string | undefined> {
  try {
    return await readPlainFile(path);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw new Slash32Error('S32_STATE_UNREADABLE', {
      message: `The state file ${path} could not be read: ${systemReason(cause)}.`,
      where: path,
      ...hinted(cause),
      cause,
    });
  }
}

function parseLedger(text: string, path: string, owner: string, validate: ValidateFunction): Ledger {
  const content = parseJson(text);
  if (!isRecord(content)) throw corrupt(path, text.trim() === '' ? 'it is empty' : 'it is not JSON, or was cut short');
  if (content.version !== 1 && Number.isSafeInteger(content.version))
    throw new Slash32Error('S32_STATE_VERSION', {
      message: `The state file ${path} has version ${content.version}; this slash32 knows version 1.`,
      where: path,
    });
  if (!validate(content)) {
    const error = validate.errors?.[0];
    throw corrupt(path, `${error?.instancePath || 'the file'} ${error?.message ?? 'is not as expected'}`);
  }
  const stored = content as unknown as Ledger & { readonly owner: string };
  if (stored.owner !== owner)
    throw new Slash32Error('S32_STATE_OWNER', {
      message: `The state file ${path} belongs to the owner '${stored.owner}', and the configuration says '${owner}'.`,
      where: path,
      hint: `Give this configuration a state_file of its own, or write owner: ${stored.owner}.`,
    });
  const { owner: _owner, ...ledger } = stored;
  return { ...ledger, unfinishedSince: ledger.unfinishedSince };
}

function corrupt(path: string, reason: string): Slash32Error {
  return new Slash32Error('S32_STATE_CORRUPT', {
    message: `The state file ${path} is damaged: ${reason}.`,
    where: path,
    effect: 'Nothing was changed on the firewall. Reservations are not in this file and are not lost.',
    hint:
      `Restore it from a backup. Without one: mv ${path} ${path}.broken. What is lost then: freed addresses may be given ` +
      'out again at once, and `slash32 release` cannot restore the settings from before slash32.',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
