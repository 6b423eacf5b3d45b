import type { Places } from '../../../model/firewall.js';
import { child, type XmlElement } from '../../../xml/element.js';
import { readRange } from './read.js';
import { isBlankBeside } from './slots.js';
import { isEmpty, isHollow, onlyBlank } from './values.js';

/** Tags of an interface with one text that may stand there and say nothing. */
const TEXTS = ['mac_allow', 'gateway'];

/**
 * What stands under `<dhcpd>` in the places that slash32 fills, where it says nothing: `<staticmap/>`, `<opt3/>`,
 * `<numberoptions><item/></numberoptions>` as OPNsense's page saves it. `interfaces` may have no settings yet. Pure.
 */
export function readDhcpPlaces(source: string, root: XmlElement, interfaces: readonly string[]): Places {
  const section = child(root, 'dhcpd');
  const places: Record<string, string> = {};
  note(places, 'dhcpd', source, section, section !== undefined && isBare(source, section));
  for (const id of new Set([...interfaces, ...(section?.children ?? []).map((one) => one.name)]))
    readInterface(places, source, id, child(section, id));
  return places;
}

/** The name of the place of an interface, or of a tag in it. */
export function placeName(id: string, tag?: string): string {
  return tag === undefined ? `dhcpd/${id}` : `dhcpd/${id}/${tag}`;
}

/** Notes a place that is missing or says nothing. */
export function note(
  places: Record<string, string>,
  place: string,
  source: string,
  element: XmlElement | undefined,
  saysNothing: boolean,
): void {
  if (element === undefined) places[place] = '';
  else if (saysNothing) places[place] = source.slice(element.start, element.end);
}

/** Whether nothing at all stands in an element. */
export function isBare(source: string, element: XmlElement): boolean {
  return isHollow(element) && isBlankBeside(source, element);
}

/** Whether a list holds nothing: no element, or only the blank one that OPNsense writes for an empty list. */
export function isUnsetList(source: string, element: XmlElement, name: string): boolean {
  if (!isBlankBeside(source, element)) return false;
  return isHollow(element) || (element.children.length === 1 && onlyBlank(element, name) !== undefined);
}

function readInterface(
  places: Record<string, string>,
  source: string,
  id: string,
  element: XmlElement | undefined,
): void {
  note(places, placeName(id), source, element, element !== undefined && isBare(source, element));
  const options = child(element, 'numberoptions');
  const hasNoOptions = options !== undefined && isUnsetList(source, options, 'item');
  note(places, placeName(id, 'numberoptions'), source, options, hasNoOptions);
  const map = child(element, 'staticmap');
  note(places, placeName(id, 'staticmap'), source, map, onlyBlank(element, 'staticmap') !== undefined);
  for (const name of TEXTS) {
    const text = child(element, name);
    const isUnset = text !== undefined && text.children.length === 0 && isEmpty(text.text.trim());
    note(places, placeName(id, name), source, text, isUnset);
  }
  const range = child(element, 'range');
  note(places, placeName(id, 'range'), source, range, element !== undefined && readRange(element) === undefined);
}
