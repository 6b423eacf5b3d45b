import { describe, expect, it } from 'vitest';
import { EMPTY_LEDGER, type Ledger } from '../../src/model/ledger.js';
import type { ManageStep, PoolAccess, SegmentState } from '../../src/model/segment.js';
import { nextLedger } from '../../src/plan/ledger.js';
import { planChanges } from '../../src/plan/plan.js';
import { isClosed } from '../../src/plan/pools.js';
import { buildRelease } from '../../src/plan/release.js';
import type { Plan, PlanInput } from '../../src/plan/types.js';
import { planExitCode } from '../../src/plan/verdict.js';
import { applied, buildPlan, FULL, input, observed, SERVERS, settings, state } from './build.js';

const OPEN: PoolAccess = { from: '10.2.0.230', to: '10.2.0.240', denyUnknown: false, macAllow: null };
const LIMITED: PoolAccess = { from: '10.2.0.200', to: '10.2.0.210', denyUnknown: true, macAllow: '52:54:00' };
const NO = { force: false, acceptLockoutRisk: false };

function scene(
  manage: readonly ManageStep[],
  part: Partial<SegmentState> = {},
  more: Partial<PlanInput> = {},
): PlanInput {
  const { observed: seen, ...rest } = more;
  return input({
    settings: settings({ segments: [{ ...SERVERS, manage }] }),
    observed: observed({ ...seen, segments: [state('opt3', { pools: [OPEN, LIMITED], ...part })] }),
    ...rest,
  });
}

/** A segment that the version before this one has closed, all but its further pools. */
function standing(ledger: Ledger = BEFORE): PlanInput {
  const whole = scene(FULL, { pools: [] });
  const closed = applied(whole, buildPlan(whole));
  const segments = closed.observed.segments.map((one) => (one.interface === 'opt3' ? { ...one, pools: [OPEN] } : one));
  return { ...closed, observed: { ...closed.observed, segments }, ledger };
}

const AT = '2026-01-01T00:00:00Z';
const BEFORE: Ledger = {
  ...EMPTY_LEDGER,
  originals: [
    { interface: 'opt3', setting: 'deny_unknown', value: false, recordedAt: AT },
    { interface: 'opt3', setting: 'mac_allow', value: null, recordedAt: AT },
  ],
};

function poolsOf(plan: Plan): unknown[] {
  return planChanges(plan).flatMap((change) =>
    change.kind === 'setting' && change.setting === 'pools' ? [change.after] : [],
  );
}

function warnings(plan: Plan, code: string): string[] {
  return plan.segments.flatMap((one) => one.warnings.filter((each) => each.code === code).map((each) => each.message));
}

