import type { Detour, Rule, RuleAction } from '../../model/rules.js';
import type { Operand } from './endpoint.js';
import type { Candidate, PacketKind, PreparedRuleSet } from './prepare.js';
import type { StageVerdict, TrailEntry } from './types.js';

/** A packet as one stage sees it. */
export interface Packet {
  readonly source: Operand;
  readonly destination: Operand;
  readonly kind: PacketKind;
}

/** A rule that gives packets or their answers another way. */
export interface Turn {
  readonly rule: Rule;
  readonly to: Detour;
}

/** What one stage says, and where what it passes may go. */
export interface Judgement extends StageVerdict {
  /** Every way that it may take when it passes, undefined for that to its destination; more than one only when `doubts` says why. */
  readonly turns: readonly (Turn | undefined)[];
  /** The same of its answers. */
  readonly answers: readonly (Turn | undefined)[];
  /** Why it is not sure which rule lets it pass. */
  readonly doubts: readonly string[];
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
): Judgement {
  const trail: TrailEntry[] = [];
  const reasons: string[] = [];
  let outcomes: (Rule | undefined)[] = [];
  let pending: (Rule | undefined)[] = [undefined];
  let decided = false;
  for (const candidate of prepared.rules(stage, interfaceId, packet.kind, packet.source)) {
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
  const doubt = doubtAbout(outcomes, decidedBy, prepared.ruleSet.fallback, packet.kind);
  const bends = outcomes.some((rule) => rule?.sentTo !== undefined || rule?.answersTo !== undefined);
  const place = {
    stage,
    interface: interfaceId,
    trail,
    ...(bends ? turnsOf(outcomes, prepared.ruleSet.fallback) : STRAIGHT),
  };
  const doubts = bends ? reasons : NO_REASONS;
  if (doubt !== undefined) {
    if (doubt !== '') reasons.push(doubt);
    return { ...place, verdict: 'unknown', decidedBy: undefined, reasons, doubts };
  }
  const verdict = decidedBy?.action ?? prepared.ruleSet.fallback;
  return { ...place, verdict, decidedBy, reasons: NO_REASONS, doubts };
}

const NO_REASONS: readonly string[] = [];
const STRAIGHT: Pick<Judgement, 'turns' | 'answers'> = { turns: [undefined], answers: [undefined] };

/** What closes has no way. */
function turnsOf(all: readonly (Rule | undefined)[], fallback: RuleAction): Pick<Judgement, 'turns' | 'answers'> {
  const outcomes = all.filter((rule) => (rule?.action ?? fallback) === 'pass');
  if (outcomes.length === 0) return STRAIGHT;
  const turn = (rule: Rule | undefined, to: Detour | undefined): Turn | undefined =>
    rule === undefined || to === undefined ? undefined : { rule, to };
  return {
    turns: distinct(outcomes.map((rule) => turn(rule, rule?.sentTo))),
    answers: distinct(outcomes.map((rule) => turn(rule, rule?.answersTo))),
  };
}

function distinct(turns: readonly (Turn | undefined)[]): (Turn | undefined)[] {
  return turns.filter((turn, at) => turns.findIndex((one) => one?.to.name === turn?.to.name) === at);
}

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
  kind: PacketKind,
): string | undefined {
  const open = (decidedBy?.action ?? fallback) === 'pass';
  for (const rule of outcomes) {
    if (((rule?.action ?? fallback) === 'pass') !== open) return '';
    if (!open || rule === undefined) continue;
    if (!rule.stateful)
      return `${ruleName(rule)} keeps no state, so answers come back only where another rule lets them`;
    const { handedTo } = rule;
    if (handedTo === undefined) continue;
    if (handedTo.protocols.length === 0 || handedTo.protocols.includes(kind.protocol))
      return `${ruleName(rule)}: ${handedTo.why}`;
  }
  return undefined;
}

/** Undefined: does not fit. Otherwise why it is not sure, empty when it is. */
function fitOf<Of extends Rule>(candidate: Candidate<Of>, packet: Packet): readonly string[] | undefined {
  const source = candidate.source(packet.source);
  if (source.fits === 'no') return undefined;
  const destination = candidate.destination(packet.destination);
  if (destination.fits === 'no') return undefined;
  if (source.reason === undefined && destination.reason === undefined) return candidate.reasons;
  const doubts = [...candidate.reasons];
  if (source.reason !== undefined) doubts.push(source.reason);
  if (destination.reason !== undefined) doubts.push(destination.reason);
  return doubts;
}
