import { partRemedy, partTitle } from '../../plan/render/parts.js';
import { isThrottled, type Throttle, throttledProjects } from '../../plan/throttled.js';
import type { LeftOut, Plan, SegmentPlan, WaitingPart, Warning } from '../../plan/types.js';
import { hasChanges } from '../../plan/verdict.js';
import type { PeerMoment } from '../../state/service-state.js';
import { type Finding, SERVICE_FINDINGS, type Severity } from '../types/finding.js';
import type { Failure } from '../types/run.js';
import type { CutOffStatus, Hold, OtherFile, Pause, StreamStatus, WaitingStatus } from '../types/status.js';
import { otherFileRemedy, otherFileText } from './other-file.js';

/** What findings are made of. */
export interface Facts {
  /** Of the last reading of everything. */
  readonly plan: Plan | undefined;
  readonly pause: Pause | undefined;
  readonly hold: Hold | undefined;
  readonly waiting: WaitingStatus | undefined;
  readonly cutOff: CutOffStatus | undefined;
  readonly otherFile?: OtherFile | undefined;
  /** When the configuration was read, and why a newer one or a certificate is not taken. */
  readonly configuration?: { readonly readAt: string; readonly failure: Failure | undefined };
  readonly stream: StreamStatus;
  readonly blindSince: string | undefined;
  /** How many runs of triggers have failed in a row, and how the last one did. */
  readonly failures: number;
  readonly failure: Failure | undefined;
  /** Why the journal or the state file cannot be written. */
  readonly disk: Failure | undefined;
  /** What the other node of a pair did with the last change; absent where it was never asked. */
  readonly peer?: PeerMoment | undefined;
}

/** Who made the pause when it was the service itself. */
export const OURSELVES = 'slash32';

/** What ends the waiting. */
const REMEDIES: Readonly<Record<Throttle, string>> = {
  flapping:
    'It ends by itself at that time; slash32 apply --force makes them now. Look what changes them all the time.',
  share: 'Take away what is not needed, or raise the limit under limits.',
};

type Draft = Omit<Finding, 'id' | 'since'> & { readonly since?: string };

/** Some warnings only tell how things are. */
const INFORMING: ReadonlySet<Warning['code']> = new Set([
  'source-note',
  'firewall-note',
  'adoptable',
  'kept',
  'shared-members',
  'mac-filtering',
  'owner-unbound',
]);

