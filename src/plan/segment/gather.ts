import type { SegmentContext } from '../context.js';
import type { SegmentNic } from '../entries.js';
import { holdProtected } from '../lockout.js';
import { planMissing } from '../missing.js';
import { projectState } from '../project.js';
import type { Scene } from '../scene.js';
import type { Gathered, Subject } from './steps.js';

/** Gathers who stands on a segment, what is declared and observed of it, and what becomes of entries without a NIC. */
export function gatherSegment(subject: Subject): Gathered {
  const { input, segment, prepared, scene, book, entries } = subject;
  const { fit, state } = prepared;
  const projected = projectState(state, prepared.settings);
  const base: Omit<SegmentContext, 'leaving'> = {
    input,
    segment,
    firewall: fit.firewall,
    subnet: fit.subnet,
    state,
    nics: scene.allNics.filter((nic) => nic.segment === segment && !scene.leftAlone.has(nic) && !stays(nic, scene)),
    allNics: scene.allNics,
    entries,
    matches: scene.matches,
    book,
    multihomed: scene.multihomed,
    withheld: scene.withheld,
    rangeAfter: projected.range,
    staticArpAfter: projected.staticArp === 'on',
  };
  const missing = planMissing(base, scene);
  const going = holdProtected(base, [...prepared.settings, ...missing.changes]);
  const deleted = new Set(
    going.changes.map((change) =>
      change.kind === 'reservation' && change.action === 'delete' ? change.before : undefined,
    ),
  );
  const context = { ...base, leaving: new Set(entries.owned.filter((own) => deleted.has(own.entry))) };
  return { ...subject, context, missing, going };
}

/** Whether a NIC's reservation stays as it is. */
function stays(nic: SegmentNic, { matches, withheld }: Scene): boolean {
  if (withheld.frozen.has(nic.instance.project)) return true;
  const own = matches.byNic.get(nic);
  return own !== undefined && withheld.entries.has(own.entry);
}
