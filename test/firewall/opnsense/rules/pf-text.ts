import type {
  Endpoint,
  EndpointPart,
  InterfaceGroup,
  PortPart,
  Redirect,
  Rule,
  RuleAlias,
  RuleInterface,
  RuleRoute,
  RuleSet,
  SourceTranslation,
  Way,
} from '../../../../src/model/rules.js';

/**
 * Reads a pf rule set as OPNsense generates it (pf.conf(5)) into the model, on a way of its own: only what such a file holds.
 * A pf file has no addresses of interfaces and no content of tables, so both come from outside.
 */
export function readPfText(
  text: string,
  outside: {
    readonly interfaces: readonly (RuleInterface & { device: string })[];
    readonly tables: readonly RuleAlias[];
    readonly groups?: readonly InterfaceGroup[];
    readonly routes?: readonly RuleRoute[];
    /** Names of gateways by their address, since a file has addresses only. */
    readonly gateways?: ReadonlyMap<string, string>;
  },
): RuleSet {
  const macros = new Map<string, string>();
  const rules: Rule[] = [];
  const redirects: Redirect[] = [];
  const back: Redirect[] = [];
  const nat: SourceTranslation[] = [];
  const binat: SourceTranslation[] = [];
  const ids = new Map(outside.interfaces.map((one) => [one.device, one.id]));
  const context: PfContext = {
    macros,
    ids,
    gateways: outside.gateways ?? new Map(),
    first: (id) =>
      outside.interfaces.find((one) => one.id === id)?.addresses.find((address) => address.includes(':')) ?? '',
  };
  text.split('\n').forEach((raw, number) => {
    const line = raw.trim();
    const macro = /^(\w+) = "(.*)"$/.exec(line);
    if (macro !== null) macros.set(macro[1] ?? '', macro[2] ?? '');
    const spoof = /^antispoof log for (\S+)/.exec(line)?.[1];
    if (spoof !== undefined) rules.push(...antispoof(spoof, context, number));
    if (/^(pass|block)\b/.test(line)) rules.push(readFilter(line, context));
    if (/^(no )?rdr (pass )?(log )?on\b/.test(line)) redirects.push(readRdr(line, context, number));
    if (/^(no )?nat (log )?on\b/.test(line)) nat.push(...readNat(line, context, number));
    if (/^binat (log )?on\b/.test(line)) {
      const found = readNat(line, context, number);
      binat.push(...found);
      back.push(...found.map(turned));
    }
  });
  return {
    interfaces: outside.interfaces,
    groups: outside.groups ?? [],
    routes: outside.routes ?? [],
    aliases: outside.tables,
    redirects: [...redirects, ...back],
    translations: [...binat, ...nat],
    rules,
    fallback: 'pass',
    notes: [],
  };
}

interface PfContext {
  readonly macros: ReadonlyMap<string, string>;
  readonly ids: ReadonlyMap<string, string>;
  readonly gateways: ReadonlyMap<string, string>;
  /** The first IPv6 address of an interface. */
  readonly first: (id: string) => string;
}

/** Words of a line; braces, quotes and brackets keep what is inside together. */
function words(line: string): string[] {
  return line.match(/!?\$\w+|!?\{[^}]*\}|"[^"]*"|\([^)]*\)|#.*$|\S+/g) ?? [];
}

