import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import { CATEGORY, policyElements } from './read.js';

/** Where OPNsense's rules, aliases and translations stand, each of which may name categories. */
const USERS = ['OPNsense', 'nat', 'filter'];

/** Our category, where it stands as slash32 makes it and nothing is in it once `gone` is away. Pure. */
export function unusedCategory(root: XmlElement, gone: ReadonlySet<XmlElement>): XmlElement | undefined {
  const ours = policyElements(root, 'category').find((one) => textOf(one, 'name') === CATEGORY.name);
  if (ours === undefined || !isAsMade(ours)) return undefined;
  const names = new Set<string>([CATEGORY.name, ours.attributes.uuid ?? '']);
  const isUsed = USERS.flatMap((name) => childrenNamed(root, name)).some((one) => uses(one, names, gone, ours));
  return isUsed ? undefined : ours;
}

function isAsMade(category: XmlElement): boolean {
  return Object.entries(CATEGORY).every(
    ([name, text]) => (child(category, name)?.text.trim() || '0') === (text || '0'),
  );
}

/** Rules name a category by its uuid under `<categories>`, older ones by its name under `<category>`. */
function uses(
  element: XmlElement,
  names: ReadonlySet<string>,
  gone: ReadonlySet<XmlElement>,
  ours: XmlElement,
): boolean {
  if (gone.has(element) || element === ours) return false;
  if (element.children.length > 0) return element.children.some((inner) => uses(inner, names, gone, ours));
  if (element.name !== 'categories' && element.name !== 'category') return false;
  return element.text.split(',').some((one) => names.has(one.trim()));
}
