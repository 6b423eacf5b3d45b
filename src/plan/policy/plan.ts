import { formatPlace, type PolicyTest } from '../../model/policy.js';
import type { ObservedPolicy, PolicyChange } from '../../model/policy-entries.js';
import type { RefusedEntry, Rule, RuleSet } from '../../model/rules.js';
import { findWithoutEffect } from '../../policy/ask/effect.js';
import { runPolicyTests, type TestFailure, type TestResult } from '../../policy/ask/tests.js';
import type { ReachDifference } from '../../policy/reach/matrix.js';
import { createResolver, type Resolver } from '../../policy/resolve/resolve.js';
import { dampedTags } from '../flapping.js';
import { shortList } from '../names.js';
import { notMaster } from '../pair.js';
import { NOTHING_WITHHELD, type Withheld } from '../parts/types.js';
import type { PlanInput, SegmentPlan, UnsafeReason, Warning } from '../types.js';
import { ownAddressWarnings } from './own-address.js';
import { closedGroups, closedLines, openedLines, reachDifference } from './reach.js';
import { policySafety } from './safety.js';
import { policyScene } from './scene.js';
import { serverWarnings } from './servers.js';
import type { PolicyPlan, PolicyView, TestLine } from './types.js';
import { makeView, nameOfRule } from './view.js';

/** A policy's part of a plan, with what speaks against it and warnings that concern the plan as a whole. */
export interface PlannedPolicy {
  readonly policy: PolicyPlan | undefined;
  readonly unsafe: readonly UnsafeReason[];
  readonly warnings: readonly Warning[];
}

/** The same before it is told: what is only for people is worked out when it is asked for. */
export interface PolicyDraft {
  readonly changes: readonly PolicyChange[];
  readonly unsafe: readonly UnsafeReason[];
  readonly warnings: readonly Warning[];
  readonly tell: () => PolicyPlan | undefined;
}

const NOTHING: PolicyDraft = { changes: [], unsafe: [], warnings: [], tell: () => undefined };

/** Plans aliases, rules and redirects: {@link draftPolicy}, told. Pure. */
export function planPolicy(input: PlanInput, segments: readonly SegmentPlan[]): PlannedPolicy {
  const { unsafe, warnings, tell } = draftPolicy(input, segments);
  return { policy: tell(), unsafe, warnings };
}

/**
 * Plans aliases, rules and redirects. There is nothing to tell where no segment lets slash32 manage its rules, none of ours are there,
 * and no test is declared; and in a plan that is narrowed to some segments or instances, since a policy is one whole. What is
 * withheld stays as it is. Pure.
 */
export function draftPolicy(
  input: PlanInput,
  segments: readonly SegmentPlan[],
  withheld: Withheld = NOTHING_WITHHELD,
): PolicyDraft {
  const { settings, observed, only } = input;
  if (only.segments.length + only.instances.length > 0) return NOTHING;
  const wants =
    settings.segments.some((segment) => segment.manage.includes('rules')) || settings.policy.tests.length > 0;
  if (observed.policy === undefined) return wants ? { ...NOTHING, warnings: [UNSEEN] } : NOTHING;
  const { policy: seen } = observed;
  if (!wants && !ownsAnything(seen, settings.owner)) return { ...NOTHING, warnings: unusedPolicy(settings) };
  const damped = new Set(dampedTags(input).keys());
  const { view, full } = makeView(policyScene(input, segments, withheld.projects, damped), observed.policy);
  if (isRefused(view.before)) return standingPolicy(view, (view.before.refused ?? []).map(refusedWarning));
  if (withheld.policy || notMaster(input) !== undefined) return standingPolicy(view, []);
  const refused = view.compiled.findings.filter((finding) => finding.severity === 'error');
  const results = runPolicyTests(view.scene, testResolver(view), view.after, view.before);
  const tests = results.map((result) => standingLine(result, view));
  let known: ReachDifference | undefined;
  const difference = (): ReachDifference => {
    known ??= view.changes.length === 0 ? NO_DIFFERENCE : reachDifference(view);
    return known;
  };
  return {
    changes: view.changes,
    unsafe: [
      ...policySafety(input, view, tests, difference),
      ...refused.map(({ where, message }) => policyError(`${where}: ${message}`)),
      ...full.map((id) =>
        policyError(`${id} has no room for all rules: a policy has place for 7,900 of them on one interface.`),
      ),
    ],
    warnings: unusedPolicy(settings),
    tell: () => ({
      changes: view.changes,
      opens: openedLines(difference().opens, view),
      closes: closedLines(difference().closes, view),
      tests,
      warnings: [
        ...findingWarnings(view),
        ...keptAliasWarnings(view),
        ...effectWarnings(view),
        ...serverWarnings(input, view),
        ...ownAddressWarnings(view, seen),
        ...nobodyWarnings(results),
        ...closedGroups(view, difference()),
      ],
      ...(view.compiled.leftOut.length === 0 ? {} : { leftOut: view.compiled.leftOut }),
      entries: entriesOf(view),
    }),
  };
}

