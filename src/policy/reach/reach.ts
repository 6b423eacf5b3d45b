import type { Redirect, Rule, RuleSet, SourceTranslation } from '../../model/rules.js';
import { type EndpointTest, endpointTest, type Operand } from '../evaluate/endpoint.js';
import { evaluate } from '../evaluate/evaluate.js';
import { isOn, type PreparedRuleSet } from '../evaluate/prepare.js';
import type { Evaluation, Flow, FlowEnd } from '../evaluate/types.js';
import { type Matching, type PacketRange, packetRanges, servicesOf } from './kinds.js';
import { createPublished, fitsRedirect } from './published.js';
import type { ReachEnd, ReachNode, ReachRow } from './types.js';

/** Answers who reaches whom on one rule set. */
export interface Reach {
  /** What passes from one node to another; undefined where nothing does, not even perhaps. */
  between(from: ReachNode, to: ReachNode): ReachRow | undefined;
}

/** What passed, for all pairs whose packets meet the same rules. */
type Found = Pick<ReachRow, 'passes' | 'perhaps' | 'by'>;

interface Matcher<Of> {
  readonly of: Of;
  readonly source: EndpointTest;
  readonly destination: EndpointTest;
}

/** Readies a rule set for the question who reaches whom. It holds caches and no state that an answer depends on. */
export function createReach(prepared: PreparedRuleSet): Reach {
  const { ruleSet, world } = prepared;
  const rules = ruleSet.rules.filter((rule) => rule.enabled && rule.class !== 'invalid').map(matcher);
  const outward = rules.filter(({ of }) => of.direction !== 'in');
  const redirects = ruleSet.redirects.filter((one) => one.enabled && one.action === 'redirect').map(matcher);
  const outside = createPublished(prepared);
  const translations = (ruleSet.translations ?? []).filter((one) => one.enabled).map(matcher);
  const known = new Map<string, Found>();
  const fromCache = new Map<string, readonly Matcher<Rule>[]>();

  function matcher<Of extends Rule | Redirect | SourceTranslation>(of: Of): Matcher<Of> {
    return { of, source: endpointTest(of.source, world), destination: endpointTest(of.destination, world) };
  }

  /** Rules that packets of this sender may meet on their way in, and on their way out where they keep their source. */
  function rulesFor(source: Operand, key: string, ingress: string | undefined): readonly Matcher<Rule>[] {
    const cacheKey = `${key} ${ingress}`;
    const before = fromCache.get(cacheKey);
    if (before !== undefined) return before;
    const found = rules.filter(
      ({ of, source: test }) =>
        (of.direction !== 'in' || (ingress !== undefined && isOn(of, ingress, world))) && test(source).fits !== 'no',
    );
    fromCache.set(cacheKey, found);
    return found;
  }

  function between(from: ReachNode, to: ReachNode): ReachRow | undefined {
    const [sender] = from.ends;
    const [receiver] = to.ends;
    if (sender === undefined || receiver === undefined) return undefined;
    if (sender.kind === 'firewall' || (sender.kind === 'internet' && receiver.kind === 'internet')) return undefined;
    if (from === to && from.ends.length === 1) return undefined;
    const found =
      sender.kind === 'internet' && receiver.kind === 'host'
        ? published(receiver.address)
        : direct(sender, from === to ? (to.ends[1] ?? receiver) : receiver);
    if (found.passes.length + found.perhaps.length === 0) return undefined;
    return { from, to, ...found };
  }

  function direct(sender: ReachEnd, receiver: ReachEnd): Found {
    const fromEnd = endOf(sender);
    const source = prepared.end(fromEnd);
    const [ingress] = prepared.ways.behind(source);
    const toEnd = receiver.kind === 'firewall' ? gatewayOf(ruleSet, ingress) : endOf(receiver);
    if (toEnd === undefined) return NOTHING;
    const destination = prepared.end(toEnd);
    const senderKey = sender.kind === 'host' ? sender.address : sender.kind;
    const straight = rulesFor(source, senderKey, ingress).flatMap((one) => meeting(one, source, destination));
    const [egress] = prepared.ways.behind(destination);
    const exits = new Set([
      egress,
      ...straight.flatMap(({ rule }) => rule.sentTo?.ways.map((way) => way.interface) ?? []),
    ]);
    const renamed = translations.filter(
      ({ of, source: from, destination: to }) =>
        [...exits].some((id) => id !== undefined && isOn(of, id, world)) &&
        from(source).fits !== 'no' &&
        to(destination).fits !== 'no',
    );
    // source NAT gives packets a source that other rules for the way out fit
    const met =
      renamed.length === 0
        ? straight
        : [...straight, ...outward.flatMap((one) => meeting(one, undefined, destination))];
    const moved = redirects.some(
      (one) => ingress !== undefined && isOn(one.of, ingress, world) && one.destination(destination).fits !== 'no',
    );
    const cuts = [...met.map((one) => one.rule), ...renamed.map((one) => one.of)];
    const ask = (): Found => judge(cuts, (range) => evaluate(prepared, flowOf(fromEnd, toEnd, range)));
    if (moved) {
      const ranges = packetRanges([...ruleSet.redirects, ...cuts], world.aliases);
      const evaluateRange = (range: PacketRange): Evaluation => evaluate(prepared, flowOf(fromEnd, toEnd, range));
      // what is redirected reaches somebody else
      const kept = ranges.filter((range) => evaluateRange(range).redirected === undefined);
      return judgeRanges(kept, ranges, evaluateRange);
    }
    const { hop, isLocal } = prepared.ways;
    const names = met.map(({ rule, sure }) => `${rule.id}${sure ? '' : '?'}`).join(' ');
    const hosts = renamed.some((one) => one.of.keepsHost) ? senderKey : '';
    const key = `${ingress} ${hop(source)} ${hop(destination)} ${isLocal(destination)} ${hosts} ${renamed.map((one) => one.of.id).join(' ')} / ${names}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = ask();
    known.set(key, found);
    return found;
  }

  /** The rule, if it can fit these ends; with a source that is not known yet it only may. */
  function meeting(
    one: Matcher<Rule>,
    source: Operand | undefined,
    destination: Operand,
  ): { readonly rule: Rule; readonly sure: boolean }[] {
    const fits = one.destination(destination).fits;
    if (fits === 'no') return [];
    return [{ rule: one.of, sure: fits === 'yes' && source !== undefined && one.source(source).fits === 'yes' }];
  }

  /** From the internet, an instance is reached by the ports of the firewall that lead to it. */
  function published(address: string): Found {
    const all: Found[] = [];
    for (const { redirect, place, cuts } of outside.ways(address)) {
      const ask = (range: PacketRange): Evaluation =>
        evaluate(prepared, flowOf({ internet: 'inet' }, { address: place }, range));
      const ranges = packetRanges(cuts, world.aliases);
      // what an earlier redirect takes, or keeps from being redirected, does not come here
      const taken = ranges.filter((range) => {
        const { verdict, redirected } = ask(range);
        return fitsRedirect(redirect, range) && (redirected?.id === redirect.id || verdict === 'unknown');
      });
      all.push(judgeRanges(taken, ranges, ask));
    }
    return {
      passes: unique(all.flatMap((one) => one.passes)),
      perhaps: unique(all.flatMap((one) => one.perhaps)),
      by: unique(all.flatMap((one) => one.by)),
    };
  }

  function judge(met: readonly Matching[], ask: (range: PacketRange) => Evaluation): Found {
    const ranges = packetRanges(met, world.aliases);
    return judgeRanges(ranges, ranges, ask);
  }
  return { between };
}

const NOTHING: Found = { passes: [], perhaps: [], by: [] };

function judgeRanges(
  ranges: readonly PacketRange[],
  all: readonly PacketRange[],
  ask: (range: PacketRange) => Evaluation,
): Found {
  const passes: PacketRange[] = [];
  const perhaps: PacketRange[] = [];
  const by = new Set<string>();
  for (const range of ranges) {
    const { verdict, decidedBy } = ask(range);
    if (verdict === 'pass') {
      passes.push(range);
      if (decidedBy !== undefined) by.add(decidedBy.id);
    } else if (verdict === 'unknown') perhaps.push(range);
  }
  return { passes: servicesOf(passes, all), perhaps: servicesOf(perhaps, all), by: [...by] };
}

function flowOf(from: FlowEnd, to: FlowEnd, { protocol, ports, icmpType }: PacketRange): Flow {
  return { from, to, protocol, port: ports?.[0], icmpType };
}

function endOf(end: ReachEnd): FlowEnd {
  return end.kind === 'host' ? { address: end.address } : { internet: 'inet' };
}

/** The firewall as its neighbours on an interface see it. */
export function gatewayOf({ interfaces }: RuleSet, id: string | undefined): FlowEnd | undefined {
  const address = interfaces.find((one) => one.id === id)?.addresses.find((one) => !one.includes(':'));
  return address === undefined ? undefined : { address };
}

function unique(all: readonly string[]): string[] {
  return [...new Set(all)];
}
