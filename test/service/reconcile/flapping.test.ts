import { describe, expect, it } from 'vitest';
import { instance, inventory } from '../../plan/build.js';
import { lastRun, reconciler, world } from './world.js';

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
