import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StandingName } from '../../src/model/firewall.js';
import { RESERVED_NAMES } from '../../src/plan/name-book.js';
import type { Plan, PlanInput } from '../../src/plan/types.js';
import { applied, buildPlan, entry, input, instance, inventory, nic, observed, state } from './build.js';

const FIREWALL: StandingName[] = [
  { name: 'fw', holder: 'the firewall itself' },
  { name: 'vault', holder: '192.168.1.20 (host override of Unbound)' },
];
const NAS = entry({ mac: '52:54:00:00:00:02', address: '10.1.0.5', hostname: 'nas' });
/** opt2 has a foreign `nas`, and the DNS of the firewall two more names. */
const THERE = observed({ names: FIREWALL, segments: [state('opt3'), state('opt2', { reservations: [NAS] })] });

const namesOf = (plan: Plan): Record<string, string | undefined> =>
  Object.fromEntries(plan.segments.flatMap((one) => one.assignments).map((one) => [one.nic, one.hostname]));
const said = (plan: Plan, code: string): string[] =>
  plan.segments.flatMap((one) => one.warnings.filter((each) => each.code === code).map((each) => each.message));
const twoSegments = (name: string, project: string) =>
  instance(name, {
    project,
    nics: [
      nic({ name: 'eth0', network: 'servers', mac: '10:66:6a:00:00:11' }),
      nic({ name: 'eth1', network: 'edge', mac: '10:66:6a:00:00:12' }),
    ],
  });
/** What an older slash32 left: both NICs of one name, each on its segment. */
function shared(part: Partial<PlanInput> = {}): PlanInput {
  const there = [instance('web'), instance('web', { project: 'shop' }, { network: 'edge' })];
  const scene = input({ inventory: inventory(there), ...part });
  const marked = (project: string, mac: string | undefined, address: string) => {
    const uuid = there.find((one) => one.project === project)?.uuid?.slice(0, 8);
    return entry({
      mac: mac ?? '',
      address,
      hostname: 'web',
      description: `web [slash32:home:${project}/web/eth0:${uuid}]`,
    });
  };
  const [own, other] = [
    marked('default', there[0]?.nics[0]?.mac, '10.2.0.11'),
    marked('shop', there[1]?.nics[0]?.mac, '10.1.0.11'),
  ];
  const segments = [state('opt3', { reservations: [own] }), state('opt2', { reservations: [other] })];
  return { ...scene, observed: observed({ segments }) };
}

describe('a hostname that stands for somebody on the firewall', () => {
  it.each([
    ['a reservation on another segment that is not ours', 'nas', '10.1.0.5 on opt2, not ours'],
    ['a host override', 'vault', '192.168.1.20 (host override of Unbound)'],
    ['the firewall', 'fw', 'the firewall itself'],
    ['the same in capitals', 'NAS', '10.1.0.5 on opt2, not ours'],
    ['whoever answers, for clients that find their proxy', 'wpad', 'something that clients ask for by themselves'],
    ['whoever answers, for clients that find a tunnel', 'isatap', 'something that clients ask for by themselves'],
    ['every host itself', 'localhost', 'something that clients ask for by themselves'],
  ])('is given to no instance: %s', (_what, name, holder) => {
    const plan = buildPlan(input({ inventory: inventory([instance(name, { project: 'shop' })]), observed: THERE }));
    expect(namesOf(plan)).toEqual({ [`shop/${name}/eth0`]: `${name}-shop` });
    expect(said(plan, 'name-taken')).toEqual([
      `1 NIC cannot have the name of the instance: shop/${name}/eth0 is called ${name}-shop, since ${name} stands for ${holder}.`,
    ]);
  });

  it('is given to one of two instances on different segments, the first of them', () => {
    const there = [instance('web', { project: 'shop' }), instance('web', {}, { network: 'edge' })];
    const plan = buildPlan(input({ inventory: inventory(there) }));
    expect(namesOf(plan)).toEqual({ 'shop/web/eth0': 'web', 'default/web/eth0': 'web-default' });
  });

  it('is given to one of two NICs of an instance, and the other one has a name of its own', () => {
    const plan = buildPlan(input({ inventory: inventory([twoSegments('web', 'default')]) }));
    expect(namesOf(plan)).toEqual({ 'default/web/eth0': 'web', 'default/web/eth1': 'web-eth1' });
  });

  it('goes with an instance that moves to another segment', () => {
    const web = instance('web');
    const before = input({ inventory: inventory([web]) });
    const there = applied(before, buildPlan(before));
    const moved = { ...web, nics: web.nics.map((one) => ({ ...one, network: 'edge' })) };
    expect(namesOf(buildPlan({ ...there, inventory: inventory([moved]) }))).toEqual({ 'default/web/eth0': 'web' });
  });

  it('leaves an instance without a reservation where every form of its name is taken, and says so', () => {
    const forms = ['', '-shop', '-shop-eth0', '-eth0', ...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => `-shop-eth0-${n}`)];
    const names = forms.map((form) => ({ name: `web${form}`, holder: 'somebody' }));
    const plan = buildPlan(
      input({ inventory: inventory([instance('web', { project: 'shop' })]), observed: observed({ names }) }),
    );
    expect(plan.segments[0]?.leftOut).toMatchObject([{ code: 'hostname-taken', nic: 'shop/web/eth0' }]);
  });
});

