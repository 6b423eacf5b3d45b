import { findPolicyFaults } from '../resolve/findings.js';
import { createResolver } from '../resolve/resolve.js';
import type { PolicyScene } from '../resolve/types.js';
import { createAliasMaker } from './aliases.js';
import { compilePublishes } from './publishes.js';
import { compileSegments } from './segments.js';
import { findShadows } from './shadows.js';
import { ruledSegments } from './sources.js';
import { compileStatements } from './statements.js';
import type { CompiledPolicy, CompileInput } from './types.js';

/**
 * Makes a policy into aliases, rules and redirects of a firewall. The number of rules follows the number of statements, times
 * the interfaces that their packets come in on and their protocols, and never the number of instances: those stand in
 * aliases, one for each group that is used. Pure, and the same on every machine.
 */
export function compilePolicy(scene: PolicyScene, input: CompileInput): CompiledPolicy {
  if (ruledSegments(scene).length === 0) return { aliases: [], rules: [], redirects: [], findings: [], leftOut: [] };
  const resolver = createResolver(scene);
  const aliases = createAliasMaker(scene, resolver, input.foreignAliases);
  const statements = compileStatements(scene, resolver, aliases);
  const publishes = compilePublishes(scene, resolver, aliases, input.unpublished);
  const rules = [...compileSegments(scene), ...statements.rules, ...publishes.rules];
  const entries = [...rules, ...publishes.redirects].map((one) => one.entry);
  return {
    rules,
    redirects: publishes.redirects,
    aliases: aliases.made(),
    leftOut: publishes.leftOut,
    findings: [
      ...findPolicyFaults(scene, resolver),
      ...statements.findings,
      ...publishes.findings,
      ...findShadows(entries, input.foreignAliases, scene),
    ],
  };
}
