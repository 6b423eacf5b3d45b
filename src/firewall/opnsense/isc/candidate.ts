import type { Change } from '../../../model/change.js';
import type { FirewallInterface, Places } from '../../../model/firewall.js';
import { child, type XmlElement } from '../xml/element.js';
import { parseXml } from '../xml/parse.js';
import { editDhcpd } from './edit.js';
import { type DhcpFindings, findFaults } from './faults.js';

/** The document that changes would make, parsed, and what DHCP would say to it. */
export interface Candidate extends DhcpFindings {
  readonly source: string;
  /** The parse of `source`; made when it is first asked for. */
  readonly root: XmlElement;
  /** A root that holds `<dhcpd>` as `source` has it, for reading; offsets are not those of `source`. */
  readonly dhcpd: XmlElement;
}

/**
 * Makes `changes` in a config.xml, with `places` for those that become empty, and looks at the result as DHCP would. `root` must be the parse of `source`. Throws what
 * {@link editDhcpd} throws; faults are returned, not thrown. Pure.
 */
export function buildCandidate(
  source: string,
  root: XmlElement,
  interfaces: readonly FirewallInterface[],
  changes: readonly Change[],
  places: Places = {},
): Candidate {
  const edited = editDhcpd(source, root, changes, places);
  if (edited === source) return { source, root, dhcpd: root, ...findFaults(root, interfaces) };
  let parsed: XmlElement | undefined;
  const dhcpd = sectionOnly(source, root, edited) ?? parseXml(edited);
  return {
    source: edited,
    get root() {
      parsed ??= parseXml(edited);
      return parsed;
    },
    dhcpd,
    ...findFaults(dhcpd, interfaces),
  };
}

/** Only `<dhcpd>` is parsed again for the check: edits lie inside it, so what stands before and after it has not moved. */
function sectionOnly(source: string, root: XmlElement, edited: string): XmlElement | undefined {
  const section = child(root, 'dhcpd');
  if (section === undefined) return undefined;
  const end = edited.length - (source.length - section.end);
  if (end <= section.start) return undefined;
  return parseXml(`<opnsense>${edited.slice(section.start, end)}</opnsense>`);
}
