import type { EndpointPart } from '../../model/rules.js';
import type { PolicyFinding, PolicyScene } from '../resolve/types.js';
import type { CompiledRedirect, CompiledRule } from './types.js';

type Entry = CompiledRule['entry'] | CompiledRedirect['entry'];

/**
 * Aliases of others that bear the name by which a rule of ours calls a network or an address of an interface. A firewall that
 * takes such a name for the alias would let pass, or drop, what the alias holds, so nothing is written until one is renamed.
 */
export function findShadows(
  entries: readonly Entry[],
  foreign: ReadonlySet<string>,
  scene: PolicyScene,
): PolicyFinding[] {
  const shadowed = new Map<string, string>();
  for (const entry of entries)
    for (const part of partsOf(entry)) {
      const name = nameOf(part);
      if (name !== undefined && foreign.has(name.alias)) shadowed.set(name.alias, name.interface);
    }
  return [...shadowed].map(([alias, id]) => {
    const segment = scene.segments.find((one) => one.interface === id);
    const what = segment === undefined ? `the interface ${id}` : `the interface of ${segment.name}`;
    return {
      code: 'alias-taken',
      severity: 'error',
      where: `alias ${alias}`,
      message:
        `An alias of somebody else is called ${alias}, which is also what rules call ${what}: the firewall takes the name ` +
        `for the alias. Rename the alias in OPNsense (Firewall: Aliases), which changes the rules that use it as well.`,
    };
  });
}

function partsOf(entry: Entry): readonly EndpointPart[] {
  return 'source' in entry ? [...entry.source.parts, ...entry.destination.parts] : entry.destination.parts;
}

/** What a part is called in a rule, where an alias can have the same name. */
function nameOf(part: EndpointPart): { readonly alias: string; readonly interface: string } | undefined {
  if (part.kind === 'interface-network') return { alias: part.interface, interface: part.interface };
  if (part.kind === 'interface-address') return { alias: `${part.interface}ip`, interface: part.interface };
  return undefined;
}
