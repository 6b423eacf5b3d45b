import type { WayService, WayTable } from '../../model/connections.js';
import { type Family, type IpSpan, stepIp } from '../../model/ip.js';
import type { AddressClass } from './classes.js';

/** Two classes of addresses, by their numbers, and what is between them. */
export interface Pair {
  readonly from: number;
  readonly to: number;
  readonly services: readonly WayService[];
}

/** Puts pairs together: senders with the same ways into one row, receivers of the same packets into one group of it. */
export function wayTables(pairs: readonly Pair[], classes: readonly AddressClass[]): WayTable[] {
  const services = new Numbering();
  const bySender = new Map<number, Map<number, number[]>>();
  for (const { from, to, services: list } of pairs) {
    const groups = bySender.get(from) ?? new Map<number, number[]>();
    bySender.set(from, groups);
    const at = services.of(list);
    const receivers = groups.get(at) ?? [];
    groups.set(at, receivers);
    receivers.push(to);
  }
  const rows = new Map<string, { readonly senders: number[]; readonly groups: Map<number, number[]> }>();
  for (const [from, groups] of bySender) {
    const key = [...groups]
      .sort(([a], [b]) => a - b)
      .map(([at, receivers]) => `${at}:${receivers.sort((a, b) => a - b).join(' ')}`)
      .join('|');
    const row = rows.get(key) ?? { senders: [], groups };
    rows.set(key, row);
    row.senders.push(from);
  }
  const spansOf = (numbers: readonly number[]): IpSpan[] => joined(numbers.flatMap((at) => classes[at]?.spans ?? []));
  const tables = (['inet', 'inet6'] as const).map((family): WayTable => {
    const ofFamily = [...rows.values()].filter(({ senders }) => familyOf(classes, senders) === family);
    return {
      family,
      rows: ofFamily.map(({ senders, groups }) => ({
        from: spansOf(senders),
        groups: [...groups].map(([at, receivers]) => ({ to: spansOf(receivers), services: services.at(at) })),
      })),
    };
  });
  return tables.filter((table) => table.rows.length > 0);
}

function familyOf(classes: readonly AddressClass[], [first = 0]: readonly number[]): Family | undefined {
  return classes[first]?.family;
}

/** Spans in order, those that touch put together. */
function joined(spans: readonly IpSpan[]): IpSpan[] {
  const sorted = [...spans].sort((a, b) => (a.first < b.first ? -1 : 1));
  const found: IpSpan[] = [];
  for (const span of sorted) {
    const before = found.at(-1);
    if (before !== undefined && stepIp(before.last, 1) === span.first)
      found[found.length - 1] = { ...before, last: span.last, prefix: undefined };
    else found.push(span);
  }
  return found;
}

/** Numbers lists of services, equal ones alike. */
class Numbering {
  readonly #byList = new Map<readonly WayService[], number>();
  readonly #byText = new Map<string, number>();
  readonly #lists: (readonly WayService[])[] = [];

  of(list: readonly WayService[]): number {
    const known = this.#byList.get(list);
    if (known !== undefined) return known;
    const text = JSON.stringify(list);
    const number = this.#byText.get(text) ?? this.#lists.push(list) - 1;
    this.#byText.set(text, number);
    this.#byList.set(list, number);
    return number;
  }

  at(number: number): readonly WayService[] {
    return this.#lists[number] ?? [];
  }
}
