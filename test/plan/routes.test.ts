import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostRoutes, isHostRoutes, reachesRouter, readRoutes } from '../../src/model/host-routes.js';
import type { ManageStep, SegmentState } from '../../src/model/segment.js';
import { planChanges } from '../../src/plan/plan.js';
import { buildRelease } from '../../src/plan/release.js';
import { settingValue } from '../../src/plan/render/words.js';
import type { PlanInput } from '../../src/plan/types.js';
import { applied, buildPlan, input, instance, inventory, observed, SERVERS, settings, state } from './build.js';

const PAIR = '20:0a:02:00:01:00:00:00:00:00:0a:02:00:01';
const MASK: readonly ManageStep[] = ['reservations', 'mask'];
const nginx = instance('nginx', { hostAsks: true });
const db = instance('db');

function scene(
  instances = [nginx, db],
  part: Partial<SegmentState> = {},
  manage: readonly ManageStep[] = MASK,
  segment: Partial<typeof SERVERS> = {},
): PlanInput {
  return input({
    settings: settings({ segments: [{ ...SERVERS, manage, ...segment }] }),
    inventory: inventory(instances),
    observed: observed({ segments: [state('opt3', part)] }),
  });
}

/** What is done to options 1 and 121, and what is said of routes. */
function told(one: PlanInput) {
  const plan = buildPlan(one);
  return {
    settings: planChanges(plan).flatMap((change) =>
      change.kind === 'setting' ? [`${change.setting}: ${change.before} → ${change.after}`] : [],
    ),
    said:
      plan.segments[0]?.warnings.flatMap((one) => (['no-route', 'new-rule'].includes(one.code) ? [one.message] : [])) ??
      [],
  };
}

describe('the mask step', () => {
  it('tells the way to the router where an application container stands', () => {
    expect(told(scene())).toEqual({ settings: ['mask: null → 255.255.255.255', `routes: null → ${PAIR}`], said: [] });
  });

  it('leaves option 121 alone where none stands', () => {
    expect(told(scene([db]))).toEqual({ settings: ['mask: null → 255.255.255.255'], said: [] });
  });

  it('counts a container that asks to be left alone, since it gets what the segment says', () => {
    expect(told(scene([{ ...nginx, ignored: true }])).settings).toContain(`routes: null → ${PAIR}`);
  });

  it('does not count one on a VLAN of the bridge', () => {
    const far = instance('far', { hostAsks: true }, { vlans: { untagged: '30', tagged: [] } });
    expect(told(scene([far, db])).settings).toEqual(['mask: null → 255.255.255.255']);
  });

  it('names the router that clients are told', () => {
    const asked = scene([nginx], {}, MASK, { router: '10.2.0.9' });
    expect(told(asked).settings).toContain(`routes: null → ${hostRoutes('10.2.0.9')}`);
  });

  it('is empty once it was applied, and stays so when the container goes', () => {
    const before = scene();
    const after = applied(before, buildPlan(before));
    expect(told(after)).toEqual({ settings: [], said: [] });
    expect(told({ ...after, inventory: inventory([db]) })).toEqual({ settings: [], said: [] });
  });

  it('follows the router', () => {
    const before = scene();
    const after = applied(before, buildPlan(before));
    const moved = { ...after, settings: settings({ segments: [{ ...SERVERS, manage: MASK, router: '10.2.0.9' }] }) };
    expect(told(moved).settings).toContain(`routes: ${PAIR} → ${hostRoutes('10.2.0.9')}`);
  });

  it('goes back with the mask when it is taken out of manage, and by release', () => {
    const before = scene();
    const after = applied(before, buildPlan(before));
    const narrowed = { ...after, settings: settings({ segments: [{ ...SERVERS, manage: ['reservations'] }] }) };
    expect(told(narrowed).settings).toEqual(['mask: 255.255.255.255 → null', `routes: ${PAIR} → null`]);
    const released = buildRelease(after, after.settings.segments, 'remove');
    expect(planChanges(released)).toContainEqual(
      expect.objectContaining({ setting: 'routes', before: PAIR, after: null }),
    );
  });

  it.each<[string, Partial<SegmentState>, RegExp]>([
    [
      'an option 121 by other hands stands there',
      { routes: '18:0a:09:00:0a:02:00:01' },
      /an option 121 by other hands/,
    ],
    ['an option 121 stands there that cannot be read', { routes: 'invalid' }, /an option 121 by other hands/],
    [
      'its default comes before the way to the router',
      { routes: '00:0a:02:00:01:20:0a:02:00:01:00:00:00:00' },
      /by other hands/,
    ],
    ['DHCP names no router', { router: 'none' }, /names no router to its clients/],
  ])('is not taken where %s, and says why', (_, part, why) => {
    const { settings: done, said } = told(scene([nginx, db], part));
    expect(done).toEqual([]);
    expect(said).toEqual([
      expect.stringMatching(/^default\/nginx\/eth0 is an application container .*the mask step is not taken/),
    ]);
    expect(said[0]).toMatch(why);
    const on = told(scene([nginx, db], { ...part, mask: '255.255.255.255' }));
    expect([on.settings, on.said]).toEqual([[], [expect.stringMatching(/they get no route/)]]);
  });

  it('is content with an option 121 by other hands that says the way, among others', () => {
    const routes = `20:0a:02:00:01:00:00:00:00:18:0a:09:00:0a:02:00:01:00:0a:02:00:01`;
    expect(told(scene([nginx], { routes }))).toEqual({ settings: ['mask: null → 255.255.255.255'], said: [] });
  });

  it('is not taken where the firewall cannot write option 121 yet', () => {
    const old = scene();
    const unwritable = { settings: ['routes' as const], remedy: 'update it' };
    expect(told({ ...old, observed: { ...old.observed, unwritable } })).toEqual({
      settings: [],
      said: [expect.stringContaining("the firewall's side cannot write option 121 yet: update it.")],
    });
  });

  it('goes its way without the container where its segment is not masked by slash32, and says so where it is by hand', () => {
    expect(told(scene([nginx], {}, ['reservations']))).toEqual({ settings: [], said: [] });
    expect(told(scene([nginx], { mask: '255.255.255.255' }, ['reservations'])).said).toEqual([
      expect.stringContaining('they get no route, since leases there are of one address'),
    ]);
  });
});

