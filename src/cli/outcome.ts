import { diffLines } from 'diff';
import { Slash32Error } from '../errors/slash32-error.js';
import { clockTime } from '../model/clock-time.js';
import type { ApplyResult } from '../model/firewall.js';
import { EXIT } from '../plan/exit.js';
import { leftOutTexts } from '../plan/render/left-out.js';
import { partsLines } from '../plan/render/parts.js';
import { renderText } from '../plan/render/text.js';
import { visible } from '../plan/render/visible.js';
import { summaryLine } from '../plan/render/words.js';
import type { Plan, SegmentPlan, UnsafeReason } from '../plan/types.js';
import { leavesOut } from '../plan/verdict.js';
import type { ApplyOutcome } from '../service/apply.js';
import { type Io, paintFor, print, printError } from './io.js';
import { printPlan } from './plan.js';

/** Says how an apply ended, and gives the exit code. */
export function reportOutcome(io: Io, outcome: ApplyOutcome, format: 'text' | 'markdown' | 'json'): number {
  const paint = paintFor(io, io.stdout);
  switch (outcome.kind) {
    case 'changed':
      if (outcome.approved) printDifference(io, outcome.approved, outcome.plan);
      else if (format !== 'json') printPlan(io, outcome.plan, format);
      throw new Slash32Error('S32_PLAN_CHANGED', {
        message: `What would be done now has the checksum ${outcome.plan.checksum}, which is not the approved one.`,
      });
    case 'faulty': {
      const [fault] = outcome.plan.faults;
      if (format !== 'json') printPlan(io, outcome.plan, format);
      throw new Slash32Error('S32_DHCP_FAULT', {
        message: `DHCP on ${fault?.interface} would not survive a restart: ${fault?.object}: ${fault?.message}`,
        where: `${outcome.plan.target.name}: dhcpd/${fault?.interface}`,
      });
    }
    case 'unsafe':
      printPlan(io, outcome.plan, format);
      if (format === 'json') return EXIT.unsafe;
      throw new Slash32Error('S32_UNSAFE', {
        message: outcome.reasons.map((reason) => reason.message).join(' '),
        hint: unsafeHint(outcome.plan, outcome.reasons),
      });
    case 'declined':
      printError(io, 'Nothing was changed.\n');
      return EXIT.error;
    case 'nothing':
      if (format === 'json') printApplied(io, outcome);
      else {
        const rest = summaryLine(outcome.plan.summary).replace(/^nothing to do(; )?/, '');
        print(io, `${paint.good('Nothing to do')}${rest === '' ? '' : `: ${rest}`}.\n`);
        printWarnings(io, outcome.plan);
      }
      printLeftOut(io, outcome.plan, format);
      return leavesOut(outcome.plan) ? EXIT.leftOut : EXIT.done;
    case 'applied':
      if (format === 'json') printApplied(io, outcome);
      else {
        print(
          io,
          `${paint.good(appliedWord(outcome.result))} plan ${outcome.plan.checksum} as one change: ${summaryLine(outcome.plan.summary)}.\n`,
        );
        for (const note of outcome.result.notes) print(io, `${paint.warn(`! ${visible(note)}`)}\n`);
        if (outcome.result.kept?.state === 'waiting')
          print(io, `${paint.warn(waitsLine(outcome.result.kept.until))}\n`);
      }
      printLeftOut(io, outcome.plan, format);
      return leavesOut(outcome.plan) ? EXIT.leftOut : EXIT.done;
  }
}

function appliedWord(result: ApplyResult): string {
  return result.kept?.state === 'confirmed' ? 'Applied and confirmed' : 'Applied';
}

function waitsLine(until: string): string {
  return `Not confirmed yet: the firewall rolls back at ${clockTime(new Date(until))} unless you keep it with slash32 confirm (slash32 rollback undoes it at once).`;
}

