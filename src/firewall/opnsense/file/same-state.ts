import type { SegmentState } from '../../../model/segment.js';
import { blankState } from '../../../model/segment-state.js';

/** Whether `states` say of an interface what `asked` does; an interface that is not among them counts as one without settings. */
export function isSameState(asked: SegmentState, states: readonly SegmentState[]): boolean {
  const found = states.find((state) => state.interface === asked.interface) ?? {
    ...blankState(asked.interface),
    leaseSeconds: asked.leaseSeconds,
    servers: asked.servers,
  };
  return canonical(found) === canonical(asked);
}

/** Fields in a fixed order, for they are put together in different places. */
function canonical(state: SegmentState): string {
  const { reservations, ...settings } = state;
  const entries = reservations.map((one) => [
    one.position,
    one.mac,
    one.address,
    one.hostname,
    one.description,
    one.arpEntry,
  ]);
  return JSON.stringify([sorted(settings), entries]);
}

function sorted(record: object): unknown {
  return Object.entries(record)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => [key, value !== null && typeof value === 'object' ? sorted(value) : (value ?? null)]);
}
