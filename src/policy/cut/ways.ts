import type { ClosedWays, WayService, WayTable } from '../../model/connections.js';
import { formatIp } from '../../model/ip.js';
import type { Rule, RuleSet } from '../../model/rules.js';
import { evaluate } from '../evaluate/evaluate.js';
import { hasPorts } from '../evaluate/protocol.js';
import type { Evaluation, Flow } from '../evaluate/types.js';
import { affectedPairs } from './affected.js';
import { type AddressClass, addressClasses } from './classes.js';
import { type Fitted, type FittedRuleSet, fitRuleSet } from './fits.js';
import { type NumberRange, numberRanges } from './ranges.js';
import { type Pair, wayTables } from './tables.js';

/**
 * The ways that are open on one rule set and closed on another, exactly: of a packet in a closed way the evaluator says that it
 * does not pass `after`, and that it passed `before` or may have; no other packet is in one. Pure.
 */
export function closedWays(before: RuleSet, after: RuleSet): ClosedWays {
  // of rules that the firewall refuses nobody knows what is in force
  if ([before, after].some(({ refused = [] }) => refused.length > 0)) return { closed: [], perhaps: [] };
  const classes = addressClasses([before, after]);
  const [old, now] = [fitRuleSet(before, classes), fitRuleSet(after, classes)];
  const judge = pairJudge(old, now, classes);
  const closed: Pair[] = [];
  const perhaps: Pair[] = [];
  affectedPairs(
    old,
    now,
    classes,
  )((from, to) => {
    if (classes[from]?.family !== classes[to]?.family) return;
    const found = judge(from, to);
    const isMixed = classes[from]?.mixed === true || classes[to]?.mixed === true;
    if (found.closed.length > 0) (isMixed ? perhaps : closed).push({ from, to, services: found.closed });
    if (isMixed) return;
    if (found.perhaps.length > 0) perhaps.push({ from, to, services: found.perhaps });
  });
  return { closed: wayTables(closed, classes), perhaps: wayTables(perhaps, classes) };
}

/** Whether nothing at all is closed. */
export function closesNothing({ closed, perhaps }: ClosedWays): boolean {
  return [...closed, ...perhaps].every((table: WayTable) => table.rows.length === 0);
}

interface Judged {
  readonly closed: readonly WayService[];
  readonly perhaps: readonly WayService[];
}

/** Judges pairs of classes; those whose packets meet the same rules are judged once. */
function pairJudge(
  old: FittedRuleSet,
  now: FittedRuleSet,
  classes: readonly AddressClass[],
): (from: number, to: number) => Judged {
  const known = new Map<string, Judged>();
  const texts = classes.map(({ sample }) => formatIp(sample));
  const sides = [old, now].map((fitted) => ({
    fitted,
    places: placesOf(fitted, classes),
    met: metBy(fitted, classes),
  }));
  const aliases = sides.map(({ fitted }) => fitted.prepared.world.aliases);
  const redirects = sides.flatMap(({ fitted }) => fitted.redirects);
  const renaming = (from: number) =>
    sides.flatMap(({ fitted }) => fitted.translations.filter((one) => one.source[from] !== 0).map((one) => one.of));
  return (from, to) => {
    const family = classes[from]?.family ?? 'inet';
    const moves = redirects.some((one) => one.source[from] !== 0 && one.destination[to] !== 0);
    const met = sides.map((side) => side.met(from, to, moves));
    const ask = (): Judged => {
      const rules = met.flatMap((list) => list.map(({ fitted }) => fitted.of));
      const ranges = numberRanges(family, rules, moves ? redirects.map(({ of }) => of) : [], renaming(from), aliases);
      const flow = { from: { address: texts[from] ?? '' }, to: { address: texts[to] ?? '' } };
      const place = classes[to]?.single === true ? texts[to] : undefined;
      return judgeRanges(ranges, place, (side, range, number) =>
        evaluate((side === 'before' ? old : now).prepared, flowOf(flow, range, number)),
      );
    };
    if (moves) return ask();
    const key = [
      family,
      ...sides.map(({ fitted }) => translationKey(fitted, from, to)),
      ...sides.flatMap(({ places }) => [places[from], places[to]]),
      ...met.map((list) => list.map(({ at, fits }) => `${at}${fits}`).join(' ')),
    ].join('|');
    const judged = known.get(key) ?? ask();
    known.set(key, judged);
    return judged;
  };
}

/** What source NAT fits a pair; one that maps each address to another one makes every sender one of his own. */
function translationKey({ translations }: FittedRuleSet, from: number, to: number): string {
  return translations
    .map(({ of, source, destination }) => {
      if (source[from] === 0 || destination[to] === 0) return '';
      return `${source[from]}${destination[to]}${of.keepsHost ? `@${from}` : ''}`;
    })
    .join(',');
}

