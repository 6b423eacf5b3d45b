/** What made the service look again. */
export const TRIGGER_KINDS = [
  'start',
  'event',
  'reconnect',
  'webhook',
  'schedule',
  'drift',
  'http',
  'signal',
  'retry',
  'resume',
  /** Somebody at the command line; the service itself never begins by it. */
  'command',
] as const;

export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/**
 * A hint that something may have changed. It carries no data that a plan could be made of: every run reads both sides
 * anew.
 */
export interface Trigger {
  readonly kind: TriggerKind;
  /** For people, a few words: `instance-created default/web-1`, `nightly reconcile`. */
  readonly reason: string;
  /** Whether the run may begin at once instead of after the debounce window: an instance that boots waits for its lease. */
  readonly urgent?: boolean;
}

/** A trigger as a run remembers it. */
export interface RememberedTrigger {
  readonly kind: TriggerKind;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Who asks for something, for the audit trail. */
export interface Actor {
  /** `service` is slash32 itself, by a trigger; `socket` is whoever may open the unix socket, `command` whoever ran a command. */
  readonly kind: 'service' | 'token' | 'socket' | 'hook' | 'command';
  /** Name of the API token, of the trigger or of the user, as far as it is known; never the token itself. */
  readonly name: string;
  /** Address that the request came from; `local` for the service itself and the unix socket. */
  readonly from: string;
}
