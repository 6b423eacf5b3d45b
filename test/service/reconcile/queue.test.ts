import { describe, expect, it } from 'vitest';
import { backoff } from '../../../src/service/reconcile/backoff.js';
import {
  EMPTY_QUEUE,
  nextStart,
  type Queue,
  takeNext,
  withBlock,
  withOwn,
  withoutOwn,
  withTrigger,
} from '../../../src/service/reconcile/queue.js';

const TRIGGER = { kind: 'event', reason: 'instance-created default/web', at: '2026-11-23T08:00:00Z' } as const;
const DEBOUNCE = 1_000;

/** A queue in which triggers came at these moments; a negative one is urgent. */
function queue(moments: readonly number[], part: Partial<Queue> = {}): Queue {
  return moments.reduce<Queue>(
    (before, at) => withTrigger(before, TRIGGER, Math.abs(at), { urgent: at < 0, dry: false }),
    { ...EMPTY_QUEUE, ...part },
  );
}

describe('the moment of the next run', () => {
  it.each<[string, Queue, number | undefined]>([
    ['is none when nothing waits', EMPTY_QUEUE, undefined],
    ['is after a window of quiet', queue([5_000]), 6_000],
    ['moves with each trigger', queue([5_000, 5_900]), 6_900],
    ['does not move beyond ten windows', queue([0, 9_500, 9_900]), 10_000],
    ['is at once for an urgent trigger', queue([-5_000]), 5_000],
    ['is that of the urgent trigger among others', queue([4_900, -5_000, 5_200]), 5_000],
    ['is not sooner than a window after the last start', queue([-5_000], { lastStart: 4_400 }), 5_400],
    ['is not sooner than the end of a wait after a failure', queue([-5_000], { blockedUntil: 9_000 }), 9_000],
    ['is at once for a run that somebody asked for', withOwn(queue([5_000], { blockedUntil: 9_000 }), 'a'), -Infinity],
  ])('%s', (_name, given, expected) => {
    expect(nextStart(given, DEBOUNCE)).toBe(expected);
  });
});

describe('what begins', () => {
  it('is nothing before its time', () => {
    expect(takeNext(queue([5_000]), DEBOUNCE, 5_999)).toBeUndefined();
  });

  it('is one run for all triggers that wait', () => {
    const taken = takeNext(queue([5_000, 5_100, 5_200]), DEBOUNCE, 6_200);
    expect(taken?.begin).toMatchObject({ kind: 'triggers', waiting: { count: 3, first: 5_000 } });
    expect(taken?.queue).toEqual({ ...EMPTY_QUEUE, lastStart: 6_200 });
  });

  it('is by turns what somebody asked for and what triggers waited long for, however often somebody asks', () => {
    let given = withOwn(withOwn(withOwn(queue([5_000]), 'a'), 'b'), 'c');
    const begun: string[] = [];
    for (let now = 20_000; begun.length < 4; now = Math.max(now + 1, nextStart(given, DEBOUNCE) ?? 0)) {
      const taken = takeNext(given, DEBOUNCE, now);
      if (taken === undefined) break;
      begun.push(taken.begin.kind === 'own' ? taken.begin.id : `triggers at ${now}`);
      given = begun.length === 3 ? withTrigger(taken.queue, TRIGGER, 5_000, { urgent: true, dry: false }) : taken.queue;
    }
    // a window after the last run, as ever
    expect(begun).toEqual(['a', 'triggers at 21000', 'b', 'triggers at 22001']);
  });

  it('is what somebody asked for while triggers wait out a failure', () => {
    const given = withOwn(queue([5_000], { blockedUntil: 60_000, lastStart: 20_000, lastWasOwn: true }), 'a');
    expect(takeNext(given, DEBOUNCE, 30_000)?.begin).toEqual({ kind: 'own', id: 'a' });
  });

  it('remembers the newest hundred triggers and counts all', () => {
    const many = queue(Array.from({ length: 250 }, (_, at) => at));
    expect(many.waiting?.count).toBe(250);
    expect(many.waiting?.triggers).toHaveLength(100);
  });

  it('only looks when every trigger asks for no more', () => {
    const dry = withTrigger(EMPTY_QUEUE, { ...TRIGGER, kind: 'drift' }, 0, { urgent: false, dry: true });
    expect(dry.waiting?.dry).toBe(true);
    expect(withTrigger(dry, TRIGGER, 0, { urgent: false, dry: false }).waiting?.dry).toBe(false);
    const event = withTrigger(EMPTY_QUEUE, TRIGGER, 0, { urgent: false, dry: false });
    expect(withTrigger(event, { ...TRIGGER, kind: 'drift' }, 1, { urgent: false, dry: true }).waiting?.dry).toBe(false);
  });

  it('are the runs that were asked for in their order, and the triggers after them', () => {
    const given = withoutOwn(withOwn(withOwn(withOwn(queue([0]), 'a'), 'b'), 'c'), 'b');
    const first = takeNext(given, DEBOUNCE, 5_000);
    const second = first && takeNext(first.queue, DEBOUNCE, 5_001);
    const third = second && takeNext(second.queue, DEBOUNCE, 6_001);
    expect([first, second, third].map((taken) => taken?.begin)).toMatchObject([
      { kind: 'own', id: 'a' },
      { kind: 'own', id: 'c' },
      { kind: 'triggers' },
    ]);
  });

  it('leaves the wait after a failure to the triggers when somebody asks for a run', () => {
    const taken = takeNext(withOwn(withBlock(queue([0]), 60_000), 'a'), DEBOUNCE, 5_000);
    expect(taken && nextStart(taken.queue, DEBOUNCE)).toBe(60_000);
  });
});

describe('the wait after a failure', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [5, 16_000],
    [9, 256_000],
    [10, 300_000],
    [1_000, 300_000],
  ])('of %d in a row is %d ms, a quarter more or less', (failures, middle) => {
    expect(backoff(failures, 0.5)).toBe(middle);
    expect(backoff(failures, 0)).toBe(middle * 0.75);
    expect(backoff(failures, 1)).toBe(middle * 1.25);
  });
});
