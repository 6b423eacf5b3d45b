import { type SimNode, textAt } from '../node.js';
import { ownerOf } from './marker.js';
import type { Complaint, NodeChange, PluginApply, PluginRedirect } from './model.js';
import { holds, objection, ownAddresses, takesRules } from './networks.js';
import { objectsOf } from './objects.js';

type Lists = ReadonlyMap<string, readonly string[]>;

/** What is asked for on interfaces that the plugin may not touch. Before the edits. */
export function scopeErrors(root: SimNode, scope: readonly string[], apply: PluginApply): Complaint[] {
  const { segments = [], aliases = [], rules = [], redirects = [] } = apply;
  const hosts = apply.aliases === undefined ? presentHosts(root, apply.owner) : askedHosts(apply);
  const named = [
    ...segments.map((segment, at) => [segment.interface, `segments/${at}/interface`] as const),
    ...rules.flatMap((rule, at) => {
      const publishes = takesRules(root, rule.interface) && leadsInside(root, scope, hosts, rule);
      return publishes ? [] : [[rule.interface, `rules/${at}/interface`] as const];
    }),
  ];
  const complain = (where: string, object: string): Complaint => ({
    where,
    object,
    message: `The plugin may not touch ${object || 'any interface, and so no alias'}.`,
  });
  return [
    ...named.filter(([id]) => !scope.includes(id)).map(([id, where]) => complain(where, id)),
    ...redirects.flatMap((one, at) => redirectScope(root, scope, one, `redirects/${at}`)),
    ...(scope.length === 0 && aliases.length > 0 ? [complain('aliases', '')] : []),
  ];
}

/** Redirects that cannot be, wherever they lead. */
export function unfitRedirects(root: SimNode, scope: readonly string[], { redirects = [] }: PluginApply): Complaint[] {
  return redirects.flatMap((one, at) => [
    ...(isHost(root, scope, one.target)
      ? []
      : [{ where: `redirects/${at}/target`, object: one.target, message: 'It is no address of a host.' }]),
    ...(takesRules(root, one.interface)
      ? []
      : [{ where: `redirects/${at}/interface`, object: one.interface, message: 'There is no such interface.' }]),
  ]);
}

/** What the edits did to rules that stand out of scope, and to redirects that lead out of it by now. */
export function strayErrors(
  before: SimNode,
  after: SimNode,
  changes: readonly NodeChange[],
  scope: readonly string[],
  owner: string,
): Complaint[] {
  const was = outside(before, scope, owner);
  const touched = new Set(changes.flatMap(({ kind, at }) => (kind === 'rule' ? [at] : [])));
  const complain = (where: string, object: string): Complaint => ({ where, object, message: 'It is out of scope.' });
  const rules = [
    ...[...was].filter(([uuid, inside]) => touched.has(uuid) && !inside),
    ...[...outside(after, scope, owner)].filter(
      ([uuid, inside]) => !inside && (was.get(uuid) ?? touched.has(uuid)) === true,
    ),
  ];
  const redirects = changes.filter(
    ({ kind, before: [old] }) =>
      kind === 'redirect' && old !== undefined && !isHost(before, scope, textAt(old, 'target')),
  );
  return [
    ...rules.map(([uuid]) => complain('rules', uuid)),
    ...redirects.map(({ name }) => complain('redirects', name)),
  ];
}

function redirectScope(root: SimNode, scope: readonly string[], one: PluginRedirect, where: string): Complaint[] {
  const { interface: id, destination_net: net, target } = one;
  const isNear = scope.some((each) => holds(root, each, target));
  const isOwn = net === `${id}ip` || ownAddresses(root, id).includes(net);
  return [
    ...(isNear ? [] : [{ where: `${where}/target`, object: target, message: 'It lies in no network in scope.' }]),
    ...(isOwn || scope.includes(id)
      ? []
      : [{ where: `${where}/destination_net`, object: net, message: 'It is not the firewall itself.' }]),
  ];
}

/** The owner's rules on interfaces out of scope by uuid, and whether they lead to hosts in scope only. */
function outside(root: SimNode, scope: readonly string[], owner: string): Map<string, boolean> {
  const hosts = presentHosts(root, owner);
  const rules = objectsOf(root, 'rule').filter(
    (rule) => ownerOf(textAt(rule, 'description')) === owner && !scope.includes(textAt(rule, 'interface')),
  );
  return new Map(
    rules.map((rule) => {
      const net = textAt(rule, 'destination_net') || 'any';
      const not = textAt(rule, 'destination_not') === '1';
      const inside = leadsInside(root, scope, hosts, { destination_net: net, destination_not: not });
      return [rule.attributes.uuid ?? '', inside];
    }),
  );
}

function leadsInside(
  root: SimNode,
  scope: readonly string[],
  hosts: Lists,
  rule: Readonly<Record<string, unknown>>,
): boolean {
  if (rule.destination_not === true) return false;
  const addresses = String(rule.destination_net)
    .split(',')
    .flatMap((part) => hosts.get(part) ?? [part.replace(/\/32$/, '')]);
  return addresses.every((address) => isHost(root, scope, address));
}

function isHost(root: SimNode, scope: readonly string[], address: string): boolean {
  return scope.some((id) => objection(root, id, address) === undefined);
}

function presentHosts(root: SimNode, owner: string): Lists {
  const own = objectsOf(root, 'alias').filter(
    (alias) => textAt(alias, 'type') === 'host' && ownerOf(textAt(alias, 'description')) === owner,
  );
  const words = (alias: SimNode): string[] =>
    textAt(alias, 'content')
      .split(/\s+/)
      .filter((word) => word !== '');
  return new Map(own.map((alias) => [textAt(alias, 'name'), words(alias)]));
}

function askedHosts({ aliases = [] }: PluginApply): Lists {
  return new Map(aliases.flatMap(({ name, type, content }) => (type === 'host' ? [[name, content] as const] : [])));
}
