import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { Slash32Error } from '../../../errors/slash32-error.js';
import type { ApplyRequest, ApplyResult, DhcpFault, Target } from '../../../model/firewall.js';
import { buildCandidate } from '../isc/candidate.js';
import { projectSegments } from '../isc/project.js';
import { readSegments } from '../isc/read.js';
import { restartEffects } from '../isc/restart.js';
import { editPolicy } from '../policy/edit.js';
import { readObservedPolicy } from '../policy/read.js';
import { policyDifference } from '../policy/verify.js';
import { parseXml } from '../xml/parse.js';
import { type FileSystem, nodeFileSystem } from './file-system.js';
import { takeLock } from './lock.js';
import { type FileReading, readConfigFile, resolveFile } from './read-file.js';
import { conflict, replaceFile } from './replace.js';
import { revisionOf } from './revision.js';
import { isSameState } from './same-state.js';

/** A firewall as a config.xml on disk. Everything but `path` and `now` has a default that fits the machine. */
export interface FileTargetOptions {
  readonly path: string;
  readonly now: () => Date;
  readonly fs?: FileSystem;
  /** Whether a real path is the configuration of an OPNsense that runs on this machine. */
  readonly isLive?: (realPath: string) => boolean;
  readonly isAlive?: (pid: number) => boolean;
  readonly host?: string;
  readonly pid?: number;
  /** Names new entries; default: random ones. */
  readonly uuid?: () => string;
}

/**
 * The `file` target: a copy of config.xml, read and replaced as a whole. Its revision is the SHA-256 of the bytes. It sees
 * no leases, no ARP table and no version, and reloads nothing. Only the managed tags and entries are edited; OPNsense's own
 * `<revision>` stays as well, since it is rewritten when the file is restored. Errors: `S32_FILE_READ`, `S32_FILE_WRITE`,
 * `S32_FILE_INTERRUPTED`, `S32_LIVE_CONFIG`, `S32_LOCKED`, `S32_CONFLICT`, `S32_DHCP_FAULT` and those of the XML.
 */
export function createFileTarget(options: FileTargetOptions): Target {
  const fs = options.fs ?? nodeFileSystem();
  let last: FileReading | undefined;
  return {
    async observe(signal, progress) {
      progress(`Reading ${options.path}`);
      throwIfAborted(signal, options.path);
      last = await readConfigFile(fs, options.path);
      return last.observed;
    },
    check(base, changes) {
      if (last === undefined || last.observed.revision !== base.revision) throw conflict(options.path);
      return buildCandidate(last.decoded.text, last.root, last.interfaces, changes).faults;
    },
    /** What OPNsense does when the file is put in force there. */
    restarts: (base, changes) => restartEffects(base, changes),
    apply: (request) => apply(options, fs, request, last),
    /** A file is not served by anything, so nothing can be left to reload. */
    settle: () => Promise.resolve(),
  };
}

async function apply(
  options: FileTargetOptions,
  fs: FileSystem,
  request: ApplyRequest,
  last: FileReading | undefined,
): Promise<ApplyResult> {
  throwIfAborted(request.signal, options.path);
  const realPath = await resolveFile(fs, options.path);
  if ((options.isLive ?? isLiveConfig)(realPath))
    throw new Slash32Error('S32_LIVE_CONFIG', {
      message: `${realPath} is the configuration of the OPNsense that runs on this machine.`,
      where: options.path,
    });
  const lock = `${realPath}.slash32.lock`;
  const release = await takeLock(lockContext(options, fs), lock);
  let result: ApplyResult;
  try {
    result = await applyLocked(options, fs, request, last);
  } catch (error) {
    await release().catch(() => {});
    throw error;
  }
  const note = await release().then(
    () => undefined,
    () => `The lock file ${lock} could not be removed. Delete it, or the next apply finds the configuration locked.`,
  );
  return note === undefined ? result : { ...result, notes: [...result.notes, note] };
}

