import { describe, expect, it } from 'vitest';
import type { RestartEffect } from '../../src/model/firewall.js';
import { EMPTY_LEDGER } from '../../src/model/ledger.js';
import { buildRelease } from '../../src/plan/release.js';
import type { Plan, PlanInput } from '../../src/plan/types.js';
import {
  buildPlan,
  entry,
  firewallInterface,
  input,
  instance,
  inventory,
  observed,
  SERVERS,
  settings,
  state,
} from './build.js';

const CLOSES: RestartEffect = { interface: 'lan', what: 'closes', served: false, answered: [], neighbours: [] };
const HOST = { address: '192.168.1.50', mac: '52:54:00:00:00:50' };

/** A firewall whose LAN does `effects` at the next restart of DHCP. */
function scene(effects: readonly RestartEffect[], part: Partial<PlanInput> = {}): PlanInput {
  const base = observed();
  return input({
    inventory: inventory([instance('web')]),
    observed: { ...base, interfaces: [...base.interfaces, firewallInterface('lan', '192.168.1.1')] },
    restarts: () => effects,
    ...part,
  });
}

function reasons(plan: Plan): unknown[] {
  return plan.unsafe.map(({ code, overriddenBy }) => [code, overriddenBy]);
}

function warnings(plan: Plan): string[] {
  return plan.warnings.filter(({ code }) => code.startsWith('restart-')).map(({ message }) => message);
}

const protecting = (address: string) => ({ settings: settings({ protect: [address] }) });

describe('a restart of DHCP that puts static ARP in force where somebody left it set', () => {
  it.each<[string, RestartEffect, Partial<PlanInput>, unknown[]]>([
    ['wants the risk accepted', CLOSES, {}, [['restart-closes', '--accept-lockout-risk']]],
    [
      'is refused for good where the firewall would not end it when the change is undone',
      { ...CLOSES, what: 'unseen', notUndone: 'os-slash32 1.1 would not end that' },
      {},
      [['restart-closes', undefined]],
    ],
    [
      'is refused where a protected address has no reservation there',
      CLOSES,
      protecting(HOST.address),
      [
        ['lockout', undefined],
        ['restart-closes', '--accept-lockout-risk'],
      ],
    ],
    [
      'is refused where the reservation of a protected address has another MAC than the one that answers',
      { ...CLOSES, answered: [{ ...HOST, mac: '52:54:00:00:00:99' }], neighbours: [HOST] },
      protecting(HOST.address),
      [
        ['lockout', undefined],
        ['restart-closes', '--accept-lockout-risk'],
      ],
    ],
    [
      'cuts no protected address off that has a reservation',
      { ...CLOSES, answered: [HOST], neighbours: [HOST] },
      protecting(HOST.address),
      [['restart-closes', '--accept-lockout-risk']],
    ],
    [
      'does not speak of a protected address elsewhere',
      CLOSES,
      protecting('10.9.9.9'),
      [['restart-closes', '--accept-lockout-risk']],
    ],
    [
      'does not speak of the firewall itself',
      CLOSES,
      protecting('192.168.1.1'),
      [['restart-closes', '--accept-lockout-risk']],
    ],
    [
      'wants the risk accepted where the neighbours are not seen',
      { ...CLOSES, neighbours: undefined },
      {},
      [['arp-unseen', '--accept-lockout-risk']],
    ],
    [
      'wants the risk accepted where it is not seen whether it is in force and DHCP is off there',
      { ...CLOSES, what: 'unseen', neighbours: undefined },
      {},
      [['arp-unseen', '--accept-lockout-risk']],
    ],
    ['is only said where it is not seen and DHCP is on there', { ...CLOSES, what: 'unseen', served: true }, {}, []],
    ['needs nothing where the restart opens', { ...CLOSES, what: 'opens' }, {}, []],
  ])('%s', (_what, effect, part, expected) => {
    const plan = buildPlan(scene([effect], part));
    expect(reasons(plan)).toEqual(expected);
    expect(warnings(plan)).toHaveLength(1);
  });

  it('holds slash32 itself and the HA peer as protected', () => {
    const base = scene([CLOSES]);
    for (const who of ['ownAddress', 'peerAddress']) {
      const plan = buildPlan({ ...base, observed: { ...base.observed, [who]: HOST.address } });
      expect(plan.unsafe[0]?.message).toContain(
        `${HOST.address} (${who === 'ownAddress' ? 'slash32 itself' : 'the HA peer'})`,
      );
    }
  });

  it('says on which interface, who is still answered, and who is cut off', () => {
    const neighbours = [HOST, { address: '192.168.1.51', mac: '52:54:00:00:00:51' }];
    const [said] = warnings(buildPlan(scene([{ ...CLOSES, answered: [HOST], neighbours }])));
    expect(said).toContain('static ARP in force on lan (LAN)');
    expect(said).toContain('answers 1 reservation only');
    expect(said).toContain('cuts off 1 neighbour of the ARP table: 192.168.1.51 52:54:00:00:00:51.');
  });

  it('is a step of our own where a segment manages static ARP: guarded, and no word is needed for it', () => {
    const segments = [{ ...SERVERS, manage: ['reservations', 'static_arp'] as const }];
    const base = scene([{ ...CLOSES, interface: 'opt3' }], { settings: settings({ segments, protect: ['10.2.0.5'] }) });
    const observing = { ...base.observed, segments: [state('opt3', { staticArp: 'on', reservations: [entry({})] })] };
    expect(reasons(buildPlan({ ...base, observed: observing }))).toEqual([['lockout', undefined]]);
  });

  it('concerns a release as well, and an apply that was cut short before its restart', () => {
    const ours = entry({ mac: HOST.mac, address: '10.2.0.20', description: 'x [slash32:home:default/x/eth0:]' });
    const owned = observed({ segments: [state('opt3', { reservations: [ours] })] });
    expect(reasons(buildRelease(scene([CLOSES], { observed: owned }), [SERVERS], 'remove'))).toContainEqual([
      'restart-closes',
      '--accept-lockout-risk',
    ]);
    const cut = { ...EMPTY_LEDGER, unfinishedSince: '2026-11-23T07:00:00Z' };
    expect(reasons(buildPlan(scene([CLOSES], { inventory: inventory([]), ledger: cut })))).toEqual([
      ['restart-closes', '--accept-lockout-risk'],
    ]);
  });

  it.each([
    ['starts', 'also starts it on lan (LAN)'],
    ['stops', 'also ends it on lan (LAN)'],
    ['ranges', 'dynamic ranges of lan (LAN) in force that somebody saved and did not apply'],
  ] as const)('says what else the restart puts in force, and refuses nothing for it: %s', (what, words) => {
    const plan = buildPlan(scene([{ ...CLOSES, what }], protecting(HOST.address)));
    expect(plan.unsafe).toEqual([]);
    expect(warnings(plan)).toEqual([expect.stringContaining(words)]);
  });

  it('is nothing where the plan changes nothing', () => {
    const plan = buildPlan(scene([CLOSES], { inventory: inventory([]) }));
    expect([plan.unsafe, warnings(plan)]).toEqual([[], []]);
  });
});
