import { parseSpan } from '../../../model/ip.js';
import type { EndpointPart, PortPart } from '../../../model/rules.js';
import { canStandOn, type Names, portNumber, splitList } from './names.js';

/** What a text stands for, and clauses about what in it stands for nothing. */
export interface Resolved<Part> {
  readonly parts: readonly Part[];
  readonly missing: readonly string[];
}

const ADDRESS_NAME = /^((?:wan|lan|opt\d+))ip$/;
const DEVICE = /^\(?([A-Za-z0-9_.]+?)(:network)?\)?$/;

/**
 * The places of a source or destination (Rule.php, mapAddressInfo): an alias comes before the interface of the same name; a
 * name that is neither, nor an address, makes OPNsense leave that part of the rule out. `automatic` rules may also name devices
 * and tables that no alias describes.
 */
export function resolveNet(net: string, names: Names, automatic: boolean): Resolved<EndpointPart> {
  const parts: EndpointPart[] = [];
  const missing: string[] = [];
  for (const item of net === '' ? ['any'] : splitList(net)) {
    const part = resolvePlace(item, names, automatic);
    if (part === undefined) missing.push(`nothing is called ${JSON.stringify(item)}`);
    else parts.push(part);
  }
  return { parts, missing };
}

function resolvePlace(item: string, names: Names, automatic: boolean): EndpointPart | undefined {
  if (item === 'any') return { kind: 'any' };
  if (item === '(self)') return { kind: 'self' };
  if (item.startsWith('<') && item.endsWith('>')) return { kind: 'alias', name: item.slice(1, -1) };
  if (names.aliases.get(item)?.kind === 'addresses') return { kind: 'alias', name: item };
  if (canStandOn(names, item)) return { kind: 'interface-network', interface: item };
  const address = ADDRESS_NAME.exec(item)?.[1];
  if (address !== undefined && names.interfaces.has(address)) return { kind: 'interface-address', interface: address };
  if (parseSpan(item) !== undefined) return { kind: 'addresses', span: item };
  if (!automatic) return undefined;
  const device = DEVICE.exec(item);
  const id = names.devices.get(device?.[1] ?? '');
  if (id !== undefined)
    return { kind: device?.[2] === undefined ? 'interface-address' : 'interface-network', interface: id };
  return { kind: 'alias', name: item };
}

/** The ports of a rule (Rule.php, mapAddressInfo): a number, a known name, `80-90`, `80:any`, or a port alias; empty or `any` for all. */
export function resolvePort(text: string, names: Names): Resolved<PortPart> {
  const port = text.trim();
  if (port === '' || port === 'any') return { parts: [], missing: [] };
  if (names.aliases.get(port)?.kind === 'ports') return { parts: [{ kind: 'alias', name: port }], missing: [] };
  const single = portNumber(port);
  if (single !== undefined) return { parts: [{ kind: 'ports', from: single, to: single }], missing: [] };
  const span = /^(\d+|any)[-:](\d+|any)$/.exec(port);
  const from = span?.[1] === 'any' ? 1 : portNumber(span?.[1] ?? '');
  const to = span?.[2] === 'any' ? 65535 : portNumber(span?.[2] ?? '');
  if (from === undefined || to === undefined || from > to) {
    return { parts: [], missing: [`${JSON.stringify(port)} is neither a port nor a port alias`] };
  }
  return { parts: [{ kind: 'ports', from, to }], missing: [] };
}
