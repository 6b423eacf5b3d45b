import { describe, expect, it } from 'vitest';
import { renderStatus } from '../../../src/cli/status-text.js';
import { EMPTY_LEDGER } from '../../../src/model/ledger.js';
import { createMetrics } from '../../../src/service/metrics/metrics.js';
import { instance, inventory } from '../../plan/build.js';
import { lastRun, reconciler, world } from './world.js';

const same = (text: string): string => text;
const PLAIN = { good: same, bad: same, warn: same, faint: same, strong: same };

async function metricsOf(service: ReturnType<typeof reconciler>): Promise<string> {
  const metrics = createMetrics('0.2.0');
  metrics.follow(service);
  return metrics.read();
}

describe('a NIC that changes all the time', () => {
  it('is written less and less often, and once more by itself when it may be', async () => {
    const scene = world();
    const one = instance('flap');
    const withMac = (at: number) => ({
      ...one,
      nics: one.nics.map((nic) => ({ ...nic, mac: `10:66:6a:00:02:${at.toString().padStart(2, '0')}` })),
    });
    const service = reconciler(scene);
    for (let at = 0; at < 15; at += 1) {
      scene.inventory = inventory([withMac(at)]);
      service.trigger({ kind: 'event', reason: 'instance-updated default/flap' });
      await scene.time.pass(2_000);
    }
    const written = scene.applied.length;
    expect(written).toBeLessThanOrEqual(6);
    expect(service.findings()).toContainEqual(
      expect.objectContaining({ code: 'nic-left-out', object: 'default/flap/eth0' }),
    );
    await scene.time.pass(3_600_000);
    expect(scene.applied.length).toBe(written + 1);
    expect(lastRun(service)?.outcome).toBe('applied');
    expect(service.findings().map((finding) => finding.code)).not.toContain('nic-left-out');
  });
});

describe('a project that changes all the time', () => {
  it('is one finding, a line of the status and a metric, and none of them once it may go on', async () => {
    const at = '2026-11-23T08:00:00Z';
    const lab = ['a', 'b', 'c'].map((name) => instance(name, { project: 'lab' }));
    const scene = world({
      inventory: inventory([instance('web'), ...lab]),
      ledger: { ...EMPTY_LEDGER, flaps: [{ nic: 'lab/*', count: 60, at }] },
    });
    const service = reconciler(scene);
    service.trigger({ kind: 'event', reason: 'instance-created lab/a' });
    await scene.time.pass(2_000);

    const said =
      /^3 NICs of project lab wait until .*\(lab\/a\/eth0, lab\/b\/eth0, lab\/c\/eth0\)\. Reservations of project lab/;
    const found = service.findings().filter(({ code }) => code === 'project-throttled' || code === 'nic-left-out');
    expect(found).toMatchObject([
      { code: 'project-throttled', severity: 'warning', object: 'lab flapping', message: expect.stringMatching(said) },
    ]);
    expect(service.status().throttled).toMatchObject([{ project: 'lab', limit: 'flapping', nics: 3 }]);
    expect(renderStatus(service.status(), PLAIN, scene.time.now())).toContain('kept waiting');
    expect(await metricsOf(service)).toContain('slash32_throttled_nics{limit="flapping"} 3');

    await scene.time.pass(3_600_000);
    expect(service.findings().map(({ code }) => code)).not.toContain('project-throttled');
    expect(service.status().throttled).toEqual([]);
    expect(await metricsOf(service)).toContain('slash32_throttled_nics{limit="flapping"} 0');
  });
});
