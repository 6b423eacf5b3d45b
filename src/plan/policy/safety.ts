import type { PolicyChange } from '../../model/policy-entries.js';
import type { RuleSet } from '../../model/rules.js';
import { evaluate } from '../../policy/evaluate/evaluate.js';
import { prepare } from '../../policy/evaluate/prepare.js';
import type { ReachDifference } from '../../policy/reach/matrix.js';
import { count } from '../names.js';
import type { PlanInput, UnsafeReason } from '../types.js';
import type { PolicyView, TestLine } from './types.js';
import { reachesFirewall } from './ways-in.js';

/** What speaks against a policy's changes; `tests` are those on the firewall as it would be. */
export function policySafety(
  input: PlanInput,
  view: PolicyView,
  tests: readonly TestLine[],
  difference: () => ReachDifference,
): UnsafeReason[] {
  return [
    ...failingTests(tests),
    ...(view.changes.length === 0 ? [] : [...lockouts(view), ...watchOpens(view, difference)]),
    ...tooManyDeleted(input, view.changes),
  ];
}

/** Only what the plan itself brings about: what fails already is a finding, and holds nobody's reservation. */
function failingTests(tests: readonly TestLine[]): UnsafeReason[] {
  const failed = tests.filter((test) => test.outcome === 'failed' && test.already !== true);
  const [first] = failed;
  if (first === undefined) return [];
  const message = `${count(failed.length, 'policy test')} would fail, first ${first.where} (${first.name}): ${first.failures[0] ?? ''}`;
  return [{ code: 'tests-fail', message, overriddenBy: '--force' }];
}

/** Whoever reaches the firewall's web server or its SSH now, and is protected, must still do so afterwards. */
function lockouts({ before, after, scene }: PolicyView): UnsafeReason[] {
  const [now, then] = [prepare(before), prepare(after)];
  return (scene.waysIn ?? []).flatMap(({ address, who: role, ports }) => {
    const lost = ports.filter((port) => reachesFirewall(now, address, port) && !reachesFirewall(then, address, port));
    if (lost.length === 0) return [];
    const message =
      `${address} (${role}) reaches the firewall on tcp/${lost.join(' and tcp/')} and would not any more: ` +
      'allow it in the policy (to: firewall), or let that segment inherit.';
    return [{ code: 'lockout' as const, message, overriddenBy: undefined }];
  });
}

/** Watching is to show what a deny would drop, never to open what was closed. */
function watchOpens(view: PolicyView, difference: () => ReachDifference): UnsafeReason[] {
  const watchers = view.scene.segments.filter((segment) => segment.fallback === 'watch');
  if (watchers.length === 0) return [];
  const { opens } = difference();
  return watchers.flatMap((segment) => {
    const key = `rule/${segment.interface}/default`;
    const ids = new Set(
      view.after.rules.filter((rule) => rule.description.endsWith(`:${key}]`)).map((rule) => rule.id),
    );
    const rows = opens.filter((row) => row.by.some((id) => ids.has(id)));
    const opensIpv6 = ids.size > 0 && newlyOpenIpv6(view, segment.interface);
    const [first] = rows;
    if (first === undefined && !opensIpv6) return [];
    const example =
      first === undefined
        ? 'IPv6 to the internet'
        : `${first.from.label} → ${first.to.label} ${first.passes.join(' ')}`;
    const message =
      `Watching ${segment.name} would open what is closed now, ${example}${rows.length > 1 ? ` and ${rows.length - 1} more` : ''}: ` +
      'what comes behind the policy on that interface does not let everything pass. Use inherit or deny.';
    return [{ code: 'watch-opens' as const, message, overriddenBy: '--force' as const }];
  });
}

function newlyOpenIpv6({ before, after }: PolicyView, id: string): boolean {
  const opens = (ruleSet: RuleSet): boolean =>
    evaluate(prepare(ruleSet), {
      from: { address: 'fd00::2' },
      fromInterface: id,
      to: { internet: 'inet6' },
      protocol: 'tcp',
      port: 443,
    }).verdict === 'pass';
  return opens(after) && !opens(before);
}

const KINDS = { alias: 'aliases', rule: 'rules', redirect: 'redirects' } as const;

function tooManyDeleted({ settings, observed }: PlanInput, changes: readonly PolicyChange[]): UnsafeReason[] {
  const { share, shareFrom, total } = settings.limits;
  const present = {
    alias: observed.policy?.aliases,
    rule: observed.policy?.rules,
    redirect: observed.policy?.redirects,
  };
  return (['alias', 'rule', 'redirect'] as const).flatMap((kind) => {
    const owned = (present[kind] ?? []).filter((one) => one.owner === settings.owner).length;
    const gone = changes.filter((one) => one.kind === kind && one.action === 'delete').length;
    const isMuch = (gone >= shareFrom && gone > owned * share) || gone > total;
    if (!isMuch) return [];
    const message = `${gone} of ${owned} ${KINDS[kind]} of ours would be deleted.`;
    return [{ code: 'deletes' as const, message, overriddenBy: '--force' as const }];
  });
}
