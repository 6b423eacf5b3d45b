import { describe, expect, it } from 'vitest';
import type { Observed } from '../../src/model/firewall.js';
import type { Instance } from '../../src/model/instance.js';
import type { PlanInput } from '../../src/plan/types.js';
import {
  actions,
  applied,
  buildPlan,
  EDGE,
  entry,
  firewallInterface,
  forced,
  input,
  instance,
  inventory,
  NOW,
  nic,
  observed,
  SERVERS,
  settings,
  state,
} from './build.js';

const DAY = 86_400_000;

function later(before: PlanInput, days: number): PlanInput {
  return { ...before, now: new Date(before.now.getTime() + days * DAY) };
}

function withInstances(before: PlanInput, instances: readonly Instance[]): PlanInput {
  return { ...before, inventory: inventory(instances) };
}

function owned(before: PlanInput, interfaceId = 'opt3') {
  return before.observed.segments.find((one) => one.interface === interfaceId)?.reservations ?? [];
}

describe('a new instance', () => {
  it('gets an address of the pool, its name as hostname and a marker', () => {
    const web = instance('web', { uuid: 'a2432d30-a803-4856-abf2-3fe75a088359' });

    const [first] = owned(applied(input(), buildPlan(withInstances(input(), [web]))));

    expect(first?.hostname).toBe('web');
    expect(first?.description).toBe('web [slash32:home:default/web/eth0:a2432d30]');
    expect(first?.mac).toBe(web.nics[0]?.mac);
  });

  it('gets the same address on another machine and after being rebuilt with nothing remembered', () => {
    const here = buildPlan(withInstances(input(), [instance('web'), instance('db')]));
    const there = buildPlan(withInstances(input(), [instance('db'), instance('web'), instance('more')]));

    const addresses = (plan: typeof here): string[] => actions(plan).filter((one) => !one.includes('more'));
    expect(addresses(there).sort()).toEqual(addresses(here).sort());
  });

  it('never gets the address of the firewall, of a virtual IP, of a foreign entry, of a range, or of somebody seen there', () => {
    const pool = [{ from: '10.2.0.1', to: '10.2.0.8' }];
    const plan = buildPlan(
      input({
        settings: settings({ segments: [{ ...SERVERS, pool }] }),
        inventory: inventory([instance('web')]),
        observed: observed({
          interfaces: [
            firewallInterface('opt3', '10.2.0.1', {
              virtualIps: [{ address: '10.2.0.2', mode: 'alias' }],
            }),
          ],
          segments: [
            state('opt3', {
              range: { from: '10.2.0.3', to: '10.2.0.4' },
              reservations: [entry({ mac: '00:00:00:00:00:99', address: '10.2.0.5' })],
            }),
          ],
          leases: [{ interface: 'opt3', address: '10.2.0.6', mac: '00:00:00:00:00:98', hostname: '' }],
          neighbours: [{ interface: 'opt3', address: '10.2.0.7', mac: '00:00:00:00:00:97', permanent: false }],
        }),
      }),
    );

    expect(actions(plan)).toEqual(['create default/web/eth0 10.2.0.8']);
  });

  it('never gets an address under protect, its own asking for it included', () => {
    const scene = input({
      settings: settings({
        protect: ['10.2.0.10'],
        segments: [{ ...SERVERS, pool: [{ from: '10.2.0.10', to: '10.2.0.11' }] }],
      }),
      inventory: inventory([instance('web'), instance('sly', { pinnedAddress: '10.2.0.10' })]),
      observed: observed({ ownAddress: '10.2.0.12' }),
    });

    const plan = buildPlan(scene);

    expect(actions(plan)).toEqual(['create default/web/eth0 10.2.0.11']);
    expect(plan.segments[0]?.leftOut).toMatchObject([{ nic: 'default/sly/eth0', code: 'pin-taken' }]);
  });

  it('is left out with the reason when the pool is full', () => {
    const segments = [{ ...SERVERS, pool: [{ from: '10.2.0.10', to: '10.2.0.10' }] }];

    const plan = buildPlan(
      input({ settings: settings({ segments }), inventory: inventory([instance('a'), instance('b')]) }),
    );

    expect(actions(plan)).toHaveLength(1);
    expect(plan.segments[0]?.leftOut[0]?.code).toBe('pool-exhausted');
  });
});