async function applyLocked(
  options: FileTargetOptions,
  fs: FileSystem,
  request: ApplyRequest,
  last: FileReading | undefined,
): Promise<ApplyResult> {
  request.progress(`Reading ${options.path} again`);
  const reading = await readConfigFile(fs, options.path, last);
  if (reading.observed.revision !== request.base.revision) throw conflict(options.path);
  const after = candidateBytes(options, reading, request);
  if (after.equals(reading.bytes)) return { revision: reading.observed.revision, notes: [] };
  const notes = await replaceFile({
    fs,
    path: reading.realPath,
    facts: reading.facts,
    before: reading.bytes,
    after,
    now: options.now(),
    signal: request.signal,
    progress: request.progress,
  });
  return { revision: revisionOf(after), notes };
}

/** The new file, checked as DHCP would read it and against what the changes ask for. */
function candidateBytes(options: FileTargetOptions, reading: FileReading, request: ApplyRequest): Buffer {
  const { path } = options;
  const { changes, places } = request;
  const candidate = buildCandidate(reading.decoded.text, reading.root, reading.interfaces, changes, places);
  if (candidate.faults.length > 0 && request.changes.length > 0)
    throw new Slash32Error('S32_DHCP_FAULT', {
      message: candidate.faults.map(faultText).join(' '),
      where: path,
      effect: 'The configuration file is as it was.',
      written: 'nothing',
    });
  const asked = projectSegments(reading.observed.segments, request.changes);
  const found = readSegments(candidate.dhcpd);
  const difference = asked.find((state) => !isSameState(state, found));
  if (difference !== undefined)
    throw new Slash32Error('S32_CONFIG_XML_EDIT', {
      message: `The edited text does not say for ${difference.interface} what the plan asks for.`,
      where: path,
      effect: 'The configuration file is as it was.',
      written: 'nothing',
    });
  return reading.decoded.encode(withPolicy(options, reading, request, candidate.source));
}

/** The policy's edits on top of those of DHCP, read back before anything is written. */
function withPolicy(options: FileTargetOptions, reading: FileReading, request: ApplyRequest, source: string): string {
  const changes = request.policy ?? [];
  const before = reading.observed.policy;
  if (changes.length === 0 || before === undefined) return source;
  const root = source === reading.decoded.text ? reading.root : parseXml(source);
  const uuid = options.uuid ?? randomUUID;
  const stamp = (): string => (options.now().getTime() / 1000).toFixed(2);
  const edited = editPolicy(source, root, changes, { uuid, stamp, places: request.places ?? {} });
  const difference = policyDifference(before, changes, readObservedPolicy(parseXml(edited)));
  if (difference === undefined) return edited;
  throw new Slash32Error('S32_CONFIG_XML_EDIT', {
    message: `The edited text does not say what the plan asks for: ${difference}.`,
    where: options.path,
    effect: 'The configuration file is as it was.',
    written: 'nothing',
  });
}

function faultText(fault: DhcpFault): string {
  return `${fault.interface}, ${fault.object}: ${fault.message}`;
}

function lockContext(options: FileTargetOptions, fs: FileSystem): Parameters<typeof takeLock>[0] {
  return {
    fs,
    self: {
      pid: options.pid ?? process.pid,
      host: options.host ?? hostname(),
      startedAt: Math.round(performance.timeOrigin),
    },
    isAlive: options.isAlive ?? isAlive,
    now: options.now,
  };
}

/** OPNsense keeps its live file at this path, and its own programs at the others. */
function isLiveConfig(realPath: string): boolean {
  return (
    realPath === '/conf/config.xml' && ['/usr/local/opnsense', '/usr/local/etc/inc'].some((path) => existsSync(path))
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function throwIfAborted(signal: AbortSignal, path: string): void {
  if (signal.aborted)
    throw new Slash32Error('S32_FILE_INTERRUPTED', {
      message: 'The run was interrupted.',
      where: path,
      effect: 'The configuration file is as it was.',
      written: 'nothing',
    });
}
