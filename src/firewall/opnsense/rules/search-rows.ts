import { asRow, type Row, textField } from '../api/rows.js';
import { readTcpFlags, readUnknowns } from './conditions.js';
import type { EndpointDraft } from './draft.js';
import { readEffects } from './effects.js';
import type { Places } from './interfaces.js';
import { type PlacedDraft, readAction, readDirection, readFamily, readModelRule } from './model-rules.js';
import { splitList } from './names.js';
import { PRIORITY } from './order.js';
import { isSet } from './values.js';

/**
 * A row of `firewall/filter/searchRule`. Rows with `legacy` are what OPNsense adds by itself and the rules of `<filter>`
 * (list_non_mvc_rules.php): they name interfaces by description, devices without brackets, and only enabled ones are there.
 */
export function readSearchRow(row: Row, places: Places, isOurs: (description: string) => boolean): PlacedDraft {
  if (row.legacy !== true) {
    return readModelRule(textField(row, 'uuid'), (name) => textOfField(row, name), places, isOurs);
  }
  const field = (name: string) => textOfField(row, name);
  const [priority, sequence] = readSortOrder(field('sort_order'), field('#priority'));
  const stands = readLabels(field('interface'), places);
  const isUsers = row.seq !== undefined;
  const action = readAction(field('action'));
  const id = field('uuid');
  const plain = {
    enabled: isSet(field('enabled')),
    action,
    direction: readDirection(field('direction')),
    interfaces: stands.ids,
    interfacesNot: isSet(field('interfacenot')),
    family: readFamily(field('ipprotocol')),
  };
  return {
    place: { priority, model: false, sequence, id },
    draft: {
      id,
      origin: isUsers ? 'legacy' : 'automatic',
      priority,
      ...plain,
      ...readEffects(field, plain, places.hops),
      quick: row.quick === undefined ? row.floating === undefined : isSet(field('quick')),
      protocol: field('protocol'),
      source: readEnd(row, 'source'),
      destination: readEnd(row, 'destination'),
      icmpTypes: field('icmp-type') || field('icmptype'),
      icmp6Types: field('icmp6-type') || field('icmp6type'),
      tcpFlags: readTcpFlags(field),
      log: isSet(field('log')),
      stateType: field('statetype'),
      description: field('description'),
      unknowns: [...stands.unknowns, ...readUnknowns(field)],
    },
  };
}

/** `400000.1000027`: priority, 1 for what is not of the model, place. */
function readSortOrder(sortOrder: string, priority: string): [priority: number, sequence: number] {
  const match = /^(\d+)\.1(\d+)$/.exec(sortOrder);
  if (match === null) return [Number(priority) || PRIORITY.interface, 0];
  return [Number(match[1]), Number(match[2])];
}

function readEnd(row: Row, side: 'source' | 'destination'): EndpointDraft {
  return {
    net: textOfField(row, `${side}_net`),
    not: isSet(textOfField(row, `${side}_not`)),
    port: textOfField(row, `${side}_port`),
  };
}

/** A rule that names its interface by a description which fits none or several could stand anywhere: it may hold on all. */
function readLabels(
  list: string,
  places: Places,
): { readonly ids: readonly string[]; readonly unknowns: readonly string[] } {
  const byLabel = (label: string) => {
    const ids = places.interfaces.filter((one) => one.description === label).map((one) => one.id);
    if (ids.length > 0) return ids;
    const exists =
      places.groups.some((group) => group.id === label) || places.interfaces.some((one) => one.id === label);
    return exists ? [label] : [];
  };
  const whole = list === '' ? [] : byLabel(list);
  if (whole.length === 1) return { ids: whole, unknowns: [] };
  const found = splitList(list).map((label) => ({ label, ids: byLabel(label) }));
  const unclear = found.filter(({ ids }) => ids.length !== 1).map(({ label }) => label);
  if (unclear.length === 0) return { ids: found.flatMap(({ ids }) => ids), unknowns: [] };
  const names = unclear.map((label) => JSON.stringify(label)).join(', ');
  return {
    ids: [],
    unknowns: [
      `the API names its interface only as ${names}, which is not the description of exactly one enabled interface`,
    ],
  };
}

/** Booleans of PHP as OPNsense's own text. */
function textOfField(row: Row, name: string): string {
  const value = row[name];
  if (typeof value === 'boolean') return value ? '1' : '0';
  return Array.isArray(value)
    ? value.map((part) => textField({ part }, 'part')).join(',')
    : textField(asRow(row), name);
}