function readFilter(line: string, context: PfContext): Rule {
  const all = words(line);
  const label = all[all.indexOf('label') + 1]?.replaceAll('"', '') ?? '';
  const comment =
    all
      .find((word) => word.startsWith('#'))
      ?.slice(1)
      .trim() ?? '';
  const has = (word: string) => all.includes(word);
  const after = (word: string) => (all.includes(word) ? (all[all.indexOf(word) + 1] ?? '') : '');
  const family = has('inet6') ? 'inet6' : has('inet') ? 'inet' : 'inet46';
  return {
    ...match(all, context),
    id: label,
    origin: 'foreign',
    class: 'interface',
    enabled: true,
    quick: has('quick'),
    action: all[0] === 'pass' ? 'pass' : all[1] === 'return' ? 'reject' : 'block',
    direction: has('in') ? 'in' : has('out') ? 'out' : 'any',
    family,
    icmpTypes: list(after('icmp-type')).map((name) => ({ echoreq: 8, unreach: 3 })[name] ?? Number(name)),
    icmp6Types: list(after('icmp6-type')).map((name) => ({ echoreq: 128, unreach: 1 })[name] ?? Number(name)),
    log: has('log'),
    stateful: !/ no state\b/.test(line),
    newConnections: fitsSyn(after('flags')),
    description: comment,
    unknowns: [],
    ...detour('sentTo', 'route-to', all, context),
    ...detour('answersTo', 'reply-to', all, context),
    ...(/ synproxy state\b/.test(line) ? { handedTo: { why: 'it answers itself', protocols: ['tcp'] } } : {}),
    ...(has('divert-to') ? { handedTo: { why: 'it is diverted', protocols: [] } } : {}),
  };
}

/** `S/SA`: of S and A, S alone is set. */
function fitsSyn(flags: string): boolean {
  const [set = '', mask] = flags.split('/');
  return mask === undefined || [...mask].every((flag) => set.includes(flag) === (flag === 'S'));
}

/** `route-to ( em0 192.0.2.1 )`, or several such in braces. */
function detour(name: 'sentTo' | 'answersTo', word: string, all: readonly string[], context: PfContext): Partial<Rule> {
  const at = all.indexOf(word);
  if (at < 0) return {};
  const ways = [...(all[at + 1] ?? '').matchAll(/\(\s*(\S+)\s+(\S+)\s*\)/g)].map(
    ([, device = '', hop = '']): Way => ({
      interface: context.ids.get(device) ?? device,
      gateway: context.gateways.get(hop) ?? hop,
    }),
  );
  const on = context.ids.get(all[all.indexOf('on') + 1] ?? '');
  const byIngress = name === 'answersTo' && ways.every((one) => one.interface === on);
  const known = ways.some((one) => one.interface === 'lo0') ? [] : ways;
  return { [name]: { name: `${word} ${all[at + 1]}`, ways: known, byIngress } };
}

