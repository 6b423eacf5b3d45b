import type { Endpoint, EndpointPart, PortPart } from '../../../model/rules.js';
import { splitList } from '../rules/names.js';

/** An end of a rule as OPNsense writes it: `any`, `(self)`, `opt1`, `opt1ip`, an address, a network, or aliases with commas. */
export function formatEnd(end: Endpoint): string {
  return end.parts.map(formatPart).join(',');
}

/** The inverse of {@link formatEnd}; an alias comes before an interface of the same name (Rule.php, mapAddressInfo). */
export function readEntryEnd(net: string, not: boolean, isAlias: (name: string) => boolean): Endpoint {
  const parts = splitList(net === '' ? 'any' : net).map((item) => readPart(item, isAlias));
  return { parts, not };
}

/** Ports of a rule as OPNsense writes them: `443`, `1000-2000`, or a port alias. */
export function formatPort(port: PortPart): string {
  if (port.kind === 'alias') return port.name;
  return port.from === port.to ? String(port.from) : `${port.from}-${port.to}`;
}

/** The inverse of {@link formatPort}. */
export function readEntryPort(text: string): PortPart {
  const span = /^(\d{1,5})(?:[-:](\d{1,5}))?$/.exec(text);
  if (span?.[1] === undefined) return { kind: 'alias', name: text };
  return { kind: 'ports', from: Number(span[1]), to: Number(span[2] ?? span[1]) };
}

function formatPart(part: EndpointPart): string {
  switch (part.kind) {
    case 'any':
      return 'any';
    case 'self':
      return '(self)';
    case 'alias':
      return part.name;
    case 'addresses':
      return part.span;
    case 'interface-network':
      return part.interface;
    case 'interface-address':
      return `${part.interface}ip`;
    case 'unknown':
      throw new RangeError('an end that is not known cannot be written');
  }
}

function readPart(item: string, isAlias: (name: string) => boolean): EndpointPart {
  if (item === 'any') return { kind: 'any' };
  if (item === '(self)') return { kind: 'self' };
  if (isAlias(item)) return { kind: 'alias', name: item };
  if (/^(wan|lan|opt\d+)$/.test(item)) return { kind: 'interface-network', interface: item };
  const address = /^(wan|lan|opt\d+)ip$/.exec(item)?.[1];
  if (address !== undefined) return { kind: 'interface-address', interface: address };
  if (/^[0-9a-f.:]+(\/\d{1,3})?$/i.test(item) && /[.:]/.test(item)) return { kind: 'addresses', span: item };
  return { kind: 'alias', name: item };
}
