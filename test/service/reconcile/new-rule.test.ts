import { describe, expect, it } from 'vitest';
import { EMPTY_LEDGER } from '../../../src/model/ledger.js';
import { isClosed } from '../../../src/plan/pools.js';
import { PLAIN_RUN } from '../../../src/service/types/run.js';
import { buildPlan, FULL, input, observed, applied as onPaper, SERVERS, settings, state } from '../../plan/build.js';
import { ALICE, add, configuration, plannerDeps, reconciler, world } from './world.js';

const OPEN = { from: '10.2.0.230', to: '10.2.0.240', denyUnknown: false, macAllow: null };
const SEGMENT = { ...SERVERS, manage: FULL };

/** A segment that the version before this one has closed, all but a further pool, and a service that takes over. */
function standing() {
  const seen = observed({ transport: 'api', target: 'https://fw.lan', segments: [state('opt3')] });
  const start = input({ settings: settings({ segments: [SEGMENT] }), observed: seen });
  const closed = onPaper(start, buildPlan(start));
  const segments = closed.observed.segments.map((one) => ({ ...one, pools: [OPEN] }));
  const { accepted: _none, ...ledger } = closed.ledger;
  const scene = world({ observed: { ...closed.observed, segments }, ledger: { ...EMPTY_LEDGER, ...ledger } });
  const service = reconciler(scene, {
    configuration: configuration(scene, {
      makeDeps: async (signal, progress) => ({
        ...plannerDeps(scene, signal, progress),
        settings: settings({ segments: [SEGMENT] }),
      }),
    }),
  });
  return { scene, service };
}

describe('a service that is newer than a segment', () => {
  it('does by itself what it did before, keeps what is new as a finding, and does it on one yes', async () => {
    const { scene, service } = standing();
    await scene.time.pass(60_000);
    add(scene, 'db');
    service.trigger({ kind: 'event', reason: 'instance-created' });
    await scene.time.pass(60_000);

    const pools = () => scene.observed.segments[0]?.pools.map(isClosed);
    expect(scene.observed.segments[0]?.reservations.map((one) => one.hostname).sort()).toEqual(['db', 'web']);
    expect(pools()).toEqual([false]);
    expect(service.findings().filter((one) => one.code === 'new-rule')).toMatchObject([
      { severity: 'warning', segment: 'servers', message: expect.stringContaining('--accept-new') },
    ]);

    service.start({ ...PLAIN_RUN, acceptNew: true }, ALICE, undefined);
    await scene.time.pass(60_000);
    expect(pools()).toEqual([true]);
    expect(service.findings().filter((one) => one.code === 'new-rule')).toEqual([]);
  });
});
