import { FINDINGS } from '../../src/findings/catalogue.js';
import type { FindingEntry, FindingKind } from '../../src/findings/entry.js';
import { GENERATED_NOTE } from './markdown.js';

/** Where a finding stands, in the words of the page and in its order. */
const PLACES: Readonly<Record<FindingKind, string>> = {
  service: '`slash32 status`, `GET /v1/findings`',
  warning: 'a warning of the plan, and a finding of the service',
  policy: 'a warning of the plan about the policy, and a finding of the service',
  'left-out': 'a NIC that is left out of the plan (`nic-left-out` of the service)',
  segment: 'a segment that is left alone (`segment-left-alone` of the service)',
  unsafe: 'what waits for a person (`part-waiting` or `plan-unsafe` of the service)',
};

/** docs/reference/findings.md: every code of something that somebody should look at, with what it means and what to do. */
export function renderFindingReference(findings: Readonly<Record<string, FindingEntry>> = FINDINGS): string {
  const codes = Object.entries(findings).sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    '# Findings',
    '',
    GENERATED_NOTE,
    '',
    'What a plan warns about, what it leaves out or has wait, and what the service notices about itself: each has one of these codes, in the',
    'JSON of a plan, in `GET /v1/findings` and in the journal. Codes do not change their meaning. Errors, with which a command ends, are [another table](errors.md).',
    '',
    ...codes.flatMap(([code, entry]) => renderEntry(code, entry)),
  ].join('\n');
}

function renderEntry(code: string, { kinds, severity, title, effect, remedy }: FindingEntry): string[] {
  return [
    `## ${code}`,
    '',
    `**${title}.** ${effect}`,
    '',
    `What to do: ${remedy}`,
    '',
    `Severity: ${severity}. Stands as ${kinds.map((kind) => PLACES[kind]).join('; ')}.`,
    '',
  ];
}
