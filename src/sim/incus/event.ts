/** A lifecycle event as Incus 7.0.2 sends it (facts/incus.md §4). */
export interface SimEvent {
  readonly type: 'lifecycle' | 'logging';
  readonly timestamp: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly location: string;
  readonly project?: string;
}

/** Who hears of events; the state calls each of them. */
export type SimEventListener = (event: SimEvent) => void;