function entriesOf({ compiled }: PolicyView): PolicyPlan['entries'] {
  return {
    aliases: compiled.aliases.length,
    rules: compiled.rules.length,
    redirects: compiled.redirects.length,
  };
}

/** Tests ask about whoever is meant by their names today, whoever waits to come into a group or to leave it. */
function testResolver({ scene }: PolicyView): Resolver {
  const { held: _held, ...rest } = scene;
  return createResolver(rest);
}

/**
 * The policy where nothing of it is planned: on a firewall that loads none of its rules, since it would come into force with the entry
 * mended and with nothing else, and where it waits for a person as a whole. Reservations do not wait for that.
 */
function standingPolicy(view: PolicyView, warnings: readonly Warning[]): PolicyDraft {
  const tests = runPolicyTests(view.scene, testResolver(view), view.before).map((one) => testLine(one, view));
  const policy: PolicyPlan = { changes: [], opens: [], closes: [], tests, warnings, entries: entriesOf(view) };
  return { ...NOTHING, tell: () => policy };
}

function refusedWarning({ where, why }: RefusedEntry): Warning {
  const message = `${where}: ${why}. The firewall loads none of its rules because of it and goes on with older ones, so nothing is said about what passes and nothing of the policy is written until that is mended.`;
  return { code: 'rules-refused', message };
}

/** Whether the firewall loads none of these rules. */
export function isRefused({ refused = [] }: RuleSet): boolean {
  return refused.length > 0;
}

/** The policy held against what a plan was made from; undefined where the firewall does not show its rules. */
export function viewOf(
  input: Pick<PlanInput, 'settings' | 'inventory' | 'observed'>,
  segments: readonly SegmentPlan[],
): PolicyView | undefined {
  const { policy } = input.observed;
  return policy === undefined ? undefined : makeView(policyScene(input, segments), policy).view;
}

/** Every test of a policy on the firewall as it is or, with `after`, as it would be. */
export function askTests(view: PolicyView, after: boolean): TestLine[] {
  const results = runPolicyTests(view.scene, testResolver(view), after ? view.after : view.before);
  return results.map((result) => testLine(result, view));
}

/** What all tests of a policy come to. */
export interface TestVerdict {
  readonly tests: readonly TestLine[];
  /** Whether there are tests and all of them pass, and no publish is left out. */
  readonly passed: boolean;
  /** How many tests ask nobody. */
  readonly nobody: number;
  /** Publishes that are left out, with their line and why. */
  readonly nowhere: readonly string[];
}

/** {@link askTests} with what they come to; `allowEmpty` takes what asks nobody and what is left out for right. */
export function judgeTests(view: PolicyView, after: boolean, allowEmpty = false): TestVerdict {
  const tests = askTests(view, after);
  const nobody = tests.filter((test) => test.outcome === 'nobody').length;
  const nowhere = view.compiled.leftOut.map(({ where, message }) => `${where}: ${message}`);
  const isEmpty = tests.length === 0 || nobody + nowhere.length > 0;
  const passed = tests.every((test) => test.outcome !== 'failed') && (!isEmpty || allowEmpty);
  return { tests, passed, nobody, nowhere };
}

const NO_DIFFERENCE: ReachDifference = { opens: [], closes: [], cutOff: [] };

/** A policy that nobody is to write is mostly one whose owner believes that it is in force. */
function unusedPolicy({ policy, segments }: PlanInput['settings']): Warning[] {
  const [first] = [...policy.statements, ...policy.publishes].map((one) => formatPlace(one.place));
  if (first === undefined || segments.some((segment) => segment.manage.includes('rules'))) return [];
  const message = `A policy is declared (${first}), and no segment manages rules: nothing of it is written, and it opens and closes nothing. Add rules to manage: of a segment.`;
  return [{ code: 'policy-unused', message }];
}

