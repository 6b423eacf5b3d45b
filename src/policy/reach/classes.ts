import { type Ip, type IpSpan, parseIp, parseSpan } from '../../model/ip.js';
import type { Endpoint, RuleSet } from '../../model/rules.js';
import type { ReachEnd, ReachNode } from './types.js';

type Host = Extract<ReachEnd, { kind: 'host' }>;

/**
 * Puts hosts together that none of these rule sets can tell apart: on one segment, in the same aliases, within the same
 * networks. What holds for one of a node holds for all, so that the number of questions follows the policy and not the instances.
 */
export function classifyHosts(hosts: readonly Host[], ruleSets: readonly RuleSet[]): ReachNode[] {
  return hostClassifier(ruleSets)(hosts);
}

/** {@link classifyHosts} for many questions about the same rule sets. */
export function hostClassifier(ruleSets: readonly RuleSet[]): (hosts: readonly Host[]) => ReachNode[] {
  const marks = readMarks(ruleSets);
  return (hosts) => classify(hosts, marks);
}

function classify(hosts: readonly Host[], marks: Marks): ReachNode[] {
  const classes = new Map<string, Host[]>();
  for (const host of hosts) {
    const ip = parseIp(host.address);
    const key = `${host.segment} ${ip === undefined ? host.address : marks(host.address, ip)}`;
    const found = classes.get(key);
    if (found === undefined) classes.set(key, [host]);
    else found.push(host);
  }
  return [...classes.values()].map((ends) => ({ label: labelOf(ends), ends }));
}

function labelOf(ends: readonly Host[]): string {
  const [first] = ends;
  if (first === undefined) return 'nobody';
  if (ends.length === 1) return first.name;
  const names = ends.slice(0, 2).map((end) => end.name);
  return `${ends.length} of ${first.segment} (${names.join(', ')}${ends.length > 2 ? ', …' : ''})`;
}

type Marks = (text: string, ip: Ip) => string;

/** Says of an address which single entries name it, and between which bounds of networks it lies. */
function readMarks(ruleSets: readonly RuleSet[]): Marks {
  const single = new Map<string, string[]>();
  const bounds = new Set<number>();
  /** Each address in them goes on from one of its own, which rules may tell apart. */
  const mapped: IpSpan[] = [];
  let sets = 0;
  const add = (entries: readonly string[]): void => {
    sets += 1;
    for (const entry of entries) addEntry(entry.replace(/^!/, ''), String(sets), single, bounds);
  };
  for (const ruleSet of ruleSets) {
    const used = usedAliases(ruleSet);
    for (const alias of ruleSet.aliases) if (alias.kind === 'addresses' && used.has(alias.name)) add(alias.entries);
    for (const one of [...ruleSet.rules, ...ruleSet.redirects])
      if (one.enabled) for (const end of [one.source, one.destination]) add(spansIn(end));
    for (const one of ruleSet.redirects)
      for (const part of one.targets) if (part.kind === 'addresses') add([part.span]);
    for (const one of ruleSet.translations ?? []) {
      if (!one.enabled) continue;
      for (const end of [one.source, one.destination]) add(spansIn(end));
      if (one.keepsHost) mapped.push(...spansIn(one.source).flatMap((text) => parseSpan(text) ?? []));
    }
    for (const one of ruleSet.interfaces) add(one.addresses);
  }
  const sorted = [...bounds].sort((a, b) => a - b);
  return (text, ip) => {
    const own = mapped.some(({ first, last }) => ip.value >= first && ip.value <= last) ? text : '';
    return `${single.get(text)?.join(' ') ?? ''}/${below(sorted, Number(ip.value))}${own}`;
  };
}

function addEntry(entry: string, set: string, single: Map<string, string[]>, bounds: Set<number>): void {
  const span: IpSpan | undefined = parseSpan(entry);
  if (span === undefined || span.family !== 'inet') return;
  if (span.first !== span.last) {
    bounds.add(Number(span.first));
    bounds.add(Number(span.last) + 1);
    return;
  }
  const address = entry.split('/')[0] ?? entry;
  const before = single.get(address);
  if (before === undefined) single.set(address, [set]);
  else if (before.at(-1) !== set) before.push(set);
}

function spansIn(end: Endpoint): string[] {
  return end.parts.flatMap((part) => (part.kind === 'addresses' ? [part.span] : []));
}

/** Aliases that rules and redirects in force name, and those nested in them. */
export function usedAliases(ruleSet: RuleSet): ReadonlySet<string> {
  const byName = new Map(ruleSet.aliases.map((alias) => [alias.name, alias]));
  const used = new Set<string>();
  const use = (name: string): void => {
    const alias = byName.get(name);
    if (alias === undefined || used.has(name)) return;
    used.add(name);
    for (const entry of alias.entries) use(entry.replace(/^!/, ''));
  };
  for (const one of [...ruleSet.rules, ...ruleSet.redirects, ...(ruleSet.translations ?? [])])
    if (one.enabled)
      for (const end of [one.source, one.destination])
        for (const part of end.parts) if (part.kind === 'alias') use(part.name);
  for (const one of ruleSet.redirects) for (const part of one.targets) if (part.kind === 'alias') use(part.name);
  return used;
}

/** How many of the sorted bounds are at most `value`. */
function below(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
