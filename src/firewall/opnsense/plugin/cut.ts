import type { ClosedWays, WayService, WayTable } from '../../../model/connections.js';
import type { ApplyRequest } from '../../../model/firewall.js';
import { formatIp, type IpSpan } from '../../../model/ip.js';
import type { WireService, WireWays } from './wire.js';

/** The ways whose open connections end with an apply and with its undoing. */
export type Cut = NonNullable<ApplyRequest['cut']>;

/** The same as it travels: only what is surely closed, since the firewall ends it by itself. Pure. */
export function wireCut({ apply, undo }: Cut): { readonly apply: WireWays; readonly undo: WireWays } {
  return { apply: wireWays(apply), undo: wireWays(undo) };
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
