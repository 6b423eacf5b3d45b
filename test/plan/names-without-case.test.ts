import { describe, expect, it } from 'vitest';
import { dropClashes } from '../../src/plan/clashes.js';
import type { OwnedEntry } from '../../src/plan/entries.js';
import { applied, buildPlan, entry, input, instance, inventory, observed, SERVERS, state } from './build.js';

const hostnames = (plan: ReturnType<typeof buildPlan>) =>
  plan.segments.flatMap((segment) => segment.assignments.map((one) => one.hostname));

describe('hostnames', () => {
  it.each(['WEB', 'web', 'Web'])('are the same whatever their case: %s of somebody else', (hostname) => {
    const reservations = [entry({ mac: '00:16:3e:00:00:01', address: '10.2.0.200', hostname })];
    const scene = input({
      inventory: inventory([instance('web')]),
      observed: observed({ segments: [state('opt3', { reservations }), state('opt2')] }),
    });

    expect(hostnames(buildPlan(scene))).toEqual(['web-default']);
  });

  it('of two instances differ by more than case', () => {
    const scene = input({ inventory: inventory([instance('Web'), instance('web', { project: 'shop' })]) });

    expect(hostnames(buildPlan(scene))).toEqual(['Web', 'web-shop']);
    expect(hostnames(buildPlan(applied(scene, buildPlan(scene))))).toEqual(['Web', 'web-shop']);
  });

  it('of two adopted reservations differ by more than case', () => {
    const [one, other] = [instance('one'), instance('other')];
    const mac = (of: typeof one): string => of.nics[0]?.mac ?? '';
    const reservations = [
      entry({ mac: mac(one), address: '10.2.0.200', hostname: 'legacy' }, 0),
      entry({ mac: mac(other), address: '10.2.0.201', hostname: 'LEGACY' }, 1),
    ];
    const scene = input({
      adopt: 'all',
      inventory: inventory([one, other]),
      observed: observed({ segments: [state('opt3', { reservations }), state('opt2')] }),
    });

    expect(hostnames(buildPlan(scene))).toEqual(['legacy', 'other']);
  });

  it('that another entry of ours keeps are taken in any case', () => {
    const kept: OwnedEntry = {
      segment: SERVERS,
      entry: entry({ mac: '10:66:6a:00:00:01', address: '10.2.0.20', hostname: 'Web' }),
      marker: {
        owner: 'home',
        project: 'shop',
        instance: 'web',
        nic: 'eth0',
        uuid: '',
        retiredAt: undefined,
        adopted: false,
        keptHostname: undefined,
      },
      text: 'web',
    };
    const after = { mac: '10:66:6a:00:00:02', address: '10.2.0.21', hostname: 'wEB', description: '', arpEntry: false };
    const change = {
      kind: 'reservation',
      action: 'create',
      segment: 'servers',
      interface: 'opt3',
      nic: 'default/web/eth0',
      before: undefined,
      after,
      reason: 'test',
    } as const;

    expect(dropClashes('servers', [kept], [change])).toMatchObject({
      changes: [],
      leftOut: [{ code: 'hostname-taken' }],
    });
  });
});