describe('an instance that has a reservation', () => {
  const web = instance('web');
  const before = applied(input(), buildPlan(withInstances(input(), [web])));
  const address = owned(before)[0]?.address;

  it('keeps its address when it is renamed, and the marker follows', () => {
    const plan = buildPlan(withInstances(before, [{ ...web, name: 'site' }]));

    expect(actions(plan)).toEqual([`update default/site/eth0 ${address}`]);
    expect(owned(applied(before, plan))[0]).toMatchObject({ hostname: 'site', address });
    expect(owned(applied(before, plan))[0]?.description).toContain('site [slash32:home:default/site/eth0:');
  });

  it('keeps its address when it moves to another project', () => {
    const plan = buildPlan(withInstances(before, [{ ...web, project: 'shop' }]));

    expect(actions(plan)).toEqual([`update shop/web/eth0 ${address}`]);
  });

  it('keeps its address when it was rebuilt under the same name with another uuid and MAC', () => {
    const plan = buildPlan(withInstances(before, [instance('web')]));

    expect(actions(plan)).toEqual([`update default/web/eth0 ${address}`]);
    expect(plan.segments[0]?.changes[0]?.reason).toContain('rebuilt under the same name');
  });

  it('keeps its address when its device is renamed, by the MAC', () => {
    const renamed = { ...web, nics: web.nics.map((one) => ({ ...one, name: 'lan0' })) };

    expect(actions(buildPlan(withInstances(before, [renamed])))).toEqual([`update default/web/lan0 ${address}`]);
  });

  it('keeps the address of the NIC that lives on when its sibling goes and leaves it its name', () => {
    const [eth0] = web.nics;
    if (eth0 === undefined) throw new Error('it has a NIC');
    const eth1 = { ...eth0, name: 'eth1', mac: '10:66:6a:00:00:aa' };
    const both = applied(input(), buildPlan(withInstances(input(), [{ ...web, nics: [eth0, eth1] }])));
    const addressOf = (scene: typeof both, mac: string) => owned(scene).find((one) => one.mac === mac)?.address;
    const kept = addressOf(both, eth1.mac);

    const plan = buildPlan(withInstances(both, [{ ...web, nics: [{ ...eth1, name: 'eth0' }] }]));

    expect(plan.segments[0]?.leftOut).toEqual([]);
    expect(plan.warnings.map(({ code }) => code)).not.toContain('copy-deleted');
    expect(actions(plan)).toEqual([
      `delete default/web/eth0 ${addressOf(both, eth0.mac ?? '')}`,
      `update default/web/eth0 ${kept}`,
    ]);
    const after = applied(both, plan);
    expect(addressOf(after, eth1.mac)).toBe(kept);
    expect(actions(buildPlan(withInstances(after, [{ ...web, nics: [{ ...eth1, name: 'eth0' }] }])))).toEqual([]);
  });

  it('keeps each address with its MAC when two NICs change their names', () => {
    const [eth0] = web.nics;
    if (eth0 === undefined) throw new Error('it has a NIC');
    const eth1 = { ...eth0, name: 'eth1', mac: '10:66:6a:00:00:aa' };
    const both = applied(input(), buildPlan(withInstances(input(), [{ ...web, nics: [eth0, eth1] }])));
    const swapped = {
      ...web,
      nics: [
        { ...eth0, name: 'eth1' },
        { ...eth1, name: 'eth0' },
      ],
    };

    const after = applied(both, buildPlan(withInstances(both, [swapped])));

    const pairs = (scene: typeof both) =>
      owned(scene)
        .map(({ mac, address: at }) => `${mac} ${at}`)
        .sort();
    expect(pairs(after)).toEqual(pairs(both));
    expect(actions(buildPlan(withInstances(after, [swapped])))).toEqual([]);
  });

  it('loses its old entry at once when it moves to another segment, and gets one there', () => {
    const moved = { ...web, nics: web.nics.map((one) => ({ ...one, network: 'edge' })) };

    const plan = buildPlan(withInstances(before, [moved]));

    expect(actions(plan)).toEqual([
      `delete default/web/eth0 ${address}`,
      expect.stringMatching(/^create default\/web\/eth0 10\.1\.0\./),
    ]);
  });

  it('is not confused with a new instance that took its old name', () => {
    const renamed = { ...web, name: 'old-web' };

    const after = applied(before, buildPlan(withInstances(before, [renamed, instance('web')])));

    expect(owned(after).find((one) => one.hostname === 'old-web')?.address).toBe(address);
    expect(owned(after).find((one) => one.hostname === 'web')?.address).not.toBe(address);
  });

  it('keeps its old entry from a namesake when it was renamed and moved to another segment', () => {
    const moved = { ...web, name: 'old-web', nics: web.nics.map((one) => ({ ...one, network: 'edge' })) };

    const plan = buildPlan(withInstances(before, [moved, instance('web')]));

    expect(actions(plan)).toContain(`delete default/web/eth0 ${address}`);
    expect(actions(plan)).not.toContainEqual(expect.stringMatching(/^update/));
  });

  it('has its entry mended when somebody edited it by hand', () => {
    const reservations = owned(before).map((one) => ({ ...one, hostname: 'other', mac: '00:00:00:00:00:77' }));
    const edited = { ...before, observed: observed({ segments: [state('opt3', { reservations })] }) };

    const plan = buildPlan(withInstances(edited, [web]));

    expect(plan.segments[0]?.changes[0]).toMatchObject({
      action: 'update',
      after: { hostname: 'web', mac: web.nics[0]?.mac },
    });
  });
});

