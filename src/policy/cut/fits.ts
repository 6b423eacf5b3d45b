import type { PacketMatch, Redirect, Rule, RuleSet, SourceTranslation } from '../../model/rules.js';
import { endpointTest } from '../evaluate/endpoint.js';
import { isOn, type PreparedRuleSet, prepare } from '../evaluate/prepare.js';
import type { AddressClass } from './classes.js';

/** Whether each class of addresses fits an end: 0 not, 1 perhaps, 2 surely; by the number of the class. */
export type Fits = Uint8Array;

/** A rule or redirect with what each class of addresses is to it. */
export interface Fitted<Of extends PacketMatch> {
  readonly of: Of;
  readonly source: Fits;
  readonly destination: Fits;
  /** Whether it looks at what comes in by an interface, and goes out of one. */
  readonly comesIn: (id: string) => boolean;
}

/** A rule set with what every class of addresses is to every rule of it. */
export interface FittedRuleSet {
  readonly prepared: PreparedRuleSet;
  readonly rules: readonly Fitted<Rule>[];
  readonly redirects: readonly Fitted<Redirect>[];
  readonly translations: readonly Fitted<SourceTranslation>[];
}

/** Asks every rule and redirect in force about every class; equal ends are asked once. */
export function fitRuleSet(ruleSet: RuleSet, classes: readonly AddressClass[]): FittedRuleSet {
  const prepared = prepare(ruleSet);
  const { world } = prepared;
  const operands = classes.map(({ sample }) => ({ kind: 'address', ip: sample }) as const);
  const known = new Map<string, Fits>();
  const fitsOf = (end: Rule['source']): Fits => {
    const key = JSON.stringify(end);
    const before = known.get(key);
    if (before !== undefined) return before;
    const test = endpointTest(end, world);
    const fits = Uint8Array.from(operands, (operand) => LEVELS[test(operand).fits]);
    known.set(key, fits);
    return fits;
  };
  const fitted = <Of extends PacketMatch>(of: Of): Fitted<Of> => {
    const on = new Map<string, boolean>();
    return {
      of,
      source: fitsOf(of.source),
      destination: fitsOf(of.destination),
      comesIn: (id) => {
        const before = on.get(id) ?? isOn(of, id, world);
        on.set(id, before);
        return before;
      },
    };
  };
  return {
    prepared,
    rules: ruleSet.rules.filter((rule) => rule.enabled && rule.class !== 'invalid').map(fitted),
    redirects: ruleSet.redirects.filter((redirect) => redirect.enabled).map(fitted),
    translations: (ruleSet.translations ?? []).filter((one) => one.enabled).map(fitted),
  };
}

const LEVELS = { no: 0, maybe: 1, yes: 2 } as const;
