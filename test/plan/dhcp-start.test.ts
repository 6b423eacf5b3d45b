import { describe, expect, it } from 'vitest';
import type { ManageStep, SegmentState } from '../../src/model/segment.js';
import type { PlanInput } from '../../src/plan/types.js';
import { buildPlan, input, instance, inventory, observed, state } from './build.js';

function scene(
  manage: readonly ManageStep[],
  states: readonly (readonly [string, Partial<SegmentState>])[],
  transport: PlanInput['observed']['transport'] = 'api',
): PlanInput {
  const base = input({
    inventory: inventory([instance('web')]),
    observed: { ...observed({ segments: states.map(([id, part]) => state(id, part)) }), transport },
  });
  return {
    ...base,
    settings: { ...base.settings, segments: base.settings.segments.map((one) => ({ ...one, manage })) },
  };
}

function codes(one: PlanInput): string[] {
  return buildPlan(one).warnings.map(({ code }) => code);
}

const OFF = { enabled: false } as const;

describe('static ARP where DHCP runs nowhere', () => {
  it('is written, and the plan says that it is not in force, and why', () => {
    const plan = buildPlan(scene(['reservations', 'static_arp'], [['opt3', OFF]]));
    expect(plan.warnings).toContainEqual({
      code: 'static-arp-idle',
      message: expect.stringMatching(
        /^Static ARP on opt3 is not in force, and is not with this plan: .*switched off on every/,
      ),
    });
  });

  it('is still not called done when it stands there already', () => {
    const standing = scene(['reservations', 'static_arp'], [['opt3', { ...OFF, staticArp: 'on' }]]);
    expect(codes(standing)).toContain('static-arp-idle');
  });

  it.each<[string, PlanInput]>([
    ['DHCP runs there', scene(['reservations', 'static_arp'], [['opt3', { enabled: true }]])],
    [
      'DHCP runs on another interface',
      scene(
        ['reservations', 'static_arp'],
        [
          ['opt3', OFF],
          ['opt2', { enabled: true }],
        ],
      ),
    ],
    ['the same plan switches DHCP on', scene(['reservations', 'deny_unknown', 'static_arp'], [['opt3', OFF]])],
    ['static ARP is not managed', scene(['reservations'], [['opt3', OFF]])],
  ])('is in force, or nobody asks for it, where %s', (_what, one) => {
    expect(codes(one)).not.toContain('static-arp-idle');
  });

  it('is idle too where DHCP is only on for an interface that is gone', () => {
    const one = scene(
      ['reservations', 'static_arp'],
      [
        ['opt3', OFF],
        ['opt99', { enabled: true }],
      ],
    );
    expect(codes(one)).toContain('static-arp-idle');
  });
});

describe('the first DHCP start of a firewall', () => {
  const first = (transport: PlanInput['observed']['transport']) =>
    codes(scene(['reservations', 'deny_unknown'], [['opt3', OFF]], transport));

  it('is announced with the one command that it may need, where slash32 cannot give that command itself', () => {
    expect(first('api')).toContain('first-dhcp-start');
    expect(first('plugin')).not.toContain('first-dhcp-start');
    expect(first('file')).not.toContain('first-dhcp-start');
  });

  it('is none where DHCP runs somewhere already', () => {
    expect(codes(scene(['reservations', 'deny_unknown'], [['opt3', { enabled: true }]]))).not.toContain(
      'first-dhcp-start',
    );
  });
});
