import type { PolicyChange } from '../../../model/policy-entries.js';
import { child, type XmlElement } from '../../../xml/element.js';
import type { Edit } from '../../../xml/splice.js';

const STAMP = /\bpersisted_at="[^"]*"/;

/**
 * Gives each model that changes a new stamp. OPNsense caches models by it: with the old one it would not find a category that is
 * new, and would go on with aliases as they were.
 */
export function stampEdits(
  source: string,
  root: XmlElement,
  changes: readonly PolicyChange[],
  stamp: () => string,
): Edit[] {
  const firewall = child(child(root, 'OPNsense'), 'Firewall');
  const names = [
    ...(changes.some((change) => change.kind === 'alias') ? ['Alias'] : []),
    ...(changes.some((change) => change.kind === 'rule') ? ['Filter'] : []),
    'Category',
  ];
  return names.flatMap((name) => {
    const model = child(firewall, name);
    if (model === undefined || model.selfClosing) return [];
    const found = STAMP.exec(source.slice(model.start, model.innerStart));
    if (found === null) return [];
    const start = model.start + found.index;
    return [{ start, end: start + found[0].length, text: `persisted_at="${stamp()}"` }];
  });
}
