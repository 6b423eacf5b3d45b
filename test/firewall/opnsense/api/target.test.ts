import { describe, expect, it } from 'vitest';
import { apply, createOn, manageFully, observe, startRig } from './rig.js';

describe('an apply on a stock OPNsense', () => {
  it('reads with six calls, the version first', async () => {
    const { sim, target } = await startRig();
    const observed = await observe(target);
    expect(sim.log.map(({ method, path }) => `${method} ${path.replace(/config-.*/, 'ID')}`)).toEqual([
      'POST /xmlrpc.php',
      'GET /api/core/backup/backups/this',
      'GET /api/core/backup/download/this/ID',
      'POST /api/interfaces/overview/interfaces_info',
      'POST /api/dhcpv4/leases/search_lease',
      'GET /api/diagnostics/interface/get_arp',
    ]);
    expect(observed.version).toBe('26.7.2');
    expect(observed.interfaces.find(({ id }) => id === 'opt1')).toMatchObject({
      mac: '00:16:3e:0a:00:02',
      address: '10.1.0.1',
      prefix: 24,
    });
    expect(observed.segments.map((segment) => segment.interface)).toEqual(['opt1', 'opt2', 'opt3']);
    expect(observed.ownAddress).toBeUndefined();
    expect(observed.notes).toEqual([]);
  });

  it('writes, verifies and puts in force with eight calls more, and a client gets its lease', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    const changes = [createOn('opt1', '00:16:3e:11:11:11', '10.1.0.11', 'web'), ...manageFully('opt1', '10.1.0.254')];
    expect(target.check(base, changes)).toEqual([]);
    const result = await apply(target, base, changes);
    expect(target.calls()).toBeLessThanOrEqual(14);
    expect(result.notes).toEqual([]);
    expect(result.revision).not.toBe(base.revision);
    expect(sim.dhcpd()).toEqual({ running: true, fault: undefined });
    expect(sim.leaseFor('00:16:3e:11:11:11')).toEqual({
      interface: 'opt1',
      address: '10.1.0.11',
      mask: '255.255.255.255',
      router: '10.1.0.1',
      hostname: 'web',
      kind: 'static',
      reachable: true,
    });
    expect(sim.leaseFor('00:16:3e:99:99:99', 'opt1')).toBeUndefined();
    const again = await observe(target);
    expect(again.revision).toBe(result.revision);
    const written = again.segments.find((segment) => segment.interface === 'opt1');
    expect(written).toMatchObject({
      mask: '255.255.255.255',
      denyUnknown: true,
      staticArp: 'on',
      range: { from: '10.1.0.254', to: '10.1.0.254' },
    });
    expect(written?.reservations.find(({ hostname }) => hostname === 'web')?.description).toContain(
      'web & <Café> [slash32:',
    );
  });
});
