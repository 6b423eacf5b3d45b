import type { RuleAction, RuleDirection } from '../../../model/rules.js';
import { type Field, readTcpFlags, readUnknowns } from './conditions.js';
import type { RuleDraft } from './draft.js';
import { readEffects } from './effects.js';
import type { Places } from './interfaces.js';
import { splitList } from './names.js';
import { type Place, PRIORITY } from './order.js';
import { isSet } from './values.js';

/** A draft with its place in the order of evaluation. */
export interface PlacedDraft {
  readonly draft: RuleDraft;
  readonly place: Place;
}

/**
 * A rule of OPNsense's model (Filter.xml, 26.1 to 26.7), read by field name: config.xml and `searchRule` name its fields alike.
 * `isOurs` tells whether a description is that of a rule of slash32.
 */
export function readModelRule(
  uuid: string,
  field: Field,
  places: Places,
  isOurs: (description: string) => boolean,
): PlacedDraft {
  const interfaces = splitList(field('interface'));
  const interfacesNot = isSet(field('interfacenot'));
  const priority = modelPriority(interfaces, interfacesNot, places);
  const action = readAction(field('action'));
  const description = field('description');
  const sequence = Number(field('sequence')) || 0;
  const plain = {
    enabled: isSet(field('enabled')),
    action,
    direction: readDirection(field('direction')),
    interfaces,
    interfacesNot,
    family: readFamily(field('ipprotocol')),
  };
  return {
    place: { priority, model: true, sequence, id: uuid },
    draft: {
      id: uuid,
      origin: isOurs(description) ? 'ours' : 'foreign',
      priority,
      ...plain,
      ...readEffects(places.isOld ? withoutReplyTo(field) : field, plain, places.hops),
      quick: isSet(field('quick')),
      protocol: field('protocol'),
      source: { net: field('source_net'), not: isSet(field('source_not')), port: field('source_port') },
      destination: {
        net: field('destination_net'),
        not: isSet(field('destination_not')),
        port: field('destination_port'),
      },
      icmpTypes: field('icmptype'),
      icmp6Types: field('icmp6type'),
      tcpFlags: readTcpFlags(field),
      log: isSet(field('log')),
      stateType: field('statetype'),
      description,
      unknowns: readUnknowns(field),
      bluntPorts: true,
    },
  };
}

/** 25.7 sends answers of rules of the model nowhere by itself. */
function withoutReplyTo(field: Field): Field {
  return (name) => (name === 'disablereplyto' ? '1' : field(name));
}

/**
 * FilterRuleField.php, getPriority: floating with none or several interfaces or, from 26.1 on, `not`; then groups, then single
 * interfaces.
 */
function modelPriority(interfaces: readonly string[], interfacesNot: boolean, places: Places): number {
  const groups = new Map(places.groups.map((group) => [group.id, group.sequence]));
  if (interfaces.length > 0 && !interfaces.some((name) => places.known.has(name) || groups.has(name)))
    return PRIORITY.invalid;
  const [only] = interfaces;
  if (only === undefined || interfaces.length > 1 || (interfacesNot && !places.isOld)) return PRIORITY.floating;
  const sequence = groups.get(only);
  return sequence === undefined ? PRIORITY.interface : PRIORITY.group + sequence;
}

/** `pass` is what OPNsense writes when no type stands there. */
export function readAction(text: string): RuleAction {
  return text === 'block' || text === 'reject' ? text : 'pass';
}

/** `in` is what OPNsense writes when no direction stands there. */
export function readDirection(text: string): RuleDirection {
  return text === 'out' || text === 'any' ? text : 'in';
}

/** The family of a rule; empty when none is named. */
export function readFamily(text: string): RuleDraft['family'] {
  return text === 'inet' || text === 'inet6' || text === 'inet46' ? text : '';
}
