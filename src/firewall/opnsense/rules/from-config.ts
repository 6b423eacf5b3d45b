import type { RuleSet } from '../../../model/rules.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import { listed } from '../isc/values.js';
import { readConfigAliases } from './aliases.js';
import { assemble, ownership } from './assemble.js';
import { automaticRules } from './automatic.js';
import { dhcpRules } from './automatic-dhcp.js';
import type { RuleDraft } from './draft.js';
import { readHops } from './effects.js';
import { readGateways } from './gateways.js';
import { readConfigPlaces } from './interfaces.js';
import { readLegacyRule } from './legacy-rules.js';
import { type PlacedDraft, readModelRule } from './model-rules.js';
import { readNat } from './nat.js';
import { associatedRules } from './redirects.js';
import { readRelease } from './release.js';
import { isSet } from './values.js';

/** How a config.xml is read. */
export interface ConfigRuleOptions {
  /** Rules with this owner's marker are ours; without it, those of any slash32. */
  readonly owner?: string | undefined;
  /** The version of OPNsense that makes rules of it; without it, what the file itself says of that. */
  readonly version?: string | undefined;
  /** An excerpt that an older plugin has made, which lacks gateways' addresses and what source NAT fits. */
  readonly partial?: boolean | undefined;
  /** How a place in the file is called, for entries that pf refuses. */
  readonly whereOf?: ((offset: number) => string) | undefined;
}

/**
 * The rule set that OPNsense makes of a config.xml: the rules of the model, those of `<filter>`, those that OPNsense adds by
 * itself, and NAT. Pure. What the file does not tell is in the rules' and aliases' unknowns and in the notes.
 */
export function readConfigRuleSet(root: XmlElement, options: ConfigRuleOptions = {}): RuleSet {
  const system = child(root, 'system');
  const partial = options.partial === true;
  const release = readRelease(root, options.version);
  const gateways = readGateways(root, partial);
  const hops = readHops(gateways, (name) => textOf(system, name));
  const filters = child(system, 'disablefilter') === undefined;
  const places = readConfigPlaces(root, gateways, hops, release.isOld);
  const isOurs = ownership(options.owner);
  const nat = readNat(root, places, gateways, partial);
  const filter = child(child(child(root, 'OPNsense'), 'Firewall'), 'Filter');
  const model = childrenNamed(child(filter, 'rules'), 'rule').map((element): PlacedDraft => {
    const read = readModelRule(element.attributes.uuid ?? '', (name) => textOf(element, name), places, isOurs);
    return { ...read, draft: { ...read.draft, offset: element.start } };
  });
  const legacy = listed(child(root, 'filter'), 'rule').map((element, at) => readLegacyRule(element, at, places));
  const automatic = [
    ...automaticRules(root, places, gateways, release),
    ...dhcpRules(root, places, release),
    ...associatedRules(nat.forwards, hops),
  ];
  const read = assemble({
    places,
    aliases: readConfigAliases(root, places.standing),
    routes: gateways.routes,
    rules: [...automatic.map(inFileOrder), ...model, ...legacy],
    redirects: nat.redirects,
    translations: nat.translations,
    notes: [...places.notes, ...gateways.notes, ...notFollowed(root)],
    whereOf: options.whereOf,
  });
  if (filters) return read;
  return { ...read, rules: [], redirects: [], translations: [], refused: [], notes: [UNFILTERED, ...read.notes] };
}

const UNFILTERED = 'Packet filtering is switched off on this firewall: every packet passes, whatever the rules say.';

function inFileOrder(draft: RuleDraft, at: number): PlacedDraft {
  return { draft, place: { priority: draft.priority, model: false, sequence: at, id: draft.id } };
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
  if (
    childrenNamed(child(root, 'ipsec'), 'phase1').length > 0 ||
    isSet(textOf(child(child(own, 'Swanctl'), 'general'), 'enabled'))
  )
    notes.push('IPsec adds rules for its tunnels that are not part of this reading.');
  return notes;
}