describe('a hostname that two have since an older version', () => {
  it('stays with both until a person says yes, and the plan asks', () => {
    const plan = buildPlan(shared());
    expect(namesOf(plan)).toEqual({ 'default/web/eth0': 'web', 'shop/web/eth0': 'web' });
    expect(said(plan, 'new-rule').join()).toContain(
      'shop/web/eth0 answers to web, and web stands for default/web/eth0',
    );
    expect(said(plan, 'new-rule').join()).toContain('slash32 apply --accept-new --segment edge');
  });

  it('stays with the first holder when a person says yes, which is remembered', () => {
    const scene = shared({ acceptNew: true });
    const plan = buildPlan(scene);
    expect(namesOf(plan)).toEqual({ 'default/web/eth0': 'web', 'shop/web/eth0': 'web-shop' });
    const after = applied(scene, plan);
    expect(after.ledger.accepted).toMatchObject([{ interface: 'opt2', rule: 'unique-names' }]);
    expect(buildPlan({ ...after, acceptNew: false }).segments.flatMap((one) => one.changes)).toEqual([]);
  });
});

describe('law: whatever stands on the firewall', () => {
  const name = fc.constantFrom('web', 'nas', 'fw', 'vault', 'wpad', 'Web', 'web-shop');
  const anInstance = fc.record({
    name,
    project: fc.constantFrom('default', 'shop', 'lab'),
    networks: fc.uniqueArray(fc.constantFrom('servers', 'edge'), { minLength: 1 }),
  });
  const crowd = fc.uniqueArray(anInstance, { selector: (one) => `${one.project}/${one.name}`, maxLength: 8 });

  it('each name of a plan stands for one NIC alone, and for nobody who was there before; the next plan changes nothing', () => {
    fc.assert(
      fc.property(crowd, (list) => {
        const there = list.map((one) =>
          instance(one.name, {
            project: one.project,
            nics: one.networks.map((network, index) =>
              nic({ name: `eth${index}`, network, mac: instance('m').nics[0]?.mac ?? '' }),
            ),
          }),
        );
        const scene = input({ inventory: inventory(there), observed: THERE });
        const plan = buildPlan(scene);
        const names = Object.values(namesOf(plan)).map((one) => one?.toLowerCase() ?? '');
        expect(new Set(names).size).toBe(names.length);
        const standing = ['nas', 'fw', 'vault', ...RESERVED_NAMES];
        expect(names.filter((one) => standing.includes(one))).toEqual([]);
        const next = buildPlan(applied(scene, plan));
        expect(next.segments.flatMap((one) => one.changes)).toEqual([]);
        expect(said(next, 'new-rule')).toEqual([]);
      }),
    );
  });
});
