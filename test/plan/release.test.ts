import { describe, expect, it } from 'vitest';
import { EMPTY_LEDGER, type Ledger } from '../../src/model/ledger.js';
import type { SegmentState } from '../../src/model/segment.js';
import { buildRelease } from '../../src/plan/release.js';
import type { PlanInput } from '../../src/plan/types.js';
import { planExitCode } from '../../src/plan/verdict.js';
import {
  actions,
  applied,
  buildPlan,
  entry,
  FULL,
  input,
  instance,
  inventory,
  observed,
  pair,
  SERVERS,
  settings,
  state,
} from './build.js';

const MANAGED = { ...SERVERS, manage: FULL };
const OURS = entry({
  mac: '10:66:6a:00:00:01',
  address: '10.2.0.50',
  hostname: 'db',
  description: 'db [slash32:home:default/db/eth0:aaaaaaaa]',
});

function closed(part: Partial<SegmentState> = {}, ledger: Ledger = EMPTY_LEDGER): PlanInput {
  return input({
    settings: settings({ segments: [MANAGED] }),
    ledger,
    observed: observed({
      segments: [state('opt3', { reservations: [OURS], ...part })],
      notes: ['The state file is missing.'],
    }),
  });
}

describe('a release with remove when the state file is lost', () => {
  it.each<[string, Partial<SegmentState>, string]>([
    ['static ARP', { staticArp: 'on' }, 'static ARP is on'],
    ['deny unknown', { denyUnknown: true }, 'unknown clients are denied'],
    ['the closed range', { macAllow: '02:00:00:00:00:00' }, 'the dynamic range is open to nobody'],
  ])('is unsafe while %s would stay', (_, part, what) => {
    const plan = buildRelease(closed(part), [MANAGED], 'remove');

    expect(plan.unsafe).toMatchObject([{ code: 'stays-closed', overriddenBy: '--force' }]);
    expect(plan.unsafe[0]?.message).toContain(what);
    expect(planExitCode(plan, { force: true, acceptLockoutRisk: false })).toBe(2);
  });

  it('is safe where nothing is closed, where entries are only handed over, and where none is ours', () => {
    const shut = { staticArp: 'on', denyUnknown: true } as const;

    expect(buildRelease(closed(), [MANAGED], 'remove').unsafe).toEqual([]);
    expect(buildRelease(closed(shut), [MANAGED], 'keep').unsafe).toEqual([]);
    expect(buildRelease(closed({ ...shut, reservations: [] }), [MANAGED], 'remove').unsafe).toEqual([]);
  });

  it('says what the reading of the firewall had to say', () => {
    expect(buildRelease(closed(), [MANAGED], 'remove').warnings).toEqual([
      { code: 'firewall-note', message: 'The state file is missing.' },
    ]);
  });
});

describe('a release with remove that knows the originals', () => {
  it('is safe, also where the segment was closed before slash32', () => {
    const start = input({
      settings: settings({ segments: [MANAGED] }),
      inventory: inventory([instance('web')]),
      observed: observed({ segments: [state('opt3')] }),
    });
    const recordedAt = '2026-01-01T00:00:00Z';
    const before = {
      ...EMPTY_LEDGER,
      originals: [{ interface: 'opt3', setting: 'static_arp', value: 'on', recordedAt }],
    };

    expect(buildRelease(applied(start, buildPlan(start)), [MANAGED], 'remove').unsafe).toEqual([]);
    expect(buildRelease(closed({ staticArp: 'on' }, before as Ledger), [MANAGED], 'remove').unsafe).toEqual([]);
  });
});

describe('a release of an interface that must not be written', () => {
  const backup = pair({ role: 'backup' });

  it.each<['keep' | 'remove', string, Partial<PlanInput['observed']>]>([
    ['remove', 'carp-backup', { pair: backup }],
    ['keep', 'carp-backup', { pair: backup }],
    ['remove', 'not-writable', { writable: { interfaces: [], remedy: 'add it' } }],
  ])('is refused (%s, %s)', (mode, code, part) => {
    const scene = closed();

    const plan = buildRelease({ ...scene, observed: { ...scene.observed, ...part } }, [MANAGED], mode);

    expect(plan.segments[0]?.error?.code).toBe(code);
    expect(actions(plan)).toEqual([]);
    expect(plan.summary.unchanged).toBe(1);
  });
});
