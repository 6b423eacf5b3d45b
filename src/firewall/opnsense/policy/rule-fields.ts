import type { RuleEntry } from '../../../model/policy-entries.js';
import { icmpTypeNames, icmpTypes, splitList } from '../rules/names.js';
import { formatEnd, formatPort, readEntryEnd, readEntryPort } from './end-fields.js';

/** A field of a rule by its name in OPNsense's model (Filter.xml); empty where it is not there. */
export type Field = (name: string) => string;

/** The fields that slash32 writes of a rule, with OPNsense's names and values (Filter.xml, 26.7.2). All of them are text. */
export function ruleFields(entry: RuleEntry): Readonly<Record<string, string>> {
  return {
    enabled: '1',
    sequence: String(entry.sequence),
    action: entry.action,
    quick: '1',
    interfacenot: '0',
    interface: entry.interface,
    direction: 'in',
    ipprotocol: entry.family,
    protocol: entry.protocol === 'any' ? 'any' : entry.protocol.toUpperCase(),
    icmptype: icmpTypeNames(entry.icmpTypes),
    source_net: formatEnd(entry.source),
    source_not: entry.source.not ? '1' : '0',
    source_port: '',
    destination_net: formatEnd(entry.destination),
    destination_not: entry.destination.not ? '1' : '0',
    destination_port: entry.ports === undefined ? '' : formatPort(entry.ports),
    log: entry.log ? '1' : '0',
    description: entry.description,
  };
}

/** What a rule on the firewall says, as far as slash32 could have written it, and what it could not have. */
export interface ReadRule {
  readonly entry: RuleEntry;
  readonly enabled: boolean;
  readonly odd: readonly string[];
}

/** The inverse of {@link ruleFields}. `isAlias` tells an alias from an interface of the same name, as OPNsense does. */
export function readRuleFields(field: Field, isAlias: (name: string) => boolean): ReadRule {
  const protocol = field('protocol').toLowerCase() || 'any';
  const known = PROTOCOLS.find((one) => one === protocol);
  const types = icmpTypes(field('icmptype'), 4).filter((type) => type !== undefined);
  const port = field('destination_port');
  const action = field('action') || 'pass';
  const entry: RuleEntry = {
    interface: field('interface'),
    action: action === 'block' ? 'block' : 'pass',
    family: field('ipprotocol') === 'inet46' ? 'inet46' : field('ipprotocol') === 'inet6' ? 'inet6' : 'inet',
    protocol: known ?? 'any',
    icmpTypes: [...types].sort((a, b) => a - b),
    source: readEntryEnd(field('source_net'), isSet(field('source_not')), isAlias),
    destination: readEntryEnd(field('destination_net'), isSet(field('destination_not')), isAlias),
    ports: port === '' ? undefined : readEntryPort(port),
    log: isSet(field('log')),
    sequence: Number(field('sequence')) || 0,
    description: field('description'),
  };
  const odd = [
    ...(known === undefined ? [`protocol ${protocol}`] : []),
    ...(action === 'reject' ? ['action reject'] : []),
    ...(field('direction') === 'in' || field('direction') === '' ? [] : [`direction ${field('direction')}`]),
    ...(isSet(field('quick') || '1') ? [] : ['quick off']),
    ...(isSet(field('interfacenot')) ? ['interface turned round'] : []),
    ...(splitList(field('interface')).length > 1 ? ['several interfaces'] : []),
    ...UNMANAGED.filter((name) => isSet(field(name))).map((name) => `${name} ${field(name)}`),
    ...(['', 'keep'].includes(field('statetype')) ? [] : [`statetype ${field('statetype')}`]),
  ];
  return { entry, enabled: isSet(field('enabled')), odd };
}

/** Fields that change what a rule does, with the value that switches each off: an apply writes these too where somebody set them. */
export const RESET_FIELDS: Readonly<Record<string, string>> = {
  source_port: '',
  icmp6type: '',
  gateway: '',
  replyto: '',
  sched: '',
  tagged: '',
  tcpflags1: '',
  tcpflags2: '',
  tcpflags_any: '0',
  'divert-to': '',
  statetype: 'keep',
};

const UNMANAGED = Object.keys(RESET_FIELDS).filter((name) => name !== 'statetype');
const PROTOCOLS = ['any', 'tcp', 'udp', 'icmp', 'esp', 'ah', 'gre', 'igmp'] as const;

function isSet(text: string): boolean {
  return text !== '' && text !== '0';
}
