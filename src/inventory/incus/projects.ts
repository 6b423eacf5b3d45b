import { isRecord } from '../../schema/record.js';
import { filledString } from '../shared/guards.js';

/** A project as the server lists it, with the instances that it says to hold. */
export interface ListedProject {
  readonly name: string;
  /** Names from `used_by`; undefined where the server does not send it. */
  readonly instances: readonly string[] | undefined;
}

/** Projects of a `recursion=1` list, or undefined when it is not one. */
export function readProjects(list: unknown): readonly ListedProject[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const projects: ListedProject[] = [];
  for (const entry of list) {
    const name = isRecord(entry) ? filledString(entry.name) : undefined;
    if (!isRecord(entry) || name === undefined) return undefined;
    projects.push({ name, instances: instancesUsing(entry.used_by, name) });
  }
  return projects;
}

const INSTANCE_URL = /^\/1\.0\/instances\/([^/?]+)(?:\?(.*))?$/;

/** `used_by` names every object of the project: a second witness for the list of instances, in a request made anyway. */
function instancesUsing(usedBy: unknown, project: string): readonly string[] | undefined {
  if (!Array.isArray(usedBy)) return undefined;
  const names: string[] = [];
  for (const url of usedBy) {
    const match = typeof url === 'string' ? INSTANCE_URL.exec(url) : null;
    if (!match?.[1]) continue;
    const owner = new URLSearchParams(match[2] ?? '').get('project') ?? 'default';
    if (owner === project) names.push(match[1]);
  }
  return names;
}
