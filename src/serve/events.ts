import type { ConfiguredSource } from '../inventory/source-kind.js';
import { type ConnectDeps, sourceDeps } from '../service/connect.js';
import { failureOf } from '../service/reconcile/failure.js';
import type { Reconciler } from '../service/reconcile/types.js';

/** What listening needs from outside. */
export interface EventsDeps extends ConnectDeps {
  readonly reconciler: Pick<Reconciler, 'trigger' | 'streamChanged'>;
  readonly onMessage: (result: string) => void;
}

/** Turns what a source announces into triggers; answers how to stop. One that announces nothing is looked at by the clock alone. */
export function startEvents(source: ConfiguredSource, deps: EventsDeps): () => void {
  const { reconciler, onMessage } = deps;
  const stop = source.listen?.(
    {
      onHint: ({ reason, urgent }) => reconciler.trigger({ kind: 'event', reason, urgent }),
      onConnected(first) {
        const reason = first ? 'the event stream is up' : 'the event stream is up again';
        reconciler.trigger({ kind: 'reconnect', reason, urgent: true });
      },
      onState: ({ failure, ...state }) =>
        reconciler.streamChanged({ ...state, failure: failure === undefined ? undefined : failureOf(failure) }),
      onMessage,
    },
    sourceDeps(deps),
  );
  return stop ?? (() => {});
}
