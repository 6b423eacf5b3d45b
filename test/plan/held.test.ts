import { describe, expect, it } from 'vitest';
import type { Neighbour, Observed } from '../../src/model/firewall.js';
import { NO_POLICY } from '../../src/model/policy.js';
import type { ObservedPolicy } from '../../src/model/policy-entries.js';
import { end, redirect, rule, ruleSet } from '../policy/evaluate/builders.js';
import { selector } from '../policy/scene.js';
import { applied, buildPlan, entry, input, instance, inventory, observed, SERVERS, settings, state } from './build.js';

const WEB = instance('web');
const MAC = WEB.nics[0]?.mac ?? '';
const HELD = '10.2.0.77';
/** An address of the segment, and not that one. */
const ANOTHER = /^10\.2\.0\.(?!77$)\d+$/;
const EMPTY: ObservedPolicy = { ruleSet: ruleSet({ rules: [] }), aliases: [], rules: [], redirects: [] };
const span = (text: string) => end({ kind: 'addresses' as const, span: text });

function neighbour(address: string, part: Partial<Neighbour> = {}): Neighbour {
  return { interface: 'opt3', address, mac: MAC, permanent: false, ...part };
}

function plan(part: Partial<Observed> = {}, over: Partial<Parameters<typeof input>[0]> = {}, status = 'running') {
  return buildPlan(
    input({
      inventory: inventory([{ ...WEB, status }]),
      observed: observed({ policy: EMPTY, neighbours: [neighbour(HELD)], ...part }),
      ...over,
    }),
  );
}
const addressOf = (made: ReturnType<typeof plan>): string | undefined => made.segments[0]?.assignments[0]?.address;
const said = (made: ReturnType<typeof plan>): string[] =>
  (made.segments[0]?.warnings ?? []).filter((one) => one.code === 'address-changes').map((one) => one.message);

