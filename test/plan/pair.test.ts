import { describe, expect, it } from 'vitest';
import { type Pair, type PairRole, roleOf } from '../../src/model/pair.js';
import { NO_POLICY } from '../../src/model/policy.js';
import { buildPlan, countChanges } from '../../src/plan/plan.js';
import { buildRelease } from '../../src/plan/release.js';
import type { Plan, PlanInput, Warning } from '../../src/plan/types.js';
import { FULL, input, instance, observed, pair, SERVERS, settings } from './build.js';

const SHARED = [
  { interface: 'lan', address: '192.168.1.1', status: 'master' },
  { interface: 'wan', address: '2001:db8::1', status: 'master' },
];

function scene(part: Partial<Pair> | undefined, more: Partial<PlanInput> = {}): PlanInput {
  const base = input();
  const inventory = { ...base.inventory, instances: [instance('web')] };
  return { ...base, inventory, observed: observed(part === undefined ? {} : { pair: pair(part) }), ...more };
}

function said(plan: Plan, code: Warning['code']): string[] {
  return plan.warnings.filter((one) => one.code === code).map((one) => one.message);
}

describe('the role of a node', () => {
  it.each<[PairRole, string, readonly (string | undefined)[]]>([
    ['none', 'shares no address', []],
    ['master', 'is master on every address', ['master', 'master']],
    ['backup', 'is backup on one of them', ['master', 'backup']],
    ['backup', 'is still starting on one of them', ['master', 'init']],
    ['backup', 'stands on one with a word that nobody knows', ['disabled', 'master']],
    ['unknown', 'does not show how it stands on one of them', ['master', undefined]],
    ['backup', 'is backup on one and shows nothing of another', [undefined, 'backup']],
  ])('is %s where it %s', (role, _what, statuses) => {
    expect(roleOf(statuses.map((status, at) => ({ interface: `opt${at}`, address: `10.0.${at}.1`, status })))).toBe(
      role,
    );
  });
});

describe('a node that is not surely the master', () => {
  it.each<[string, Partial<Pair>, string]>([
    [
      'is backup on an interface that is no segment',
      { role: 'backup', addresses: [{ interface: 'lan', address: '192.168.1.1', status: 'backup' }] },
      'CARP backup of 192.168.1.1 on lan',
    ],
    [
      'is backup on an IPv6 address',
      { role: 'backup', addresses: [{ interface: 'wan', address: '2001:db8::1', status: 'backup' }] },
      'CARP backup of 2001:db8::1 on wan',
    ],
    [
      'is starting',
      { role: 'backup', addresses: [{ interface: 'opt3', address: '10.2.0.1', status: 'init' }] },
      '10.2.0.1 on opt3 (INIT)',
    ],
    [
      'does not say',
      { role: 'unknown', addresses: [{ interface: 'opt3', address: '10.2.0.1', status: undefined }] },
      'cannot be seen whether this node is the CARP master of 10.2.0.1 on opt3',
    ],
  ])('is written on no interface where it %s', (_what, part, words) => {
    const plan = buildPlan(scene(part));

    expect(plan.segments.map((one) => one.error?.code)).toEqual(['carp-backup', 'carp-backup']);
    expect(plan.segments[0]?.error?.message).toContain(words);
    expect(countChanges(plan)).toBe(0);
    expect(said(plan, 'ha-backup').join()).toContain(words);
    expect(buildRelease(scene(part), [SERVERS], 'remove').segments[0]?.error?.code).toBe('carp-backup');
  });

  it('is written where a person means it, and the plan says what becomes of that', () => {
    const plan = buildPlan(scene({ role: 'backup', addresses: [] }, { onBackup: true }));

    expect(plan.segments.map((one) => one.error)).toEqual([undefined, undefined]);
    expect(countChanges(plan)).toBeGreaterThan(0);
    expect(said(plan, 'ha-backup').join()).toContain('the next synchronisation of the master replaces that');
  });

  it.each<Pair['role']>(['master', 'none', undefined])('is none that is %s', (role) => {
    const plan = buildPlan(scene({ role }));

    expect(said(plan, 'ha-backup')).toEqual([]);
    expect(countChanges(plan)).toBeGreaterThan(0);
  });

  it('says nothing where there is no pair', () => {
    expect(buildPlan(scene(undefined)).warnings).toEqual([]);
    expect(buildPlan(scene({ role: 'none', peer: undefined, pushes: false })).warnings).toEqual([]);
  });
});

