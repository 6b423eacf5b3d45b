import { Slash32Error } from '../../errors/slash32-error.js';
import type { Source } from '../../inventory/source.js';
import type { Commit, Target } from '../../model/firewall.js';

/** Hears how long a call to one of the far sides took; `result` is `ok` or a code of the catalogue. */
export type CallObserver = (call: string, seconds: number, result: string) => void;

/** The same source, with the time of each reading told. */
export function observedSource(source: Source, observe: CallObserver): Source {
  return { read: (signal, progress) => timed('read', observe, () => source.read(signal, progress)) };
}

/** The same firewall, with the time of each call told. */
export function observedTarget(target: Target, observe: CallObserver): Target {
  const { commit } = target;
  return {
    observe: (signal, progress) => timed('observe', observe, () => target.observe(signal, progress)),
    check: (base, changes) => target.check(base, changes),
    apply: (request) => timed('apply', observe, () => target.apply(request)),
    settle: (signal, progress) => timed('settle', observe, () => target.settle(signal, progress)),
    ...(commit === undefined ? {} : { commit: observedCommit(commit, observe) }),
  };
}

function observedCommit(commit: Commit, observe: CallObserver): Commit {
  return {
    confirm: (owner, token, signal) => timed('confirm', observe, () => commit.confirm(owner, token, signal)),
    rollback: (owner, token, signal) => timed('rollback', observe, () => commit.rollback(owner, token, signal)),
  };
}

async function timed<T>(call: string, observe: CallObserver, action: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const tell = (result: string): void => observe(call, (performance.now() - begun) / 1000, result);
  try {
    const value = await action();
    tell('ok');
    return value;
  } catch (error) {
    tell(error instanceof Slash32Error ? error.code : 'defect');
    throw error;
  }
}