/** A line with a pool of another network has targets that nobody can name. */
function readNat(line: string, context: PfContext, number: number): SourceTranslation[] {
  const [left = '', right = ''] = line.split('->').map((part) => part.replace(/#.*$/, ''));
  const all = words(left);
  const exempt = line.startsWith('no ');
  const [target = ''] = right.trim().split(/\s+/);
  const first = /^\((\w+):0\)(\/\d+)?$/.exec(target);
  const parts = first === null ? endpoint(target, context).parts : endpoint(`(${first[1]})`, context).parts;
  const [source = ''] = parts.flatMap((part) => (part.kind === 'interface-address' ? [part.interface] : []));
  const isBoth = line.startsWith('binat');
  return [
    {
      ...match(all, context),
      id: `line ${number + 1}`,
      origin: 'foreign',
      enabled: true,
      action: exempt ? 'exempt' : 'translate',
      targets: exempt
        ? []
        : first?.[2] === undefined
          ? parts
          : [{ kind: 'addresses', span: `${context.first(source)}${first[2]}` }],
      keepsHost: isBoth,
      keepsPort: isBoth || right.includes('static-port'),
      description: '',
      unknowns: [],
    },
  ];
}

/** The way back of a binat: what comes in for the addresses outside. */
function turned(nat: SourceTranslation): Redirect {
  return {
    ...nat,
    source: nat.destination,
    destination: { parts: nat.targets, not: false },
    action: 'redirect',
    targets: nat.source.parts,
    keepsHost: true,
    targetPort: undefined,
    passes: false,
  };
}

function readRdr(line: string, context: PfContext, number: number): Redirect {
  const [left = '', right = ''] = line.split('->');
  const target = words(right);
  const exempt = line.startsWith('no ');
  return {
    ...match(words(left), context),
    id: `line ${number + 1}`,
    origin: 'foreign',
    enabled: true,
    action: exempt ? 'exempt' : 'redirect',
    targets: exempt ? [] : endpoint(target[0] ?? '', context).parts,
    targetPort: target[1] === 'port' ? Number((target[2] ?? '').split(':')[0]) : undefined,
    ...(target.includes('bitmask') ? { keepsHost: true } : {}),
    passes: words(left).includes('pass'),
    description: '',
    unknowns: [],
  };
}

function match(all: readonly string[], context: PfContext) {
  const at = (word: string) => all.indexOf(word);
  const on = at('on');
  const not = on >= 0 && all[on + 1] === '!';
  const device = on < 0 ? undefined : all[on + (not ? 2 : 1)];
  const from = at('from');
  const to = at('to');
  const port = (start: number) => (start >= 0 && all[start + 2] === 'port' ? (all[start + 3] ?? '') : '');
  const proto = at('proto') < 0 ? [] : list(all[at('proto') + 1] ?? '');
  return {
    interfaces: device === undefined ? [] : [context.ids.get(device) ?? device],
    interfacesNot: not,
    family: all.includes('inet6') ? ('inet6' as const) : all.includes('inet') ? ('inet' as const) : ('inet46' as const),
    protocols: proto.map((name) => (name === 'ipv6-icmp' ? 'icmp6' : name)),
    source: from < 0 ? ANY : endpoint(all[from + 1] ?? '', context),
    destination: to < 0 ? ANY : endpoint(all[to + 1] ?? '', context),
    sourcePorts: ports(port(from), context),
    destinationPorts: ports(port(to), context),
  };
}

const ANY: Endpoint = { parts: [{ kind: 'any' }], not: false };

/** `{!(em2:network),fe80::/10}` too: pf leaves link-local addresses out of a network, so what is not in it has them already. */
function endpoint(word: string, context: PfContext): Endpoint {
  const items = list(word).map((item) => (item.startsWith('!') ? item.slice(1) : item));
  const not = /^\{?!/.test(word);
  const value = (item: string) => (item.startsWith('$') ? (context.macros.get(item.slice(1)) ?? '') : item);
  return {
    parts: (not ? items.slice(0, 1) : items).flatMap((item) => list(value(item))).map((item) => place(item, context)),
    not,
  };
}

function place(item: string, context: PfContext): EndpointPart {
  if (item === 'any') return { kind: 'any' };
  if (item === '(self)') return { kind: 'self' };
  if (item.startsWith('<')) return { kind: 'alias', name: item.slice(1, -1) };
  const device = /^\(([^:)]+)(:network)?\)$/.exec(item);
  if (device === null) return { kind: 'addresses', span: item };
  const id = context.ids.get(device[1] ?? '') ?? device[1] ?? '';
  return { kind: device[2] === undefined ? 'interface-address' : 'interface-network', interface: id };
}

function ports(word: string, context: PfContext): PortPart[] {
  const value = word.startsWith('$') ? (context.macros.get(word.slice(1)) ?? '') : word;
  return list(value).map((item) => {
    const [from = '', to = from] = item.split(':');
    return { kind: 'ports', from: Number(from), to: Number(to) };
  });
}

/** Parts of `{a b}` or `{a,b}` or of one word. */
function list(word: string): string[] {
  return word
    .replace(/^\{|\}$/g, '')
    .split(/[\s,]+/)
    .filter((part) => part !== '');
}

/** pf.conf(5): block what comes in elsewhere with a source of the interface's network, and what has its own address. */
function antispoof(device: string, context: PfContext, number: number): Rule[] {
  const id = `antispoof ${number}`;
  return (['inet', 'inet6'] as const).flatMap((family) => [
    readFilter(
      `block in log on ! ${device} ${family} from (${device}:network) to any label "${id}" # antispoof`,
      context,
    ),
    readFilter(`block in log ${family} from (${device}) to any label "${id}" # antispoof`, context),
  ]);
}
