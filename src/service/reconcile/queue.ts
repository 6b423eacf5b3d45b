import type { RememberedTrigger } from '../types/trigger.js';

/** How many triggers a run remembers; the rest is only counted. */
const REMEMBERED = 100;
/** However often triggers come, the wait for quiet has an end, in debounce windows. */
const PATIENCE = 10;

/** Triggers that wait for one run together. Moments are milliseconds of a clock that never jumps. */
export interface WaitingTriggers {
  readonly first: number;
  readonly last: number;
  /** When the first urgent one came. */
  readonly urgent: number | undefined;
  /** Whether looking is enough for all of them. */
  readonly dry: boolean;
  /** The newest ones. */
  readonly triggers: readonly RememberedTrigger[];
  readonly count: number;
}

/** What waits to be run. */
export interface Queue {
  readonly waiting: WaitingTriggers | undefined;
  /** Ids of the runs that were asked for, in order. */
  readonly own: readonly string[];
  /** When the last run began. */
  readonly lastStart: number | undefined;
  /** Whether that was one that was asked for: then triggers that waited long come next, so that nobody's looking starves them. */
  readonly lastWasOwn?: boolean;
  /** Triggers begin nothing before that, after a failure. */
  readonly blockedUntil: number | undefined;
}

export const EMPTY_QUEUE: Queue = { waiting: undefined, own: [], lastStart: undefined, blockedUntil: undefined };

/** What begins: a run of one's own, or one for all triggers that wait. */
export type Begin =
  | { readonly kind: 'own'; readonly id: string }
  | { readonly kind: 'triggers'; readonly waiting: WaitingTriggers };

/** The queue with one more trigger. `dry` says that it asks for a look only. */
export function withTrigger(
  queue: Queue,
  trigger: RememberedTrigger,
  now: number,
  { urgent, dry }: { readonly urgent: boolean; readonly dry: boolean },
): Queue {
  const before = queue.waiting;
  const waiting: WaitingTriggers = {
    first: before?.first ?? now,
    last: now,
    urgent: before?.urgent ?? (urgent ? now : undefined),
    dry: dry && (before?.dry ?? true),
    triggers: [...(before?.triggers ?? []), trigger].slice(-REMEMBERED),
    count: (before?.count ?? 0) + 1,
  };
  return { ...queue, waiting };
}

/** The queue with one more run that was asked for. */
export function withOwn(queue: Queue, id: string): Queue {
  return { ...queue, own: [...queue.own, id] };
}

/** The queue without a run that was asked for. */
export function withoutOwn(queue: Queue, id: string): Queue {
  return { ...queue, own: queue.own.filter((one) => one !== id) };
}

/**
 * When the next run begins, given that none is going on; undefined when nothing waits. A run that was asked for begins at
 * once. Triggers wait for `debounce` of quiet, ten times that at the most, an urgent one not at all; none begins a run
 * sooner than `debounce` after the last one began, or while a failure is waited out.
 */
export function nextStart(queue: Queue, debounce: number): number | undefined {
  if (queue.own.length > 0 && !isTheirTurn(queue, debounce)) return Number.NEGATIVE_INFINITY;
  const { waiting, lastStart, blockedUntil } = queue;
  if (waiting === undefined) return undefined;
  const quiet = Math.min(waiting.last + debounce, waiting.first + PATIENCE * debounce);
  return Math.max(
    Math.min(quiet, waiting.urgent ?? quiet),
    lastStart === undefined ? Number.NEGATIVE_INFINITY : lastStart + debounce,
    blockedUntil ?? Number.NEGATIVE_INFINITY,
  );
}

/** What begins now, and the queue without it; undefined when nothing is due. */
export function takeNext(
  queue: Queue,
  debounce: number,
  now: number,
): { readonly begin: Begin; readonly queue: Queue } | undefined {
  const due = nextStart(queue, debounce);
  if (due === undefined || due > now) return undefined;
  const [id, ...own] = queue.own;
  if (id !== undefined && !isTheirTurn(queue, debounce))
    return { begin: { kind: 'own', id }, queue: { ...queue, own, lastStart: now, lastWasOwn: true } };
  if (queue.waiting === undefined) return undefined;
  const { lastWasOwn: _, ...rest } = queue;
  return {
    begin: { kind: 'triggers', waiting: queue.waiting },
    queue: { ...rest, waiting: undefined, lastStart: now, blockedUntil: undefined },
  };
}

/**
 * Whether triggers come next whatever people ask for, and however often: they had waited ten windows beyond their time when the last
 * run began, and that was one that was asked for. While a failure is waited out they are not due.
 */
function isTheirTurn({ waiting, lastStart, lastWasOwn, blockedUntil }: Queue, debounce: number): boolean {
  if (waiting === undefined || lastStart === undefined || lastWasOwn !== true) return false;
  if (blockedUntil !== undefined && blockedUntil > lastStart + debounce) return false;
  const quiet = Math.min(waiting.last + debounce, waiting.first + PATIENCE * debounce);
  return Math.min(quiet, waiting.urgent ?? quiet) + PATIENCE * debounce <= lastStart;
}

/** The queue while a failure is waited out, or, without a moment, when that is over. */
export function withBlock(queue: Queue, until: number | undefined): Queue {
  return { ...queue, blockedUntil: until };
}