const UNSEEN: Warning = {
  code: 'policy-unseen',
  message:
    'The firewall does not show its rules to slash32, so the policy is not looked at and nothing of it is written: update os-slash32 on the firewall.',
};

function ownsAnything({ aliases, rules, redirects }: ObservedPolicy, owner: string): boolean {
  return [...aliases, ...rules, ...redirects].some((one) => one.owner === owner);
}

function policyError(message: string): UnsafeReason {
  return { code: 'policy-error', message, overriddenBy: undefined };
}

function findingWarnings({ compiled }: PolicyView): Warning[] {
  return compiled.findings
    .filter((finding) => finding.severity === 'warning')
    .map(({ code, where, message }) => ({ code, message: `${where}: ${message}` }));
}

function nobodyWarnings(results: readonly TestResult[]): Warning[] {
  return results
    .filter((result) => result.outcome === 'nobody')
    .map(({ test }) => ({
      code: 'test-of-nobody',
      message: `${formatPlace(test.place)}: the test ${testName(test)} names nobody who is there, so it says nothing.`,
    }));
}

/** An alias that others name stays, and what it stands for is nobody's care any more. */
function keptAliasWarnings({ kept }: PolicyView): Warning[] {
  return kept.map(({ name, content, by }) => ({
    code: 'alias-kept' as const,
    message: `The alias ${name} is not needed any more and stays, since ${shortList(by)} names it: it goes on standing for ${shortList(content) || 'nobody'}, whoever has these addresses later. Take it out there, and the next apply removes it.`,
  }));
}

const MOST_EFFECTS = 3;

/** What is declared and comes about in part only, or not at all, once the plan is applied. */
function effectWarnings(view: PolicyView): Warning[] {
  const { compiled, scene } = view;
  const said = new Set(compiled.findings.map((finding) => finding.where));
  const name = nameOfRule(compiled, scene.owner);
  return findWithoutEffect(scene, createResolver(scene), view.after, (where) => !said.has(where)).map((one) => {
    const texts = one.failures.slice(0, MOST_EFFECTS).map((failure) => failureText(failure, name));
    const more = one.failures.length > MOST_EFFECTS ? ` And ${one.failures.length - MOST_EFFECTS} more.` : '';
    const isUnknown = one.failures.every(({ verdict }) => verdict === 'unknown');
    const what = isUnknown
      ? `it cannot be said whether ${one.what} comes about${one.isWhole ? '' : ' as a whole'}`
      : `${one.what} is ${one.isWhole ? '' : 'partly '}without effect`;
    const message = `${one.where}: ${what}. ${texts.join(' ')}${more}`;
    return { code: 'no-effect' as const, message };
  });
}

/** The result of a test as a plan shows it. */
function testLine(result: TestResult, view: PolicyView): TestLine {
  const { test, outcome, checks, failures } = result;
  const name = nameOfRule(view.compiled, view.scene.owner);
  return {
    where: formatPlace(test.place),
    name: testName(test),
    outcome,
    checks,
    failures: failures
      .toSorted((one, other) => Number(one.already) - Number(other.already))
      .map((failure) => failureText(failure, name)),
  };
}

/** {@link testLine} in a plan: a test that fails on the firewall as it is does not hold the plan. */
function standingLine(result: TestResult, view: PolicyView): TestLine {
  const line = testLine(result, view);
  const already = line.outcome === 'failed' && result.failures.every((failure) => failure.already);
  return already ? { ...line, already } : line;
}

function testName({ name, from, to }: PolicyTest): string {
  const texts = (all: PolicyTest['from']): string => all.map((one) => one.text).join(', ');
  return name ?? `${texts(from)} → ${texts(to)}`;
}

function failureText(failure: TestFailure, name: (rule: Rule) => string): string {
  const { from, to, port, expected, verdict, at, rule, reasons, remark, beside } = failure;
  const what = `${from} → ${to} ${at ?? port}`;
  if (verdict === 'unknown')
    return `${what} should ${expected === 'accept' ? 'pass' : 'be dropped'}, and that cannot be said: ${reasons.join('; ')}.`;
  if (beside !== undefined) return `${what} should be dropped and passes beside the firewall: ${beside}.`;
  if (rule === undefined && remark !== undefined) return `${what} should pass and does not get there: ${remark}.`;
  const by = rule === undefined ? 'no rule fits it' : `by ${name(rule)}`;
  return expected === 'accept'
    ? `${what} should pass and is dropped (${by}).`
    : `${what} should be dropped and passes (${by}).`;
}
