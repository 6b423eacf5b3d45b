import type { PacketMatch, Redirect, Rule, RuleInterface, RuleSet } from '../../../src/model/rules.js';
import { aliasRanges, ipv4Range, nftRange } from './nft-addresses.js';
import { conditions, isOnInterface, portRanges, setName } from './nft-match.js';

/** What a ruleset needs of the router that it is loaded into. */
export interface NftOptions {
  /** Interface id → network device. Every interface of the rule set must be there. */
  readonly devices: ReadonlyMap<string, string>;
  /** Number of the conntrack zone, a new one for each ruleset: states that an older one has let in do not count any more. */
  readonly zone: number;
}

const TABLE = 'slash32';
/** Marks of a packet on its way through one stage: what the last rule that fitted, and that is not quick, does with it. */
const MARKS = { pass: 1, block: 2, reject: 3 } as const;
/** Mark of a packet whose redirect lets it pass without the rules on the way in. */
const PASSED = 256;
const MOST_PORTS = 128;

/**
 * A rule set as a file for `nft -f`, for IPv4: what pf does, in the words of nftables. Destination NAT comes first; then the rules of
 * the interface that a packet comes in on, then those of the one that it leaves by, and both must let it pass. In each stage
 * the first rule with `quick` decides, else the last one that fits (kept as a mark), else the fallback. Answers pass by their state.
 * `log` is ignored. Test-only: it shares no code with `src/policy/evaluate`.
 * @throws Error for what nft cannot show here: unknown aliases and conditions, rules without state or with TCP flags, redirects to
 * several addresses, rules that look at the source behind source NAT.
 */
export function nftRuleset(ruleSet: RuleSet, { devices, zone }: NftOptions): string {
  const places = ruleSet.interfaces.map((place) => ({ place, device: deviceOf(place, devices) }));
  // what the firewall itself sends goes out by the gateway that those name anyway, since the lab has one way out
  const rules = ruleSet.rules.filter(
    (rule) => rule.enabled && rule.class !== 'invalid' && !(rule.origin === 'automatic' && rule.sentTo !== undefined),
  );
  for (const rule of rules) refuseUnsupported(rule);
  const redirects = ruleSet.redirects.filter((redirect) => redirect.enabled);
  const body = [
    ...aliasesIn([...rules, ...redirects]).map((name) => aliasSet(name, ruleSet)),
    chain('zone_in', ['type filter hook prerouting priority raw', `ct zone set ${zone}`]),
    chain('zone_out', ['type filter hook output priority raw', `ct zone set ${zone}`]),
    chain('at_prerouting', ['type nat hook prerouting priority dstnat', ...places.map(goTo('iifname', 'rdr'))]),
    chain('at_postrouting', [
      'type nat hook postrouting priority srcnat',
      ...places.flatMap((one) => masquerade(one, rules, ruleSet)),
    ]),
    chain('input', [
      'type filter hook input priority filter',
      'iifname "lo" accept',
      ...STATES,
      'jump entering',
      'accept',
    ]),
    chain('forward', [
      'type filter hook forward priority filter',
      ...STATES,
      'jump entering',
      'jump leaving',
      'accept',
    ]),
    chain('output', [
      'type filter hook output priority filter',
      'oifname "lo" accept',
      ...STATES,
      'jump leaving',
      'accept',
    ]),
    chain('refuse', ['meta l4proto tcp reject with tcp reset', 'reject']),
    ...places.flatMap(({ place }) => [
      chain(
        `rdr_${place.id}`,
        redirects.flatMap((redirect) => redirectLines(redirect, place.id, ruleSet)),
      ),
      chain(`in_${place.id}`, stage(rules, 'in', place.id, ruleSet)),
      chain(`out_${place.id}`, stage(rules, 'out', place.id, ruleSet)),
    ]),
    chain('entering', [`meta mark ${PASSED} return`, ...places.map(goTo('iifname', 'in')), 'drop']),
    chain('leaving', [...places.map(goTo('oifname', 'out')), 'drop']),
  ];
  // A table must be there to be deleted; the whole file is one transaction.
  return `table ip ${TABLE} {}\ndelete table ip ${TABLE}\ntable ip ${TABLE} {\n${body.join('\n')}\n}\n`;
}

/** A packet that belongs to nothing and opens nothing is a state violation on either firewall. */
const STATES = ['ct state established,related accept', 'ct state invalid drop'];

interface Placed {
  readonly place: RuleInterface;
  readonly device: string;
}

function deviceOf(place: RuleInterface, devices: ReadonlyMap<string, string>): string {
  const device = devices.get(place.id);
  if (device === undefined) throw new Error(`the lab has no device for the interface ${place.id}`);
  return device;
}

function chain(name: string, lines: readonly string[]): string {
  return `  chain ${name} {\n${lines.map((line) => `    ${line}${line.startsWith('type ') ? '; policy accept;' : ''}\n`).join('')}  }`;
}

function goTo(field: 'iifname' | 'oifname', prefix: string): (placed: Placed) => string {
  return ({ place, device }) => `${field} "${device}" goto ${prefix}_${place.id}`;
}

function aliasSet(name: string, { aliases }: RuleSet): string {
  const elements = aliasRanges(name, aliases).map(nftRange);
  const content = elements.length === 0 ? '' : `elements = { ${elements.join(', ')} }; `;
  return `  set ${setName(name)} { type ipv4_addr; flags interval; ${content}}`;
}

