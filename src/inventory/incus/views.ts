import type { ProjectView } from '../../model/instance.js';
import type { Access } from './access.js';

/** Everything that decides how far each project was seen. */
export interface ViewFacts {
  readonly access: Access;
  /** `incus.projects` of the configuration. */
  readonly declared: readonly string[] | undefined;
  /** Projects that the server lists to us. */
  readonly visible: readonly string[];
  /** A fault that spoils every project (a cluster member that is away). */
  readonly fault: string | undefined;
  /** Faults of single projects, the first one counts. */
  readonly projectFaults: ReadonlyMap<string, string>;
}

/** What `ViewFacts` amount to. */
export interface Views {
  readonly projects: readonly ProjectView[];
  readonly allProjects: boolean;
}

/** How far each project was seen (design, invariant 3): complete only where nothing speaks against it. */
export function judgeViews(facts: ViewFacts): Views {
  const visible = new Set(facts.visible);
  const names = facts.declared ?? [...new Set([...facts.visible, ...facts.projectFaults.keys()])];
  const projects = names.map((name) => {
    const reason = incompleteReason(name, visible, facts);
    return { name, complete: reason === undefined, reason };
  });
  const allProjects = facts.access.scope === 'all' && facts.declared === undefined && facts.fault === undefined;
  return { projects, allProjects: allProjects && !projects.some(({ name }) => !visible.has(name)) };
}

function incompleteReason(name: string, visible: ReadonlySet<string>, facts: ViewFacts): string | undefined {
  const { access, declared } = facts;
  if (facts.fault !== undefined) return facts.fault;
  if (access.scope === 'unknown') return access.why;
  if (!visible.has(name)) return facts.projectFaults.get(name) ?? notVisibleReason(name, access);
  if (access.scope === 'projects' && declared === undefined) {
    return `${access.why}, so others may be hidden: declare the projects to manage in \`incus.projects\``;
  }
  return facts.projectFaults.get(name);
}

/** Incus answers an empty list for a project that does not exist, so only the list of projects can tell. */
function notVisibleReason(name: string, access: Access): string {
  if (access.scope === 'all') return `Incus has no project "${name}": correct \`incus.projects\``;
  const allowed = access.projects === undefined ? '' : ` (it may see: ${access.projects.join(', ') || 'none'})`;
  return `the project "${name}" does not exist or is hidden from this certificate${allowed}`;
}
