import type { Policy, PolicyTest, Publish, Selector, Statement } from '../../model/policy.js';
import { formatPlace } from '../../model/policy.js';
import type { RuleSet } from '../../model/rules.js';
import { ruledSegments } from '../compile/sources.js';
import { placeOf } from '../resolve/findings.js';
import type { Resolver } from '../resolve/resolve.js';
import type { PolicyScene } from '../resolve/types.js';
import { runPolicyTests, type TestFailure } from './tests.js';

/** What somebody declared, and the firewall as a whole does otherwise. */
export interface WithoutEffect {
  /** `the statement` or `publish site`. */
  readonly what: string;
  /** `slash32.yaml:11`. */
  readonly where: string;
  readonly failures: readonly TestFailure[];
  /** Whether nothing of it comes about. */
  readonly isWhole: boolean;
}

/**
 * Statements and publishes that open less than they say on `ruleSet`, which holds their rules: another rule comes first, a redirect
 * takes the port, packets go elsewhere. `isWritten` leaves out those that have no rules, of which is said why already; it is asked
 * by the place, as findings name it. Pure.
 */
export function findWithoutEffect(
  scene: PolicyScene,
  resolver: Resolver,
  ruleSet: RuleSet,
  isWritten: (where: string) => boolean,
): WithoutEffect[] {
  const asked = questionsOf(scene.policy, ruleSet).filter(({ test }) => isWritten(placeOf(test.place)));
  const segments = new Set(ruledSegments(scene).map((segment) => segment.name));
  const results = runPolicyTests(
    scene,
    resolver,
    ruleSet,
    ruleSet,
    asked.map(({ test }) => test),
    (sender, { name }) => (sender.kind === 'host' ? segments.has(sender.segment) : name !== undefined),
  );
  return results.flatMap(({ test, outcome, checks, failures }, at): WithoutEffect[] => {
    if (outcome !== 'failed') return [];
    const what = asked[at]?.what ?? 'the statement';
    return [{ what, where: formatPlace(test.place), failures, isWhole: failures.length === checks }];
  });
}

interface Question {
  readonly what: string;
  readonly test: PolicyTest;
}

function questionsOf({ statements, publishes }: Policy, { interfaces }: RuleSet): Question[] {
  // On an interface inside a publish is called by whoever stands there, of whom nothing is known; the internet is not there.
  const inside = new Set(interfaces.filter((one) => !one.internet && one.networks.length > 0).map((one) => one.id));
  return [...statements.map(ofStatement), ...publishes.filter(({ on }) => !inside.has(on)).map(ofPublish)];
}

/** A statement has rules where instances send from; the internet and the firewall are no senders of it. */
function ofStatement({ from, to, allow, place }: Statement): Question {
  const senders = from.filter(({ kind }) => kind !== 'internet' && kind !== 'firewall');
  return { what: 'the statement', test: { name: undefined, from: senders, to, accept: allow, deny: [], place } };
}

/** A publish is called by its port at the firewall, from where it may be. */
function ofPublish({ name, protocol, ports, to, from, place }: Publish): Question {
  const { from: first, to: last } = ports;
  const text = `${protocol}/${first === last ? first : `${first}-${last}`}`;
  const internet: Selector = { kind: 'internet', text: 'internet', place };
  const callers = from.length === 0 ? [internet] : from.filter(({ kind }) => kind === 'internet');
  const accept = [{ text, protocol, ports, icmpType: undefined }];
  return { what: `publish ${name}`, test: { name, from: callers, to: [to], accept, deny: [], place } };
}
