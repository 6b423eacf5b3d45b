import { readSecret } from '../config/secret.js';
import type { SourceConfig } from '../config/types.js';
import type { Passed } from '../inventory/incus/events/classify.js';
import { startEventStream } from '../inventory/incus/events/stream.js';
import { resolveEndpoint } from '../inventory/incus/inventory.js';
import type { ConnectDeps } from '../service/connect.js';
import { failureOf } from '../service/reconcile/failure.js';
import type { Reconciler } from '../service/reconcile/types.js';

/** What listening needs from outside. */
export interface EventsDeps extends ConnectDeps {
  readonly reconciler: Pick<Reconciler, 'trigger' | 'streamChanged'>;
  readonly onMessage: (result: 'hint' | Passed) => void;
}

/** Turns what Incus announces into triggers; answers how to stop. A source that is a file announces nothing. */
export function startEvents(source: SourceConfig, deps: EventsDeps): () => void {
  const { reconciler, env, redactor, now } = deps;
  if (source.kind === 'file') return () => {};
  const secrets = { readSecret: (reference: string) => readSecret(reference, { env, redactor }), now };
  return startEventStream(
    () => resolveEndpoint(source, secrets),
    {
      onHint: ({ reason, urgent }) => reconciler.trigger({ kind: 'event', reason, urgent }),
      onConnected(first) {
        const reason = first ? 'the event stream is up' : 'the event stream is up again';
        reconciler.trigger({ kind: 'reconnect', reason, urgent: true });
      },
      onState: ({ failure, ...state }) =>
        reconciler.streamChanged({ ...state, failure: failure === undefined ? undefined : failureOf(failure) }),
      onMessage: deps.onMessage,
    },
    { now, random: Math.random },
  );
}
