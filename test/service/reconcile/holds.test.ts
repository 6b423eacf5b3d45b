import { describe, expect, it } from 'vitest';
import { SERVICE_ACTOR } from '../../../src/service/reconcile/guards.js';
import { droppedBecause, isHeld, mayTryAgain } from '../../../src/service/reconcile/holds.js';
import { effectOf, isReversed, within, withMoment } from '../../../src/service/reconcile/reversal.js';
import { PLAIN_RUN } from '../../../src/service/types/run.js';
import { buildPlan, input, instance, inventory } from '../../plan/build.js';
import { ALICE } from './world.js';

const PLAN = buildPlan(input({ inventory: inventory([instance('web')]) }));
const HOLD = { checksum: PLAN.checksum, since: '2026-11-23T08:00:00Z', reason: 'rolled back', configuration: 'one' };
const NOW = new Date('2026-11-23T12:00:00Z');
const hours = (number: number): Date => new Date(NOW.getTime() + number * 3_600_000);

describe('a hold', () => {
  it.each([
    ['the plan and the configuration that it is for', HOLD, 'one', true],
    ['the same plan of another configuration', HOLD, 'two', false],
    ['another plan', { ...HOLD, checksum: '0'.repeat(16) }, 'one', false],
    ['nothing, where there is none', undefined, 'one', false],
  ])('keeps %s', (_what, hold, configuration, held) => {
    expect(isHeld(hold, PLAN, configuration, PLAIN_RUN, SERVICE_ACTOR)).toBe(held);
    expect(isHeld(hold, PLAN, configuration, PLAIN_RUN, ALICE)).toBe(held);
  });

  it('lets a person apply what he names by its checksum, and no trigger', () => {
    const named = { ...PLAIN_RUN, checksum: PLAN.checksum };
    expect(isHeld(HOLD, PLAN, 'one', named, ALICE)).toBe(false);
    expect(isHeld(HOLD, PLAN, 'one', named, SERVICE_ACTOR)).toBe(true);
  });

  it('falls with another configuration, though the plan is the same', () => {
    expect(droppedBecause(HOLD, PLAN, 'two')).toContain('configuration');
    expect(droppedBecause(HOLD, PLAN, 'one')).toBeUndefined();
  });
});

describe('what was remembered of the last hour', () => {
  const moment = (at: Date) => ({ checksum: PLAN.checksum, at: at.toISOString() });

  it.each([
    ['half an hour ago', hours(-0.5), 1],
    ['half an hour ahead, since the clock was set back', hours(0.5), 1],
    ['two hours ago', hours(-2), 0],
    ['two hours ahead, since the clock was set back', hours(2), 0],
  ])('counts when it was %s', (_when, at, found) => {
    expect(within([moment(at)], PLAN.checksum, NOW)).toHaveLength(found);
    expect(withMoment([moment(at)], 'other', NOW)).toHaveLength(found + 1);
    expect(mayTryAgain('rebooted', PLAN.checksum, [moment(at)], NOW)).toBe(found === 0);
    const writes = Array.from({ length: 3 }, () => ({ checksum: effectOf(PLAN), at: at.toISOString() }));
    expect(isReversed(writes, PLAN, NOW)).toBe(found === 1);
  });
});
