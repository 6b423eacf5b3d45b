import { PLAIN_RUN, type Run, type RunOptions } from '../types/run.js';
import type { Actor, RememberedTrigger } from '../types/trigger.js';
import { changeLines, planDigest } from './change-lines.js';
import type { Ending, Seen } from './ending.js';
import { SERVICE_ACTOR } from './guards.js';
import type { WaitingTriggers } from './queue.js';

/** A run that somebody asks for, before its turn. */
export function askedRun(
  id: string,
  options: RunOptions,
  actor: Actor,
  at: string,
  idempotencyKey: string | undefined,
): Run {
  const trigger: RememberedTrigger = { kind: 'http', reason: `asked for by ${actor.name}`, at };
  return { ...blank(id, at), options, actor, triggers: [trigger], triggerCount: 1, idempotencyKey };
}

/** A run of the command line, from when it has the lock. */
export function commandRun(id: string, options: RunOptions, actor: Actor, reason: string, at: string): Run {
  const trigger: RememberedTrigger = { kind: 'command', reason, at };
  const run = { ...blank(id, at), options, actor, triggers: [trigger], triggerCount: 1 };
  return { ...run, state: 'running', startedAt: at };
}

/** The run of all triggers that waited. */
export function triggeredRun(id: string, waiting: WaitingTriggers, at: string): Run {
  const { triggers, count, dry } = waiting;
  const options = { ...PLAIN_RUN, dryRun: dry };
  return { ...blank(id, triggers[0]?.at ?? at), options, actor: SERVICE_ACTOR, triggers, triggerCount: count };
}

/** A run with what it has seen so far. */
export function withSight(run: Run, { plan, input }: Seen): Run {
  return { ...run, plan: planDigest(plan), changes: changeLines(plan), revisionBefore: input.observed.revision };
}

/** A run that has ended. */
export function endedRun(run: Run, end: Ending, at: string): Run {
  const sight = end.seen === undefined ? run : withSight(run, end.seen);
  const untouched = end.wrote ? undefined : sight.revisionBefore;
  return {
    ...sight,
    state: 'ended',
    endedAt: at,
    outcome: end.outcome,
    attempts: end.attempts,
    revisionAfter: end.revisionAfter ?? untouched,
    undoneAt: end.undoneAt,
    notes: [...run.notes, ...end.notes],
    failure: end.failure,
  };
}

/** A run that was never begun. */
export function neverBegun(run: Run, outcome: 'cancelled' | 'interrupted', at: string, note: string): Run {
  return { ...run, state: 'ended', endedAt: at, outcome, notes: [...run.notes, note] };
}

/** Whether two requests ask for the same. */
export function sameOptions(one: RunOptions, other: RunOptions): boolean {
  const text = (options: RunOptions): string =>
    JSON.stringify(
      Object.entries(options)
        .filter(([, value]) => value !== undefined)
        .sort(byKey),
    );
  return text(one) === text(other);
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

function blank(id: string, at: string): Run {
  return {
    id,
    state: 'queued',
    options: PLAIN_RUN,
    triggers: [],
    triggerCount: 0,
    actor: SERVICE_ACTOR,
    queuedAt: at,
    startedAt: undefined,
    endedAt: undefined,
    outcome: undefined,
    attempts: 0,
    plan: undefined,
    changes: [],
    revisionBefore: undefined,
    revisionAfter: undefined,
    undoneAt: undefined,
    notes: [],
    failure: undefined,
    log: [],
    idempotencyKey: undefined,
  };
}
