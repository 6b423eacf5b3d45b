import type { Change } from '../../../model/change.js';
import type { FirewallInterface, Places } from '../../../model/firewall.js';
import { child, type XmlElement } from '../../../xml/element.js';
import { type Edit, splice } from '../../../xml/splice.js';
import { parseXml } from '../xml/parse.js';
import { dhcpdEdits } from './edit.js';
import { type DhcpFindings, findFaults } from './faults.js';

/** The document that changes would make, parsed, and what DHCP would say to it. */
export interface Candidate extends DhcpFindings {
  readonly source: string;
  /** The parse of `source`. Both are made when they are first asked for. */
  readonly root: XmlElement;
  /** A root that holds `<dhcpd>` as `source` has it, for reading; offsets are not those of `source`. */
  readonly dhcpd: XmlElement;
}

/**
 * Makes `changes` in a config.xml, with `places` for those that become empty, and looks at the result as DHCP would. `root` must be the parse of `source`. Throws what
 * {@link dhcpdEdits} throws; faults are returned, not thrown. Pure.
 */
export function buildCandidate(
  source: string,
  root: XmlElement,
  interfaces: readonly FirewallInterface[],
  changes: readonly Change[],
  places: Places = {},
): Candidate {
  const edits = dhcpdEdits(source, root, changes, places);
  if (edits.length === 0) return { source, root, dhcpd: root, ...findFaults(root, interfaces) };
  const edited = once(() => splice(source, edits));
  const parsed = once(() => parseXml(edited()));
  const dhcpd = sectionOnly(source, root, edits) ?? parsed();
  return {
    get source() {
      return edited();
    },
    get root() {
      return parsed();
    },
    dhcpd,
    ...findFaults(dhcpd, interfaces),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Only `<dhcpd>` is made and parsed for the check, where all edits lie inside it: a plan needs no more of the document. */
function sectionOnly(source: string, root: XmlElement, edits: readonly Edit[]): XmlElement | undefined {
  const section = child(root, 'dhcpd');
  if (section === undefined) return undefined;
  const { start, end } = section;
  if (edits.some((edit) => edit.start <= start || edit.end >= end)) return undefined;
  const inside = edits.map((edit) => ({ start: edit.start - start, end: edit.end - start, text: edit.text }));
  return parseXml(`<opnsense>${splice(source.slice(start, end), inside)}</opnsense>`);
}
