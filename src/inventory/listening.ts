import type { Slash32Error } from '../errors/slash32-error.js';

/** How a connection on which a source announces changes stands. */
export interface StreamState {
  readonly state: 'connecting' | 'up' | 'down';
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly lastEventAt: string | undefined;
  readonly failure: Slash32Error | undefined;
  /** Connections since the start. */
  readonly connects: number;
}

/** What an announcement says to do: look again. It carries no data. */
export interface ChangeHint {
  /** Half a sentence for people and the history. */
  readonly reason: string;
  /** Whether somebody waits for it, as a new instance does for its lease. */
  readonly urgent: boolean;
}

/** Who hears of what. None of them may throw. */
export interface SourceListener {
  readonly onHint: (hint: ChangeHint) => void;
  /** The stream is up; whatever happened before was missed, so everything must be read anew. */
  readonly onConnected: (first: boolean) => void;
  readonly onState: (state: StreamState) => void;
  /** Each message, for counting: `hint`, or a word for why it was passed over. */
  readonly onMessage?: (result: string) => void;
}
