import { describe, expect, it } from 'vitest';
import type { SettingChange } from '../../src/model/change.js';
import { apply, createOn, manageFully, observe, startRig } from '../firewall/opnsense/api/rig.js';

function reversed(change: SettingChange): SettingChange {
  return { ...change, before: change.after, after: change.before } as SettingChange;
}

function sectionOf(text: string): string {
  return /<opt1>\s*<enable>[\s\S]*?<\/opt1>/.exec(text)?.[0] ?? '';
}

describe('a segment on the api transport', () => {
  it('goes from unmanaged to managed and back, and comes out as it was', async () => {
    const { sim, target } = await startRig();
    const before = sectionOf(sim.configText());
    const settings = manageFully('opt1', '10.1.0.254') as SettingChange[];
    await apply(target, await observe(target), settings);
    const managed = await observe(target);
    expect(managed.segments[0]).toMatchObject({
      mask: '255.255.255.255',
      denyUnknown: true,
      macAllow: '02:00:00:00:00:00',
      staticArp: 'on',
    });
    await apply(target, managed, settings.map(reversed));
    const released = await observe(target);
    expect(released.segments[0]).toMatchObject({
      mask: undefined,
      denyUnknown: false,
      macAllow: undefined,
      staticArp: 'off',
      range: { from: '10.1.0.210', to: '10.1.0.240' },
    });
    // what a release brings back of empty lists is in the places that the ledger knows; a change alone does not tell
    const blanks = (text: string) =>
      text
        .replace(/<numberoptions>\s*<item\/>\s*<\/numberoptions>/g, '<numberoptions/>')
        .replace(/\s*<(numberoptions|winsserver|dnsserver|ntpserver)\/>/g, '');
    expect(blanks(sectionOf(sim.configText()))).toBe(blanks(before));
  });

  it('keeps foreign mappings with their fields and order, on every interface', async () => {
    const { sim, target } = await startRig();
    const maps = (text: string) =>
      [...text.matchAll(/<staticmap>[\s\S]*?<\/staticmap>/g)]
        .map(([map]) => map)
        .filter((map) => map.includes('hand-'));
    const before = maps(sim.configText());
    expect(before).toHaveLength(6);
    await apply(target, await observe(target), [createOn('opt1', '00:16:3e:11:11:11', '10.1.0.11', 'web')]);
    expect(maps(sim.configText())).toEqual(before);
  });

  it('has nothing to write for no changes and makes no call', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    const calls = target.calls();
    await expect(apply(target, base, [])).resolves.toEqual({ revision: base.revision, notes: [] });
    expect(target.calls()).toBe(calls);
    expect(sim.backups()).toHaveLength(1);
  });

  it('refuses a fault anywhere before it writes, also one that lies dormant', async () => {
    const { sim, target } = await startRig();
    sim.save((root) => {
      const range = root.children.find(({ name }) => name === 'dhcpd')?.children.find(({ name }) => name === 'opt3');
      if (range !== undefined) range.children = range.children.filter(({ name }) => name !== 'range');
    });
    const base = await observe(target);
    const before = sim.configText();
    const changes = [createOn('opt1', '00:16:3e:11:11:11', '10.1.0.11', 'web')];
    expect(target.check(base, changes).map((fault) => fault.interface)).toEqual(['opt3']);
    await expect(apply(target, base, changes)).rejects.toMatchObject({
      code: 'S32_DHCP_FAULT',
      written: 'nothing',
      message: expect.stringContaining('opt3'),
    });
    expect(sim.configText()).toBe(before);
  });

  it('does not complain about a dhcpd that need not run', async () => {
    const segments = [{ id: 'opt1', description: 'a', address: '10.1.0.1' }];
    const { sim, target } = await startRig({ segments });
    const base = await observe(target);
    const off = {
      kind: 'setting',
      setting: 'enabled',
      before: true,
      after: false,
      segment: 'opt1',
      interface: 'opt1',
      reason: 'a test',
    } as const;
    const result = await apply(target, base, [off]);
    expect(result.notes).toEqual(['DHCP is switched off on every interface, so dhcpd does not run.']);
    expect(sim.dhcpd().running).toBe(false);
  });
});
