import type { SettingChange } from '../../model/change.js';
import { groundText } from '../../model/standing-place.js';
import { countChanges } from '../plan.js';
import type { PolicyPlan } from '../policy/types.js';
import type { Plan, SegmentPlan } from '../types.js';
import { columnLines, laid } from './columns.js';
import { connectionLines } from './connections.js';
import { leftOutTexts } from './left-out.js';
import { partChanges, partsLines } from './parts.js';
import { entriesText, idleText, openingLines, POLICY_SIGNS, policyRows, standingNote, testSummary } from './policy.js';
import { visible } from './visible.js';
import { changedEntry, routeLine, SIGNS, settingName, settingValue, sortedReservations, summaryLine } from './words.js';

/** Colours a piece of text, or leaves it as it is. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

/** How much of a plan is shown, and how wide. */
export interface TextView {
  /** Columns of the terminal; undefined in a pipe, whose reader wants whole lines. */
  readonly width?: number | undefined;
  /** Whether what repeats itself is spelled out too. */
  readonly verbose?: boolean | undefined;
}

/** Makes text visible and breaks it where the width asks for it, each line in a tone. */
type Lay = (text: string, hang: number, tone?: (text: string) => string) => string[];

/** How a plan is put on a terminal. */
interface Page extends TextView {
  readonly paint: Paint;
  readonly lay: Lay;
}

const INDENT = '  ';
/** A reason that has no room beside its change stands below it, further in. */
const BELOW = '      ';

/** The plan as a person reads it on a terminal, with a newline at the end. */
export function renderText(plan: Plan, paint: Paint, view: TextView = {}): string {
  const lay: Lay = (text, hang, tone = same) => laid(visible(text), view.width, hang).map(tone);
  const page: Page = { ...view, paint, lay };
  const lines = lay(`Plan of ${plan.owner}: ${routeLine(plan)}`, 2, paint.strong);
  for (const segment of plan.segments) lines.push('', ...segmentLines(segment, plan.waiting, page));
  if (plan.policy !== undefined) lines.push('', ...policyLines(plan.policy, plan.waiting, page));
  if (plan.connections !== undefined)
    lines.push('', ...connectionLines(plan.connections).flatMap((line) => lay(line, 2, paint.warn)));
  const notes = plan.notes ?? [];
  if (plan.warnings.length + notes.length > 0) lines.push('');
  for (const note of notes) lines.push(...lay(note, 2, paint.faint));
  for (const message of messagesOf(plan.warnings)) lines.push(...lay(`! ${message}`, 2, paint.warn));
  lines.push('', ...verdictLines(plan, page));
  return `${lines.join('\n')}\n`;
}

function same(text: string): string {
  return text;
}

/** Each message once. */
function messagesOf(warnings: Plan['warnings']): string[] {
  return [...new Set(warnings.map((one) => one.message))];
}

function ground(segment: SegmentPlan): string {
  return segment.vlan === undefined ? `network ${segment.network}` : groundText(segment);
}

function segmentLines(segment: SegmentPlan, waiting: Plan['waiting'], page: Page): string[] {
  const { paint, lay } = page;
  const firewall = [segment.interface, segment.description, segment.subnet].filter(Boolean).join(' ');
  const lines = lay(`${segment.name}: ${ground(segment)} ↔ ${firewall}`, 2, paint.strong);
  if (segment.error) return [...lines, ...lay(`  ✗ left alone: ${segment.error.message}`, 4, paint.bad)];
  lines.push(...reservationLines(segment, page));
  for (const change of segment.changes) if (change.kind === 'setting') lines.push(...settingLines(change, page));
  if (segment.changes.length === 0)
    lines.push(paint.faint(`  ${waitsOn(segment, waiting) ? 'nothing but what waits' : 'nothing to do'}`));
  for (const note of segment.notes ?? []) lines.push(...lay(`  ${note}`, 4, paint.faint));
  for (const message of messagesOf(segment.warnings)) lines.push(...lay(`  ! ${message}`, 4, paint.warn));
  for (const text of leftOutTexts(segment.leftOut, page.verbose)) lines.push(...lay(`  ✗ ${text}`, 4, paint.bad));
  return lines;
}

function waitsOn({ name }: SegmentPlan, waiting: Plan['waiting']): boolean {
  return waiting.some(({ changes }) => changes.some((change) => change.segment === name));
}