describe('what does not reach the other node', () => {
  it('is nothing where everything is handed over', () => {
    expect(buildPlan(scene({ addresses: SHARED })).warnings).toEqual([]);
  });

  it.each<[Warning['code'], string, Partial<Pair>, RegExp]>([
    [
      'ha-no-push',
      'the push is off',
      { pushes: false },
      /by itself: switch on the push.*After a failover the other node has no reservation/,
    ],
    ['ha-no-push', 'no other node is named', { peer: undefined }, /names no other node.*After a failover/],
    ['ha-missing', 'slash32 is not synchronised', missing('records'), /nobody there knows which entries are whose/],
    ['ha-missing', 'DHCP is not', missing('dhcp'), /clients get other addresses or none/],
    [
      'ha-debt',
      'a change was not taken',
      {
        debts: [
          {
            id: 'a'.repeat(16),
            owner: 'home',
            what: 'kept',
            since: '2026-11-23T07:00:00Z',
            open: false,
            message: 'It was off.',
          },
        ],
      },
      /The change a{16} was kept here at 2026-11-23 07:00Z.*If it has not, packets go by what it had before after a failover. Why: It was off\./,
    ],
    [
      'ha-debt',
      'an undone change may still be there',
      {
        debts: [
          {
            id: 'b'.repeat(16),
            owner: 'lab',
            what: 'undone',
            since: '2026-11-23T07:00:00Z',
            open: false,
            message: 'No.',
          },
        ],
      },
      /of the owner lab was undone here.*after a failover it is in force there/,
    ],
    [
      'ha-unwatched',
      'a change came without its watch',
      { unwatched: [{ id: 'c'.repeat(16), owner: 'home', until: '2026-11-23T07:00:00Z' }] },
      /nobody here undoes it/,
    ],
  ])('is told (%s) where %s', (code, _what, part, words) => {
    const [message, ...more] = said(buildPlan(scene({ addresses: SHARED, ...part })), code);

    expect(message).toMatch(words);
    expect(more).toEqual([]);
  });

  it.each<[string, Partial<Pair>]>([
    ['rules', missing('rules')],
    ['aliases', missing('aliases')],
    ['categories', missing('categories')],
  ])('is told of %s only where a policy is managed', (_part, part) => {
    const managed = settings({ segments: [{ ...SERVERS, manage: [...FULL, 'rules'] }] });

    expect(said(buildPlan(scene(part)), 'ha-missing')).toEqual([]);
    expect(said(buildPlan(scene(part, { settings: managed })), 'ha-missing')).toHaveLength(1);
  });

  it('is told of redirects only where something is published', () => {
    const publish = { name: 'site' } as (typeof NO_POLICY.publishes)[number];
    const managed = settings({
      segments: [{ ...SERVERS, manage: [...FULL, 'rules'] }],
      policy: { ...NO_POLICY, publishes: [publish] },
    });
    const narrowed = { segments: ['servers'], instances: [] };

    expect(said(buildPlan(scene(missing('redirects'))), 'ha-missing')).toEqual([]);
    expect(
      said(buildPlan(scene(missing('redirects'), { settings: managed, only: narrowed })), 'ha-missing').join(),
    ).toContain('nothing that is published can be reached');
  });

  it('is a change of ours of which the other node has not said anything yet', () => {
    const apply = (id: string, owner: string, open: boolean) => ({
      id,
      owner,
      outcome: 'confirmed',
      peer: { taken: false, open, message: '' },
    });
    const memory = {
      maxConfirmSeconds: 60,
      owners: [],
      waiting: [],
      applies: [apply('open', 'home', true), apply('theirs', 'lab', true), apply('said', 'home', false)],
    };

    const plan = buildPlan(scene({}, { observed: observed({ pair: pair(), memory }) }));

    expect(said(plan, 'ha-open')).toEqual([
      expect.stringContaining('The change open was kept here, and the other node has not answered yet'),
    ]);
  });

  it('is not known from a file, which says that the addresses are shared', () => {
    const plan = buildPlan(scene({ role: undefined, addresses: SHARED, pushes: false, ...missing('dhcp') }));

    expect(plan.warnings.map((one) => one.code)).toEqual(['ha-unseen']);
    expect(countChanges(plan)).toBeGreaterThan(0);
  });
});

function missing(part: Pair['missing'][number]['part']): Pick<Pair, 'missing'> {
  return { missing: [{ part, name: part }] };
}