describe('an instance that is gone', () => {
  const web = instance('web');
  const before = applied(input(), buildPlan(withInstances(input(), [web])));
  const address = owned(before)[0]?.address;
  const gone = withInstances(before, [instance('other')]);
  const retired = applied(gone, buildPlan(gone));

  it('has its reservation retired first and nothing further to do until retain has passed', () => {
    expect(actions(buildPlan(gone))).toContain(`retire default/web/eth0 ${address}`);
    expect(actions(buildPlan(later(retired, 0.9)))).toEqual([]);
  });

  it('has its reservation deleted once retain has passed', () => {
    expect(actions(buildPlan(later(retired, 1)))).toEqual([`delete default/web/eth0 ${address}`]);
  });

  it('gets it back as it was when it returns while retired', () => {
    const plan = buildPlan(later(withInstances(retired, [web, instance('other2')]), 0.5));

    expect(actions(plan)).toContain(`restore default/web/eth0 ${address}`);
  });

  it('leaves an address that goes to nobody else in quarantine, and to itself at once', () => {
    const pool = [{ from: '10.2.0.10', to: '10.2.0.10' }];
    const narrow = settings({ segments: [{ ...SERVERS, pool }], retainSeconds: 0 });
    const start = applied(input({ settings: narrow }), buildPlan(withInstances(input({ settings: narrow }), [web])));
    const emptied = withInstances(start, [instance('x', {}, { network: 'none' })]);
    const deleted = applied(emptied, buildPlan(emptied));

    const stranger = buildPlan(withInstances(later(deleted, 6), [instance('stranger')]));
    const itself = buildPlan(withInstances(later(deleted, 6), [instance('web')]));
    const afterwards = buildPlan(withInstances(later(deleted, 7.1), [instance('stranger')]));

    const returned = withInstances(later(deleted, 6), [instance('web')]);

    expect(applied(returned, buildPlan(returned)).ledger.quarantine).toEqual([]);
    expect(stranger.segments[0]?.leftOut[0]?.code).toBe('pool-exhausted');
    expect(actions(itself)).toEqual(['create default/web/eth0 10.2.0.10']);
    expect(actions(afterwards)).toEqual(['create default/stranger/eth0 10.2.0.10']);
  });

  it.each([
    [
      'its project was not seen completely',
      { projects: [{ name: 'default', complete: false, reason: 'member b2 is offline' }] },
    ],
    [
      'its project is not among those shown',
      { projects: [{ name: 'shop', complete: true, reason: undefined }], allProjects: false },
    ],
  ])('keeps its reservation when %s', (_, view) => {
    const blind = { ...before, inventory: inventory([instance('other', { project: 'shop' })], view) };

    const plan = buildPlan(later(blind, 30));

    expect(actions(plan).filter((one) => one.includes('default/web'))).toEqual([]);
    expect(plan.segments[0]?.warnings.some((one) => one.code === 'kept')).toBe(true);
  });

  it('has its reservation deleted when its whole project is gone and every project was shown', () => {
    const shop = instance('db', { project: 'shop' });
    const start = applied(before, buildPlan(withInstances(before, [web, shop])));
    const projects = [{ name: 'default', complete: true, reason: undefined }];
    const without = { ...start, inventory: inventory([web], { projects }) };

    expect(actions(buildPlan(without))).toEqual([expect.stringMatching(/^retire shop\/db\/eth0/)]);
  });
});

