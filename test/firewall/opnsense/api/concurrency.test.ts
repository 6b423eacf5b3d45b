import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../../../src/errors/slash32-error.js';
import { childOf, ensureChild, node, type SimNode, setText } from '../../../../src/sim/opnsense/node.js';
import { apply, createOn, observe, startRig } from './rig.js';

const NEW = createOn('opt1', '00:16:3e:11:11:11', '10.1.0.11', 'web');

function rename(root: SimNode): void {
  setText(ensureChild(ensureChild(root, 'interfaces'), 'lan'), 'descr', 'OFFICE');
}

function otherMap(root: SimNode): void {
  const section = ensureChild(ensureChild(root, 'dhcpd'), 'opt2');
  section.children.push(
    node('staticmap', [node('mac', '52:54:00:aa:aa:aa'), node('ipaddr', '10.2.0.20'), node('hostname', 'theirs')]),
  );
}

describe('saves of others around a write', () => {
  it('is a conflict with nothing written when somebody saved since the reading', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    sim.save(rename, { username: 'anna@10.0.0.9', description: '/interfaces.php made changes' });
    const before = sim.configText();
    await expect(apply(target, base, [NEW])).rejects.toMatchObject({
      code: 'S32_CONFLICT',
      written: 'nothing',
      message: expect.stringContaining('anna@10.0.0.9: "/interfaces.php made changes"'),
    });
    expect(sim.configText()).toBe(before);
  });

  it('is a conflict when the plan was made on another reading than the last', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    sim.save(rename);
    await observe(target);
    await expect(apply(target, base, [NEW])).rejects.toMatchObject({ code: 'S32_CONFLICT', written: 'nothing' });
    expect(() => target.check(base, [NEW])).toThrow(expect.objectContaining({ code: 'S32_CONFLICT' }));
  });

  it('names a save that came in between and that the write may have lost', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    sim.concurrentSave({
      when: 'during-write',
      edit: rename,
      username: 'anna@10.0.0.9',
      description: '/interfaces.php made changes',
    });
    const result = await apply(target, base, [NEW]);
    expect(result.notes).toHaveLength(1);
    expect(result.notes[0]).toMatch(
      /^Saved by somebody else during this write and possibly lost by it: .*anna@10\.0\.0\.9: "\/interfaces\.php made changes" \(config-[\d.]+\.xml\)\.$/,
    );
    expect(sim.configText(), 'OPNsense did lose it').not.toContain('OFFICE');
    expect(sim.leaseFor('00:16:3e:11:11:11')?.address).toBe('10.1.0.11');
  });

  it('names a save that the write was built on, and what it changed', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    sim.concurrentSave({ when: 'before-write', edit: otherMap });
    const result = await apply(target, base, [NEW]);
    expect(result.notes).toEqual([
      expect.stringContaining('possibly lost by it'),
      'Changed by somebody else since the reading: dhcpd/opt2.',
    ]);
    expect(sim.leaseFor('52:54:00:aa:aa:aa')?.address).toBe('10.2.0.20');
  });

  it('sees that its own write was lost, restarts nothing, and works at the next attempt', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    sim.concurrentSave({ when: 'over-write', edit: rename, username: 'anna@10.0.0.9' });
    sim.clearLog();
    const error = await apply(target, base, [NEW]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Slash32Error);
    expect(error).toMatchObject({
      code: 'S32_LOST_UPDATE',
      written: 'nothing',
      retryable: true,
      message: expect.stringContaining('anna@10.0.0.9'),
      effect: 'The DHCP settings of opt1 are as they were before. DHCP was not restarted.',
    });
    expect(sim.log.some(({ path }) => path.endsWith('/restart'))).toBe(false);
    const again = await observe(target);
    await apply(target, again, [NEW]);
    expect(sim.leaseFor('00:16:3e:11:11:11')?.address).toBe('10.1.0.11');
    expect(sim.configText()).toContain('OFFICE');
  });

  it('is content with a later save that holds the write, and names it', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    sim.concurrentSave({ when: 'after-write', edit: rename });
    const result = await apply(target, base, [NEW]);
    expect(result.notes).toEqual([
      expect.stringContaining('Saved by somebody else after this write, which it holds'),
      'Changed by somebody else since the reading: interfaces/lan.',
    ]);
    const text = sim.configText();
    expect([text.includes('OFFICE'), text.includes('10.1.0.11')]).toEqual([true, true]);
  });

  it('finds its write also when the clock of the firewall was set back', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    sim.setClock(-3600);
    await expect(apply(target, base, [NEW])).resolves.toMatchObject({ notes: [] });
    expect(sim.leaseFor('00:16:3e:11:11:11')?.address).toBe('10.1.0.11');
    await expect(observe(target), 'OPNsense itself takes the older one for the newest').rejects.toMatchObject({
      code: 'S32_OBSERVED_STALE',
    });
  });

  it('says so when the history does not reach back to the reading', async () => {
    const { sim, target } = await startRig();
    sim.save((root) => setText(ensureChild(root, 'system'), 'backupcount', '1'));
    const base = await observe(target);
    const result = await apply(target, base, [NEW]);
    expect(result.notes).toEqual([expect.stringContaining('does not reach back')]);
  });

  it('reports a write that OPNsense stored differently', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    const spoil = (root: SimNode) => {
      const map = childOf(childOf(childOf(root, 'dhcpd'), 'opt1'), 'staticmap');
      if (map !== undefined) setText(map, 'hostname', 'spoiled');
    };
    sim.concurrentSave({
      when: 'after-write',
      edit: spoil,
      description: 'Merged dhcpd config sections from XMLRPC client.',
    });
    await expect(apply(target, base, [NEW])).rejects.toMatchObject({
      code: 'S32_OPNSENSE_READ_BACK',
      written: 'unknown',
      message: expect.stringContaining('dhcpd/opt1'),
    });
  });
});

describe('a download that is not the live configuration', () => {
  it('is refused and what differs is named', async () => {
    const { sim, target } = await startRig();
    sim.save(otherMap, {}, { backup: false });
    await expect(observe(target)).rejects.toMatchObject({
      code: 'S32_OBSERVED_STALE',
      message: expect.stringContaining('only in force opt2 52:54:00:aa:aa:aa 10.2.0.20 "theirs"'),
    });
  });

  it('is refused when a mapping is only in the backup', async () => {
    const { sim, target } = await startRig();
    sim.save(otherMap);
    sim.save((root) => childOf(childOf(root, 'dhcpd'), 'opt2')?.children.pop(), {}, { backup: false });
    await expect(observe(target)).rejects.toMatchObject({
      code: 'S32_OBSERVED_STALE',
      message: expect.stringContaining('only in the backup opt2'),
    });
  });

  it('is not looked at on interfaces whose DHCP is off, which the firewall does not list', async () => {
    const segments = [
      { id: 'opt1', description: 'a', address: '10.1.0.1' },
      { id: 'opt2', description: 'b', address: '10.2.0.1', enabled: false },
    ];
    const { target } = await startRig({ segments });
    await expect(observe(target)).resolves.toMatchObject({ notes: [] });
  });

  it('needs a history', async () => {
    const { sim, target } = await startRig();
    for (const id of sim.backups()) sim.removeBackup(id);
    await expect(observe(target)).rejects.toMatchObject({ code: 'S32_OPNSENSE_NO_HISTORY' });
  });
});
