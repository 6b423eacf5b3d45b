/** An event as Incus 7.0.2 sends it (docs/facts.md, "Incus: events"); a line of the log has no project. */
export interface SimEvent {
  readonly type: 'lifecycle' | 'logging';
  /** With nine digits after the second, as Go writes it. */
  readonly timestamp: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly location: string;
  readonly project?: string;
}

/** Who hears of events; the state calls each of them. */
export type SimEventListener = (event: SimEvent) => void;
