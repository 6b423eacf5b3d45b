import type { Layer2View } from '../../policy/layer2/types.js';
import { pairsOf } from '../../policy/reach/matrix.js';
import type { ReachEnd, ReachNode, ReachRow } from '../../policy/reach/types.js';
import { besideOf, lostAnswers } from './reach.js';
import type { ExplainLine, PolicyView, ReachAnswer } from './types.js';

/** An explanation with what the layer below the rules makes of it; `now` leaves out what the plan brings about there. */
export function withLayer2(
  line: ExplainLine,
  from: ReachEnd | undefined,
  to: ReachEnd | undefined,
  layer2: Layer2View,
  now: boolean,
): ExplainLine {
  if (from === undefined || to === undefined) return line;
  const beside = layer2.between(from, to);
  const beyond = layer2.beyond(from, to);
  const remark = beyond === undefined ? [] : [`layer 2: ${beyond}; what stands there is not known beyond this host`];
  const steps = [...line.steps, ...(beside === undefined ? remark : [`layer 2: ${beside.why}`])];
  if (line.verdict === 'pass') {
    const lost = layer2.answers(to, now);
    return lost === undefined ? { ...line, steps } : unknown({ ...line, steps }, [lost]);
  }
  if (beside === undefined) return { ...line, steps };
  if (beside.verdict === 'unknown') return unknown({ ...line, steps }, [...line.reasons, beside.why]);
  const headline = `It passes beside the firewall, whatever its rules say: ${beside.why}.`;
  return { ...line, verdict: 'pass', headline, steps, reasons: [], rule: undefined };
}

function unknown(line: ExplainLine, reasons: readonly string[]): ExplainLine {
  const headline = `It is not known whether it passes: ${reasons.join('; ')}.`;
  return { ...line, verdict: 'unknown', headline, reasons, rule: undefined };
}

/** An explanation with what holds of the segments that its ends stand on. */
export function withRemarks(
  line: ExplainLine,
  ends: readonly (ReachEnd | undefined)[],
  { scene }: PolicyView,
): ExplainLine {
  const names = new Set(ends.flatMap((end) => (end?.kind === 'host' ? [end.segment] : [])));
  const alone = [...scene.leftAlone].filter(([name]) => names.has(name));
  if (alone.length === 0) return line;
  return { ...line, steps: [...line.steps, ...alone.map(([name, why]) => aloneText(name, why))] };
}

/** Which segments are left alone, and why, as sentences; empty where none is. */
export function leftAloneWords({ scene }: PolicyView): string {
  return [...scene.leftAlone].map(([name, why]) => aloneText(name, why)).join(' ');
}

function aloneText(name: string, why: string): string {
  return `The segment ${name} is left alone, so none of its instances gets an address by this plan: ${why}`;
}

function withLost(answer: ReachAnswer | undefined, lost: string | undefined): ReachAnswer | undefined {
  if (answer === undefined || lost === undefined) return answer;
  const perhaps = [...new Set([...answer.services, ...answer.perhaps])];
  return { ...answer, services: [], perhaps, by: [...answer.by, lost] };
}

/** Who reaches whom, with what gets there beside the firewall: all of it, whatever the rules say. */
export function withBeside(
  answers: readonly ReachAnswer[],
  rows: readonly ReachRow[],
  { from, to }: { readonly from: readonly ReachNode[]; readonly to: readonly ReachNode[] },
  layer2: Layer2View,
  now: boolean,
): ReachAnswer[] {
  const known = new Map<ReachNode, Map<ReachNode, ReachAnswer>>();
  for (const [at, row] of rows.entries()) {
    const answer = answers[at];
    const inner = known.get(row.from) ?? new Map<ReachNode, ReachAnswer>();
    if (answer !== undefined) known.set(row.from, inner.set(row.to, answer));
  }
  return from.flatMap((one) =>
    to.flatMap((other): ReachAnswer[] => {
      const answer = withLost(known.get(one)?.get(other), lostAnswers(other, layer2, now));
      const beside = besideOf(one, other, layer2);
      if (beside === undefined) return answer === undefined ? [] : [answer];
      const base = answer ?? {
        from: one.label,
        to: other.label,
        services: [],
        perhaps: [],
        pairs: pairsOf({ from: one, to: other, passes: [], perhaps: [], by: [] }),
        by: [],
      };
      const by = [...base.by, `beside the firewall: ${beside.why}`];
      if (beside.verdict === 'pass') return [{ ...base, services: ['any'], perhaps: [], by }];
      return base.services.includes('any') ? [base] : [{ ...base, perhaps: ['any'], by }];
    }),
  );
}
