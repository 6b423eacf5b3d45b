import { describe, expect, it } from 'vitest';
import type { Reservation } from '../../src/model/change.js';
import type { Instance, Inventory } from '../../src/model/instance.js';
import type { ObservedReservation } from '../../src/model/segment.js';
import { planChanges } from '../../src/plan/plan.js';
import type { Plan, PlanInput } from '../../src/plan/types.js';
import {
  actions,
  applied,
  buildPlan,
  entry,
  forced,
  input,
  instance,
  inventory,
  observed,
  settings,
  state,
} from './build.js';

const UUID = 'aaaaaaaa-0000-4000-8000-000000000000';
const MAC = '10:66:6a:00:00:01';

/** The reservation of prod/db, at 10.2.0.50 on the segment servers. */
function dbEntry(part: Partial<Reservation & { position: number }> = {}): ObservedReservation {
  const description = 'db [slash32:home:prod/db/eth0:aaaaaaaa]';
  return entry({ mac: MAC, address: '10.2.0.50', hostname: 'db', description, ...part }, part.position ?? 0);
}

function prod(name: string, part: Partial<Instance> = {}, nic: Parameters<typeof instance>[2] = {}): Instance {
  return instance(name, { project: 'prod', uuid: UUID, ...part }, { mac: MAC, ...nic });
}

function shop(name: string, part: Partial<Instance> = {}, nic: Parameters<typeof instance>[2] = {}): Instance {
  return instance(name, { project: 'shop', ...part }, nic);
}

function view(complete: boolean): Partial<Inventory> {
  const reason = complete ? undefined : 'a member is away';
  return { projects: [{ name: 'prod', complete, reason }, seen('shop')], allProjects: false };
}

function seen(name: string) {
  return { name, complete: true, reason: undefined };
}

function scene(
  instances: readonly Instance[],
  part: Partial<Inventory> = view(true),
  reservations: readonly ObservedReservation[] = [dbEntry()],
): PlanInput {
  return input({
    inventory: inventory(instances, part),
    observed: observed({ segments: [state('opt3', { reservations }), state('opt2')] }),
  });
}

function noted(plan: Plan): string[] {
  return plan.segments.flatMap((one) => one.notes ?? []);
}

function kept(plan: Plan): string[] {
  return plan.segments.flatMap((one) => one.warnings.filter((it) => it.code === 'kept').map((it) => it.message));
}

describe('an instance of another project', () => {
  it.each([
    ['its uuid', shop('evil', { uuid: UUID })],
    ['its MAC', shop('evil', {}, { mac: MAC })],
    ['its uuid and MAC', shop('evil', { uuid: UUID }, { mac: MAC })],
    ['its name, uuid and MAC', shop('db', { uuid: UUID }, { mac: MAC })],
    ['its uuid, on another segment', shop('evil', { uuid: UUID }, { network: 'edge' })],
    ['its uuid and MAC, on another segment', shop('evil', { uuid: UUID }, { mac: MAC, network: 'edge' })],
  ])('never touches an entry of a project that was not seen completely, carrying %s', (_, evil) => {
    const plan = buildPlan(scene([evil], view(false)));

    expect(actions(plan).filter((one) => one.includes('prod/db') || one.includes('10.2.0.50'))).toEqual([]);
    expect(kept(plan)).toEqual([expect.stringContaining('prod/db/eth0')]);
  });

  it.each([
    ['its uuid alone', shop('evil', { uuid: UUID })],
    ['its MAC alone', shop('evil', {}, { mac: MAC })],
    ['its uuid alone, on another segment', shop('evil', { uuid: UUID }, { network: 'edge' })],
  ])('does not take the entry of one that is gone with %s: that one is retired', (_, evil) => {
    expect(actions(buildPlan(scene([evil])))).toContain('retire prod/db/eth0 10.2.0.50');
  });

  it('takes its own entry along when it has moved there, by uuid and MAC', () => {
    expect(actions(buildPlan(scene([shop('db', { uuid: UUID }, { mac: MAC })])))).toEqual([
      'update shop/db/eth0 10.2.0.50',
    ]);
  });

  it.each<[string, Partial<Instance>, Partial<Reservation>]>([
    ['that was there before it was gone', { createdAt: '2026-11-22T08:00:00Z' }, {}],
    [
      'that came while it is kept for one that may come back',
      { createdAt: '2026-11-23T07:59:00Z' },
      { description: 'db [slash32:home:prod/db/eth0:aaaaaaaa:retired=2026-11-23T075000Z]' },
    ],
  ])('with uuid and MAC, %s, waits for a yes, and the reservation is kept meanwhile', (_, part, own) => {
    const before = scene([shop('evil', { uuid: UUID, ...part }, { mac: MAC }), shop('new')], view(true), [
      dbEntry(own),
    ]);
    const plan = buildPlan(before);

    expect(actions(plan)).toEqual([expect.stringMatching(/^create shop\/new/)]);
    expect(plan.waiting).toMatchObject([{ key: 'takeover servers shop', project: 'shop', approvable: true }]);
    expect(buildPlan(forced(before)).segments[0]?.changes).toMatchObject([{ nic: 'shop/evil/eth0' }, {}]);
    const back = prod('db', { uuid: 'bbbbbbbb-0000-4000-8000-000000000000' }, { mac: '10:66:6a:00:00:02' });
    const returned = scene([back, ...before.inventory.instances], view(true), [dbEntry(own)]);
    expect(actions(buildPlan(returned))).toContainEqual(
      expect.stringMatching(/^(update|restore) prod\/db\/eth0 10\.2\.0\.50/),
    );
  });

  it('takes its own entry along when it was made there just now, as a move makes it', () => {
    const moved = shop('db', { uuid: UUID, createdAt: '2026-11-23T07:59:00Z' }, { mac: MAC });
    expect(actions(buildPlan(scene([moved])))).toEqual(['update shop/db/eth0 10.2.0.50']);
  });

  it('with uuid and MAC of one that was rebuilt leaves it its entry', () => {
    const rebuilt = prod('db', { uuid: 'bbbbbbbb-0000-4000-8000-000000000000' }, { mac: '10:66:6a:00:00:02' });

    const plan = buildPlan(scene([rebuilt, shop('evil', { uuid: UUID }, { mac: MAC })]));

    expect(actions(plan)).toContain('update prod/db/eth0 10.2.0.50');
  });

  it.each([
    ['uuid', shop('evil', { uuid: UUID })],
    ['uuid and MAC', shop('evil', { uuid: UUID }, { mac: MAC })],
    ['uuid, on another segment', shop('evil', { uuid: UUID }, { network: 'edge' })],
  ])('does not cost a renamed one its entry by carrying its %s', (_, evil) => {
    const plan = buildPlan(scene([evil, prod('db2')]));

    expect(actions(plan)).toContain('update prod/db2/eth0 10.2.0.50');
    expect(actions(plan).filter((one) => one.startsWith('delete'))).toEqual([]);
  });
});