describe('deny_unknown with further address pools', () => {
  it('closes every one of them, leaves its range, and finds nothing to do afterwards', () => {
    const start = scene(FULL);
    const plan = buildPlan(start);
    const after = applied(start, plan);

    expect(poolsOf(plan)).toEqual([
      [OPEN, LIMITED].map((one) => ({ ...one, denyUnknown: true, macAllow: '02:00:00:00:00:00' })),
    ]);
    expect(planChanges(buildPlan(after))).toEqual([]);
    expect(after.observed.segments[0]?.pools.every(isClosed)).toBe(true);
  });

  it('names the pools that close and the leases that end in them', () => {
    const leases = [
      { interface: 'opt3', address: '10.2.0.233', mac: '52:54:00:00:00:01', hostname: 'phone' },
      { interface: 'opt3', address: '10.2.0.252', mac: '52:54:00:00:00:02', hostname: 'tv' },
    ];
    const [message] = warnings(buildPlan(scene(FULL, {}, { observed: observed({ leases }) })), 'pools-close');

    expect(message).toContain('10.2.0.230-10.2.0.240');
    expect(message).toContain('10.2.0.233 phone');
    expect(message).not.toContain('tv');
  });

  it('opens them again as they were when the step is taken back, and when the segment is released', () => {
    const start = scene(FULL);
    const full = applied(start, buildPlan(start));
    const back = { ...full, settings: scene(['reservations']).settings };
    const opened = applied(back, buildPlan(back));

    expect(opened.observed.segments[0]?.pools).toEqual([OPEN, LIMITED]);
    expect(opened.ledger.originals).toEqual([]);
    const released = applied(full, buildRelease(full, full.settings.segments, 'remove'));
    expect(released.observed.segments[0]?.pools).toEqual([OPEN, LIMITED]);
  });

  it('closes a pool that comes later, and remembers that one too', () => {
    const start = scene(FULL);
    const full = applied(start, buildPlan(start));
    const later: PoolAccess = { ...OPEN, from: '10.2.0.5', to: '10.2.0.9' };
    const closed = full.observed.segments[0]?.pools ?? [];
    const grown = {
      ...full,
      observed: observed({ segments: [{ ...full.observed.segments[0], pools: [later, ...closed] } as SegmentState] }),
    };
    const again = applied(grown, buildPlan(grown));
    const back = { ...again, settings: scene(['reservations']).settings };

    expect(again.observed.segments[0]?.pools.every(isClosed)).toBe(true);
    expect(applied(back, buildPlan(back)).observed.segments[0]?.pools).toEqual([later, OPEN, LIMITED]);
  });

  it('leaves a pool open that somebody opened by hand after the step was taken back', () => {
    const start = scene(FULL);
    const full = applied(start, buildPlan(start));
    const mine: PoolAccess = { ...OPEN, macAllow: '00:16:3e' };
    const opened = {
      ...full,
      settings: scene(['reservations']).settings,
      observed: observed({ segments: [{ ...full.observed.segments[0], pools: [mine] } as SegmentState] }),
    };

    expect(poolsOf(buildPlan(opened))).toEqual([]);
  });

  it('is unsafe where the firewall cannot close them, and says what to do', () => {
    const unwritable = { settings: ['pools'], remedy: 'update os-slash32 on the firewall' } as const;
    const plan = buildPlan(scene(FULL, {}, { observed: observed({ unwritable }) }));

    expect(plan.unsafe).toMatchObject([{ code: 'extra-pools', overriddenBy: '--force' }]);
    expect(poolsOf(plan)).toEqual([]);
    expect(warnings(plan, 'extra-pools')[0]).toContain('update os-slash32');
    const stands = standing();
    const later = buildPlan({ ...stands, observed: { ...stands.observed, unwritable } });
    expect([later.unsafe, warnings(later, 'extra-pools').length]).toEqual([[], 1]);
  });
});

describe('a segment that stood before the rule', () => {
  it('is left as it is, the plan says what waits, and nothing is unsafe', () => {
    const plan = buildPlan(standing());

    expect(planChanges(plan)).toEqual([]);
    expect(planExitCode(plan, NO)).toBe(0);
    const [message] = warnings(plan, 'new-rule');
    expect(message).toContain('10.2.0.230-10.2.0.240');
    expect(message).toContain('slash32 apply --accept-new --segment servers');
  });

  it('waits too where the state file is lost', () => {
    expect(warnings(buildPlan(standing(EMPTY_LEDGER)), 'new-rule')).toHaveLength(1);
  });

  it('waits too while another setting of the step has to be put right', () => {
    const stands = standing();
    const drifted = stands.observed.segments.map((one) =>
      one.interface === 'opt3' ? { ...one, denyUnknown: false } : one,
    );
    const plan = buildPlan({ ...stands, observed: { ...stands.observed, segments: drifted } });

    expect([planChanges(plan).length, poolsOf(plan), warnings(plan, 'new-rule').length]).toEqual([1, [], 1]);
  });

  it('is closed once a person says yes, and needs no second yes for a pool that comes later', () => {
    const asked = { ...standing(), acceptNew: true };
    const plan = buildPlan(asked);
    expect(poolsOf(plan)).toHaveLength(1);

    const after = { ...applied(asked, plan), acceptNew: false };
    expect(after.ledger.accepted).toMatchObject([{ interface: 'opt3', rule: 'extra-pools' }]);
    const segments = after.observed.segments.map((one) => ({ ...one, pools: [LIMITED] }));
    expect(poolsOf(buildPlan({ ...after, observed: { ...after.observed, segments } }))).toHaveLength(1);
  });

  it('is never asked where it is set up with the rule', () => {
    const start = scene(FULL);
    const ledger = nextLedger(EMPTY_LEDGER, planChanges(buildPlan(start)), start.now, 0);

    expect(ledger.accepted).toContainEqual(expect.objectContaining({ interface: 'opt3', rule: 'extra-pools' }));
  });
});
