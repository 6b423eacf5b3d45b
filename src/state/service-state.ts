import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Slash32Error } from '../errors/slash32-error.js';
import { validatorOf } from '../schema/validator.js';
import { errorCode, systemHint, systemReason } from './disk-errors.js';
import { readPlainFileSync, refuseUnlessPlainSync } from './plain-file.js';

/** A plan, or what it writes, as a digest, and a moment of it; `at` is ISO 8601, UTC. */
export interface PlanMoment {
  readonly checksum: string;
  readonly at: string;
}

/** What the other node of a pair did with a change, as it was last seen. */
export interface PeerMoment {
  /** Of the apply, as the firewall lists it. */
  readonly id: string;
  /** Of the plan. */
  readonly checksum: string;
  /** Of the run that applied it; absent where somebody confirmed it by hand. */
  readonly runId?: string;
  /** When it was asked. ISO 8601, UTC. */
  readonly at: string;
  readonly taken: boolean;
  readonly open: boolean;
  readonly message: string;
}

/** What the service must know after a restart and cannot read from the firewall. */
export interface ServiceState {
  readonly version: 1;
  /** Applying is switched off. */
  readonly pause: { readonly since: string; readonly by: string; readonly reason: string } | undefined;
  /** A plan that was undone, and is not applied again by itself. */
  readonly hold:
    | { readonly checksum: string; readonly since: string; readonly reason: string; readonly configuration: string }
    | undefined;
  /** What was written within the last hour: the same again and again means that somebody undoes it. */
  readonly writes: readonly PlanMoment[];
  /** Plans that a reboot of the firewall undid within the last hour. */
  readonly reboots: readonly PlanMoment[];
  /** Plans whose confirmation only came too late within the last hour. */
  readonly late?: readonly PlanMoment[];
  /** Parts of the last plan of everything that wait for a person, and since when. */
  readonly waiting?: readonly { readonly key: string; readonly since: string }[];
  /** What the other node of a pair was asked to take, newest first. */
  readonly peers?: readonly PeerMoment[];
  /** Id of the undone apply that a hold was last made of, so that a released hold does not come back. */
  readonly settled: string | undefined;
}

export const EMPTY_SERVICE_STATE: ServiceState = {
  version: 1,
  pause: undefined,
  hold: undefined,
  writes: [],
  reboots: [],
  settled: undefined,
};

/** Where that lies. Both are synchronous, so that whoever is answered `paused` can rely on it after a kill -9. */
export interface ServiceStateStore {
  /** An empty one where there is no file. Throws `S32_STATE_UNREADABLE` or `S32_STATE_CORRUPT`. */
  load(): ServiceState;
  /** Throws `S32_STATE_WRITE`, with the old file as it was. */
  save(state: ServiceState): void;
  /** Throws `S32_STATE_WRITE` when a save would fail now: the disk is full, a right is missing. */
  probe?(): void;
}

/** The steps of a save that touch the disk; replaced in tests to make a disk fill up. */
export interface SaveSteps {
  writeNew(path: string, text: string): void;
  replace(from: string, to: string): void;
}

