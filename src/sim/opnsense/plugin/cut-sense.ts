import { parseIp } from '../../../model/ip.js';
import type { Complaint, PluginWays } from './model.js';

/** What is wrong with ways though each field has its form: spans of another family or turned round, numbers in the wrong order. */
export function cutNonsense(cut: { readonly apply: PluginWays; readonly undo: PluginWays } | undefined): Complaint[] {
  if (cut === undefined) return [];
  const complaints: Complaint[] = [];
  const add = (where: string, message: string): void => void complaints.push({ where, object: '', message });
  for (const part of ['apply', 'undo'] as const)
    for (const family of ['inet', 'inet6'] as const)
      for (const [at, row] of (cut[part][family] ?? []).entries()) {
        const place = `cut/${part}/${family}/${at}`;
        const spans = [...row.from, ...row.groups.flatMap((group) => group.to)];
        if (!spans.every((span) => isSpan(span, family))) add(`${place}/from`, 'It is no list of spans of its family.');
        for (const { numbers, source_ports: sources = [0, 0], lands } of row.groups.flatMap(
          (group) => group.services,
        )) {
          if (numbers[0] > numbers[1] || sources[0] > sources[1]) add(`${place}/numbers`, 'It is no pair of numbers.');
          if (lands !== undefined && parseIp(lands.address)?.family !== family)
            add(`${place}/lands`, 'It is no address of its family.');
        }
      }
  return complaints;
}

function isSpan(text: string, family: 'inet' | 'inet6'): boolean {
  const ends = text.split('-').map((end) => parseIp(end));
  const [first, last = first] = ends;
  if (first?.family !== family || last?.family !== family) return false;
  return ends.length <= 2 && first.value <= last.value;
}
