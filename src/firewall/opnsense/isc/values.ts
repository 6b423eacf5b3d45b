import { childrenNamed, type XmlElement } from '../../../xml/element.js';

/**
 * Values as OPNsense's PHP sees them after `Config::toArray` (docs/facts.md, "ISC dhcpd under OPNsense"; core Config.php), because that decides
 * what reaches dhcpd.conf.
 */

/** What `Array` is printed as in PHP: a tag that stands twice, or has tags inside, where one text is expected. */
export const PHP_ARRAY = 'Array';

/** Whether PHP's `empty()` holds for a text. */
export function isEmpty(text: string): boolean {
  return text === '' || text === '0';
}

/** The text of a single-valued tag; empty when it is missing, `Array` when PHP would see an array. */
export function scalar(element: XmlElement | undefined, name: string): string {
  let first: XmlElement | undefined;
  for (const inner of element?.children ?? []) {
    if (inner.name !== name) continue;
    if (first !== undefined) return PHP_ARRAY;
    first = inner;
  }
  if (first === undefined) return '';
  return first.children.length > 0 ? PHP_ARRAY : trimBlank(first.text);
}

/** Whether PHP would see an array where the tag should hold one text. */
export function isArray(element: XmlElement, name: string): boolean {
  const found = childrenNamed(element, name);
  return found.length > 1 || (found[0]?.children.length ?? 0) > 0;
}

/** Whether PHP's `isset()` holds for a tag: any form of it counts, `0` and empty ones too. */
export function isSet(element: XmlElement, name: string): boolean {
  return element.children.some((candidate) => candidate.name === name);
}

/**
 * The elements of a tag that OPNsense always reads as a list (`staticmap`, `item`, `pool`, `dnsserver`, …): a blank first
 * one is dropped unless one with tags inside follows, later blank ones are kept.
 */
export function listed(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  const found = childrenNamed(element, name);
  const first = found[0];
  if (first === undefined || !isHollow(first)) return found;
  return found.length > 1 && (found[1]?.children.length ?? 0) > 0 ? found : found.slice(1);
}

/** Whether an element says nothing: no tags and no text. */
export function isHollow(element: XmlElement): boolean {
  return element.children.length === 0 && element.text.trim() === '';
}

/** The one element of a list tag, where it says nothing: what OPNsense writes for a list without entries. */
export function onlyBlank(element: XmlElement | undefined, name: string): XmlElement | undefined {
  const found = childrenNamed(element, name);
  const [first] = found;
  return found.length === 1 && first !== undefined && isHollow(first) ? first : undefined;
}

/** Blank text becomes empty, since OPNsense loads the file without blank nodes. */
function trimBlank(text: string): string {
  return text.trim() === '' ? '' : text;
}
