import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Slash32Error } from '../../errors/slash32-error.js';
import { type Inventory, instanceName, type SourceTerms } from '../../model/instance.js';
import { placeOf, type ReadDeps, readText, systemReason, unreadable } from '../shared/read-text.js';
import { leftOutNotes, vouchedViews } from '../shared/words.js';
import type { Source } from '../source.js';
import type { LibvirtConfig } from './config.js';
import { type DomainReading, PROJECT, parseDomains, readDomain } from './domain.js';

const LIBVIRT_TERMS: Partial<SourceTerms> = {
  macFilter: 'a filter of MACs (no-mac-spoofing)',
  ipv4Filter: 'filter clean-traffic',
  filterAddress: 'IP parameter',
  vlan: 'a native tag in <vlan>',
  taggedVlans: 'the tags of its <vlan>',
  sourceRouting: 'source_routing="yes" in its slash32 metadata',
};

/** The machines of a folder or a file. Incomplete unless `complete`, and never complete while one of them cannot be read. */
export function createLibvirtSource({ path, complete }: LibvirtConfig, deps: ReadDeps): Source {
  return {
    async read(signal, progress) {
      signal.throwIfAborted();
      progress(`reading ${placeOf(path)}`);
      const readings = (await isFolder(path))
        ? await readFolder(path, deps, signal)
        : await readFile(path, deps, signal);
      return assemble(placeOf(path), readings, complete);
    },
  };
}

async function isFolder(path: string): Promise<boolean> {
  if (path === '-') return false;
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

/** One file that cannot be read hides one machine, not the others. A broken link is such a file. */
async function readFolder(folder: string, deps: ReadDeps, signal: AbortSignal): Promise<DomainReading[]> {
  const files = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(folder, systemReason(error), error);
  });
  const names = files.filter((file) => file.name.endsWith('.xml') && !file.isDirectory()).map((file) => file.name);
  const readings: DomainReading[] = [];
  for (const name of names.sort()) {
    try {
      const file = join(folder, name);
      // a pipe that nobody writes to, or a device, would never end
      if ((await stat(file).catch(() => undefined))?.isFile() === false)
        throw unreadable(file, 'is no plain file', undefined);
      readings.push(...(await readFile(file, deps, signal)));
    } catch (error) {
      if (!(error instanceof Slash32Error)) throw error;
      readings.push({
        kind: 'opaque',
        why: `the machine of ${name} is not known: ${error.message.replace(/\.$/, '')}`,
      });
    }
  }
  return readings;
}

async function readFile(path: string, deps: ReadDeps, signal: AbortSignal): Promise<DomainReading[]> {
  const text = await readText(path, deps, signal);
  return parseDomains(text, placeOf(path)).map(readDomain);
}

function assemble(source: string, readings: readonly DomainReading[], vouched: boolean): Inventory {
  const known = readings.filter((reading) => reading.kind === 'instance');
  const faults = readings.flatMap((reading) => (reading.kind === 'opaque' ? [reading.why] : []));
  const names = known.map(({ instance }) => instance.name);
  const doubled = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  for (const name of doubled) faults.push(`the machine ${name} stands there twice`);
  const told = known.filter(({ instance }) => !doubled.has(instance.name));
  const [fault] = faults;
  const projects = vouchedViews([PROJECT], new Map(fault === undefined ? [] : [[PROJECT, fault]]), vouched, 'libvirt');
  return {
    source,
    instances: told.map(({ instance }) => instance),
    projects,
    allProjects: vouched && fault === undefined,
    terms: LIBVIRT_TERMS,
    notes: [
      ...leftOutNotes(told.flatMap((one) => one.leftOut.map((device) => `${instanceName(one.instance)}/${device}`))),
      ...(vouched ? [] : faults.map((fault) => `${capital(fault)}: nothing is planned for it.`)),
    ],
  };
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
