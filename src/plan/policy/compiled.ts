import { type ObservedPolicy, parsePolicyMarker } from '../../model/policy-entries.js';
import type { Redirect } from '../../model/rules.js';
import { type Disallowed, disallowedRedirects } from '../../policy/compile/allowed.js';
import { compilePolicy } from '../../policy/compile/compile.js';
import { isOutOfScope } from '../../policy/compile/sources.js';
import { takenRedirects } from '../../policy/compile/taken.js';
import type { CompiledPolicy } from '../../policy/compile/types.js';
import { diffPolicy, type PolicyDiff } from '../../policy/diff/diff.js';
import { placeOf } from '../../policy/resolve/findings.js';
import type { PolicyFinding, PolicyScene } from '../../policy/resolve/types.js';
import { waysTaken } from './ways-in.js';

/** What a policy becomes on this firewall, and what would have to change for it. */
export interface Compared {
  readonly compiled: CompiledPolicy;
  readonly diff: PolicyDiff;
}

/**
 * Compiles a policy and holds it against the firewall. On one that takes no redirects, what is published and does not stand there
 * already is left out with its rules, and no redirect is touched: half a publish would be written and stop every apply. So is a
 * publish whose packets another redirect takes, one that would take those by which somebody reaches the firewall, and one where
 * the firewall's side lets none stand. Pure.
 */
export function compareWith(scene: PolicyScene, observed: ObservedPolicy): Compared {
  const ours = new Set(observed.aliases.filter((one) => one.owner === scene.owner).map((one) => one.entry.name));
  const foreignAliases = new Set(observed.ruleSet.aliases.map((one) => one.name).filter((name) => !ours.has(name)));
  const { owner } = scene;
  const outOfScope = new Set(scene.segments.filter((one) => isOutOfScope(one, scene)).map((one) => one.interface));
  const wanted = compilePolicy(scene, { foreignAliases });
  const diff = diffPolicy({ owner, compiled: wanted, observed, outOfScope });
  const reason = observed.noRedirects;
  const made = new Set(
    diff.changes.flatMap((one) => (one.kind === 'redirect' && one.action !== 'delete' ? [one.key] : [])),
  );
  if (reason === undefined) {
    const disallowed = disallowedRedirects(wanted.redirects, diff.changes, scene.publishable);
    const unpublished = new Map([...disallowed.fresh, ...takenOf(wanted, made, scene, observed)]);
    if (unpublished.size === 0) return { compiled: withStanding(wanted, disallowed), diff };
    const compiled = compilePolicy(scene, { foreignAliases, unpublished });
    return {
      compiled: withStanding(compiled, disallowed),
      diff: diffPolicy({ owner, compiled, observed, outOfScope }),
    };
  }
  const unpublished = new Map([...made].map((key) => [key, reason] as const));
  const compiled = compilePolicy(scene, { foreignAliases, unpublished });
  const { changes, full, kept } = diffPolicy({ owner, compiled, observed, outOfScope });
  const stays = changes.flatMap((one) =>
    one.kind === 'redirect' && one.before !== undefined ? [stayingRedirect(one.before.entry.description, reason)] : [],
  );
  return {
    compiled: { ...compiled, findings: [...compiled.findings, ...stays] },
    diff: { changes: changes.filter((one) => one.kind !== 'redirect'), full, kept },
  };
}

/** New and changed redirects whose packets somebody else's may take; one that stands as it is stays. */
function takenOf(
  { redirects }: CompiledPolicy,
  made: ReadonlySet<string>,
  { owner, waysIn = [] }: PolicyScene,
  { ruleSet }: ObservedPolicy,
): ReadonlyMap<string, string> {
  const wanted = redirects.filter((one) => made.has(one.key));
  if (wanted.length === 0) return new Map();
  const isOurs = (one: Redirect): boolean => parsePolicyMarker(one.description)?.owner === owner;
  return new Map([...waysTaken(wanted, ruleSet, waysIn), ...takenRedirects(wanted, ruleSet, isOurs)]);
}

/** Names what stands though no new one might. */
function withStanding(compiled: CompiledPolicy, { standing }: Disallowed): CompiledPolicy {
  const findings = standing
    .filter(({ redirect }) => compiled.redirects.some((one) => one.key === redirect.key))
    .map(({ redirect, reason }): PolicyFinding => {
      const where = redirect.place === undefined ? redirect.what : placeOf(redirect.place);
      const message = `${redirect.what} stands on the firewall and is left there, though ${reason}, or take it out of the policy.`;
      return { code: 'publish-stays', severity: 'warning', where, message };
    });
  return findings.length === 0 ? compiled : { ...compiled, findings: [...compiled.findings, ...findings] };
}

function stayingRedirect(description: string, reason: string): PolicyFinding {
  const message = `its destination NAT stays on the firewall until somebody takes it away there; no rule of ours lets its packets in: ${reason}.`;
  return { code: 'redirect-stays', severity: 'warning', where: description, message };
}
