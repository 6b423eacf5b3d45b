import type { Rule, RuleOrigin } from '../../model/rules.js';
import type { Evaluation, StageName, StageVerdict } from './types.js';

/** An evaluation in words. */
export interface Explanation {
  /** One sentence: whether it passes, by which rule, of whom, and where. */
  readonly headline: string;
  /** One line for each thing that the packet met, in order. */
  readonly steps: readonly string[];
  /** One line for each thing that is not known; empty unless the verdict is unknown. */
  readonly reasons: readonly string[];
}

const OF: Readonly<Record<RuleOrigin, string>> = {
  automatic: "the firewall's own rule",
  foreign: 'the foreign rule',
  legacy: 'the foreign rule of the old format',
  ours: 'the rule of slash32',
};

const SAYS = {
  pass: 'It passes',
  block: 'It is blocked',
  reject: 'It is rejected',
  unknown: 'It cannot be said whether it passes',
} as const;

/**
 * Puts an evaluation into words. `source` may add where a rule of ours comes from (`policy.yaml:14`); undefined adds nothing.
 */
export function explain(
  evaluation: Evaluation,
  source: (rule: Rule) => string | undefined = () => undefined,
): Explanation {
  const { verdict, decidedBy, decidedAt, redirected } = evaluation;
  // no rule was asked, and what happens to it is no block of anybody's
  const lost =
    decidedAt === undefined && verdict !== 'pass' && verdict !== 'unknown' ? evaluation.remarks[0] : undefined;
  const moved =
    redirected === undefined
      ? []
      : [
          `redirected by "${redirected.description}" to ${redirected.to}${redirected.port === undefined ? '' : ` port ${redirected.port}`}`,
        ];
  return {
    headline:
      lost === undefined
        ? `${SAYS[verdict]}${because(evaluation, decidedBy, decidedAt, source)}.`
        : `It does not get there: ${lost}.`,
    steps: [
      ...moved,
      ...evaluation.stages.flatMap((stage) => stageSteps(stage, source)),
      ...(lost === undefined ? evaluation.remarks : evaluation.remarks.slice(1)),
    ],
    reasons: evaluation.reasons,
  };
}

function because(
  evaluation: Evaluation,
  rule: Rule | undefined,
  at: StageName | undefined,
  source: (rule: Rule) => string | undefined,
): string {
  if (evaluation.verdict === 'unknown') return `: ${evaluation.reasons.join('; ')}`;
  if (at === undefined) return `, since ${evaluation.remarks[0] ?? 'no rules are asked on its way'}`;
  const where = at.stage === 'in' ? `coming in on ${at.interface}` : `going out on ${at.interface}`;
  return rule === undefined ? `, since no rule fits it ${where}` : ` by ${named(rule, source)}, ${where}`;
}

function stageSteps(stage: StageVerdict, source: (rule: Rule) => string | undefined): string[] {
  const lines = stage.trail.map(({ rule, fits, reasons }) => {
    const effect =
      rule === stage.decidedBy
        ? `decides: ${rule.action}`
        : rule.quick
          ? `would ${rule.action}`
          : `${rule.action}, unless a later rule fits`;
    const way = rule.action === 'pass' && rule.sentTo !== undefined ? `, to ${rule.sentTo.name}` : '';
    const doubt = fits === 'could' ? ` (perhaps: ${reasons.join('; ')})` : '';
    return `${stage.stage} ${stage.interface}: ${named(rule, source)}: ${effect}${way}${doubt}`;
  });
  return stage.trail.length > 0 ? lines : [`${stage.stage} ${stage.interface}: no rule fits`];
}

function named(rule: Rule, source: (rule: Rule) => string | undefined): string {
  const place = source(rule);
  const words = rule.description === '' ? rule.id : `"${rule.description}" (${rule.id})`;
  return `${OF[rule.origin]} ${words}${place === undefined ? '' : ` of ${place}`}`;
}