describe('an address that an instance asks for', () => {
  const pinned = (address: string, name = 'web'): Instance => instance(name, { pinnedAddress: address });

  it('is given when it is free in the pool', () => {
    expect(actions(buildPlan(withInstances(input(), [pinned('10.2.0.77')])))).toEqual([
      'create default/web/eth0 10.2.0.77',
    ]);
  });

  it('counts on the NIC before the instance', () => {
    const web = instance('web', { pinnedAddress: '10.2.0.77' }, { pinnedAddress: '10.2.0.78' });

    expect(actions(buildPlan(withInstances(input(), [web])))).toEqual(['create default/web/eth0 10.2.0.78']);
  });

  it('moves an instance that has another one', () => {
    const web = instance('web');
    const before = applied(input(), buildPlan(withInstances(input(), [web])));

    const plan = buildPlan(withInstances(before, [{ ...web, pinnedAddress: '10.2.0.77' }]));

    expect(actions(plan)).toEqual(['update default/web/eth0 10.2.0.77']);
  });

  it('goes to the NIC whose segment it lies on, when an instance has several', () => {
    const nics = [
      nic({ name: 'eth0', network: 'servers' }),
      nic({ name: 'eth1', network: 'edge', mac: '10:66:6a:00:00:02' }),
    ];
    const plan = buildPlan(withInstances(input(), [instance('web', { pinnedAddress: '10.1.0.77', nics })]));

    expect(actions(plan)).toContain('create default/web/eth1 10.1.0.77');
    expect(actions(plan)).toContainEqual(expect.stringMatching(/^create default\/web\/eth0 10\.2\.0\./));
  });

  it.each([
    ['outside the pool', '10.2.0.252', 'pin-outside'],
    ['outside the subnet', '10.9.0.1', 'pin-outside'],
    ['the gateway', '10.2.0.1', 'pin-outside'],
    ['the broadcast address', '10.2.0.255', 'pin-outside'],
    ['no address', 'ten', 'pin-invalid'],
  ])('is refused, and the rest goes on, when it is %s', (_, address, code) => {
    const plan = buildPlan(withInstances(input(), [pinned(address), instance('db')]));

    expect(plan.segments[0]?.leftOut).toMatchObject([{ nic: 'default/web/eth0', code }]);
    expect(actions(plan)).toEqual([expect.stringMatching(/^create default\/db\/eth0/)]);
  });

  it('may lie outside the pool where the segment allows it to that project', () => {
    const segments = [{ ...SERVERS, pins: { shop: [{ from: '10.2.0.252', to: '10.2.0.252' }] } }];
    const shop = instance('web', { project: 'shop', pinnedAddress: '10.2.0.252' });
    const free = observed({ segments: [state('opt3', { range: undefined })] });

    const plan = buildPlan(input({ settings: settings({ segments }), inventory: inventory([shop]), observed: free }));

    expect(actions(plan)).toEqual(['create shop/web/eth0 10.2.0.252']);
  });

  it('is refused to both when two ask for it', () => {
    const plan = buildPlan(withInstances(input(), [pinned('10.2.0.77', 'a'), pinned('10.2.0.77', 'b')]));

    expect(plan.segments[0]?.leftOut.map((one) => [one.nic, one.code])).toEqual([
      ['default/a/eth0', 'pin-taken'],
      ['default/b/eth0', 'pin-taken'],
    ]);
  });

  it('is refused when a foreign reservation has it, and that entry stays', () => {
    const foreign = state('opt3', { reservations: [entry({ mac: '00:00:00:00:00:99', address: '10.2.0.77' })] });

    const plan = buildPlan({
      ...withInstances(input(), [pinned('10.2.0.77')]),
      observed: observed({ segments: [foreign] }),
    });

    expect(plan.segments[0]?.leftOut[0]?.code).toBe('pin-taken');
    expect(actions(plan)).toEqual([]);
  });

  it('stays with the one who has it when another one asks for it', () => {
    const before = applied(input(), buildPlan(withInstances(input(), [pinned('10.2.0.77', 'a')])));

    const a = before.inventory.instances;
    const plan = buildPlan(withInstances(before, [...a, pinned('10.2.0.77', 'a'), pinned('10.2.0.77', 'b')]));

    expect(plan.segments[0]?.leftOut.map((one) => one.nic)).toEqual(['default/b/eth0']);
  });
});

