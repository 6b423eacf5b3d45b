import { type AliasUse, parsePolicyMarker } from '../../../model/policy-entries.js';
import { child, textOf, type XmlElement } from '../../../xml/element.js';

/** Fields that may hold the name of an alias (core, model Alias.php, getAliasSource), in rules of both kinds, NAT and other aliases. */
const FIELDS = new Set([
  'address',
  'network',
  'port',
  'dst',
  'src',
  'dstport',
  'srcport',
  'sourceport',
  'target',
  'local-port',
  'source_net',
  'source_port',
  'destination_net',
  'destination_port',
  'target_port',
  'content',
]);
const SECTIONS = [['filter'], ['nat'], ['OPNsense', 'Firewall']] as const;
const ENTRIES = new Set(['rule', 'alias', 'snatrule', 'npt', 'onetoone']);

/**
 * Who names which alias, switched-off entries included: OPNsense lets go of none that is named anywhere, since pf would refuse all
 * its rules for the sake of one unknown name. `names` are those of the aliases that are there. Pure.
 */
export function readAliasUses(root: XmlElement, names: ReadonlySet<string>): AliasUse[] {
  const uses: AliasUse[] = [];
  for (const path of SECTIONS) {
    let node: XmlElement | undefined = root;
    for (const name of path) node = child(node, name);
    if (node !== undefined) walk(node, undefined);
  }
  return uses;

  function walk(node: XmlElement, entry: XmlElement | undefined): void {
    for (const one of node.children) {
      if (one.children.length > 0) walk(one, ENTRIES.has(one.name) ? one : entry);
      else if (FIELDS.has(one.name))
        for (const word of one.text.split(/[,\s]+/)) {
          const name = word.replace(/^!/, '');
          if (names.has(name)) uses.push({ alias: name, ...userOf(entry ?? node) });
        }
    }
  }
}

function userOf(entry: XmlElement): Omit<AliasUse, 'alias'> {
  const text = textOf(entry, 'description') || textOf(entry, 'descr') || textOf(entry, 'name');
  const marker = parsePolicyMarker(text);
  const by = `the ${entry.name === 'alias' ? 'alias' : 'rule'} ${JSON.stringify(text)}`;
  return { by, ...marker };
}