function unsafeHint({ waiting }: Plan, reasons: readonly UnsafeReason[]): string {
  const whole = reasons.filter((reason) => reason.part === undefined);
  const flags = [...new Set(whole.map((reason) => reason.overriddenBy))];
  const parts = waiting.filter((part) => part.approvable);
  if (flags.includes(undefined) || (whole.length === 0 && parts.length === 0))
    return 'Nothing overrides this: mend what is named first. A lock-out ends once the named addresses have a reservation.';
  if (whole.length > 0) return `If this is intended, repeat with ${flags.join(' ')}.`;
  const ids = parts.map((part) => part.id).join(' ');
  return `If this is intended, say yes to it by its id: --approve ${ids}`;
}

function printApplied(io: Io, outcome: Extract<ApplyOutcome, { kind: 'nothing' | 'applied' }>): void {
  const applied = outcome.kind === 'applied' ? outcome : undefined;
  const result = {
    format: 'slash32.apply/1',
    outcome: outcome.kind,
    attempts: applied?.attempts ?? 0,
    revision: applied?.result.revision ?? outcome.plan.target.revision,
    notes: applied?.result.notes ?? [],
    confirm: confirmState(applied?.result),
    ...(applied?.result.peer === undefined ? {} : { peer: applied.result.peer }),
    plan: outcome.plan,
  };
  print(io, `${JSON.stringify(result, null, 2)}\n`);
}

/** Null where the firewall undoes nothing by itself. */
function confirmState(result: ApplyResult | undefined): { state: string; until: string | null } | null {
  if (result?.kept === undefined) return null;
  return { state: result.kept.state, until: result.kept.state === 'waiting' ? result.kept.until : null };
}

/** What the plan warns about stands also when it changes nothing. */
function printWarnings(io: Io, plan: Plan): void {
  const paint = paintFor(io, io.stderr);
  const all = [...plan.warnings, ...plan.segments.flatMap((segment) => segment.warnings)];
  for (const { message } of all) printError(io, `${paint.warn(`! ${visible(message)}`)}\n`);
}

function printLeftOut(io: Io, plan: Plan, format: 'text' | 'markdown' | 'json'): void {
  if (format === 'json') return;
  const paint = paintFor(io, io.stderr);
  for (const line of partsLines(plan)) printError(io, `${paint.bad(visible(line))}\n`);
  for (const segment of plan.segments) {
    if (segment.error)
      printError(io, `${paint.bad(visible(`✗ segment ${segment.name} was left alone: ${segment.error.message}`))}\n`);
    for (const text of leftOutTexts(segment.leftOut)) printError(io, `${paint.bad(visible(`✗ ${text}`))}\n`);
  }
  for (const { where, message } of plan.policy?.leftOut ?? [])
    printError(io, `${paint.bad(visible(`✗ ${where}: ${message}`))}\n`);
}

function printDifference(io: Io, approved: Plan, now: Plan): void {
  const paint = paintFor(io, io.stderr);
  printError(io, 'What differs between the approved plan (-) and what would be done now (+):\n');
  for (const part of diffLines(changesText(approved), changesText(now))) {
    if (!part.added && !part.removed) continue;
    const sign = part.added ? '+' : '-';
    const lines = part.value.split('\n').filter((line) => line !== '');
    for (const line of lines) printError(io, `${(part.added ? paint.good : paint.bad)(`${sign} ${line}`)}\n`);
  }
}

/** Only what is done, so that the difference shows no times and no revisions. */
function changesText(plan: Plan): string {
  const bare = (text: string): string => text;
  const paint = { good: bare, bad: bare, warn: bare, faint: bare, strong: bare };
  const segments = plan.segments.map((segment): SegmentPlan => ({ ...segment, warnings: [], notes: [], leftOut: [] }));
  const waiting = plan.waiting.map((part) => ({ ...part, since: '' }));
  const text = renderText({ ...plan, segments, waiting, warnings: [], notes: [], connections: undefined }, paint, {
    verbose: true,
  });
  return `${text
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/ {2,}/g, '  '))
    .join('\n')}\n`;
}
