import type { Redirect, Rule } from '../../model/rules.js';
import type { AddressClass } from './classes.js';
import type { Fits, Fitted, FittedRuleSet } from './fits.js';
import { type Touched, touchedEntries } from './touched.js';

/** Calls back for each pair of classes, by their numbers, between which a change may make a difference; each pair once. */
export type AffectedPairs = (visit: (from: number, to: number) => void) => void;

/** Finds the pairs whose packets may meet something that a change touches. The rest fares as before and need not be asked. */
export function affectedPairs(
  before: FittedRuleSet,
  after: FittedRuleSet,
  classes: readonly AddressClass[],
): AffectedPairs {
  const touched = touchedEntries(before.prepared.ruleSet, after.prepared.ruleSet);
  const size = classes.length;
  const every = classes.map((_, at) => at);
  if (touched === undefined)
    return (visit) => {
      for (const from of every) for (const to of every) visit(from, to);
    };
  const marked = new Map<number, Uint8Array>();
  const mark = (from: readonly number[], to: readonly number[]): void => {
    for (const one of from) {
      const row = marked.get(one) ?? new Uint8Array(size);
      for (const other of to) row[other] = 1;
      marked.set(one, row);
    }
  };
  const elsewhere = every.filter((at) =>
    [...before.redirects, ...after.redirects].some((one) => one.destination[at] !== 0),
  );
  const ingress = classes.map(({ sample }) => before.prepared.ways.behind({ kind: 'address', ip: sample }));
  const look = <Of extends Rule | Redirect>(touches: readonly Touched<Of>[], was: Lists<Of>, is: Lists<Of>): void => {
    for (const touch of touches) {
      const [old, now] = [found(was, touch.before), found(is, touch.after)];
      const looksIn = (at: number): boolean => {
        const ids = ingress[at] ?? [];
        if (ids.length === 0 || [old, now].some((one) => one !== undefined && isOut(one.of))) return true;
        return ids.some((id) => old?.comesIn(id) === true || now?.comesIn(id) === true);
      };
      const from = every.filter((at) => reaches(at, old?.source, now?.source) && looksIn(at));
      const to = every.filter((at) => reaches(at, old?.destination, now?.destination));
      if (touch.onlyAddresses) {
        mark(
          from.filter((at) => differs(at, old?.source, now?.source)),
          to,
        );
        mark(
          from,
          to.filter((at) => differs(at, old?.destination, now?.destination)),
        );
      } else mark(from, to);
      // a rule sees where a redirect leads, and not what was asked for
      mark(from, elsewhere);
    }
  };
  look(touched.rules, before.rules, after.rules);
  look(touched.redirects, before.redirects, after.redirects);
  return (visit) => {
    for (const [from, row] of marked) for (const to of every) if (row[to] === 1) visit(from, to);
  };
}

type Lists<Of extends Rule | Redirect> = readonly Fitted<Of>[];

function found<Of extends Rule | Redirect>(all: Lists<Of>, one: Of | undefined): Fitted<Of> | undefined {
  return one === undefined ? undefined : all.find((fitted) => fitted.of === one);
}

function isOut(one: Rule | Redirect): boolean {
  return 'direction' in one && one.direction !== 'in';
}

function reaches(at: number, old: Fits | undefined, now: Fits | undefined): boolean {
  return (old?.[at] ?? 0) !== 0 || (now?.[at] ?? 0) !== 0;
}

function differs(at: number, old: Fits | undefined, now: Fits | undefined): boolean {
  return (old?.[at] ?? 0) !== (now?.[at] ?? 0);
}
