import type { ErrorCode } from '../../../../src/errors/catalogue.js';
import { Slash32Error } from '../../../../src/errors/slash32-error.js';
import type { PluginApi } from '../../../../src/firewall/opnsense/plugin/api.js';
import type { Clock } from '../../../../src/firewall/opnsense/plugin/clock.js';
import type { WireApplied, WireApply, WireSettled, WireState } from '../../../../src/firewall/opnsense/plugin/wire.js';
import type { SegmentState } from '../../../../src/model/segment.js';
import { applyId } from '../../../../src/secrets/apply-id.js';
import { NEXT_REVISION, REVISION, wireState } from './builders.js';
import { applied } from './reference.js';

/** What goes wrong; without any of it the firewall does what it is asked. Times are seconds after the apply. */
export interface Trouble {
  /** The apply is done, and its answer does not come: with this error instead. */
  readonly answerLost?: ErrorCode;
  /** The apply never arrives, and this error comes. */
  readonly applyLost?: ErrorCode;
  /** Another answer to the apply; nothing is done. */
  readonly answer?: WireApplied;
  /** No connection comes about until then; `always` lasts for good. */
  readonly unreachable?: number | 'always';
  /** The change itself cuts the way off: no connection until the firewall has rolled back. */
  readonly cutsOff?: boolean;
  /** What is really there after the apply. */
  readonly holds?: (state: SegmentState) => SegmentState;
  /** Somebody settles the change on the status page at that time. */
  readonly settledBy?: { readonly at: number; readonly outcome: 'confirmed' | 'rolled_back' | 'expired' };
  /** The first so many confirmations are done, and their answers lost. */
  readonly confirmLost?: number;
  /** `left` of a rollback. */
  readonly left?: readonly { where: string; object: string; message: string }[];
  /** Ctrl-C at that time. */
  readonly interruptAt?: number;
}

/** A firewall on a clock that only moves when somebody waits. */
export interface FakeFirewall {
  readonly api: PluginApi;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** `apply`, `state`, `confirm`, `rollback` with the second of each, and `!` when it did not come through. */
  readonly calls: readonly string[];
  readonly outcome: () => string | undefined;
}

export function fakeFirewall(base: readonly SegmentState[], trouble: Trouble): FakeFirewall {
  const calls: string[] = [];
  const interrupt = new AbortController();
  let milliseconds = 0;
  let states = base;
  let revision = REVISION;
  let change: { id: string; token: string; seconds: number; appliedAt: number; outcome: string } | undefined;
  let confirmLost = trouble.confirmLost ?? 0;

  const seconds = (): number => milliseconds / 1000;
  const tick = (by: number): void => {
    milliseconds += by;
    if (trouble.interruptAt !== undefined && seconds() >= trouble.interruptAt) interrupt.abort();
    if (change?.outcome !== 'pending') return;
    const { settledBy } = trouble;
    if (settledBy !== undefined && seconds() >= settledBy.at) settle(settledBy.outcome);
    else if (seconds() >= change.appliedAt + change.seconds) settle('expired');
  };
  const settle = (outcome: string): void => {
    if (change === undefined) return;
    change.outcome = outcome;
    if (outcome !== 'confirmed') states = base;
  };
  const down = (): boolean =>
    trouble.unreachable === 'always' ||
    (trouble.unreachable !== undefined && seconds() < trouble.unreachable) ||
    (trouble.cutsOff === true && change?.outcome === 'pending');

  function call<T>(name: string, answer: () => T): Promise<T> {
    tick(100);
    const through = !down() || name === 'apply';
    calls.push(`${name}@${Math.floor(seconds())}${through ? '' : '!'}`);
    if (!through) return Promise.reject(failure('S32_OPNSENSE_TIMEOUT'));
    return new Promise((resolve) => resolve(answer()));
  }

  function apply(body: WireApply): WireApplied {
    if (trouble.applyLost !== undefined) throw failure(trouble.applyLost);
    if (trouble.answer !== undefined) return trouble.answer;
    states = applied(states, body).map(trouble.holds ?? ((state) => state));
    revision = NEXT_REVISION;
    const outcome = body.confirm_seconds === 0 ? 'kept' : 'pending';
    const id = applyId(body.token);
    change = { id, token: body.token, seconds: body.confirm_seconds, appliedAt: seconds(), outcome };
    if (trouble.answerLost !== undefined) throw failure(trouble.answerLost);
    const confirm = body.confirm_seconds === 0 ? null : { seconds: body.confirm_seconds, deadline: 0 };
    return { result: 'applied', id, revision, notes: [], confirm };
  }

  function state(): WireState {
    const listed = change === undefined ? [] : [{ id: change.id, owner: 'home', outcome: change.outcome }];
    const left = change === undefined ? 0 : change.appliedAt + change.seconds - seconds();
    const pending =
      change?.outcome === 'pending'
        ? [{ id: change.id, owner: 'home', deadline: 0, seconds_left: Math.max(0, Math.floor(left)) }]
        : [];
    return wireState(states, { revision, applies: listed, pending });
  }

  function settled(token: string, wanted: 'confirmed' | 'rolled_back'): WireSettled {
    if (change === undefined || change.token !== token) return { result: 'unknown' };
    if (change.outcome === 'expired') return { result: 'expired', left: trouble.left ?? [] };
    if (change.outcome !== 'pending') return { result: 'already', outcome: change.outcome };
    settle(wanted);
    if (wanted === 'rolled_back') return { result: wanted, left: trouble.left ?? [] };
    if (confirmLost > 0) {
      confirmLost -= 1;
      throw failure('S32_OPNSENSE_RESET');
    }
    return { result: 'confirmed', peer: null };
  }

  return {
    calls,
    outcome: () => change?.outcome,
    signal: interrupt.signal,
    clock: {
      now: () => new Date(1_795_430_000_000 + milliseconds),
      elapsed: () => milliseconds,
      sleep: (wait) => {
        tick(wait);
        return Promise.resolve();
      },
    },
    api: {
      target: 'https://fw.lan',
      where: (path) => `https://fw.lan${path}`,
      connections: async () => [],
      state: () => call('state', state),
      apply: (body) => call('apply', () => apply(body)),
      confirm: (_owner, token) => call('confirm', () => settled(token, 'confirmed')),
      rollback: (_owner, token) => call('rollback', () => settled(token, 'rolled_back')),
    },
  };
}

function failure(code: ErrorCode): Slash32Error {
  return new Slash32Error(code, { message: 'No connection.', where: 'https://fw.lan' });
}
