import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { Slash32Error } from '../../errors/slash32-error.js';
import type { Inventory, ProjectView } from '../../model/instance.js';
import { isRecord } from '../shared/guards.js';
import type { Source } from '../source.js';
import type { IncusFileConfig } from './config.js';
import { gatherInstances } from './gather.js';
import { leftOutNotes } from './inventory.js';
import { findJsonFault } from './json-fault.js';
import { UNKNOWN_NETWORKS } from './networks.js';

/** What the source needs from outside. */
export interface FileSourceDependencies {
  readonly stdin: AsyncIterable<Buffer | string>;
}

const NOT_VOUCHED = 'a file cannot show whether it is complete: declare it with --complete (`incus.complete: true`)';

/**
 * An inventory from the output of `incus list --all-projects --format json`. An answer of the API (`recursion=1` or 2,
 * bare or with its envelope) is taken too. Incomplete unless `complete`.
 */
export function createFileSource(
  options: Pick<IncusFileConfig, 'path' | 'complete'>,
  deps: FileSourceDependencies,
): Source {
  const source = options.path === '-' ? 'standard input' : options.path;
  return {
    async read(signal, progress) {
      signal.throwIfAborted();
      progress(`reading ${source}`);
      const bytes = await readBytes(options.path, source, deps, signal);
      return assemble(listOf(parse(decode(bytes, source), source), source), source, options.complete);
    },
  };
}

async function readBytes(
  path: string,
  source: string,
  deps: FileSourceDependencies,
  signal: AbortSignal,
): Promise<Buffer> {
  try {
    if (path !== '-') return await readFile(path, { signal });
    const parts: Buffer[] = [];
    for await (const part of deps.stdin) {
      signal.throwIfAborted();
      parts.push(typeof part === 'string' ? Buffer.from(part, 'utf8') : part);
    }
    return Buffer.concat(parts);
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(source, systemReason(error), error);
  }
}

function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
  if (code === 'EISDIR') return 'is a directory';
  return `cannot be read (${code})`;
}

function decode(bytes: Buffer, source: string): string {
  // a TextDecoder that refuses takes ten times as long as asking first
  if (!isUtf8(bytes)) throw unreadable(source, 'is not text in UTF-8', undefined);
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  if (text.trim() === '') {
    const message = `${source} is empty.`;
    const hint = 'Did `incus list` fail before the file was written? `[]` is what it prints when there is no instance.';
    throw new Slash32Error('S32_INVENTORY_FILE_INVALID', { message, where: source, hint });
  }
  return text;
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = findJsonFault(text) ?? { line: 1, column: 1, what: 'something unknown' };
    throw new Slash32Error('S32_INVENTORY_FILE_INVALID', {
      message: `${source} is not JSON: ${fault.what} is unexpected in line ${fault.line}, column ${fault.column}.`,
      where: `${source}:${fault.line}:${fault.column}`,
      cause: error,
    });
  }
}

function listOf(content: unknown, source: string): readonly unknown[] {
  if (isRecord(content) && content.type === 'error') {
    throw invalid(source, `holds an error of Incus instead of a list: "${String(content.error)}"`);
  }
  const list = isRecord(content) && 'metadata' in content ? content.metadata : content;
  if (!Array.isArray(list)) throw invalid(source, 'holds JSON that is no list of instances');
  if (typeof list[0] === 'string')
    throw invalid(source, 'lists only the URLs of instances: ask the API with `recursion=1`');
  return list;
}

function assemble(list: readonly unknown[], source: string, complete: boolean): Inventory {
  const gathered = gatherInstances(list, UNKNOWN_NETWORKS);
  if (gathered.unusable) {
    const { position, missing } = gathered.unusable;
    throw invalid(source, `has an entry without ${missing} (number ${position + 1})`);
  }
  const names = new Set([...gathered.instances.map((instance) => instance.project), ...gathered.faults.keys()]);
  const projects = [...names].map((name): ProjectView => {
    const reason = complete ? gathered.faults.get(name) : NOT_VOUCHED;
    return { name, complete: reason === undefined, reason };
  });
  return {
    source,
    instances: gathered.instances,
    projects,
    allProjects: complete,
    notes: [...leftOutNotes(gathered.leftOut), ...(complete ? [] : faultNotes(gathered.faults))],
  };
}

/** What of a list nobody vouches for is missing in it, which its incompleteness alone would hide. */
function faultNotes(faults: ReadonlyMap<string, string>): string[] {
  return [...faults].map(
    ([project, fault]) =>
      `In project ${project} ${fault}: nothing is planned for that instance. \`incus list --all-projects --format json\` prints all that is needed.`,
  );
}

function unreadable(source: string, what: string, cause: unknown): Slash32Error {
  return new Slash32Error('S32_INVENTORY_FILE_UNREADABLE', { message: `${source} ${what}.`, where: source, cause });
}

function invalid(source: string, what: string): Slash32Error {
  return new Slash32Error('S32_INVENTORY_FILE_INVALID', { message: `${source} ${what}.`, where: source });
}
