import type { PolicyPlan } from '../policy/types.js';
import type { Plan, SegmentPlan, WaitingPart } from '../types.js';
import { connectionLines } from './connections.js';
import { leftOutTexts } from './left-out.js';
import { partChanges, partTitle } from './parts.js';
import { entriesText, idleText, openingLines, POLICY_SIGNS, policyRows, standingNote, testSummary } from './policy.js';
import { visible } from './visible.js';
import { changedEntry, routeLine, SIGNS, settingName, settingValue, sortedReservations, summaryLine } from './words.js';

/** The plan as Markdown, for a merge request or a chat, with a newline at the end. */
export function renderMarkdown(plan: Plan): string {
  const lines = [
    `## slash32 plan of ${cell(plan.owner)}`,
    '',
    cell(routeLine(plan)),
    '',
    `**${summaryLine(plan.summary)}**`,
  ];
  for (const fault of plan.faults)
    lines.push(
      '',
      `> **DHCP would not survive a restart:** ${cell(`${fault.interface}, ${fault.object}: ${fault.message}`)}`,
    );
  for (const reason of plan.unsafe)
    if (reason.part === undefined) lines.push('', `> **Unsafe (${reason.code}):** ${cell(reason.message)}`);
  for (const part of plan.waiting) lines.push('', ...partLines(part));
  for (const segment of plan.segments) lines.push('', ...segmentLines(segment));
  if (plan.policy !== undefined) lines.push('', ...policyLines(plan.policy, plan.waiting));
  if (plan.connections !== undefined)
    lines.push('', ...connectionLines(plan.connections).map((line) => `- ${cell(line)}`));
  for (const note of plan.notes ?? []) lines.push('', cell(note));
  for (const warning of plan.warnings) lines.push('', `> ${cell(warning.message)}`);
  lines.push('', `Checksum: \`${plan.checksum}\``);
  return `${lines.join('\n')}\n`;
}

function segmentLines(segment: SegmentPlan): string[] {
  const lines = [
    `### ${cell(segment.name)} (${cell([segment.interface, segment.subnet].filter(Boolean).join(' '))})`,
    '',
  ];
  if (segment.error) return [...lines, `Left alone: ${cell(segment.error.message)}`];
  const rows = sortedReservations(segment.changes);
  const settings = segment.changes.filter((change) => change.kind === 'setting');
  if (rows.length === 0 && settings.length === 0) lines.push('Nothing to do.');
  if (rows.length > 0) {
    lines.push('| | Address | Hostname | MAC | NIC | Why |', '|---|---|---|---|---|---|');
    for (const change of rows) {
      const { address, hostname, mac } = changedEntry(change);
      const cells = [`${SIGNS[change.action]} ${change.action}`, address, hostname, mac, change.nic, change.reason];
      lines.push(`| ${cells.map(cell).join(' | ')} |`);
    }
  }
  if (settings.length > 0) {
    if (rows.length > 0) lines.push('');
    lines.push('| Setting | Before | After | Why |', '|---|---|---|---|');
    for (const change of settings) {
      const cells = [settingName(change), settingValue(change.before), settingValue(change.after), change.reason];
      lines.push(`| ${cells.map(cell).join(' | ')} |`);
    }
  }
  for (const note of segment.notes ?? []) lines.push('', cell(note));
  for (const warning of segment.warnings) lines.push('', `> ${cell(warning.message)}`);
  for (const text of leftOutTexts(segment.leftOut)) lines.push('', `- ${cell(text)}`);
  return lines;
}

function partLines(part: WaitingPart): string[] {
  return [
    `> **${cell(partTitle(part))}**, since ${part.since}. ${cell(part.reasons.map(({ message }) => message).join(' '))}`,
    '>',
    ...partChanges(part).map((line) => `> - ${cell(line)}`),
    '>',
    part.approvable ? `> \`slash32 apply --approve ${part.id}\`` : '> Nothing overrides this: mend what is named.',
  ];
}

function policyLines(policy: PolicyPlan, waiting: readonly WaitingPart[]): string[] {
  const lines = [`### Policy (${entriesText(policy.entries)})`, ''];
  if (policy.changes.length === 0) lines.push(`${idleText(policy, waiting).replace('n', 'N')}.`);
  else lines.push('| | What | Why |', '|---|---|---|');
  for (const { action, name, text } of policyRows(policy.changes)) {
    const cells = [`${POLICY_SIGNS[action]} ${action}`, name, text];
    lines.push(`| ${cells.map(cell).join(' | ')} |`);
  }
  const openings = openingLines(policy);
  if (openings.length > 0) lines.push('', ...openings.map((line) => `- ${cell(line)}`));
  for (const warning of policy.warnings) lines.push('', `> ${cell(warning.message)}`);
  if (policy.tests.length > 0) lines.push('', cell(testSummary(policy.tests)));
  for (const test of policy.tests)
    for (const failure of test.failures)
      lines.push('', `- **${cell(test.where)}** ${cell(`${test.name}: ${failure}${standingNote(test)}`)}`);
  return lines;
}

/** Text that cannot break out of a table cell or start markup. */
function cell(text: string): string {
  return visible(text.replace(/[\r\n]+/g, ' ')).replace(/[\\|`*_<>[\]]/g, '\\$&');
}
