import { parseIp, parseSpan } from '../../../model/ip.js';
import type { RuleInterface } from '../../../model/rules.js';
import { child, textOf, type XmlElement } from '../../../xml/element.js';
import type { RedirectDraft, RuleDraft, TranslationDraft } from './draft.js';
import type { Gateways } from './gateways.js';
import type { Places } from './interfaces.js';
import { exemptions, type Reflection, readForwards, reflectionHelpers, withReflection } from './redirects.js';
import {
  helperOn,
  type Inside,
  inbound,
  oneToOneRules,
  prefixRules,
  reflectedOn,
  type StaticNat,
} from './static-nat.js';
import { readTranslations } from './translations.js';
import { isSet } from './values.js';

/** All NAT of a config.xml. */
export interface Nat {
  /** Port forwards as they stand, without their copies on interfaces inside. */
  readonly forwards: readonly RedirectDraft[];
  readonly redirects: readonly RedirectDraft[];
  readonly translations: readonly TranslationDraft[];
}

/**
 * Redirects and source NAT in pf's order. Of redirects: what keeps the firewall's own ports, reflected one-to-one NAT, port
 * forwards, and last the way back of one-to-one NAT, which pf asks only where none of those fits.
 */
export function readNat(root: XmlElement, places: Places, gateways: Gateways, partial: boolean): Nat {
  const system = (name: string) => textOf(child(root, 'system'), name);
  const canStand = (id: string) => places.interfaces.some((one) => one.id === id) || isGroup(places, id);
  const inside = insideOf(places, gateways);
  const reflection: Reflection = { inside, system: !isSet(system('disablenatreflection')), canStand };
  const forwards = readForwards(root, places.isOld);
  const reflected = withReflection(forwards, reflection);
  const fixed = [...prefixRules(root, places), ...oneToOneRules(root)];
  const byDefault = isSet(system('enablebinatreflection'));
  const wants = (said = '') => said === 'enable' || (said === '' && byDefault);
  const helps = isSet(system('enablenatreflectionhelper'));
  const ownOf = (id: string, family: RuleDraft['family']) => ownAddresses(places.interfaces, id, family);
  const oneToOne = oneToOneRules(root);
  const fixedHelpers = (one: StaticNat): TranslationDraft[] => {
    const family = parseSpan(one.outside)?.family ?? 'inet6';
    return [...reflectedOn(one, inside, canStand), one.interface].flatMap((id) => {
      const own = ownOf(id, family);
      return own === undefined ? [] : [helperOn(id, own, one.inside, { ...one, family, protocol: '' })];
    });
  };
  return {
    forwards,
    redirects: [
      ...exemptions(root),
      ...oneToOne
        .filter((one) => wants(one.reflection))
        .flatMap((one) => {
          const on = reflectedOn(one, inside, canStand);
          return on.length === 0 ? [] : [inbound(one, on, `${one.id} reflected`)];
        }),
      ...reflected,
      ...fixed.filter((one) => one.both).map((one) => inbound(one, [one.interface], one.id)),
    ],
    translations: readTranslations({
      root,
      places,
      gateways,
      partial,
      helpersOf: (one) => (helps && one.enabled && canStand(one.interface) ? fixedHelpers(one) : []),
      helpers: helps
        ? reflectionHelpers(
            reflected.filter((one) => one.interfaces.some(canStand)),
            ownOf,
          )
        : [],
    }),
  };
}

/** Interfaces without any gateway; the loopback one is left to itself by pf. */
function insideOf(places: Places, gateways: Gateways): Inside[] {
  return places.interfaces
    .filter((one) => !gateways.interfaces.has(one.id) && one.id !== 'lo0')
    .map(({ id, addresses, unknownFamilies }) => ({
      id,
      families: new Set([...addresses.flatMap((text) => parseIp(text)?.family ?? []), ...unknownFamilies]),
    }));
}

function isGroup(places: Places, id: string): boolean {
  return places.groups.some((group) => group.id === id);
}

/** Undefined where the interface has none; empty where they are not known here. */
function ownAddresses(
  interfaces: readonly RuleInterface[],
  id: string,
  family: RuleDraft['family'],
): readonly string[] | undefined {
  const one = interfaces.find((candidate) => candidate.id === id);
  if (one === undefined) return undefined;
  if (one.unknownFamilies.some((unknown) => family !== 'inet6' || unknown === 'inet6')) return [];
  const own = one.addresses.filter((text) => {
    const of = parseIp(text)?.family;
    return family === 'inet' || family === 'inet6' ? of === family : of !== undefined;
  });
  return own.length === 0 ? undefined : own;
}