describe('an address that a running instance has under its own MAC', () => {
  it('becomes its reservation, and the plan says why', () => {
    const made = plan();
    expect(made.segments[0]?.assignments[0]).toMatchObject({ address: HELD, why: 'the address that it is seen with' });
    expect(said(made)).toEqual([]);
  });

  it('of a dynamic lease as well', () => {
    const lease = { interface: 'opt3', address: HELD, mac: MAC, hostname: 'web' };
    expect(addressOf(plan({ neighbours: [], leases: [lease] }))).toBe(HELD);
  });

  const policyWith = (set: Parameters<typeof ruleSet>[0]): Partial<Observed> => ({
    policy: { ...EMPTY, ruleSet: ruleSet(set) },
  });
  const alias = (...entries: string[]) => ({
    name: 'trusted',
    kind: 'addresses' as const,
    entries,
    unknown: undefined,
  });

  it.each<[string, Partial<Observed>]>([
    ['a rule trusts it', policyWith({ rules: [rule('x', { source: span(HELD) })] })],
    ['a rule that is off trusts it', policyWith({ rules: [rule('x', { enabled: false, destination: span(HELD) })] })],
    ['a rule trusts the network around it', policyWith({ rules: [rule('x', { source: span('10.2.0.64/26') })] })],
    ['an alias has it', policyWith({ rules: [], aliases: [alias(HELD)] })],
    ['an alias has a span around it', policyWith({ rules: [], aliases: [alias('10.2.0.70-10.2.0.80')] })],
    ['a redirect leads to it', policyWith({ rules: [], redirects: [redirect('x', { targets: span(HELD).parts })] })],
    ['nobody can see what the rules trust', { policy: undefined }],
    [
      'two are seen with it, he first',
      { neighbours: [neighbour(HELD, { mac: '52:54:00:00:00:01' }), neighbour(HELD)] },
    ],
    ['two are seen with it', { neighbours: [neighbour(HELD), neighbour(HELD, { mac: '52:54:00:00:00:01' })] }],
    ['it is one of several', { neighbours: [neighbour(HELD), neighbour('10.2.0.78')] }],
    ['the entry of the ARP table is a fixed one', { neighbours: [neighbour(HELD, { permanent: true })] }],
    ['it is seen on another interface', { neighbours: [neighbour(HELD, { interface: 'opt2' })] }],
    [
      'somebody has a reservation of it',
      {
        segments: [
          state('opt3', { reservations: [entry({ mac: '52:54:00:00:00:09', address: HELD, hostname: 'x' })] }),
          state('opt2'),
        ],
      },
    ],
  ])('is not taken for granted where %s', (_what, part) => {
    expect(addressOf(plan(part))).toMatch(ANOTHER);
  });

  it.each([
    [
      'outside of the pool',
      { settings: settings({ segments: [{ ...SERVERS, pool: [{ from: '10.2.0.100', to: '10.2.0.120' }] }] }) },
    ],
    ['of somebody who must not be cut off', { settings: settings({ protect: [HELD] }) }],
    [
      'in a range that other projects pin',
      { settings: settings({ segments: [{ ...SERVERS, pins: { shop: [{ from: HELD, to: HELD }] } }] }) },
    ],
    [
      'that the policy names',
      {
        settings: settings({
          policy: {
            ...NO_POLICY,
            groups: [{ name: 'g', members: [selector(`${HELD}/32`)], place: { file: '', line: 1, column: 1 } }],
          },
        }),
      },
    ],
  ])('is not taken for granted %s', (_what, over) => {
    expect(addressOf(plan({}, over))).toMatch(ANOTHER);
  });

  it('is taken where a rule or an alias means the whole segment', () => {
    const set = { rules: [rule('x', { source: span('10.2.0.0/24') })], aliases: [alias('10.0.0.0/8')] };
    expect(addressOf(plan(policyWith(set)))).toBe(HELD);
  });

  it('is not taken for granted where a statement or a publish of the policy names it', () => {
    const place = { file: '', line: 1, column: 1 };
    const statement = {
      from: [selector('segment:edge')],
      to: [selector(`${HELD}/32`)],
      allow: [],
      log: false,
      when: undefined,
      place,
    };
    const named = settings({ policy: { ...NO_POLICY, statements: [statement] } });
    expect(addressOf(plan({}, { settings: named }))).toMatch(ANOTHER);
  });

  it('is not that of an instance that does not run', () => {
    expect(addressOf(plan({}, {}, 'stopped'))).toMatch(ANOTHER);
  });

  it('is not taken from the quarantine of somebody else', () => {
    const until = '2026-12-01T00:00:00Z';
    const scene = input();
    const ledger = { ...scene.ledger, quarantine: [{ interface: 'opt3', address: HELD, nic: 'shop/old/eth0', until }] };
    expect(addressOf(plan({}, { ledger }))).toMatch(ANOTHER);
  });

  it('stays with it: the next plan changes nothing', () => {
    const scene = input({
      inventory: inventory([WEB]),
      observed: observed({ policy: EMPTY, neighbours: [neighbour(HELD)] }),
    });
    expect(buildPlan(applied(scene, buildPlan(scene))).segments.flatMap((one) => one.changes)).toEqual([]);
  });
});

describe('a NIC that gets another address than it is seen with', () => {
  it('is named with both, and with what its client does', () => {
    const made = plan({ policy: undefined });
    expect(said(made)).toEqual([
      expect.stringMatching(
        /^1 NIC changes its address \(default\/web\/eth0 from 10\.2\.0\.77 to 10\.2\.0\.\d+\) when the client renews: .*NetworkManager is without network for 45 to 90 seconds\.$/,
      ),
    ]);
  });

  it('loses the old one at once where the firewall answers fixed entries only', () => {
    const segments = [{ ...SERVERS, manage: ['reservations', 'static_arp'] as const }];
    expect(said(plan({ policy: undefined }, { settings: settings({ segments }) })).join()).toContain(
      'With static ARP the old address is dead at once.',
    );
  });
});
