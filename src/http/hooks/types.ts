import type { Trigger } from '../../service/types/trigger.js';

/** What came of one post: a trigger, a double of one, an event that means nothing, or why it was refused. */
export type HookResult = 'trigger' | 'double' | 'ignored' | 'unauthorized' | 'stale' | 'replayed' | 'malformed';

/** What the webhooks need of the service. */
export interface HookDeps {
  readonly trigger: (trigger: Trigger) => void;
  /** Secrets in the path of the Incus webhook; none switches it off. */
  readonly incusSecrets: readonly string[];
  /** Keys of the generic webhook; none switches it off. */
  readonly genericKeys: readonly string[];
  /** How far the clock of whoever signs may differ. */
  readonly windowSeconds: number;
  readonly now: () => Date;
  readonly onResult: (hook: 'incus' | 'generic', result: HookResult) => void;
}
