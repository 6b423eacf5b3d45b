import type { Rule, RuleAction } from '../../model/rules.js';
import type { Fit, Operand } from './endpoint.js';
import type { Candidate, PacketKind, PreparedRuleSet } from './prepare.js';
import type { StageVerdict, TrailEntry } from './types.js';

/** A packet as one stage sees it. */
export interface Packet {
  readonly source: Operand;
  readonly destination: Operand;
  readonly kind: PacketKind;
  /** The address that source NAT may have put in the place of the source before this stage; undefined where none does. */
  readonly translated: Operand | 'unknown' | undefined;
}

/**
 * Judges a packet by the rules of one interface and direction as pf does: the first fitting rule with `quick` decides, else the
 * last fitting one, else the fallback. A rule that only could fit splits the outcome; when all outcomes agree, it does not matter.
 */
export function judgeStage(
  prepared: PreparedRuleSet,
  stage: 'in' | 'out',
  interfaceId: string,
  packet: Packet,
): StageVerdict {
  const trail: TrailEntry[] = [];
  const reasons: string[] = [];
  let outcomes: (Rule | undefined)[] = [];
  let pending: (Rule | undefined)[] = [undefined];
  let decided = false;
  // a source that may be translated can fit rules that the source itself does not
  const source = packet.translated === undefined ? packet.source : undefined;
  for (const candidate of prepared.rules(stage, interfaceId, packet.kind, source)) {
    const fit = fitOf(candidate, packet);
    if (fit === undefined) continue;
    const rule = candidate.of;
    const sure = fit.length === 0;
    trail.push({ rule, fits: sure ? 'yes' : 'could', reasons: fit });
    if (!sure) reasons.push(...fit.map((reason) => `${ruleName(rule)}: ${reason}`));
    if (rule.quick) outcomes.push(rule);
    else pending = sure ? [rule] : [...pending, rule];
    if (sure && rule.quick) {
      decided = true;
      break;
    }
  }
  const decidedBy = decided ? outcomes.at(-1) : pending[0];
  if (!decided) outcomes = outcomes.length === 0 ? pending : [...outcomes, ...pending];
  const doubt = doubtAbout(outcomes, decidedBy, prepared.ruleSet.fallback);
  if (doubt === undefined) {
    const verdict = decidedBy?.action ?? prepared.ruleSet.fallback;
    return { stage, interface: interfaceId, verdict, decidedBy, trail, reasons: NO_REASONS };
  }
  if (doubt !== '') reasons.push(doubt);
  return { stage, interface: interfaceId, verdict: 'unknown', decidedBy: undefined, trail, reasons };
}

const NO_REASONS: readonly string[] = [];

/** How a rule is called in sentences. */
export function ruleName(rule: { readonly id: string; readonly description: string }): string {
  return rule.description === '' ? `the rule ${rule.id}` : `the rule "${rule.description}"`;
}

/**
 * Undefined: what may decide all comes out as `decidedBy` does. Otherwise the verdict is unknown, for a reason of its own (a
 * clause) or, when it is empty, for those that the rules have.
 */
function doubtAbout(
  outcomes: readonly (Rule | undefined)[],
  decidedBy: Rule | undefined,
  fallback: RuleAction,
): string | undefined {
  const open = (decidedBy?.action ?? fallback) === 'pass';
  for (const rule of outcomes) {
    if (((rule?.action ?? fallback) === 'pass') !== open) return '';
    if (!open || rule === undefined || rule.stateful) continue;
    return `${ruleName(rule)} keeps no state, so answers come back only where another rule lets them`;
  }
  return undefined;
}

/** Undefined: does not fit. Otherwise why it is not sure, empty when it is. */
function fitOf<Of extends Rule>(candidate: Candidate<Of>, packet: Packet): readonly string[] | undefined {
  const source = sourceFit(candidate, packet);
  if (source.fits === 'no') return undefined;
  const destination = candidate.destination(packet.destination);
  if (destination.fits === 'no') return undefined;
  if (source.reason === undefined && destination.reason === undefined) return candidate.reasons;
  const doubts = [...candidate.reasons];
  if (source.reason !== undefined) doubts.push(source.reason);
  if (destination.reason !== undefined) doubts.push(destination.reason);
  return doubts;
}

function sourceFit(candidate: Candidate<Rule>, packet: Packet): Fit {
  const fit = candidate.source(packet.source);
  if (packet.translated === undefined || candidate.anySource) return fit;
  const other = packet.translated === 'unknown' ? undefined : candidate.source(packet.translated);
  if (other?.fits === fit.fits) return fit;
  return { fits: 'maybe', reason: 'source NAT may have changed the source before this rule looks at it' };
}
