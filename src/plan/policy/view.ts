import { formatPlace } from '../../model/policy.js';
import { type ObservedPolicy, parsePolicyMarker, plainDescription } from '../../model/policy-entries.js';
import type { Rule } from '../../model/rules.js';
import type { CompiledPolicy } from '../../policy/compile/types.js';
import { projectRuleSet } from '../../policy/project.js';
import type { PolicyScene } from '../../policy/resolve/types.js';
import { compareWith } from './compiled.js';
import type { PolicyView } from './types.js';

/** A view, with what compiling and comparing had to say. */
export interface MadeView {
  readonly view: PolicyView;
  /** Interfaces on which there is no room for all rules. */
  readonly full: readonly string[];
}

/** Compiles a policy, holds it against the firewall, and works out what the firewall would hold. Pure. */
export function makeView(scene: PolicyScene, observed: ObservedPolicy): MadeView {
  const {
    compiled,
    diff: { changes, full, kept },
  } = compareWith(scene, observed);
  const before = observed.ruleSet;
  const after = changes.length === 0 ? before : projectRuleSet(observed, changes);
  return { view: { scene, compiled, before, after, changes, kept }, full };
}

/** Where a rule comes from, for people: the line of the policy that asked for it, if it is ours and one did. */
export function placeOfRule(compiled: CompiledPolicy, owner: string): (rule: Rule) => string | undefined {
  const places = new Map(
    compiled.rules.flatMap((one) => (one.place === undefined ? [] : [[one.key, formatPlace(one.place)] as const])),
  );
  return (rule) => {
    const marker = parsePolicyMarker(rule.description);
    return marker?.owner === owner ? places.get(marker.key) : undefined;
  };
}

/** A rule in a few words: its place in the policy, or its description. */
export function nameOfRule(compiled: CompiledPolicy, owner: string): (rule: Rule) => string {
  const place = placeOfRule(compiled, owner);
  return (rule) => place(rule) ?? (plainDescription(rule.description) || rule.id);
}
