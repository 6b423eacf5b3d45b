import type { Destination } from './redirect.js';
import type { Evaluation, StageVerdict, Verdict } from './types.js';

const NONE: readonly string[] = [];

/** Whether a verdict lets nothing through. */
export function isClosed(verdict: Verdict): boolean {
  return verdict === 'block' || verdict === 'reject';
}

/** One way through, from its stages: what is surely closed anywhere is closed; else what is unknown anywhere is unknown. */
export function finish(
  stages: readonly StageVerdict[],
  ingress: string | undefined,
  egress: string | undefined,
  place: Destination,
): Evaluation {
  let decisive = stages[0];
  for (const stage of stages) {
    if (isClosed(stage.verdict)) {
      decisive = stage;
      break;
    }
    if (stage.verdict === 'unknown' && decisive?.verdict !== 'unknown') decisive = stage;
  }
  const verdict = decisive?.verdict ?? 'pass';
  return {
    verdict,
    decidedBy: decisive?.decidedBy,
    decidedAt:
      decisive === undefined || verdict === 'unknown'
        ? undefined
        : { stage: decisive.stage, interface: decisive.interface },
    ingress,
    egress,
    redirected: place.redirected,
    stages,
    reasons: verdict === 'unknown' ? stages.flatMap((stage) => stage.reasons) : NONE,
    remarks: NONE,
  };
}

/** What would pass, were it not for something that makes its way unknown. */
export function doubted(evaluation: Evaluation, reason: string): Evaluation {
  return { ...evaluation, verdict: 'unknown', decidedBy: undefined, decidedAt: undefined, reasons: [reason] };
}

/** Several possible ways: what they agree on, else unknown. */
export function agree(results: readonly Evaluation[], why: () => string): Evaluation {
  const [first] = results;
  if (first === undefined) return unanswered(why());
  if (results.length === 1) return first;
  const passing = results.filter((result) => result.verdict === 'pass').length;
  const closed = results.filter((result) => isClosed(result.verdict)).length;
  if (passing === results.length || closed === results.length) return results.at(-1) ?? first;
  return {
    ...first,
    verdict: 'unknown',
    decidedBy: undefined,
    decidedAt: undefined,
    stages: [...new Set(results.flatMap((result) => result.stages))],
    reasons: [...new Set([why(), ...results.flatMap((result) => result.reasons)])].filter((reason) => reason !== ''),
  };
}

/** Nothing was asked, and this is why. */
export function unanswered(reason: string): Evaluation {
  return {
    verdict: 'unknown',
    decidedBy: undefined,
    decidedAt: undefined,
    ingress: undefined,
    egress: undefined,
    redirected: undefined,
    stages: [],
    reasons: [reason],
    remarks: NONE,
  };
}