/** Reservations in columns, the reason beside them; where that is too wide, below them, and once for all that follow each other. */
function reservationLines(segment: SegmentPlan, { paint, width }: Page): string[] {
  const rows = sortedReservations(segment.changes).map((change) => {
    const { address, hostname, mac } = changedEntry(change);
    const cells = [address, hostname, mac, change.nic].map(visible);
    return { change, cells, reason: visible(`${change.action}: ${change.reason}`).trimEnd() };
  });
  const room = width === undefined ? undefined : width - INDENT.length - 2;
  const beside = columnLines(rows.map(({ cells, reason }) => [...cells, reason]));
  const fits = room === undefined || beside.every(([line = '']) => line.length <= room);
  const blocks = fits
    ? beside
    : columnLines(
        rows.map(({ cells }) => cells),
        room,
      );
  return rows.flatMap(({ change, reason }, at) => {
    const colour = change.action === 'delete' ? paint.bad : change.action === 'create' ? paint.good : paint.warn;
    const [first = '', ...rest] = blocks[at] ?? [];
    const sign = `${INDENT}${colour(SIGNS[change.action])} `;
    if (fits) return [`${sign}${first.slice(0, first.length - reason.length)}${paint.faint(reason)}`];
    const isRepeated = rows[at + 1]?.reason === reason;
    const why = isRepeated ? [] : laid(`${BELOW}${reason}`, width, BELOW.length).map(paint.faint);
    return [`${sign}${first}`, ...rest.map((line) => `${INDENT}  ${line}`), ...why];
  });
}

function settingLines(change: SettingChange, { paint, lay, width }: Page): string[] {
  const text = `${settingName(change)}: ${settingValue(change.before)} → ${settingValue(change.after)}`;
  const reason = visible(change.reason);
  const line = `${INDENT}~ ${visible(text)}`;
  const fits = width === undefined || line.length + 2 + reason.length <= width;
  const [first = '', ...rest] = fits ? [line] : lay(line, 4);
  const signed = `${INDENT}${paint.warn('~')}${first.slice(INDENT.length + 1)}`;
  if (fits) return [`${signed}  ${paint.faint(reason)}`];
  return [signed, ...rest, ...laid(`${BELOW}${reason}`, width, BELOW.length).map(paint.faint)];
}

function policyLines(policy: PolicyPlan, waiting: Plan['waiting'], page: Page): string[] {
  const { paint, lay } = page;
  const lines = [paint.strong(`policy: ${entriesText(policy.entries)}`)];
  for (const { action, name, text } of policyRows(policy.changes, page.verbose)) {
    const colour = action === 'delete' ? paint.bad : action === 'create' ? paint.good : paint.warn;
    const [first = '', ...rest] = lay(`${INDENT}${POLICY_SIGNS[action]} ${name}: ${text}`, 4);
    lines.push(`${INDENT}${colour(POLICY_SIGNS[action])}${first.slice(INDENT.length + 1)}`, ...rest);
  }
  if (policy.changes.length === 0) lines.push(paint.faint(`  ${idleText(policy, waiting)}`));
  for (const line of openingLines(policy))
    lines.push(...lay(`  ${line}`, 4, line.startsWith('opens') ? paint.good : paint.warn));
  for (const message of messagesOf(policy.warnings)) lines.push(...lay(`  ! ${message}`, 4, paint.warn));
  if (policy.tests.length > 0) lines.push(...lay(`  ${testSummary(policy.tests)}`, 4));
  for (const test of policy.tests)
    for (const failure of test.failures)
      lines.push(...lay(`  ✗ ${test.where} ${test.name}: ${failure}${standingNote(test)}`, 4, paint.bad));
  return lines;
}

function verdictLines(plan: Plan, { paint, lay }: Page): string[] {
  const [total = '', ...more] = lay(`In all: ${summaryLine(plan.summary)}.`, 2);
  const lines = [total.replace('In all:', paint.strong('In all:')), ...more];
  for (const fault of plan.faults) {
    const where = `${fault.interface}, ${fault.object}`;
    lines.push(...lay(`✗ DHCP would not survive a restart: ${where}: ${fault.message}`, 2, paint.bad));
  }
  for (const part of plan.waiting) {
    const [title = '', ...rest] = partsLines({ ...plan, waiting: [part] });
    lines.push(...lay(title, 2, paint.bad));
    for (const line of partChanges(part)) lines.push(...lay(`    ${line}`, 6, paint.faint));
    for (const line of rest) lines.push(...lay(line, 6, paint.bad));
  }
  for (const reason of plan.unsafe) {
    if (reason.part !== undefined) continue;
    const remedy =
      reason.overriddenBy === undefined ? 'nothing overrides this' : `${reason.overriddenBy} overrides this`;
    lines.push(...lay(`✗ unsafe (${reason.code}): ${reason.message} [${remedy}]`, 2, paint.bad));
  }
  if (plan.reloadPending)
    lines.push(...lay('! An earlier apply was cut short: services are reloaded by the next one.', 2, paint.warn));
  if (countChanges(plan) + plan.waiting.length > 0) lines.push(`Checksum: ${plan.checksum}`);
  return lines;
}
