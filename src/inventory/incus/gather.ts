import type { Instance } from '../../model/instance.js';
import { type InstanceReading, readInstance } from './instances.js';
import type { NetworkTypes } from './networks.js';
import type { ListedProject } from './projects.js';

/** A list of instances, read object by object. */
export interface Gathered {
  readonly instances: readonly Instance[];
  /** Why single projects are not seen completely, the first reason of each. */
  readonly faults: ReadonlyMap<string, string>;
  /** Network devices that stand on no bridge: `project/name/eth0 (ovn)`. */
  readonly leftOut: readonly string[];
  /** Position and missing field of an object that belongs to no known project; undefined when there is none. */
  readonly unusable: { readonly position: number; readonly missing: string } | undefined;
  /** `project/name` of every object, ghosts of moves included. */
  readonly listed: ReadonlySet<string>;
  /** What is taken for the half-made target of a move. */
  readonly moving: readonly { readonly project: string; readonly name: string }[];
}

/**
 * Reads every object of a list of instances, in one pass. Anybody may call an instance as the target of a move is called: those in
 * `plain`, as `project/name`, are known to be no such target.
 */
export function gatherInstances(
  list: readonly unknown[],
  networks: NetworkTypes,
  plain: ReadonlySet<string> = new Set(),
): Gathered {
  const instances: Instance[] = [];
  const faults = new Map<string, string>();
  const leftOut: string[] = [];
  const listed = new Set<string>();
  const moving: { project: string; name: string }[] = [];
  let unusable: Gathered['unusable'];
  for (const [position, raw] of list.entries()) {
    const found = readInstance(raw, networks);
    const isPlain = found.kind === 'moving' && plain.has(`${found.project}/${found.name}`);
    const reading = isPlain ? found.otherwise : found;
    if (reading.kind === 'unusable') {
      unusable ??= { position, missing: reading.missing };
      continue;
    }
    const { project, name } = reading.kind === 'instance' ? reading.instance : reading;
    if (listed.has(`${project}/${name}`)) addFault(faults, project, `the instance ${name} is listed twice`);
    listed.add(`${project}/${name}`);
    if (reading.kind === 'instance') {
      instances.push(reading.instance);
      for (const device of reading.leftOut) leftOut.push(`${project}/${name}/${device}`);
      continue;
    }
    if (reading.kind === 'moving') moving.push({ project, name });
    addFault(faults, project, faultOf(reading));
  }
  return { instances, faults, leftOut, unusable, listed, moving };
}

function faultOf(reading: Extract<InstanceReading, { kind: 'moving' | 'opaque' }>): string {
  if (reading.kind === 'moving') return `a move is in progress (${reading.name})`;
  return `the instance ${reading.name} was listed without ${reading.missing}`;
}

/**
 * Reasons for which the list of instances and the list of projects, read one after the other, do not fit together:
 * by project, with a sentence. Empty when they fit.
 */
export function findMismatches(gathered: Gathered, projects: readonly ListedProject[]): ReadonlyMap<string, string> {
  const known = new Set(projects.map((project) => project.name));
  const faults = new Map<string, string>();
  for (const { project, name } of gathered.instances) {
    if (!known.has(project)) addFault(faults, project, `the instance ${name} is listed, but not its project`);
  }
  for (const project of gathered.faults.keys()) {
    if (!known.has(project)) addFault(faults, project, 'an instance is listed, but not its project');
  }
  for (const project of projects) {
    const lost = project.instances?.find((name) => !gathered.listed.has(`${project.name}/${name}`));
    if (lost !== undefined)
      addFault(faults, project.name, `the project holds the instance ${lost}, but the list lacks it`);
  }
  return faults;
}

function addFault(faults: Map<string, string>, project: string, fault: string): void {
  if (!faults.has(project)) faults.set(project, fault);
}
