import { child, textOf, type XmlElement } from '../../../xml/element.js';
import { readTcpFlags, readUnknowns } from './conditions.js';
import type { EndpointDraft } from './draft.js';
import { readEffects } from './effects.js';
import type { Places } from './interfaces.js';
import { type PlacedDraft, readAction, readDirection, readFamily } from './model-rules.js';
import { splitList } from './names.js';
import { PRIORITY } from './order.js';
import { isSet } from './values.js';

/**
 * A rule of `<filter>` (filter.lib.inc, filter_core_rules_user; FilterRule.php): quick unless it floats without saying so,
 * floating by the mere tag, disabled only by a value (an empty tag does not disable). `index` is its place in the file.
 */
export function readLegacyRule(element: XmlElement, index: number, places: Places): PlacedDraft {
  const field = (name: string) => textOf(element, name);
  const floating = child(element, 'floating') !== undefined;
  const interfaces = splitList(field('interface'));
  const group = places.groups.find((one) => one.declared && one.id === field('interface'));
  const priority = floating
    ? PRIORITY.floating
    : group === undefined
      ? PRIORITY.interface
      : PRIORITY.group + group.sequence;
  const action = readAction(field('type'));
  const quick = child(element, 'quick') === undefined ? !floating : isSet(field('quick'));
  const id = element.attributes.uuid ?? `filter/rule ${index + 1}`;
  const plain = {
    enabled: !isSet(field('disabled')),
    action,
    direction: readDirection(field('direction')),
    interfaces,
    interfacesNot: isSet(field('interfacenot')),
    family: readFamily(field('ipprotocol')),
  };
  return {
    place: { priority, model: false, sequence: index, id },
    draft: {
      id,
      origin: 'legacy',
      priority,
      ...plain,
      ...readEffects(field, plain, places.hops),
      quick,
      protocol: field('protocol'),
      source: readLegacyEnd(child(element, 'source'), places.isOld),
      destination: readLegacyEnd(child(element, 'destination'), places.isOld),
      icmpTypes: field('icmptype'),
      icmp6Types: field('icmp6type'),
      tcpFlags: readTcpFlags(field),
      log: isSet(field('log')),
      stateType: field('statetype'),
      description: field('descr'),
      unknowns: readUnknowns(field),
      offset: element.start,
    },
  };
}

/**
 * `<source>` or `<destination>`: `network` comes before `address`, neither means any; `not` counts only with a value. In 25.7 the
 * mere tags `any` and `not` count (Rule.php, legacyMoveAddressFields).
 */
export function readLegacyEnd(element: XmlElement | undefined, isOld: boolean): EndpointDraft {
  const net = textOf(element, 'network') || textOf(element, 'address') || 'any';
  return {
    net: isOld && child(element, 'any') !== undefined ? 'any' : net,
    not: isOld ? child(element, 'not') !== undefined : isSet(textOf(element, 'not')),
    port: textOf(element, 'port'),
  };
}
