import { describe, expect, it } from 'vitest';
import type { Change } from '../../../../src/model/change.js';
import { ensureChild, node, type SimNode } from '../../../../src/sim/opnsense/node.js';
import { apply, createOn, observe, type Rig, startRig } from './rig.js';

const NEW = createOn('opt1', '00:16:3e:11:11:11', '10.1.0.11', 'web');
const COMMON = { kind: 'setting', segment: 'opt1', interface: 'opt1', reason: 'a test' } as const;
const START: Change[] = [NEW, { ...COMMON, setting: 'enabled', before: false, after: true }];
const CLOSE: Change = { ...COMMON, setting: 'static_arp', before: 'off', after: 'on' };

/** Static ARP that was left set on LAN, where DHCP is off, with one mapping. */
function leaveStaticArp(root: SimNode): void {
  const map = node('staticmap', [node('mac', '52:54:00:00:00:07'), node('ipaddr', '192.168.1.7')]);
  ensureChild(root, 'dhcpd').children.push(node('lan', [map, node('staticarp', '1')]));
}

/** Three segments with DHCP off or on, and such a LAN. */
async function rigWith(enabled: readonly boolean[]): Promise<Rig> {
  const segments = enabled.map((on, index) => {
    const number = index + 1;
    return { id: `opt${number}`, description: `net${number}`, address: `10.${number}.0.1`, enabled: on };
  });
  const rig = await startRig({ segments });
  rig.sim.save(leaveStaticArp);
  return rig;
}

function dhcpdOf(text: string): string {
  return (/<dhcpd>[\s\S]*<\/dhcpd>/.exec(text)?.[0] ?? '').replace(/\s+/g, '');
}

describe('static ARP over the API', () => {
  it('is seen as it runs, and what a restart would put in force is told', async () => {
    const { sim, target } = await rigWith([false]);
    const base = await observe(target);
    expect(base.interfaces.find(({ id }) => id === 'lan')?.staticArp).toBe(false);
    expect(target.restarts(base, START)).toMatchObject([{ interface: 'lan', what: 'closes', served: false }]);
    expect(sim.staticArp()).toEqual({});

    await apply(target, base, START);

    expect(sim.staticArp()).toEqual({ lan: ['192.168.1.7'] });
    const later = await observe(target);
    expect(later.interfaces.find(({ id }) => id === 'lan')?.staticArp).toBe(true);
    expect(target.restarts(later, [NEW])).toEqual([]);
  });

  it.each([
    ['DHCP was on nowhere', [false], START],
    ['DHCP was on elsewhere, and static ARP was saved there and not applied', [false, true], START],
    ['the written interface goes into static ARP mode as well', [false], [...START, CLOSE]],
    ['the same with DHCP on elsewhere', [false, true], [...START, CLOSE]],
  ] as const)('ends on every device that it closed when the write is undone: %s', async (_what, enabled, changes) => {
    const { sim, target } = await rigWith(enabled);
    const base = await observe(target);
    const before = dhcpdOf(sim.configText());
    sim.breakDhcpd(true);

    await expect(apply(target, base, changes)).rejects.toMatchObject({ code: 'S32_DHCP_DOWN', written: 'nothing' });

    expect(sim.staticArp()).toEqual({});
    expect(dhcpdOf(sim.configText())).toBe(before);
  });

  it('stays on a device that was in it before the write that is undone', async () => {
    const { sim, target } = await rigWith([true, true]);
    const base = await observe(target);
    await apply(target, base, [NEW]);
    const second = await observe(target);
    sim.breakDhcpd(true);
    const other = createOn('opt2', '00:16:3e:11:11:12', '10.2.0.12', 'db');

    await expect(apply(target, second, [other])).rejects.toMatchObject({ code: 'S32_DHCP_DOWN' });

    expect(sim.staticArp()).toEqual({ lan: ['192.168.1.7'] });
  });

  it('is said where the interfaces cannot be read while the write is undone', async () => {
    const { sim, target } = await rigWith([false]);
    const base = await observe(target);
    sim.breakDhcpd(true);
    sim.failNext({ path: '/api/interfaces/overview', kind: 500 });
    await expect(apply(target, base, START)).rejects.toMatchObject({
      code: 'S32_DHCP_DOWN',
      effect: expect.stringContaining('Whether an interface went into static ARP mode is not known'),
    });
  });
});
