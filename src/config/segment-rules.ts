import { type AddressRange, addressNumber, formatRange, parseAddress, parseRange } from '../model/address.js';
import { recordOf } from '../schema/record.js';
import { type Finding, formatPath, type PathPart } from './problem.js';

interface Placed {
  readonly range: AddressRange;
  readonly path: readonly PathPart[];
  readonly segment: string;
}

/** Findings on `segments:` that a schema cannot express: ranges, addresses, and segments that claim the same thing. */
export function checkSegments(value: unknown): Finding[] {
  const findings: Finding[] = [];
  const ranges: Placed[] = [];
  const owners = { interface: new Map<string, string>(), network: new Map<string, string>() };
  for (const [name, segment] of Object.entries(recordOf(value))) {
    const path = ['segments', name];
    const fields = recordOf(segment);
    for (const [text, place] of rangeTexts(fields, path)) {
      const range = parseRange(text);
      if (range === undefined) findings.push(rangeFinding(text, place));
      else ranges.push({ range, path: place, segment: name });
    }
    for (const key of ['range_address', 'router']) {
      const address = fields[key];
      if (typeof address === 'string' && parseAddress(address) === undefined)
        findings.push(addressFinding(address, [...path, key]));
    }
    findings.push(...claims(owners, name, fields, path));
  }
  return [...findings, ...overlaps(ranges)];
}

/** The finding for a text that should be one IPv4 address. */
export function addressFinding(text: string, path: readonly PathPart[]): Finding {
  const message = `${text.slice(0, 60)} is not an IPv4 address.`;
  const [plain] = text.split('/');
  if (text.includes('/') && plain !== undefined && parseAddress(plain) !== undefined)
    return {
      path,
      at: 'value',
      message: `${text} is a network, and one address is meant.`,
      hint: `Write for example ${plain}.`,
    };
  const decimal = text.split('.').map((octet) => (/^0+\d+$/.test(octet) ? String(Number(octet)) : octet));
  if (parseAddress(decimal.join('.')) !== undefined)
    return { path, at: 'value', message, hint: `Write it without leading zeros: ${decimal.join('.')}.` };
  return { path, at: 'value', message, hint: 'Write four numbers from 0 to 255, for example 10.2.0.10.' };
}

function rangeTexts(fields: Readonly<Record<string, unknown>>, path: readonly PathPart[]): [string, PathPart[]][] {
  const pins = Object.entries(recordOf(fields.pins)).map(
    ([project, value]) => [value, [...path, 'pins', project]] as const,
  );
  return [[fields.pool, [...path, 'pool']] as const, ...pins].flatMap(([value, place]): [string, PathPart[]][] => {
    if (typeof value === 'string') return value === '' ? [] : [[value, [...place]]];
    if (!Array.isArray(value)) return [];
    return value.flatMap((item: unknown, index): [string, PathPart[]][] =>
      typeof item === 'string' ? [[item, [...place, index]]] : [],
    );
  });
}

function rangeFinding(text: string, path: readonly PathPart[]): Finding {
  const message = `${text.slice(0, 60)} is not a range of addresses.`;
  const [from, to] = text.split('-').map((part) => part.trim());
  const ends = [parseAddress(from ?? ''), parseAddress(to ?? '')];
  if (ends[0] !== undefined && ends[1] !== undefined && ends[0] > ends[1])
    return { path, at: 'value', message: `The range ${text} runs backwards.`, hint: `Write ${to}-${from}.` };
  const short = /^(\d+\.\d+\.\d+\.)\d+\s*-\s*(\d+)$/.exec(text);
  if (short && from !== undefined)
    return { path, at: 'value', message, hint: `Write the whole last address: ${from}-${short[1]}${short[2]}.` };
  if (text.includes('/'))
    return { path, at: 'value', message, hint: 'Write the first and the last address: 10.2.0.10-10.2.0.250.' };
  return { path, at: 'value', message, hint: 'Write for example 10.2.0.10-10.2.0.250, or one address.' };
}

function claims(
  owners: Readonly<Record<'interface' | 'network', Map<string, string>>>,
  name: string,
  fields: Readonly<Record<string, unknown>>,
  path: readonly PathPart[],
): Finding[] {
  const network = fields.network ?? name;
  const { vlan } = fields;
  const isTagged = typeof network === 'string' && typeof vlan === 'number';
  const claimed = { interface: fields.interface, network: isTagged ? `${network}, VLAN ${vlan},` : network };
  return (['interface', 'network'] as const).flatMap((kind): Finding[] => {
    const what = claimed[kind];
    if (typeof what !== 'string') return [];
    const owner = owners[kind].get(what);
    owners[kind].set(what, owner ?? name);
    if (owner === undefined) return [];
    const message = `The ${kind} ${what} already belongs to the segment '${owner}'.`;
    const written = fields[kind] !== undefined;
    const hint =
      kind === 'network'
        ? 'One segment is one network, or one VLAN of it (vlan), and one interface: correct one of the two.'
        : 'One segment is one network and one interface: correct one of the two.';
    return [{ path: written ? [...path, kind] : path, at: written ? 'value' : 'key', message, hint }];
  });
}

/** Sorted by their first address, a range overlaps an earlier one exactly when it begins before the furthest end so far. */
function overlaps(ranges: readonly Placed[]): Finding[] {
  const sorted = [...ranges].sort((left, right) => addressNumber(left.range.from) - addressNumber(right.range.from));
  const findings: Finding[] = [];
  let furthest: Placed | undefined;
  for (const placed of sorted) {
    if (furthest !== undefined && addressNumber(placed.range.from) <= addressNumber(furthest.range.to)) {
      const other = `${formatRange(furthest.range)} (${formatPath(furthest.path.slice(1))})`;
      findings.push({
        path: placed.path,
        at: 'value',
        message: `${formatRange(placed.range)} overlaps ${other}.`,
        hint:
          placed.segment === furthest.segment
            ? 'An address belongs to the pool or to one project: separate the two.'
            : 'Two segments cannot share addresses: correct one of the two.',
      });
    }
    if (furthest === undefined || addressNumber(placed.range.to) > addressNumber(furthest.range.to)) furthest = placed;
  }
  return findings;
}
