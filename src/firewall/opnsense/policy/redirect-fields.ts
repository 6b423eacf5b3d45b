import type { RedirectEntry } from '../../../model/policy-entries.js';
import { formatEnd, formatPort, readEntryEnd, readEntryPort } from './end-fields.js';
import type { Field } from './rule-fields.js';

/** The fields that slash32 writes of a destination NAT (DNat.xml, 26.7.2), nested ones with a dot. All of them are text. */
export function redirectFields(entry: RedirectEntry): Readonly<Record<string, string>> {
  return {
    sequence: String(entry.sequence),
    disabled: '0',
    nordr: '0',
    interface: entry.interface,
    ipprotocol: 'inet',
    protocol: entry.protocol,
    'source.network': 'any',
    'source.port': '',
    'source.not': '0',
    'destination.network': formatEnd(entry.destination),
    'destination.port': formatPort({ kind: 'ports', ...entry.ports }),
    'destination.not': '0',
    target: entry.target,
    'local-port': String(entry.targetPort),
    log: entry.log ? '1' : '0',
    pass: '',
    // Where packets are taken up does not hang on a setting of the whole firewall.
    natreflection: 'disable',
    descr: entry.description,
  };
}

/** What a destination NAT on the firewall says, as far as slash32 could have written it, and what it could not have. */
export interface ReadRedirect {
  readonly entry: RedirectEntry;
  readonly enabled: boolean;
  readonly odd: readonly string[];
}

/** The inverse of {@link redirectFields}; older entries have `source.address` and `<any>` instead of a network. */
export function readRedirectFields(field: Field): ReadRedirect {
  const ports = readEntryPort(field('destination.port'));
  const protocol = field('protocol').toLowerCase();
  const local = field('local-port');
  const span = ports.kind === 'ports' ? { from: ports.from, to: ports.to } : { from: 0, to: 0 };
  const source = field('source.network') || field('source.address') || 'any';
  const target = field('destination.network') || field('destination.address') || 'any';
  return {
    entry: {
      interface: field('interface'),
      protocol: protocol === 'udp' ? 'udp' : 'tcp',
      destination: readEntryEnd(target, false, () => false),
      ports: span,
      target: field('target'),
      targetPort: /^\d+$/.test(local) ? Number(local) : span.from,
      log: isSet(field('log')),
      sequence: Number(field('sequence')) || 0,
      description: field('descr'),
    },
    enabled: !isSet(field('disabled')),
    odd: [
      ...(protocol === 'tcp' || protocol === 'udp' ? [] : [`protocol ${protocol || 'any'}`]),
      ...(field('ipprotocol') === 'inet' ? [] : [`ipprotocol ${field('ipprotocol') || 'any'}`]),
      ...(source === 'any' ? [] : [`source ${source}`]),
      ...(ports.kind === 'ports' ? [] : [`destination port ${ports.name}`]),
      ...(local === '' || /^\d+$/.test(local) ? [] : [`local-port ${local}`]),
      ...(field('pass') === '' ? [] : [`pass ${field('pass')}`]),
      ...(field('natreflection') === 'disable' ? [] : [`natreflection ${field('natreflection') || 'default'}`]),
      ...['nordr', 'source.not', 'source.port', 'destination.not', 'tagged', 'poolopts']
        .filter((name) => isSet(field(name)))
        .map((name) => `${name} ${field(name)}`),
    ],
  };
}

function isSet(text: string): boolean {
  return text !== '' && text !== '0';
}
