import { type SimNode, textAt } from '../node.js';
import { ownerOf } from './marker.js';
import type { Complaint, NodeChange, PluginApply } from './model.js';
import { hasInterface } from './networks.js';
import { objectsOf } from './objects.js';

/** Some of the words that mean something to pf or OPNsense. */
const RESERVED =
  /^(any|self|pass|block|in|out|port|host|net|table|all|from|to|bogons|virusprot|(wan|lan|opt\d+)(ip)?)$/;
const FIELDS = ['source_net', 'source_port', 'destination_net', 'destination_port', 'content'];

/** Names of aliases that mean something else to OPNsense. */
export function nameErrors(root: SimNode, apply: PluginApply): Complaint[] {
  return (apply.aliases ?? []).flatMap(({ name }, index) =>
    RESERVED.test(name.toLowerCase()) || hasInterface(root, name.toLowerCase())
      ? [{ where: `aliases/${index}/name`, object: name, message: 'The name means something else to OPNsense.' }]
      : [],
  );
}

/** The interface, or group of them, whose networks a name stands for. */
export function interfaceBehind(item: string): string | undefined {
  return /^__([A-Za-z0-9_]{1,32})_network$/.exec(item)?.[1];
}

/** Names of networks of interfaces that are not there. */
export function strangeNetworks(root: SimNode, apply: PluginApply): Complaint[] {
  return (apply.aliases ?? []).flatMap(({ name, content }, index) =>
    content.flatMap((item, at) => {
      const id = interfaceBehind(item);
      if (id === undefined || hasInterface(root, id)) return [];
      return [{ where: `aliases/${index}/content/${at}`, object: name, message: `There is no interface ${id}.` }];
    }),
  );
}

/** Names of aliases that somebody else has. */
export function takenAliases(root: SimNode, apply: PluginApply): Complaint[] {
  const foreign = objectsOf(root, 'alias').filter((one) => ownerOf(textAt(one, 'description')) !== apply.owner);
  const names = new Set(foreign.map((one) => textAt(one, 'name').toLowerCase()));
  return (apply.aliases ?? []).flatMap(({ name }, index) =>
    names.has(name.toLowerCase())
      ? [{ where: `aliases/${index}/name`, object: name, message: 'An alias of somebody else has this name.' }]
      : [],
  );
}

/** Aliases that were deleted although a rule or another alias of the edited configuration names them. */
export function usedAliases(after: SimNode, changes: readonly NodeChange[]): Complaint[] {
  const gone = changes.filter(({ kind, action }) => kind === 'alias' && action === 'deleted');
  if (gone.length === 0) return [];
  const objects = [...objectsOf(after, 'rule'), ...objectsOf(after, 'alias')];
  const used = new Set(objects.flatMap((one) => FIELDS.flatMap((field) => textAt(one, field).split(/[,\s]+/))));
  return gone
    .filter(({ name }) => used.has(name))
    .map(({ name }) => ({ where: 'aliases', object: name, message: 'It would be deleted, but something uses it.' }));
}
