import type { Trigger } from '../../service/types/trigger.js';
import type { SeenFile } from '../../state/seen-file.js';

/**
 * What came of one post: a trigger, a double of one, an event that means nothing, or why it was refused: `guessing` is one more
 * wrong secret from an address that had too many, `flooded` more signed messages than can be told from replays.
 */
export type HookResult =
  | 'trigger'
  | 'double'
  | 'ignored'
  | 'malformed'
  | 'unauthorized'
  | 'guessing'
  | 'stale'
  | 'replayed'
  | 'flooded';

/** What the webhooks need of the service. */
export interface HookDeps {
  readonly trigger: (trigger: Trigger) => void;
  /** Secrets in the path of the Incus webhook; none switches it off. The redactor knows them already. */
  readonly incusSecrets: readonly string[];
  /** Keys of the generic webhook; none switches it off. The redactor knows them already. */
  readonly genericKeys: readonly string[];
  /** How far the clock of whoever signs may differ. */
  readonly windowSeconds: number;
  readonly now: () => Date;
  /** Hears of every post that was answered or refused, with the address that it came from; never of a secret or a path. */
  readonly onResult: (hook: 'incus' | 'generic', result: HookResult, from: string) => void;
  /** Signatures that came before this process; absent where nobody remembers them. */
  readonly signatures?: SeenFile;
  /** How long a body may take, in milliseconds; default: ten seconds. */
  readonly bodyMs?: number;
}
