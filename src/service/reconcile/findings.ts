import { findingEntry, severityOf } from '../../findings/catalogue.js';
import { partRemedy, partTitle } from '../../plan/render/parts.js';
import { isThrottled, type Throttle, throttledProjects } from '../../plan/throttled.js';
import type { LeftOut, Plan, SegmentPlan, WaitingPart, Warning } from '../../plan/types.js';
import { hasChanges } from '../../plan/verdict.js';
import type { Finding } from '../types/finding.js';
import { type Draft, draft, type Facts, ofTheService } from './service-findings.js';

/** What ends the waiting. */
const REMEDIES: Readonly<Record<Throttle, string>> = {
  flapping:
    'It ends by itself at that time; slash32 apply --force makes them now. Look what changes them all the time.',
  share: 'Take away what is not needed, or raise the limit under limits.',
};

/** Everything that somebody should look at. What stood in `before` already keeps its `since`. */
export function findingsOf(facts: Facts, before: readonly Finding[], at: string): readonly Finding[] {
  const since = new Map(before.map((finding) => [finding.id, finding.since]));
  const findings = new Map<string, Finding>();
  for (const draft of [...ofTheService(facts), ...(facts.plan === undefined ? [] : ofThePlan(facts.plan))]) {
    const base = [draft.code, draft.segment ?? '', draft.object ?? ''].join(':');
    let id = base;
    for (let n = 2; findings.has(id); n += 1) id = `${base}:${n}`;
    findings.set(id, { ...draft, id, since: draft.since ?? since.get(id) ?? at });
  }
  return [...findings.values()];
}

function ofThePlan(plan: Plan): Draft[] {
  const drafts = plan.warnings.map((one) => ofWarning(one, undefined));
  const throttled = throttledProjects(plan.segments);
  const isTold = isThrottled(throttled);
  for (const segment of plan.segments) drafts.push(...ofTheSegment(segment, isTold));
  for (const one of throttled)
    drafts.push(
      draft('project-throttled', one.message, REMEDIES[one.limit], {
        object: `${one.project} ${one.limit}`,
      }),
    );
  drafts.push(...ofThePolicy(plan), ...plan.waiting.map(ofThePart));
  if (!hasChanges(plan)) return drafts;
  const whole = plan.unsafe.filter((reason) => reason.part === undefined);
  for (const { code, message, overriddenBy } of whole)
    drafts.push({
      code: 'plan-unsafe',
      severity: severityOf('plan-unsafe'),
      segment: undefined,
      object: code,
      message,
      remedy:
        overriddenBy === undefined
          ? 'Nothing overrides this: mend what is named.'
          : `Look at it with slash32 plan ${overriddenBy}; if it is right, apply the checksum that it prints.`,
    });
  for (const fault of plan.faults)
    drafts.push({
      code: 'plan-unsafe',
      severity: severityOf('plan-unsafe'),
      segment: undefined,
      object: `${fault.interface}, ${fault.object}`,
      message: `DHCP would not survive a restart, so nothing is applied: ${fault.message}`,
      remedy: 'Correct that entry in OPNsense.',
    });
  return drafts;
}

function ofThePart(part: WaitingPart): Draft {
  return {
    code: 'part-waiting',
    severity: severityOf('part-waiting'),
    segment: part.segment,
    object: part.key,
    message: `${partTitle(part)}: ${part.reasons.map((reason) => reason.message).join(' ')}`,
    remedy: partRemedy(part),
    since: part.since,
  };
}

/** A test that fails is found also where nothing is to be applied: somebody else may have changed a rule. */
function ofThePolicy({ policy }: Plan): Draft[] {
  const warnings = policy?.warnings.map((one) => ofWarning(one, undefined)) ?? [];
  const failed = policy?.tests.filter((test) => test.outcome === 'failed') ?? [];
  return [
    ...warnings,
    ...failed.map(({ where, name, failures }) =>
      draft('policy-test', `${name}: ${failures[0] ?? ''}`, 'slash32 test; slash32 explain', {
        object: where,
      }),
    ),
  ];
}

function ofTheSegment({ name, error, warnings, leftOut }: SegmentPlan, isTold: (one: LeftOut) => boolean): Draft[] {
  return [
    // that the node is no master is one finding, and not one for each segment
    ...(error === undefined || error.code === 'carp-backup'
      ? []
      : [
          draft('segment-left-alone', error.message, findingEntry(error.code).remedy, {
            segment: name,
            object: error.code,
          }),
        ]),
    ...warnings.map((one) => ofWarning(one, name)),
    ...leftOut
      .filter((one) => !isTold(one))
      .map(({ nic, code, message }) =>
        draft('nic-left-out', message, findingEntry(code).remedy, { segment: name, object: nic }),
      ),
  ];
}

function ofWarning({ code, message }: Warning, segment: string | undefined): Draft {
  const { severity, remedy } = findingEntry(code);
  return { code, severity, segment, object: undefined, message, remedy };
}