describe('a segment that stands with the mask', () => {
  const standing = (): PlanInput => {
    const before = scene([db]);
    const after = applied(before, buildPlan(before));
    const { accepted: _accepted, ...ledger } = after.ledger;
    return { ...after, ledger, inventory: inventory([nginx, db]) };
  };

  it('sees what is new once and waits for a yes', () => {
    const { settings: done, said } = told(standing());
    expect(done).toEqual([]);
    expect(said).toEqual([
      expect.stringMatching(
        /^default\/nginx\/eth0 is an application container.*new in this version \(oci-routes\).*--accept-new --segment servers$/,
      ),
    ]);
  });

  it('gets it with that yes, and is not asked again', () => {
    const asked = { ...standing(), acceptNew: true };
    expect(told(asked)).toEqual({ settings: [`routes: null → ${PAIR}`], said: [] });
    const { acceptNew: _yes, ...after } = applied(asked, buildPlan(asked));
    expect(told(after)).toEqual({ settings: [], said: [] });
    expect(after.ledger.accepted).toMatchObject([{ interface: 'opt3', rule: 'oci-routes' }]);
    const removed = after.observed.segments.map((one) => ({ ...one, routes: undefined }));
    expect(told({ ...after, observed: { ...after.observed, segments: removed } }).settings).toEqual([
      `routes: null → ${PAIR}`,
    ]);
  });

  it('is not asked where this version set the mask up, before any container stood there', () => {
    const before = scene([db]);
    const after = applied(before, buildPlan(before));
    expect(after.ledger.accepted).toMatchObject([{ interface: 'opt3', rule: 'oci-routes' }]);
    expect(told({ ...after, inventory: inventory([nginx, db]) })).toEqual({
      settings: [`routes: null → ${PAIR}`],
      said: [],
    });
  });

  it('is asked, too, where somebody took the mask away that comes back now', () => {
    const asked = standing();
    const unset = asked.observed.segments.map((one) => ({ ...one, mask: undefined }));
    const { settings: done, said } = told({ ...asked, observed: { ...asked.observed, segments: unset } });
    expect([done, said.length]).toEqual([['mask: null → 255.255.255.255'], 1]);
  });

  it('is asked though its mask was set anew meanwhile', () => {
    const asked = standing();
    const unset = asked.observed.segments.map((one) => ({ ...one, mask: undefined }));
    const open = { ...asked, observed: { ...asked.observed, segments: unset }, inventory: inventory([db]) };
    const after = applied(open, buildPlan(open));
    expect(told({ ...after, inventory: inventory([nginx, db]) }).said).toHaveLength(1);
  });
});

describe('option 121', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const address = fc.tuple(octet, octet, octet, octet).map((all) => all.join('.'));

  it('is the pair that every client takes', () => {
    expect(hostRoutes('10.1.1.1')).toBe('20:0a:01:01:01:00:00:00:00:00:0a:01:01:01');
    expect(settingValue(hostRoutes('10.1.1.1'))).toBe('10.1.1.1/32 on the link, 0.0.0.0/0 by 10.1.1.1');
    expect(settingValue('02:00:00:00:00:00')).toBe('02:00:00:00:00:00');
  });

  it('says the way to its own router and to no other', () => {
    fc.assert(
      fc.property(address, address, (router, other) => {
        const text = hostRoutes(router);
        expect(readRoutes(text)).toEqual([
          { network: router, prefix: 32, router: '0.0.0.0' },
          { network: '0.0.0.0', prefix: 0, router },
        ]);
        expect([isHostRoutes(text), reachesRouter(text, router)]).toEqual([true, true]);
        expect(reachesRouter(text, other)).toBe(router === other);
      }),
    );
  });

  it.each(['', 'x', '21:0a', '20:0a:02:00:01', '255.255.255.255', '20:0a:02:00:01:00:00:00:00:'])(
    '%j says none',
    (text) => {
      expect(readRoutes(text)).toBeUndefined();
    },
  );
});
