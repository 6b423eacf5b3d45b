import { describe, expect, it } from 'vitest';
import type { Instance } from '../../src/model/instance.js';
import type { Quarantined } from '../../src/model/ledger.js';
import { DEFAULT_SHARES } from '../../src/model/settings.js';
import type { PlanInput } from '../../src/plan/types.js';
import { actions, applied, buildPlan, forced, input, instance, inventory, nic, SERVERS, settings } from './build.js';

const SMALL = { ...SERVERS, pool: [{ from: '10.2.0.10', to: '10.2.0.49' }] };

function many(project: string, number: number): Instance[] {
  return Array.from({ length: number }, (_, at) => instance(`${project}-${at}`, { project }));
}

function scene(instances: readonly Instance[], part: Partial<PlanInput> = {}): PlanInput {
  return input({ settings: settings({ segments: [SMALL] }), inventory: inventory(instances), ...part });
}

function codes(plan: ReturnType<typeof buildPlan>): string[] {
  return (plan.segments[0]?.leftOut ?? []).map((one) => one.code);
}

describe('a tenant who takes what he can', () => {
  it('with two hundred NICs on one instance gets sixteen, and everybody else is served', () => {
    const nics = Array.from({ length: 200 }, (_, at) =>
      nic({ name: `eth${at}`, mac: `10:66:6a:ee:00:${at.toString(16).padStart(2, '0')}` }),
    );
    const plan = buildPlan(scene([instance('evil', { project: 'evil', nics }), ...many('shop', 10)]));

    expect(actions(plan).filter((one) => one.includes('evil/'))).toHaveLength(DEFAULT_SHARES.instanceNics);
    expect(actions(plan).filter((one) => one.includes('shop/'))).toHaveLength(10);
    expect(new Set(codes(plan))).toEqual(new Set(['share']));
    expect(plan.segments[0]?.leftOut[0]?.message).toContain('limits: instance_nics');
  });

  it('with an instance that walks its pin over the pool stops, and everybody else is served', () => {
    let before = scene([instance('evil', { project: 'evil', pinnedAddress: '10.2.0.10' }), ...many('shop', 2)]);
    for (let at = 10; at < 50; at += 1) {
      const instances = before.inventory.instances.map((one) =>
        one.project === 'evil' ? { ...one, pinnedAddress: `10.2.0.${at}` } : one,
      );
      const now = new Date(before.now.getTime() + 700_000);
      const next = { ...before, now, inventory: inventory(instances) };
      before = applied(next, buildPlan(next));
    }
    const last = buildPlan(before);
    expect(last.segments[0]?.leftOut).toMatchObject([{ nic: 'evil/evil/eth0', code: 'share' }]);
    expect(last.segments[0]?.leftOut[0]?.message).toContain('limits: instance_addresses');
    const more = buildPlan({ ...before, inventory: inventory([...before.inventory.instances, ...many('ops', 2)]) });
    expect(actions(more).filter((one) => one.startsWith('create ops/'))).toHaveLength(2);
  });

  it('with pins on all that he has chooses three quarters of the pool, and whoever asks for no address gets one', () => {
    const pinned = Array.from({ length: 35 }, (_, at) =>
      instance(`e${at}`, { project: 'evil', pinnedAddress: `10.2.0.${10 + at}` }),
    );
    const plan = buildPlan(scene([...pinned, ...many('shop', 5)]));
    expect(actions(plan).filter((one) => one.includes('evil/'))).toHaveLength(30);
    expect(actions(plan).filter((one) => one.includes('shop/'))).toHaveLength(5);
    expect(plan.segments[0]?.leftOut[0]?.message).toBe(
      'Project evil has chosen 30 of the 40 addresses of servers by pins already (limits: pin_share).',
    );
  });

  it('with pins keeps those that he has, in whatever order they come, gets none beyond the limit, and is told', () => {
    const names = ['z', 'y', 'x'];
    const pinnedAt = (name: string, at: number) =>
      instance(name, { project: 'evil', pinnedAddress: `10.2.0.${10 + at}` });
    const shares = { ...DEFAULT_SHARES, pins: 3 / 40 };
    const limited = settings({ segments: [SMALL], shares });
    const fewer = settings({ segments: [SMALL], shares: { ...shares, pins: 1 / 40 } });
    const instances = [...names.map(pinnedAt), ...many('shop', 1)];
    const before = scene(instances, { settings: limited });
    const standing = applied(before, buildPlan(before));
    const plan = buildPlan({ ...standing, inventory: inventory([pinnedAt('a', 9), ...instances]) });
    expect(actions(plan)).toEqual([]);
    expect(plan.segments[0]?.leftOut).toMatchObject([{ nic: 'evil/a/eth0', code: 'share' }]);
    const lowered = buildPlan({ ...standing, settings: fewer });
    expect(actions(lowered)).toEqual([]);
    expect(lowered.segments[0]?.warnings).toContainEqual({
      code: 'above-share',
      message: expect.stringMatching(/^project evil: more of servers than limits allows/),
    });
  });

  it('with pins in the ranges that the segment gives his project is held by no share of the pool', () => {
    const segment = { ...SMALL, pins: { evil: [{ from: '10.2.0.100', to: '10.2.0.150' }] } };
    const shares = { ...DEFAULT_SHARES, pins: 0 };
    const pinned = instance('e', { project: 'evil', pinnedAddress: '10.2.0.120' });
    const plan = buildPlan(
      scene([pinned, ...many('shop', 1)], { settings: settings({ segments: [segment], shares }) }),
    );
    expect(actions(plan)).toContain('create evil/e/eth0 10.2.0.120');
  });

  it('with instances that come and go is charged for what rests because of them, and everybody else is served', () => {
    const keep = many('shop', 1);
    let before = scene(keep, {
      settings: settings({ segments: [SMALL], retainSeconds: 0 }),
    });
    for (let round = 0; round < 50; round += 1) {
      const here = {
        ...before,
        inventory: inventory([...keep, instance(`e${round}`, { project: 'evil' })]),
      };
      const there = applied(here, buildPlan(here));
      before = applied(there, buildPlan(forced({ ...there, inventory: inventory(keep) })));
      before = { ...before, now: new Date(before.now.getTime() + 60_000) };
    }
    const all = [instance('again', { project: 'evil' }), ...keep, ...many('ops', 3)];
    const plan = buildPlan({ ...before, inventory: inventory(all) });
    expect(actions(plan).filter((one) => one.startsWith('create ops/'))).toHaveLength(3);
    expect(plan.segments[0]?.leftOut).toMatchObject([{ nic: 'evil/again/eth0', code: 'share' }]);
    expect(plan.segments[0]?.leftOut[0]?.message).toContain('Project evil holds 36 of the 40 addresses of servers');
  });
});

