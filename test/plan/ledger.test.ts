import { describe, expect, it } from 'vitest';
import { EMPTY_LEDGER, type Ledger, type Original } from '../../src/model/ledger.js';
import type { Segment, SegmentState } from '../../src/model/segment.js';
import { settledLedger } from '../../src/plan/ledger.js';
import {
  actions,
  buildPlan,
  FULL,
  firewallInterface,
  input,
  observed,
  pair,
  SERVERS,
  settings,
  state,
} from './build.js';

const RANGE = { from: '10.2.0.100', to: '10.2.0.200' };

function remembering(...originals: Pick<Original, 'setting' | 'value'>[]): Ledger {
  const recordedAt = '2026-01-01T00:00:00Z';
  return { ...EMPTY_LEDGER, originals: originals.map((one) => ({ interface: 'opt3', recordedAt, ...one })) };
}

function settled(ledger: Ledger, part: Partial<SegmentState>, segments: readonly Segment[] = [SERVERS]): Ledger {
  return settledLedger(ledger, segments, observed({ segments: [state('opt3', part)] }));
}

describe('what a setting was before slash32 changed it', () => {
  const range = remembering({ setting: 'range', value: RANGE });

  it('is forgotten once somebody put it back by hand, so that what is changed later stays', () => {
    const ledger = settled(range, { range: RANGE });
    const edited = observed({ segments: [state('opt3', { range: { ...RANGE, to: '10.2.0.240' } })] });

    expect(ledger.originals).toEqual([]);
    expect(
      actions(buildPlan(input({ settings: settings({ segments: [SERVERS] }), ledger, observed: edited }))),
    ).toEqual([]);
  });

  it.each<[string, Ledger, Partial<SegmentState>, readonly Segment[]]>([
    ['it is not back yet', range, { range: { from: '10.2.0.254', to: '10.2.0.254' } }, [SERVERS]],
    ['its step is managed', range, { range: RANGE }, [{ ...SERVERS, manage: FULL }]],
    [
      'it is the router of a segment that needs one',
      remembering({ setting: 'router', value: null }),
      { router: undefined },
      [{ ...SERVERS, manage: FULL, router: '10.2.0.9' }],
    ],
  ])('is remembered while %s', (_, ledger, part, segments) => {
    expect(settled(ledger, part, segments)).toBe(ledger);
  });

  it('is forgotten as well on an interface that is no segment any more, but not on one that is not to be seen', () => {
    const gone = observed({ interfaces: [firewallInterface('opt2', '10.1.0.1')], segments: [] });

    expect(settled(range, { range: RANGE }, []).originals).toEqual([]);
    expect(settledLedger(range, [], gone)).toBe(range);
  });

  it.each(['backup', 'unknown'] as const)(
    'is remembered while this node of a pair is not surely the master (%s)',
    (role) => {
      const seen = observed({ segments: [state('opt3', { range: RANGE })], pair: pair({ role }) });

      expect(settledLedger(range, [SERVERS], seen)).toBe(range);
      expect(settledLedger(range, [SERVERS], { ...seen, pair: pair() }).originals).toEqual([]);
    },
  );

  it('is forgotten one by one', () => {
    const two = remembering({ setting: 'range', value: RANGE }, { setting: 'static_arp', value: 'off' });

    expect(settled(two, { range: RANGE, staticArp: 'on' }).originals.map((one) => one.setting)).toEqual(['static_arp']);
  });
});
