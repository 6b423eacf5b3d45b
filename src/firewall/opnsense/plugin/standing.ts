import type { WireState } from './wire.js';

/** How an apply stands on the firewall; undefined when it knows nothing of it. */
export type Standing =
  | { readonly kind: 'waiting'; readonly secondsLeft: number | undefined }
  | { readonly kind: 'settled'; readonly outcome: string }
  | undefined;

/** What a state says of one apply. */
export function standingOf(state: WireState, id: string): Standing {
  const waiting = state.pending.find((one) => one.id === id);
  if (waiting !== undefined) return { kind: 'waiting', secondsLeft: waiting.seconds_left };
  const listed = state.applies.find((one) => one.id === id);
  if (listed === undefined) return undefined;
  return listed.outcome === 'pending'
    ? { kind: 'waiting', secondsLeft: undefined }
    : { kind: 'settled', outcome: listed.outcome };
}
