import type { StreamStatus } from '../types/status.js';
import type { TriggerKind } from '../types/trigger.js';

/** What a reading of the inventory was made under. Moments are milliseconds of a clock that never jumps. */
export interface Sighting {
  readonly startedAt: number;
  /** Digest of the inventory. */
  readonly inventory: string;
  /** Digest of the configuration: another one may look at other projects. */
  readonly configuration: string;
  /** The event stream, when the reading began and when it had ended; undefined when those are two different connections. */
  readonly stream: StreamStatus | undefined;
}

/** Whether changes come about that no event announces. */
export interface Blindness {
  readonly last: Sighting | undefined;
  /** When a trigger last said that something changed. */
  readonly announcedAt: number | undefined;
  /** A change was found, and its event may still be under way. */
  readonly suspected: boolean;
  /** Since when changes are found that nothing announced. ISO 8601, UTC. */
  readonly since: string | undefined;
  readonly count: number;
}

export const NOT_BLIND: Blindness = {
  last: undefined,
  announcedAt: undefined,
  suspected: false,
  since: undefined,
  count: 0,
};

/** How long an event may be under way after its change was seen. */
export const GRACE_MS = 5_000;

const ANNOUNCING: ReadonlySet<TriggerKind> = new Set(['event', 'reconnect', 'webhook']);

/** After a trigger. An event of the stream itself ends the blindness. */
export function afterTrigger(state: Blindness, kind: TriggerKind, now: number): Blindness {
  if (!ANNOUNCING.has(kind)) return state;
  return {
    ...state,
    announcedAt: now,
    suspected: false,
    since: kind === 'event' ? undefined : state.since,
  };
}

/**
 * After a reading. It is suspicious when the inventory is another one than at the last reading, and nothing has announced
 * that since then, though the same connection was up all the time.
 */
export function afterReading(state: Blindness, sighting: Sighting): Blindness {
  const { last, announcedAt } = state;
  const next = { ...state, last: sighting };
  if (last === undefined || last.inventory === sighting.inventory) return next;
  if (last.configuration !== sighting.configuration) return next;
  if (!sameConnection(last.stream, sighting.stream)) return next;
  if (announcedAt !== undefined && announcedAt >= last.startedAt) return next;
  return { ...next, suspected: true };
}

/** When the grace is over and no event came: it was a change that nothing announced. */
export function afterGrace(state: Blindness, at: string): Blindness {
  if (!state.suspected) return state;
  return { ...state, suspected: false, since: state.since ?? at, count: state.count + 1 };
}

/** Whether a stream was up without a gap between two moments. */
export function sameConnection(before: StreamStatus | undefined, now: StreamStatus | undefined): boolean {
  if (before === undefined || now === undefined) return false;
  return before.state === 'up' && now.state === 'up' && before.connects === now.connects && before.since === now.since;
}
