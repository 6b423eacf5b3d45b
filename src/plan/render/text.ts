import type { SettingChange } from '../../model/change.js';
import { countChanges } from '../plan.js';
import type { PolicyPlan } from '../policy/types.js';
import type { Plan, SegmentPlan } from '../types.js';
import { connectionLines } from './connections.js';
import { partChanges, partsLines } from './parts.js';
import {
  entriesText,
  idleText,
  openingLines,
  POLICY_SIGNS,
  policyChangeName,
  policyChangeText,
  standingNote,
  testSummary,
} from './policy.js';
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

/** The plan as a person reads it on a terminal, with a newline at the end. */
export function renderText(plan: Plan, paint: Paint): string {
  const lines = [paint.strong(visible(`Plan of ${plan.owner}: ${routeLine(plan)}`))];
  for (const segment of plan.segments) lines.push('', ...segmentLines(segment, plan.waiting, paint));
  if (plan.policy !== undefined) lines.push('', ...policyLines(plan.policy, plan.waiting, paint));
  if (plan.connections !== undefined)
    lines.push('', ...connectionLines(plan.connections).map((line) => paint.warn(visible(line))));
  const notes = plan.notes ?? [];
  if (plan.warnings.length + notes.length > 0) lines.push('');
  for (const note of notes) lines.push(paint.faint(visible(note)));
  for (const warning of plan.warnings) lines.push(paint.warn(`! ${visible(warning.message)}`));
  lines.push('', ...verdictLines(plan, paint));
  return `${lines.join('\n')}\n`;
}

function segmentLines(segment: SegmentPlan, waiting: Plan['waiting'], paint: Paint): string[] {
  const firewall = [segment.interface, segment.description, segment.subnet].filter(Boolean).join(' ');
  const lines = [paint.strong(visible(`${segment.name}: network ${segment.network} ↔ ${firewall}`))];
  if (segment.error) return [...lines, paint.bad(`  ✗ left alone: ${visible(segment.error.message)}`)];
  lines.push(...table(segment, paint));
  for (const change of segment.changes) if (change.kind === 'setting') lines.push(settingLine(change, paint));
  if (segment.changes.length === 0)
    lines.push(paint.faint(`  ${waitsOn(segment, waiting) ? 'nothing but what waits' : 'nothing to do'}`));
  for (const note of segment.notes ?? []) lines.push(paint.faint(visible(`  ${note}`)));
  for (const warning of segment.warnings) lines.push(paint.warn(`  ! ${visible(warning.message)}`));
  for (const left of segment.leftOut) lines.push(paint.bad(visible(`  ✗ ${left.nic} is left out: ${left.message}`)));
  return lines;
}

function waitsOn({ name }: SegmentPlan, waiting: Plan['waiting']): boolean {
  return waiting.some(({ changes }) => changes.some((change) => change.segment === name));
}

function table(segment: SegmentPlan, paint: Paint): string[] {
  const rows = sortedReservations(segment.changes).map((change) => {
    const { address, hostname, mac } = changedEntry(change);
    return { change, cells: [address, hostname, mac, change.nic].map(visible) };
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row.cells[column]?.length ?? 0)));
  return rows.map(({ change, cells }) => {
    const columns = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    const colour = change.action === 'delete' ? paint.bad : change.action === 'create' ? paint.good : paint.warn;
    return `  ${colour(SIGNS[change.action])} ${columns}  ${paint.faint(visible(`${change.action}: ${change.reason}`))}`;
  });
}

function settingLine(change: SettingChange, paint: Paint): string {
  const values = visible(`${settingValue(change.before)} → ${settingValue(change.after)}`);
  return `  ${paint.warn('~')} ${settingName(change)}: ${values}  ${paint.faint(change.reason)}`;
}

function policyLines(policy: PolicyPlan, waiting: Plan['waiting'], paint: Paint): string[] {
  const lines = [paint.strong(`policy: ${entriesText(policy.entries)}`)];
  for (const change of policy.changes) {
    const colour = change.action === 'delete' ? paint.bad : change.action === 'create' ? paint.good : paint.warn;
    const text = visible(`${policyChangeName(change)}: ${policyChangeText(change)}`);
    lines.push(`  ${colour(POLICY_SIGNS[change.action])} ${text}`);
  }
  if (policy.changes.length === 0) lines.push(paint.faint(`  ${idleText(policy, waiting)}`));
  for (const line of openingLines(policy))
    lines.push(`  ${line.startsWith('opens') ? paint.good(visible(line)) : paint.warn(visible(line))}`);
  for (const warning of policy.warnings) lines.push(paint.warn(`  ! ${visible(warning.message)}`));
  if (policy.tests.length > 0) lines.push(`  ${testSummary(policy.tests)}`);
  for (const test of policy.tests)
    for (const failure of test.failures)
      lines.push(paint.bad(visible(`  ✗ ${test.where} ${test.name}: ${failure}${standingNote(test)}`)));
  return lines;
}

function verdictLines(plan: Plan, paint: Paint): string[] {
  const lines = [`${paint.strong('In all:')} ${summaryLine(plan.summary)}.`];
  for (const fault of plan.faults)
    lines.push(
      paint.bad(visible(`✗ DHCP would not survive a restart: ${fault.interface}, ${fault.object}: ${fault.message}`)),
    );
  for (const part of plan.waiting) {
    const [title = '', ...rest] = partsLines({ ...plan, waiting: [part] });
    lines.push(paint.bad(visible(title)));
    for (const line of partChanges(part)) lines.push(paint.faint(visible(`    ${line}`)));
    for (const line of rest) lines.push(paint.bad(visible(line)));
  }
  for (const reason of plan.unsafe) {
    if (reason.part !== undefined) continue;
    const remedy =
      reason.overriddenBy === undefined ? 'nothing overrides this' : `${reason.overriddenBy} overrides this`;
    lines.push(paint.bad(visible(`✗ unsafe (${reason.code}): ${reason.message} [${remedy}]`)));
  }
  if (plan.reloadPending)
    lines.push(paint.warn('! An earlier apply was cut short: services are reloaded by the next one.'));
  if (countChanges(plan) + plan.waiting.length > 0) lines.push(`Checksum: ${plan.checksum}`);
  return lines;
}
