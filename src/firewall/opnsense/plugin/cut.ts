import type { ClosedWays, WayService, WayTable } from '../../../model/connections.js';
import type { ApplyRequest } from '../../../model/firewall.js';
import { formatIp, type IpSpan } from '../../../model/ip.js';
import type { WireService, WireWays } from './wire.js';

/** The ways whose open connections end with an apply and with its undoing. */
export type Cut = NonNullable<ApplyRequest['cut']>;

/** The same as it travels: only what is surely closed, since the firewall ends it by itself; none where that is too much. Pure. */
export function wireCut({ apply, undo }: Cut): { readonly apply: WireWays; readonly undo: WireWays } {
  const fitting = (ways: WireWays): WireWays => (isTooMuch(ways) ? {} : ways);
  return { apply: fitting(wireWays(apply)), undo: fitting(wireWays(undo)) };
}

/** What a person should know of a cut that the firewall would not take. Pure. */
export function cutNotes({ apply, undo }: Cut): string[] {
  const name = (ways: ClosedWays, what: string): string[] =>
    isTooMuch(wireWays(ways))
      ? [`Open connections of what ${what} go on: there are too many different ways to tell the firewall.`]
      : [];
  return [...name(apply, 'was closed'), ...name(undo, 'an undoing closes')];
}

/** Entries that the plugin takes in one list. */
const MOST = 20_000;
/** A part of the 16 MB that a call may have. */
const LONGEST = 4_000_000;

function isTooMuch(ways: WireWays): boolean {
  const rows = [...(ways.inet ?? []), ...(ways.inet6 ?? [])];
  const groups = rows.flatMap((row) => row.groups);
  const lists = [
    rows,
    ...rows.flatMap((row) => [row.from, row.groups]),
    ...groups.flatMap((one) => [one.to, one.services]),
  ];
  return lists.some((list) => list.length > MOST) || JSON.stringify(ways).length > LONGEST;
}

function wireWays({ closed }: ClosedWays): WireWays {
  return Object.fromEntries(closed.map((table) => [table.family, table.rows.map(wireRow)]));
}

function wireRow({ from, groups }: WayTable['rows'][number]) {
  return {
    from: from.map(spanText),
    groups: groups.map(({ to, services }) => ({ to: to.map(spanText), services: services.map(wireService) })),
  };
}

function wireService({ protocol, except, numbers, sourcePorts, lands }: WayService): WireService {
  return {
    protocol,
    ...(except === undefined ? {} : { except }),
    numbers,
    ...(sourcePorts === undefined ? {} : { source_ports: sourcePorts }),
    ...(lands === undefined ? {} : { lands }),
  };
}

function spanText({ family, first, last }: IpSpan): string {
  const start = formatIp({ family, value: first });
  return first === last ? start : `${start}-${formatIp({ family, value: last })}`;
}
