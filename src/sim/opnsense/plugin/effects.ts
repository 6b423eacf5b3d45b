import { type SimNode, textAt } from '../node.js';
import type { NodeChange } from './model.js';

/** Changes by kind, as the answer to an apply has them. */
export function countsOf(changes: readonly NodeChange[]): Record<string, unknown> {
  const count = (kind: NodeChange['kind'], action?: NodeChange['action']): number =>
    changes.filter((change) => change.kind === kind && (action === undefined || change.action === action)).length;
  const actions = ['created', 'updated', 'deleted', 'adopted', 'released'] as const;
  return {
    reservations: Object.fromEntries(actions.map((action) => [action, count('reservation', action)])),
    settings: count('setting'),
    aliases: count('alias'),
    rules: count('rule'),
    redirects: count('redirect'),
  };
}

/** `2 reservations created, 1 rule changed`. */
export function summaryLine(changes: readonly NodeChange[]): string {
  const count = new Map<string, number>();
  for (const { kind, action } of changes) {
    if (kind === 'blank' || kind === 'category') continue;
    const verb = kind === 'reservation' ? action : 'changed';
    count.set(`${kind} ${verb}`, (count.get(`${kind} ${verb}`) ?? 0) + 1);
  }
  const plural = (noun: string): string => (noun === 'alias' ? 'aliases' : `${noun}s`);
  const parts = [...count].map(([key, number]) => {
    const [noun = '', verb] = key.split(' ');
    return `${number} ${number === 1 ? noun : plural(noun)} ${verb}`;
  });
  return parts.join(', ');
}

/** What has to be reloaded, in order. */
export function servicesOf(changes: readonly NodeChange[]): string[] {
  const has = (kind: NodeChange['kind']): boolean => changes.some((change) => change.kind === kind);
  const switched = changes.some((change) => change.kind === 'setting' && change.name === 'enabled');
  return [
    ...(has('alias') ? ['aliases'] : []),
    ...(has('rule') || has('redirect') || switched || changes.some(changesPorts) ? ['filter'] : []),
    ...(touchesDhcp(changes) ? ['dhcpd', 'neighbours'] : []),
  ];
}

/** pf keeps addresses in tables that are filled anew, but ports stand in the rules themselves. */
function changesPorts({ kind, before, after }: NodeChange): boolean {
  const types = new Set([...before, ...after].map((alias) => textAt(alias, 'type')));
  return kind === 'alias' && (types.has('port') || types.size > 1);
}

/** A description alone concerns no service. */
export function touchesDhcp(changes: readonly NodeChange[]): boolean {
  const bare = (nodes: readonly SimNode[]): string =>
    JSON.stringify(nodes.map((one) => one.children.filter((child) => child.name !== 'descr')));
  return changes.some(
    (change) =>
      change.kind === 'setting' || (change.kind === 'reservation' && bare(change.before) !== bare(change.after)),
  );
}