describe('a NIC that cannot have a reservation', () => {
  it.each([
    ['no MAC yet', { mac: undefined }, 'no-mac'],
    ['the MAC that closed ranges are open to', { mac: '02:00:00:00:00:00' }, 'bad-mac'],
    ['a multicast MAC', { mac: '01:00:5e:00:00:01' }, 'bad-mac'],
    ['a MAC that is none', { mac: 'zz' }, 'bad-mac'],
  ])('is left out when it has %s', (_, part, code) => {
    const plan = buildPlan(withInstances(input(), [instance('web', {}, part), instance('db')]));

    expect(plan.segments[0]?.leftOut).toMatchObject([{ nic: 'default/web/eth0', code }]);
    expect(actions(plan)).toHaveLength(1);
  });

  it('is left out when two NICs of a segment have the same MAC, but not when they are on two segments', () => {
    const mac = '10:66:6a:aa:bb:01';
    const same = buildPlan(withInstances(input(), [instance('a', {}, { mac }), instance('b', {}, { mac })]));
    const apart = buildPlan(
      withInstances(input(), [instance('a', {}, { mac }), instance('b', {}, { mac, network: 'edge' })]),
    );

    expect(same.segments[0]?.leftOut.map((one) => one.code)).toEqual(['duplicate-mac', 'duplicate-mac']);
    expect(actions(apart)).toHaveLength(2);
  });

  it.each<[string, (string | undefined)[], string[]]>([
    ['the older instance', ['2026-11-20T08:00:00Z', '2026-11-21T08:00:00Z'], ['create default/a/eth0']],
    ['the one of which it is known', [undefined, '2026-11-21T08:00:00Z'], ['create default/b/eth0']],
    ['nobody, where both are as old', ['2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z'], []],
  ])('of two that are new, a MAC goes to %s', (_, ages, expected) => {
    const mac = '10:66:6a:aa:bb:01';
    const both = ['a', 'b'].map((name, at) => instance(name, { createdAt: ages[at] }, { mac }));
    const plan = buildPlan(withInstances(input(), both));

    expect(actions(plan).map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual(expected);
    expect(plan.segments[0]?.leftOut).toHaveLength(2 - expected.length);
  });

  it('does not take the reservation of the one that had the MAC first', () => {
    const a = instance('a');
    const before = applied(input(), buildPlan(withInstances(input(), [a])));

    const plan = buildPlan(withInstances(before, [a, instance('b', {}, { mac: a.nics[0]?.mac })]));

    expect(actions(plan)).toEqual([]);
    expect(plan.segments[0]?.leftOut.map((one) => one.nic)).toEqual(['default/b/eth0']);
  });

  it('is left out when nothing of its name is a hostname', () => {
    const plan = buildPlan(withInstances(input(), [instance('База')]));

    expect(plan.segments[0]?.leftOut).toEqual([
      expect.objectContaining({ code: 'bad-hostname', message: expect.stringContaining('hostnames in slash32.yaml') }),
    ]);
  });

  it.each([
    ['web_1', 'web-1'],
    ['db 1', 'db-1'],
    ['web.lan', 'web-lan'],
    ['_sip._tcp', 'sip-tcp'],
    ['x'.repeat(70), 'x'.repeat(63)],
  ])('whose name is %s is called %s, and the plan says so once', (name, hostname) => {
    const before = withInstances(input(), [instance(name)]);
    const plan = buildPlan(before);
    const after = applied(before, plan);

    expect(owned(after).map((one) => one.hostname)).toEqual([hostname]);
    expect(plan.warnings).toEqual([]);
    expect(plan.segments[0]?.warnings.filter((one) => one.code === 'name-adapted').map((one) => one.message)).toEqual([
      expect.stringContaining(`default/${name}/eth0 is called ${hostname}`),
    ]);
    const again = buildPlan(after);
    expect(actions(again)).toEqual([]);
    expect(again.segments[0]?.warnings.map((one) => one.code)).not.toContain('name-adapted');
  });

  it('gives two whose names become one different hostnames, and each keeps its own', () => {
    const both = [instance('web_1'), instance('web.1')];
    const before = withInstances(input(), both);
    const after = applied(before, buildPlan(before));
    const names = owned(after).map((one) => one.hostname);

    expect(new Set(names).size).toBe(2);
    expect(names).toContain('web-1');
    expect(actions(buildPlan(withInstances(after, [...both].reverse())))).toEqual([]);
  });

  it.each([
    ['default/web.lan', 'site'],
    ['default/web.lan/eth0', 'site'],
    ['default/other', 'web-lan'],
  ])('is called as the configuration says of %s', (key, hostname) => {
    const given = {
      ...withInstances(input(), [instance('web.lan')]),
      settings: settings({ hostnames: { [key]: 'site' } }),
    };

    expect(owned(applied(given, buildPlan(given))).map((one) => one.hostname)).toEqual([hostname]);
  });

  it('changes its hostname when the configuration gives another one, and back', () => {
    const before = withInstances(input(), [instance('web')]);
    const standing = applied(before, buildPlan(before));
    const given = { ...standing, settings: settings({ hostnames: { 'default/web': 'site' } }) };
    const after = applied(given, buildPlan(given));

    expect(owned(after).map((one) => one.hostname)).toEqual(['site']);
    const back = { ...after, settings: standing.settings };
    expect(owned(applied(back, buildPlan(back))).map((one) => one.hostname)).toEqual(['web']);
  });

  it.each([
    ['asked to be ignored', instance('web', { ignored: true })],
    ['is excluded by the configuration', instance('lab-1')],
    ['stands on no segment', instance('web', {}, { network: 'elsewhere' })],
  ])('is passed over silently when it %s', (_, one) => {
    const plan = buildPlan({ ...withInstances(input(), [one]), settings: settings({ exclude: ['lab-*'] }) });

    expect(actions(plan)).toEqual([]);
    expect(plan.summary.leftOut).toBe(0);
  });

  it('is passed over when it is the firewall itself', () => {
    const firewall = instance('opnsense', {}, { mac: '10:66:6A:11:22:33' });
    const interfaces = [firewallInterface('opt3', '10.2.0.1', { mac: '10:66:6a:11:22:33' })];

    const plan = buildPlan({ ...withInstances(input(), [firewall]), observed: observed({ interfaces }) });

    expect(actions(plan)).toEqual([]);
  });
});

describe('hostnames on one segment', () => {
  it('give the bare name to the default project and the project to the others', () => {
    const plan = buildPlan(withInstances(input(), [instance('web', { project: 'a-shop' }), instance('web')]));

    const names = plan.segments[0]?.assignments.map((one) => [one.nic, one.hostname]);
    expect(names).toEqual([
      ['a-shop/web/eth0', 'web-a-shop'],
      ['default/web/eth0', 'web'],
    ]);
  });

  it('do not change when a namesake comes later', () => {
    const shop = instance('web', { project: 'shop' });
    const before = applied(input(), buildPlan(withInstances(input(), [shop])));

    const plan = buildPlan(withInstances(before, [shop, instance('web')]));

    expect(plan.segments[0]?.assignments.map((one) => one.hostname)).toEqual(['web-default', 'web']);
  });

  it('tell two NICs of one instance apart by the device', () => {
    const nics = [nic(), nic({ name: 'eth1', mac: '10:66:6a:00:00:02' })];

    const plan = buildPlan(withInstances(input(), [instance('web', { nics })]));

    expect(plan.segments[0]?.assignments.map((one) => one.hostname)).toEqual(['web', 'web-eth1']);
  });

  it('avoid those of foreign reservations, whatever their case', () => {
    const segments = [
      state('opt3', { reservations: [entry({ mac: '00:00:00:00:00:99', address: '10.2.0.9', hostname: 'WEB' })] }),
    ];

    const plan = buildPlan({ ...withInstances(input(), [instance('web')]), observed: observed({ segments }) });

    expect(plan.segments[0]?.assignments[0]?.hostname).toBe('web-default');
  });
});

describe('a foreign reservation of a NIC', () => {
  const web = instance('web');
  const foreign = entry({
    mac: web.nics[0]?.mac ?? '',
    address: '10.2.0.200',
    hostname: 'legacy',
    description: 'by hand',
  });
  const seen = observed({ segments: [state('opt3', { reservations: [foreign] }), state('opt2')] });
  const before = { ...withInstances(input(), [web]), observed: seen };

  it('is left as it is without adoption, serves the NIC, and is named', () => {
    const plan = buildPlan(before);

    expect(actions(plan)).toEqual([]);
    expect(plan.segments[0]?.assignments).toMatchObject([{ source: 'foreign', address: '10.2.0.200' }]);
    expect(plan.segments[0]?.warnings.map((one) => one.code)).toContain('adoptable');
  });

  it.each(['all', [`${foreign.mac}`.toUpperCase()], ['10.2.0.200']] as const)(
    'is taken over by --adopt %j with address, name and text',
    (adopt) => {
      const plan = buildPlan({ ...before, adopt });
      const after = applied(before, plan);

      expect(actions(plan)).toEqual(['adopt default/web/eth0 10.2.0.200']);
      expect(owned(after)[0]).toMatchObject({ address: '10.2.0.200', hostname: 'legacy' });
      expect(owned(after)[0]?.description).toMatch(
        /^by hand \[slash32:home:default\/web\/eth0:\w{8}:adopted:host=legacy\]$/,
      );
      expect(actions(buildPlan(after))).toEqual([]);
    },
  );

  it('is the first of several with one MAC, since dhcpd goes by that one', () => {
    const reservations = [foreign, { ...foreign, address: '10.2.0.201', position: 1 }];
    const scene = {
      ...before,
      adopt: 'all' as const,
      observed: observed({ segments: [state('opt3', { reservations })] }),
    };

    const plan = buildPlan(scene);

    expect(actions(plan)).toEqual(['adopt default/web/eth0 10.2.0.200']);
    expect(buildPlan(applied(scene, plan)).segments[0]?.warnings.map((one) => one.code)).toContain('foreign-duplicate');
  });

  it('of another slash32 owner is not taken by --adopt all, and is unsafe to take by name', () => {
    const theirs = { ...foreign, description: 'web [slash32:work:default/web/eth0:0000000a]' };
    const scene = { ...before, observed: observed({ segments: [state('opt3', { reservations: [theirs] })] }) };

    const all = buildPlan({ ...scene, adopt: 'all' });
    const byName = buildPlan({ ...scene, adopt: ['10.2.0.200'] });

    expect(all.segments[0]?.leftOut[0]?.code).toBe('other-owner');
    expect(actions(byName)).toEqual([]);
    expect(byName.unsafe).toMatchObject([{ code: 'foreign-owner', overriddenBy: '--force' }]);
    expect(byName.waiting).toMatchObject([{ changes: [{ action: 'adopt', nic: 'default/web/eth0' }] }]);
    expect(actions(buildPlan(forced({ ...scene, adopt: ['10.2.0.200'] })))).toEqual([
      'adopt default/web/eth0 10.2.0.200',
    ]);
  });
});

describe('a filter', () => {
  const scene = withInstances(input(), [instance('web'), instance('db'), instance('proxy', {}, { network: 'edge' })]);

  it('by segment leaves the others alone', () => {
    expect(actions(buildPlan({ ...scene, only: { segments: ['edge'], instances: [] } }))).toEqual([
      expect.stringMatching(/^create default\/proxy/),
    ]);
  });

  it('by instance leaves the others alone and gives the same address as without it', () => {
    const all = actions(buildPlan(scene));

    const one = actions(buildPlan({ ...scene, only: { segments: [], instances: ['default/db'] } }));

    expect(one).toEqual(all.filter((action) => action.includes('default/db/')));
  });
});

describe('a filter by instance', () => {
  it('never gives an address that an entry outside the filter still has', () => {
    const settled = settings({ quarantineSeconds: 0 });
    const [a, b] = [instance('a', { pinnedAddress: '10.2.0.20' }), instance('b', { pinnedAddress: '10.2.0.21' })];
    const before = applied(
      input({ settings: settled }),
      buildPlan(input({ settings: settled, inventory: inventory([a, b]) })),
    );
    const moving = inventory([
      { ...a, pinnedAddress: '10.2.0.22' },
      { ...b, pinnedAddress: '10.2.0.20' },
    ]);

    const both = buildPlan({ ...before, inventory: moving });
    const one = buildPlan({ ...before, inventory: moving, only: { segments: [], instances: ['default/b'] } });

    expect(actions(both)).toHaveLength(2);
    expect(actions(one)).toEqual([]);
    expect(one.segments[0]?.leftOut).toMatchObject([{ nic: 'default/b/eth0', code: 'address-conflict' }]);
  });

  it('does not get round the lock-out guard', () => {
    const covering = entry({
      mac: '00:00:00:00:00:60',
      address: '10.2.0.60',
      hostname: 'admin',
      description: 'admin [slash32:home:default/admin/eth0:0000aaaa]',
    });
    const scene = input({
      settings: settings({ protect: ['10.2.0.60'], retainSeconds: 0 }),
      inventory: inventory([instance('web')]),
      observed: observed({ segments: [state('opt3', { staticArp: 'on', reservations: [covering] })] }),
      only: { segments: [], instances: ['default/admin'] },
    });

    const plan = buildPlan(scene);

    expect(actions(plan)).toEqual([]);
    expect(plan.segments[0]?.leftOut).toMatchObject([{ nic: 'default/admin/eth0', code: 'protected' }]);
  });
});

describe('instances that are left alone', () => {
  it('keep the reservations that they have, and are named', () => {
    const web = instance('web');
    const before = applied(input(), buildPlan(withInstances(input(), [web])));

    const plan = buildPlan(withInstances(before, [{ ...web, ignored: true }]));

    expect(actions(plan)).toEqual([]);
    expect(plan.segments[0]?.notes).toEqual([expect.stringContaining('default/web/eth0')]);
  });
});

describe('the firewall side', () => {
  it.each<[string, Partial<Observed>]>([
    ['interface-missing', { interfaces: [] }],
    ['interface-disabled', { interfaces: [firewallInterface('opt3', '10.2.0.1', { enabled: false })] }],
    ['interface-without-address', { interfaces: [firewallInterface('opt3', '10.2.0.1', { address: undefined })] }],
    ['other-dhcp-server', { otherDhcp: [{ interface: 'opt3', server: 'kea' as const }] }],
  ])('leaves a segment alone with %s, and plans the others', (code, part) => {
    const interfaces = [
      ...(part.interfaces ?? [firewallInterface('opt3', '10.2.0.1')]),
      firewallInterface('opt2', '10.1.0.1'),
    ];
    const scene = withInstances(input(), [instance('web'), instance('proxy', {}, { network: 'edge' })]);

    const plan = buildPlan({ ...scene, observed: observed({ ...part, interfaces }) });

    expect(plan.segments.map((one) => one.error?.code)).toEqual([code, undefined]);
    expect(actions(plan)).toEqual([expect.stringMatching(/^create default\/proxy/)]);
  });

  it('refuses a pool that lies outside the network', () => {
    const segments = [{ ...SERVERS, pool: [{ from: '10.3.0.1', to: '10.3.0.9' }] }, EDGE];

    expect(buildPlan(input({ settings: settings({ segments }) })).segments[0]?.error?.code).toBe('pool-outside');
  });

  it('names reservations of ours on an interface that is no segment any more, and leaves them', () => {
    const web = instance('web');
    const before = applied(input(), buildPlan(withInstances(input(), [web])));

    const plan = buildPlan({ ...withInstances(before, [web]), settings: settings({ segments: [EDGE] }), now: NOW });

    expect(actions(plan)).toEqual([]);
    expect(plan.warnings.map((one) => one.code)).toEqual(['orphaned']);
  });
});
