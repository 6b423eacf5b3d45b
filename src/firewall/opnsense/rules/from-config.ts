import type { RuleSet } from '../../../model/rules.js';
import { listed } from '../isc/values.js';
import { child, childrenNamed, textOf, type XmlElement } from '../xml/element.js';
import { readConfigAliases } from './aliases.js';
import { assemble, ownership } from './assemble.js';
import { automaticRules } from './automatic.js';
import { dhcpRules } from './automatic-dhcp.js';
import type { RuleDraft } from './draft.js';
import { type Gateways, readGateways } from './gateways.js';
import { readConfigPlaces } from './interfaces.js';
import { readLegacyRule } from './legacy-rules.js';
import { isSet, type PlacedDraft, readModelRule } from './model-rules.js';
import { splitList } from './names.js';
import { associatedRules, readConfigRedirects, withReflection } from './redirects.js';

/** How a config.xml is read. */
export interface ConfigRuleOptions {
  /** Rules with this owner's marker are ours; without it, those of any slash32. */
  readonly owner?: string | undefined;
}

/**
 * The rule set that OPNsense makes of a config.xml: the rules of the model, those of `<filter>`, those that OPNsense adds by
 * itself, and redirects. Pure. What the file does not tell is in the rules' and aliases' unknowns and in the notes.
 */
export function readConfigRuleSet(root: XmlElement, options: ConfigRuleOptions = {}): RuleSet {
  const gateways = readGateways(root);
  const filters = child(child(root, 'system'), 'disablefilter') === undefined;
  const places = readConfigPlaces(root, gateways, translatingInterfaces(root, gateways));
  const isOurs = ownership(options.owner);
  const redirects = readConfigRedirects(root);
  const filter = child(child(child(root, 'OPNsense'), 'Firewall'), 'Filter');
  const model = childrenNamed(child(filter, 'rules'), 'rule').map((element) =>
    readModelRule(element.attributes.uuid ?? '', (name) => textOf(element, name), places, isOurs),
  );
  const legacy = listed(child(root, 'filter'), 'rule').map((element, at) => readLegacyRule(element, at, places));
  const automatic = [...automaticRules(root, places), ...dhcpRules(root, places), ...associatedRules(redirects)];
  const inside = places.interfaces
    .filter((one) => !gateways.interfaces.has(one.id) && one.id !== 'lo0')
    .map((one) => one.id);
  const read = assemble({
    places,
    aliases: readConfigAliases(root, places.standing),
    routes: gateways.routes,
    rules: [...automatic.map(inFileOrder), ...model, ...legacy],
    redirects: withReflection(redirects, inside, !isSet(textOf(child(root, 'system'), 'disablenatreflection'))),
    notes: [...places.notes, ...gateways.notes, ...notFollowed(root)],
  });
  return filters ? read : { ...read, rules: [], redirects: [], notes: [UNFILTERED, ...read.notes] };
}

const UNFILTERED = 'Packet filtering is switched off on this firewall: every packet passes, whatever the rules say.';

function inFileOrder(draft: RuleDraft, at: number): PlacedDraft {
  return { draft, place: { priority: draft.priority, model: false, sequence: at, id: draft.id } };
}

/** Interfaces on which the source of what leaves may be rewritten: automatic rules stand on those with a gateway. */
function translatingInterfaces(root: XmlElement, gateways: Gateways): Set<string> {
  const outbound = child(child(root, 'nat'), 'outbound');
  const mode = textOf(outbound, 'mode') || 'automatic';
  const found = new Set<string>();
  if (mode === 'automatic' || mode === 'hybrid') for (const id of gateways.interfaces) found.add(id);
  if (mode !== 'advanced' && mode !== 'hybrid') return found;
  const section = child(child(child(child(root, 'OPNsense'), 'Firewall'), 'Filter'), 'snatrules');
  const manual = [
    ...childrenNamed(section, 'rule').filter((rule) => isSet(textOf(rule, 'enabled'))),
    ...listed(outbound, 'rule').filter((rule) => !isSet(textOf(rule, 'disabled'))),
  ];
  for (const rule of manual) for (const id of splitList(textOf(rule, 'interface'))) found.add(id);
  return found;
}

/** Parts of a configuration that add rules and that this reader does not follow. */
function notFollowed(root: XmlElement): string[] {
  const own = child(root, 'OPNsense');
  const zones = childrenNamed(child(child(own, 'captiveportal'), 'zones'), 'zone').filter((zone) =>
    isSet(textOf(zone, 'enabled')),
  );
  const notes: string[] = [];
  if (zones.length > 0)
    notes.push(
      'Captive portal zones add rules that are not part of this reading: clients that are not logged in are blocked.',
    );
  if (child(child(root, 'filter'), 'bypassstaticroutes') !== undefined)
    notes.push(
      '"Bypass firewall rules for traffic on the same interface" adds rules for static routes that are not part of this reading.',
    );
  if (
    childrenNamed(child(root, 'ipsec'), 'phase1').length > 0 ||
    isSet(textOf(child(child(own, 'Swanctl'), 'general'), 'enabled'))
  )
    notes.push('IPsec adds rules for its tunnels that are not part of this reading.');
  return notes;
}
