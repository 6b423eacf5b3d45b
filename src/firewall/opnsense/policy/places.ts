import type { Places } from '../../../model/firewall.js';
import { child, type XmlElement } from '../../../xml/element.js';
import { isBare, isUnsetList, note } from '../isc/places.js';
import { POLICY_PATHS } from './read.js';

/** What stands where aliases, rules, redirects and categories go, where it says nothing; each element on the way is a place. Pure. */
export function readPolicyPlaces(source: string, root: XmlElement): Places {
  const places: Record<string, string> = {};
  for (const { path, tag } of Object.values(POLICY_PATHS)) {
    let element: XmlElement | undefined = root;
    for (const [index, name] of path.entries()) {
      element = child(element, name);
      const isList = index === path.length - 1;
      const saysNothing =
        element !== undefined && (isBare(source, element) || (isList && isUnsetList(source, element, tag)));
      note(places, path.slice(0, index + 1).join('/'), source, element, saysNothing);
    }
  }
  return places;
}
