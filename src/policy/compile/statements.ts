import type { Selector, Statement } from '../../model/policy.js';
import { policyDescription } from '../../model/policy-entries.js';
import type { Endpoint } from '../../model/rules.js';
import type { Resolver } from '../resolve/resolve.js';
import type { PolicyFinding, PolicyScene } from '../resolve/types.js';
import type { AliasMaker } from './aliases.js';
import { shortDigest } from './digest.js';
import { formatPortGroup, groupPorts, type PortGroup } from './ports.js';
import { findSources } from './sources.js';
import type { CompiledRule } from './types.js';

/** Rules for the statements of a policy: one for each interface that packets come in on, protocol and kind of destination. */
export function compileStatements(
  scene: PolicyScene,
  resolver: Resolver,
  aliases: AliasMaker,
): { readonly rules: readonly CompiledRule[]; readonly findings: readonly PolicyFinding[] } {
  const findings: PolicyFinding[] = [];
  const drafts = scene.policy.statements.flatMap((statement) => {
    const sources = findSources(statement.from, scene, resolver);
    findings.push(...sources.findings);
    return [...sources.byInterface].flatMap(([id, from]) => draftRules(scene, statement, id, from, aliases));
  });
  return { rules: withKeys(drafts, scene.owner), findings };
}

interface Draft extends Omit<CompiledRule, 'key' | 'entry'> {
  readonly identity: string;
  readonly ports: string;
  readonly when: string | undefined;
  readonly entry: Omit<CompiledRule['entry'], 'description'>;
}

function draftRules(
  scene: PolicyScene,
  statement: Statement,
  id: string,
  from: readonly Selector[],
  aliases: AliasMaker,
): Draft[] {
  const source = sourceEnd(from, scene, id, aliases);
  const groups = groupPorts(statement.allow);
  return destinationEnds(statement.to, aliases).flatMap(({ selectors, end }) =>
    groups.map((group): Draft => {
      const ports = formatPortGroup(group);
      const texts = { from: textOf(from), to: textOf(selectors) };
      return {
        place: statement.place,
        zone: 'statement',
        what: `${texts.from} to ${texts.to} ${ports}`,
        when: statement.when,
        ports,
        identity: JSON.stringify([id, group.protocol, from.map(nameOf).sort(), selectors.map(nameOf).sort()]),
        entry: {
          interface: id,
          action: 'pass',
          family: 'inet',
          protocol: group.protocol,
          icmpTypes: group.icmpTypes,
          source,
          destination: end,
          ports: portsOf(group, aliases),
          log: statement.log,
        },
      };
    }),
  );
}

function portsOf(group: PortGroup, aliases: AliasMaker): CompiledRule['entry']['ports'] {
  return group.protocol === 'tcp' || group.protocol === 'udp' ? aliases.forPorts(group) : undefined;
}

function sourceEnd(from: readonly Selector[], scene: PolicyScene, id: string, aliases: AliasMaker): Endpoint {
  if (from.some((one) => one.kind === 'any')) return { parts: [{ kind: 'any' }], not: false };
  const [only] = from;
  const segment = scene.segments.find((one) => one.interface === id);
  if (from.length === 1 && only?.kind === 'segment' && only.segment === segment?.name)
    return { parts: [{ kind: 'interface-network', interface: id }], not: false };
  return aliasEnd(from, aliases);
}

/** Destinations that one rule can name: all aliases together, and each of `any`, `internet` and `firewall` by itself. */
export function destinationEnds(
  to: readonly Selector[],
  aliases: AliasMaker,
): { readonly selectors: readonly Selector[]; readonly end: Endpoint }[] {
  const named = to.filter((one) => one.kind !== 'any' && one.kind !== 'internet' && one.kind !== 'firewall');
  const special = (kind: Selector['kind'], end: () => Endpoint) =>
    to
      .filter((one) => one.kind === kind)
      .slice(0, 1)
      .map((one) => ({ selectors: [one], end: end() }));
  return [
    ...(named.length === 0 ? [] : [{ selectors: named, end: aliasEnd(named, aliases) }]),
    ...special('any', () => ({ parts: [{ kind: 'any' }], not: false })),
    ...special('internet', () => ({ parts: [{ kind: 'alias', name: aliases.forLocal() }], not: true })),
    ...special('firewall', () => ({ parts: [{ kind: 'self' }], not: false })),
  ];
}

function aliasEnd(selectors: readonly Selector[], aliases: AliasMaker): Endpoint {
  const names = [...new Set(selectors.map((selector) => aliases.forSelector(selector)))].sort();
  return { parts: names.map((name) => ({ kind: 'alias', name })), not: false };
}

function textOf(selectors: readonly Selector[]): string {
  return selectors.map((one) => one.text).join(', ');
}

function nameOf(selector: Selector): string {
  return `${selector.kind} ${selector.text}`;
}

function rankOf({ ports, what, when, entry }: Draft): string {
  return JSON.stringify([ports, what, when ?? '', entry.log]);
}

/**
 * A rule is known by who, to whom and by which protocol, so that other ports, words or places in the file change it and do not
 * replace it. Where several share that, they are told apart in the order of their ports, and
 * then of all that they say, never by the order of the lines.
 */
function withKeys(drafts: readonly Draft[], owner: string): CompiledRule[] {
  const seen = new Map<string, number>();
  const order = drafts
    .map((draft) => ({ draft, rank: rankOf(draft) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  const keys = new Map<Draft, string>();
  for (const { draft } of order) {
    const digest = shortDigest(draft.identity);
    const count = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, count);
    keys.set(draft, `rule/${digest}${count === 1 ? '' : `.${count}`}`);
  }
  return drafts.map((draft) => {
    const { identity: _identity, ports: _ports, when, entry, ...rest } = draft;
    const key = keys.get(draft) ?? '';
    const text = when === undefined ? rest.what : `${rest.what}: ${when}`;
    return { ...rest, key, entry: { ...entry, description: policyDescription(text, owner, key) } };
  });
}