/** And some that something is wrong that nobody can wait with. */
const FAILING: ReadonlySet<Warning['code']> = new Set([
  'rules-refused',
  'publish-target',
  'owner-bound',
  'ha-unwatched',
]);

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
      draft('project-throttled', 'warning', one.message, REMEDIES[one.limit], {
        object: `${one.project} ${one.limit}`,
      }),
    );
  drafts.push(...ofThePolicy(plan), ...plan.waiting.map(ofThePart));
  if (!hasChanges(plan)) return drafts;
  const whole = plan.unsafe.filter((reason) => reason.part === undefined);
  for (const { code, message, overriddenBy } of whole)
    drafts.push({
      code: 'plan-unsafe',
      severity: 'error',
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
      severity: 'error',
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
    severity: 'warning',
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
      draft('policy-test', 'error', `${name}: ${failures[0] ?? ''}`, 'slash32 test; slash32 explain', {
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
      : [draft('segment-left-alone', 'error', error.message, undefined, { segment: name, object: error.code })]),
    ...warnings.map((one) => ofWarning(one, name)),
    ...leftOut
      .filter((one) => !isTold(one))
      .map(({ nic, message }) => draft('nic-left-out', 'warning', message, undefined, { segment: name, object: nic })),
  ];
}

function ofWarning({ code, message }: Warning, segment: string | undefined): Draft {
  const severity = FAILING.has(code) ? 'error' : INFORMING.has(code) ? 'info' : 'warning';
  return { code, severity, segment, object: undefined, message, remedy: undefined };
}

function ofTheService(facts: Facts): Draft[] {
  return [
    ...ofGuards(facts),
    ...ofTheConfiguration(facts),
    ...ofThePeer(facts),
    ...ofTheStream(facts),
    ...ofFailures(facts),
  ];
}

/** What the plan of the last reading does not say yet: it may be older than the change. */
function ofThePeer({ peer, plan }: Facts): Draft[] {
  if (peer === undefined || peer.taken) return [];
  const code = peer.open ? 'ha-open' : 'ha-debt';
  if (plan?.warnings.some((one) => one.code === code && one.message.includes(peer.id))) return [];
  const message = `Plan ${peer.checksum}: ${peer.message}`;
  return [draft(code, 'warning', message, undefined, { object: peer.id, since: peer.at })];
}

/** Nobody came to confirm it: mostly since the change itself kept him from coming. */
function heldRemedy({ reason }: Hold): string {
  const release = 'slash32 release-hold';
  if (!/not confirmed in time|time to confirm/.test(reason)) return release;
  return `It probably closed the way in: slash32 explain ADDRESS firewall tcp/443 --after, with the address of slash32, says so. Then: ${release}`;
}

function ofGuards({ pause, hold, waiting, cutOff }: Facts): Draft[] {
  const drafts: Draft[] = [];
  if (cutOff !== undefined)
    drafts.push(
      draft(
        'cut-off',
        'error',
        `The firewall cannot be reached since ${cutOff.since}; it puts back plan ${cutOff.checksum} at ${cutOff.undoneAt}. ${cutOff.reason}`,
        'Wait: it comes back by itself. The change probably closed the way in: slash32 explain ADDRESS firewall tcp/443 --after, then slash32 release-hold.',
        { object: cutOff.checksum, since: cutOff.since },
      ),
    );
  if (hold !== undefined)
    drafts.push(
      draft('plan-held', 'warning', `The plan ${hold.checksum} is held: ${hold.reason}.`, heldRemedy(hold), {
        object: hold.checksum,
        since: hold.since,
      }),
    );
  if (pause !== undefined && pause.by === OURSELVES)
    drafts.push(
      draft('writes-reversed', 'error', pause.reason, 'Find the other one and end it, then: slash32 resume', {
        since: pause.since,
      }),
    );
  if (pause !== undefined)
    drafts.push(
      draft('applying-paused', 'info', `Applying was paused by ${pause.by}: ${pause.reason}`, 'slash32 resume', {
        since: pause.since,
      }),
    );
  if (waiting !== undefined)
    drafts.push(
      draft(
        'apply-waiting',
        'warning',
        `The apply of plan ${waiting.checksum} waits to be confirmed; the firewall undoes it at ${waiting.undoneAt}.`,
        'slash32 confirm, or slash32 rollback',
        { object: waiting.checksum },
      ),
    );
  return drafts;
}

/** A file that could not be taken is one finding, and not two. */
function ofTheConfiguration({ otherFile, configuration }: Facts): Draft[] {
  if (configuration === undefined) return [];
  const { readAt, failure } = configuration;
  if (otherFile !== undefined) {
    const severity = otherFile.holds ? 'error' : 'warning';
    const message = otherFileText(otherFile, readAt);
    return [draft('configuration-old', severity, message, otherFileRemedy(otherFile), { since: otherFile.since })];
  }
  if (failure === undefined) return [];
  return [draft('configuration-refused', 'error', failure.message, failure.hint, { object: failure.code })];
}

function ofTheStream({ stream, blindSince }: Facts): Draft[] {
  const drafts: Draft[] = [];
  if (stream.state === 'down')
    drafts.push(
      draft(
        'events-down',
        'warning',
        stream.failure?.message ?? SERVICE_FINDINGS['events-down'],
        stream.failure?.hint,
        {
          since: stream.since,
        },
      ),
    );
  if (blindSince !== undefined)
    drafts.push(
      draft(
        'events-blind',
        'warning',
        SERVICE_FINDINGS['events-blind'],
        'Look whether the certificate of slash32 may see the events of its projects; runs by the clock go on.',
        { since: blindSince },
      ),
    );
  return drafts;
}

function ofFailures({ failures, failure, disk }: Facts): Draft[] {
  const drafts: Draft[] = [];
  if (failure !== undefined) {
    const severity = failure.retryable && failures < 3 ? 'warning' : 'error';
    const message = `${failure.message} ${failure.effect}`;
    drafts.push(draft('run-failing', severity, message, failure.hint, { object: failure.code }));
  }
  if (disk !== undefined)
    drafts.push(
      draft('disk-unwritable', 'error', `${disk.message} Nothing is applied until it can be written.`, disk.hint, {
        object: disk.where ?? disk.code,
      }),
    );
  return drafts;
}

function draft(
  code: keyof typeof SERVICE_FINDINGS,
  severity: Severity,
  message: string,
  remedy: string | undefined,
  part: { readonly segment?: string; readonly object?: string; readonly since?: string } = {},
): Draft {
  return {
    code,
    severity,
    segment: part.segment,
    object: part.object,
    message,
    remedy,
    ...(part.since === undefined ? {} : { since: part.since }),
  };
}