/** Which interfaces stand before each class, and whether it is the firewall itself. */
function placesOf({ prepared }: FittedRuleSet, classes: readonly AddressClass[]): string[] {
  return classes.map(({ sample }) => {
    const operand = prepared.end({ address: formatIp(sample) });
    const { behind, hop, isLocal, isOwn } = prepared.ways;
    return `${behind(operand).join('+')} ${hop(operand)}${isLocal(operand) ? ' local' : ''}${isOwn(operand) ? ' own' : ''}`;
  });
}

interface Met {
  readonly at: number;
  readonly fitted: Fitted<Rule>;
  readonly fits: string;
}

/** The rules that packets of a pair may meet; with `moves`, wherever a redirect may lead them. */
function metBy(
  { rules, prepared }: FittedRuleSet,
  classes: readonly AddressClass[],
): (from: number, to: number, moves: boolean) => readonly Met[] {
  const bySource = new Map<number, readonly (readonly [number, Fitted<Rule>])[]>();
  const ofSource = (from: number): readonly (readonly [number, Fitted<Rule>])[] => {
    const sample = classes[from]?.sample;
    const ids = sample === undefined ? [] : prepared.ways.behind(prepared.end({ address: formatIp(sample) }));
    // on the way out, the source may be another one
    const found = [...rules.entries()].filter(
      ([, { of, source, comesIn }]) => of.direction !== 'in' || (source[from] !== 0 && ids.some(comesIn)),
    );
    bySource.set(from, found);
    return found;
  };
  return (from, to, moves) =>
    (bySource.get(from) ?? ofSource(from)).flatMap(([at, fitted]) => {
      if (!moves && fitted.destination[to] === 0) return [];
      return [{ at, fitted, fits: `:${fitted.source[from]}${fitted.destination[to]}` }];
    });
}

function flowOf(flow: Pick<Flow, 'from' | 'to'>, range: NumberRange, number: number): Flow {
  const isIcmp = range.protocol === 'icmp' || range.protocol === 'icmp6';
  return {
    from: flow.from,
    to: flow.to,
    protocol: range.sample,
    port: hasPorts(range.protocol) ? number : undefined,
    sourcePort: range.sourcePorts?.[0],
    icmpType: isIcmp ? number : undefined,
  };
}

/** Asks `before` and `after` about the first of each range; `place` is where the packets go, if that is one address. */
function judgeRanges(
  ranges: readonly NumberRange[],
  place: string | undefined,
  ask: (side: 'before' | 'after', range: NumberRange, number: number) => Evaluation,
): Judged {
  const closed: WayService[] = [];
  const perhaps: WayService[] = [];
  for (const range of ranges) {
    const [first, last] = range.numbers;
    const was = ask('before', range, first);
    if (isClosed(was)) continue;
    const is = ask('after', range, first);
    const goes = landing(was, place, first);
    const elsewhere = goes !== landing(is, place, first);
    const isOver = isClosed(is) || (is.verdict === 'pass' && elsewhere);
    if (!isOver && (is.verdict === 'pass' || was.verdict !== 'pass')) continue;
    const service = serviceOf(range, goes === undefined ? undefined : landsOf(range, was, ask('before', range, last)));
    join(isOver ? closed : perhaps, service);
  }
  return { closed, perhaps };
}

function isClosed({ verdict }: Evaluation): boolean {
  return verdict === 'block' || verdict === 'reject';
}

/** Where a redirect leads, as text; undefined where it leads nowhere else. */
function landing({ redirected }: Evaluation, place: string | undefined, number: number): string | undefined {
  if (redirected === undefined || (redirected.to === place && (redirected.port ?? number) === number)) return undefined;
  return `${redirected.to} ${redirected.port ?? ''}`;
}

function landsOf({ numbers }: NumberRange, first: Evaluation, last: Evaluation): WayService['lands'] {
  // what has no ports keeps its number
  const { to = '', port = numbers[0] } = first.redirected ?? {};
  return { address: to, port, shifts: numbers[0] !== numbers[1] && (last.redirected?.port ?? numbers[1]) !== port };
}

function serviceOf({ protocol, except, numbers, sourcePorts }: NumberRange, lands: WayService['lands']): WayService {
  return {
    protocol,
    ...(except.length === 0 ? {} : { except }),
    numbers,
    ...(sourcePorts === undefined ? {} : { sourcePorts }),
    ...(lands === undefined ? {} : { lands }),
  };
}

/** Adds a range; one that goes on from the last one makes that longer. */
function join(services: WayService[], next: WayService): void {
  const last = services.at(-1);
  const goesOn =
    last !== undefined &&
    last.lands === undefined &&
    next.lands === undefined &&
    last.protocol === next.protocol &&
    next.protocol !== '*' &&
    last.numbers[1] + 1 === next.numbers[0] &&
    String(last.sourcePorts) === String(next.sourcePorts);
  if (goesOn) services[services.length - 1] = { ...last, numbers: [last.numbers[0], next.numbers[1]] };
  else services.push(next);
}
