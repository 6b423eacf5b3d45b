import { Slash32Error } from '../../errors/slash32-error.js';
import type { Inventory } from '../../model/instance.js';
import { isRecord } from '../../schema/record.js';
import { invalidFile, parseJson } from '../shared/read-json.js';
import { placeOf, type ReadDeps, readText } from '../shared/read-text.js';
import { leftOutNotes, vouchedViews } from '../shared/words.js';
import type { Source } from '../source.js';
import type { IncusFileConfig } from './config.js';
import { gatherInstances } from './gather.js';
import { UNKNOWN_NETWORKS } from './networks.js';
import { INCUS_TERMS } from './terms.js';

/**
 * An inventory from the output of `incus list --all-projects --format json`. An answer of the API (`recursion=1` or 2,
 * bare or with its envelope) is taken too. Incomplete unless `complete`.
 */
export function createFileSource(options: Pick<IncusFileConfig, 'path' | 'complete'>, deps: ReadDeps): Source {
  const source = placeOf(options.path);
  return {
    async read(signal, progress) {
      signal.throwIfAborted();
      progress(`reading ${source}`);
      const text = refuseEmpty(await readText(options.path, deps, signal), source);
      return assemble(listOf(parseJson(text, source), source), source, options.complete);
    },
  };
}

function refuseEmpty(text: string, source: string): string {
  if (text.trim() !== '') return text;
  const message = `${source} is empty.`;
  const hint = 'Did `incus list` fail before the file was written? `[]` is what it prints when there is no instance.';
  throw new Slash32Error('S32_INVENTORY_FILE_INVALID', { message, where: source, hint });
}

function listOf(content: unknown, source: string): readonly unknown[] {
  if (isRecord(content) && content.type === 'error') {
    throw invalidFile(source, `holds an error of Incus instead of a list: "${String(content.error)}"`);
  }
  const list = isRecord(content) && 'metadata' in content ? content.metadata : content;
  if (!Array.isArray(list)) throw invalidFile(source, 'holds JSON that is no list of instances');
  if (typeof list[0] === 'string')
    throw invalidFile(source, 'lists only the URLs of instances: ask the API with `recursion=1`');
  return list;
}

function assemble(list: readonly unknown[], source: string, complete: boolean): Inventory {
  const gathered = gatherInstances(list, UNKNOWN_NETWORKS);
  if (gathered.unusable) {
    const { position, missing } = gathered.unusable;
    throw invalidFile(source, `has an entry without ${missing} (number ${position + 1})`);
  }
  const names = new Set([...gathered.instances.map((instance) => instance.project), ...gathered.faults.keys()]);
  const projects = vouchedViews([...names], gathered.faults, complete, 'incus');
  return {
    source,
    instances: gathered.instances,
    projects,
    allProjects: complete,
    ...INCUS_TERMS,
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