/** The state in a JSON file of mode 0600, replaced as a whole. */
export function createServiceStateStore(path: string, steps: SaveSteps = DISK): ServiceStateStore {
  const validate = STATE();
  return {
    load() {
      const text = readText(path);
      if (text === undefined) return EMPTY_SERVICE_STATE;
      const content = parse(text);
      if (validate(content)) return { ...EMPTY_SERVICE_STATE, ...content };
      const error = validate.errors?.[0];
      throw corrupt(path, `${error?.instancePath || 'the file'} ${error?.message ?? 'is not as expected'}`);
    },
    probe() {
      const temporary = join(dirname(resolved(path)), `.${basename(path)}.${process.pid}.probe.tmp`);
      try {
        rmSync(temporary, { force: true });
        writeFileSync(temporary, ' '.repeat(PROBE_BYTES), { flag: 'wx', mode: 0o600 });
      } catch (cause) {
        throw unwritten(path, cause);
      } finally {
        rmSync(temporary, { force: true });
      }
    },
    save(state) {
      const target = resolved(path);
      const name = `.${basename(target)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
      const temporary = join(dirname(target), name);
      try {
        refuseUnlessPlainSync(path);
        steps.writeNew(temporary, `${JSON.stringify(state, null, 2)}\n`);
        steps.replace(temporary, target);
      } catch (cause) {
        rmSync(temporary, { force: true });
        throw unwritten(path, cause);
      }
    },
  };
}

/** As much as a state mostly needs: a block of the file system. */
const PROBE_BYTES = 4_096;

const DISK: SaveSteps = {
  writeNew(path, text) {
    const file = openSync(path, 'wx', 0o600);
    try {
      const bytes = Buffer.from(text, 'utf8');
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  },
  replace(from, to) {
    renameSync(from, to);
    syncFolder(dirname(to));
  },
};

/** Makes the rename survive a power cut, where the file system can. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // The file is whole either way.
  }
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function readText(path: string): string | undefined {
  try {
    return readPlainFileSync(path);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw new Slash32Error('S32_STATE_UNREADABLE', {
      message: `The service's state file ${path} could not be read: ${systemReason(cause)}.`,
      where: path,
      hint: systemHint(cause) ?? 'Run the service as the user that owns the file.',
      cause,
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unwritten(path: string, cause: unknown): Slash32Error {
  return new Slash32Error('S32_STATE_WRITE', {
    message: `The service's state file ${path} could not be written: ${systemReason(cause)}.`,
    where: path,
    hint: `${systemHint(cause) ?? 'Make room or correct the permissions.'} The service tries again by itself.`,
    cause,
  });
}

/** A pause that nobody can read must not be taken for none. */
function corrupt(path: string, reason: string): Slash32Error {
  return new Slash32Error('S32_STATE_CORRUPT', {
    message: `The service's state file ${path} is damaged: ${reason}.`,
    where: path,
    effect: 'Nothing was changed on the firewall. Whether applying was paused or a plan was held is not known.',
    hint: `If neither was the case: mv ${path} ${path}.broken, and start the service again. slash32 plan shows what it would do.`,
  });
}

const INSTANT = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' } as const;
const TEXT = { type: 'string' } as const;
const MOMENTS = {
  type: 'array',
  items: {
    type: 'object',
    required: ['checksum', 'at'],
    properties: { checksum: TEXT, at: INSTANT },
  },
} as const;

const PEERS = {
  type: 'array',
  items: {
    type: 'object',
    required: ['id', 'checksum', 'at', 'taken', 'open', 'message'],
    properties: {
      id: TEXT,
      checksum: TEXT,
      runId: TEXT,
      at: INSTANT,
      taken: { type: 'boolean' },
      open: { type: 'boolean' },
      message: TEXT,
    },
  },
} as const;

/** The form of the state of the service. Fields of newer versions are let in: what is lost with them is a hint, never an entry. */
export const STATE_SCHEMA = {
  type: 'object',
  required: ['version'],
  properties: {
    version: { const: 1 },
    pause: {
      type: 'object',
      required: ['since', 'by', 'reason'],
      properties: { since: INSTANT, by: TEXT, reason: TEXT },
    },
    hold: {
      type: 'object',
      required: ['checksum', 'since', 'reason', 'configuration'],
      properties: { checksum: TEXT, since: INSTANT, reason: TEXT, configuration: TEXT },
    },
    writes: MOMENTS,
    reboots: MOMENTS,
    late: MOMENTS,
    peers: PEERS,
    waiting: {
      type: 'array',
      items: { type: 'object', required: ['key', 'since'], properties: { key: TEXT, since: INSTANT } },
    },
    settled: TEXT,
  },
} as const;

const STATE = validatorOf<Partial<ServiceState>>('service-state', STATE_SCHEMA, { strictRequired: false });