describe('copies of one instance that carry its uuid', () => {
  it('leave the entry to the one that has its MAC', () => {
    const plan = buildPlan(scene([prod('db-1', {}, { mac: '10:66:6a:00:00:09' }), prod('db-2')]));

    expect(actions(plan)).toContain('update prod/db-2/eth0 10.2.0.50');
  });

  it('leave it to be retired, not deleted, when none has its MAC', () => {
    const copies = ['db-1', 'db-2'].map((name, at) => prod(name, {}, { mac: `10:66:6a:00:00:1${at}` }));

    const before = scene(copies);
    const plan = buildPlan(before);

    expect(actions(plan)).toContain('retire prod/db/eth0 10.2.0.50');
    expect(actions(buildPlan(applied(before, plan)))).toEqual([]);
  });
});

describe('copies of which one has an entry by now', () => {
  it('still leave that of the one they were made from: the next plan decides as the first one did', () => {
    const copies = [
      prod('db-1', { pinnedAddress: '10.2.0.50' }, { mac: '10:66:6a:00:00:11' }),
      prod('db-2', {}, { mac: '10:66:6a:00:00:12' }),
    ];
    const before = scene(copies);
    const plan = buildPlan(before);

    expect(actions(plan)).toEqual(['retire prod/db/eth0 10.2.0.50', expect.stringMatching(/^create prod\/db-2\/eth0/)]);
    expect(actions(buildPlan(applied(before, plan)))).toEqual([]);
  });
});

describe('a copy of an entry, made by hand with the marker in it', () => {
  const copy = dbEntry({ mac: '00:11:22:33:44:55', address: '10.2.0.20' });

  it('is deleted and named, whichever of the two comes first', () => {
    const original = dbEntry({ position: 1 });

    const plan = buildPlan(scene([prod('db')], view(true), [copy, original]));

    expect(actions(plan)).toEqual(['delete prod/db/eth0 10.2.0.20']);
    expect(plan.segments[0]?.warnings.find((one) => one.code === 'copy-deleted')?.message).toContain('10.2.0.20');
  });

  it('is deleted without a word when it is for the same MAC', () => {
    const plan = buildPlan(scene([prod('db')], view(true), [dbEntry(), { ...copy, mac: MAC, position: 1 }]));

    expect(actions(plan)).toEqual(['delete prod/db/eth0 10.2.0.20']);
    expect(plan.segments[0]?.warnings.map((one) => one.code)).not.toContain('copy-deleted');
  });

  it('does not move the original when it is for the same address', () => {
    const same = dbEntry({ mac: '00:11:22:33:44:55', position: 1 });

    const plan = buildPlan(scene([prod('db')], view(true), [dbEntry(), same]));

    expect(actions(plan)).toEqual(['delete prod/db/eth0 10.2.0.50']);
    expect(plan.summary.leftOut).toBe(0);
  });
});