/** Names of the aliases that IPv4 addresses are held against; no other one needs to be known. */
function aliasesIn(matches: readonly PacketMatch[]): string[] {
  const parts = matches
    .filter((one) => one.family !== 'inet6')
    .flatMap((one) => [...one.source.parts, ...one.destination.parts]);
  return [...new Set(parts.flatMap((part) => (part.kind === 'alias' ? [part.name] : [])))];
}

function refuseUnsupported(rule: Rule): void {
  if (rule.family === 'inet6') return;
  const [unknown] = rule.unknowns;
  if (unknown !== undefined) throw new Error(`the lab cannot know of the rule ${rule.id}: ${unknown}`);
  if (!rule.stateful && rule.action === 'pass') throw new Error(`the lab has no pass without state (rule ${rule.id})`);
  if (rule.sentTo !== undefined || rule.handedTo !== undefined)
    throw new Error(`the lab has one way for each packet (rule ${rule.id})`);
  if (!rule.newConnections) throw new Error(`the lab looks at no TCP flags (rule ${rule.id})`);
}

function stage(rules: readonly Rule[], direction: 'in' | 'out', id: string, ruleSet: RuleSet): string[] {
  const here = rules.filter(
    (rule) => (rule.direction === 'any' || rule.direction === direction) && isOnInterface(rule, id, ruleSet),
  );
  const verdicts = { pass: 'return', block: 'drop', reject: 'goto refuse' } as const;
  return [
    'meta mark set 0',
    ...here.flatMap((rule) =>
      conditions(rule, ruleSet).map((condition) =>
        `${condition} ${rule.quick ? verdicts[rule.action] : `meta mark set ${MARKS[rule.action]}`}`.trimStart(),
      ),
    ),
    ...(['pass', 'block', 'reject'] as const).map((action) => `meta mark ${MARKS[action]} ${verdicts[action]}`),
    verdicts[ruleSet.fallback],
  ];
}

function redirectLines(redirect: Redirect, id: string, ruleSet: RuleSet): string[] {
  if (redirect.family === 'inet6' || !isOnInterface(redirect, id, ruleSet)) return [];
  const [unknown] = redirect.unknowns;
  if (unknown !== undefined) throw new Error(`the lab cannot know of the redirect ${redirect.id}: ${unknown}`);
  if (redirect.action === 'exempt')
    return conditions(redirect, ruleSet).map((condition) => `${condition} return`.trimStart());
  const mark = redirect.passes ? `meta mark set ${PASSED} ` : '';
  const address = targetOf(redirect, ruleSet);
  const { targetPort } = redirect;
  if (targetPort === undefined)
    return conditions(redirect, ruleSet).map((condition) => `${condition} ${mark}dnat to ${address}`.trimStart());
  // nft keeps no offset from the first port of a span, so each port gets a line of its own.
  return portRanges(redirect.destinationPorts, ruleSet.aliases).flatMap(({ from, to }) => {
    if (to - from >= MOST_PORTS) throw new Error(`the lab redirects ${MOST_PORTS} ports at most (${redirect.id})`);
    const isSpan = redirect.destinationPorts.every((part) => part.kind === 'ports');
    return Array.from({ length: to - from + 1 }, (_, offset) => offset).flatMap((offset) =>
      conditions(
        { ...redirect, destinationPorts: [{ kind: 'ports', from: from + offset, to: from + offset }] },
        ruleSet,
      ).map((condition) => `${condition} ${mark}dnat to ${address}:${targetPort + (isSpan ? offset : 0)}`.trimStart()),
    );
  });
}

function targetOf(redirect: Redirect, { aliases }: RuleSet): string {
  const ranges = redirect.targets.flatMap((part) => {
    if (part.kind === 'alias') return aliasRanges(part.name, aliases);
    if (part.kind === 'addresses') return ipv4Range(part.span) ?? [];
    throw new Error(`the lab cannot redirect to ${part.kind} (${redirect.id})`);
  });
  const [only] = ranges;
  if (only === undefined || ranges.length > 1 || only.from !== only.to)
    throw new Error(`the lab redirects to one address only (${redirect.id})`);
  return nftRange(only);
}

/** pf translates the source before the rules for `out` look, nftables behind them: those that would notice are refused. */
function masquerade({ place, device }: Placed, rules: readonly Rule[], ruleSet: RuleSet): string[] {
  const own = (ruleSet.translations ?? []).filter(
    (one) => one.enabled && one.family !== 'inet6' && isOnInterface(one, place.id, ruleSet),
  );
  const other = own.find((one) => one.targets.some((part) => part.kind !== 'interface-address') || one.keepsHost);
  if (other !== undefined) throw new Error(`the lab translates to the address of the interface only (${other.id})`);
  if (own.length === 0) return [];
  const notices = rules.find(
    (rule) =>
      rule.family !== 'inet6' &&
      rule.direction !== 'in' &&
      isOnInterface(rule, place.id, ruleSet) &&
      (rule.source.not || rule.source.parts.some((part) => part.kind !== 'any')),
  );
  if (notices !== undefined) throw new Error(`the rule ${notices.id} looks at a source behind source NAT`);
  return own.flatMap((one) =>
    conditions(one, ruleSet).map((condition) =>
      ['oifname', `"${device}"`, condition, one.action === 'exempt' ? 'return' : 'masquerade']
        .filter(Boolean)
        .join(' '),
    ),
  );
}