describe('an honest installation', () => {
  it('of one project fills its pool to the last address', () => {
    const plan = buildPlan(scene(many('default', 41)));
    expect(plan.summary.create).toBe(40);
    expect(codes(plan)).toEqual(['pool-exhausted']);
    expect(plan.segments[0]?.leftOut[0]?.message).toContain('held are 40 by project default');
  });

  it('that stands above a limit keeps what it has, and is told', () => {
    const before = scene([...many('shop', 38), ...many('ops', 1)], {
      settings: settings({ segments: [SMALL], shares: { ...DEFAULT_SHARES, project: 1 } }),
    });
    const standing = applied(before, buildPlan(before));
    const plan = buildPlan({ ...standing, settings: settings({ segments: [SMALL] }) });

    expect(actions(plan)).toEqual([]);
    expect(codes(plan)).toEqual([]);
    expect(plan.segments[0]?.warnings).toContainEqual({
      code: 'above-share',
      message: expect.stringMatching(/^project shop: more of servers than limits allows/),
    });
  });

  it('is told who holds a full pool, with what rests', () => {
    const quarantine: Quarantined[] = Array.from({ length: 30 }, (_, at) => ({
      interface: 'opt3',
      address: `10.2.0.${10 + at}`,
      nic: `shop/old-${at}/eth0`,
      until: '2026-11-30T00:00:00Z',
    }));
    const plan = buildPlan({ ...scene(many('default', 11)), ledger: { ...input().ledger, quarantine } });
    expect(plan.segments[0]?.leftOut[0]?.message).toContain(
      'held are 30 by project shop (30 of them in quarantine), 10 by project default',
    );
  });
});