describe('an instance that moved to another segment', () => {
  it('keeps its old entry while nothing can be planned there', () => {
    const start = scene([prod('db', {}, { network: 'edge' })]);
    const kea = { ...start.observed, otherDhcp: [{ interface: 'opt2', server: 'kea' as const }] };

    const plan = buildPlan({ ...start, observed: kea });

    expect(actions(plan)).toEqual([]);
    expect(kept(plan)).toEqual([expect.stringContaining('it stands on edge now, which cannot be planned')]);
  });

  it('keeps it as well while its project is not seen completely', () => {
    const plan = buildPlan(scene([prod('db', {}, { network: 'edge' })], view(false)));

    expect(actions(plan)).toEqual([expect.stringMatching(/^create prod\/db\/eth0 10\.1\./)]);
  });
});

describe('an instance that is to be left alone', () => {
  it('keeps its entry when it is excluded and not to be seen', () => {
    const plan = buildPlan({ ...scene([shop('x')]), settings: settings({ exclude: ['prod/d*'] }) });

    expect(actions(plan).filter((one) => one.includes('prod/db'))).toEqual([]);
    expect(noted(plan)).toEqual([expect.stringContaining('the configuration excludes its instance')]);
  });

  it('keeps its entry when it is ignored and stands on another segment', () => {
    const plan = buildPlan(scene([prod('db', { ignored: true }, { network: 'edge' })]));

    expect(actions(plan)).toEqual([]);
    expect(noted(plan)).toEqual([expect.stringContaining('its instance is to be left alone')]);
  });

  it('keeps its MAC to itself: another NIC with it is left out', () => {
    const plan = buildPlan(scene([prod('db', { ignored: true }), shop('evil', {}, { mac: MAC })]));

    expect(actions(plan)).toEqual([]);
    expect(plan.segments[0]?.leftOut).toMatchObject([{ nic: 'shop/evil/eth0', code: 'duplicate-mac' }]);
    expect(plan.segments[0]?.leftOut[0]?.message).toContain('prod/db/eth0 (10.2.0.50)');
    expect(plan.segments[0]?.assignments).toEqual([]);
  });
});

describe('a MAC that two instances exchange', () => {
  const other = dbEntry({
    mac: '10:66:6a:00:00:02',
    address: '10.2.0.51',
    hostname: 'web',
    description: 'web [slash32:home:prod/web/eth0:bbbbbbbb]',
    position: 1,
  });
  const swapped = scene(
    [prod('db', {}, { mac: other.mac }), prod('web', { uuid: 'bbbbbbbb-0000-4000-8000-000000000000' }, { mac: MAC })],
    view(true),
    [dbEntry(), other],
  );

  it('changes places in one plan', () => {
    expect(actions(buildPlan(swapped))).toEqual(['update prod/db/eth0 10.2.0.50', 'update prod/web/eth0 10.2.0.51']);
  });

  it('never stands in two entries when a filter leaves one of them out', () => {
    const plan = buildPlan({ ...swapped, only: { segments: [], instances: ['prod/web'] } });

    expect(actions(plan)).toEqual([]);
    expect(plan.segments[0]?.leftOut).toMatchObject([{ nic: 'prod/web/eth0', code: 'duplicate-mac' }]);
  });
});

describe('a hostname that one instance takes over from another', () => {
  it('never stands in two entries when a filter leaves the other one out', () => {
    const renamed = prod('old');
    const newcomer = prod('db', { uuid: 'cccccccc-0000-4000-8000-000000000000' }, { mac: '10:66:6a:00:00:03' });
    const both = scene([renamed, newcomer]);

    expect(actions(buildPlan(both))).toHaveLength(2);
    const plan = buildPlan({ ...both, only: { segments: [], instances: ['prod/db'] } });

    expect(actions(plan)).toEqual([]);
    expect(plan.segments[0]?.leftOut).toMatchObject([{ nic: 'prod/db/eth0', code: 'hostname-taken' }]);
  });
});

describe('a retirement that is noted in the future', () => {
  it('counts from now, so that it ends', () => {
    const marker = 'db [slash32:home:prod/db/eth0:aaaaaaaa:retired=2099-01-01T000000Z]';

    const plan = buildPlan(scene([shop('x', {}, { network: 'none' })], view(true), [dbEntry({ description: marker })]));

    expect(planChanges(plan)).toMatchObject([
      { action: 'retire', after: { description: expect.stringContaining('retired=2026-11-23T080000Z') } },
    ]);
  });
});
