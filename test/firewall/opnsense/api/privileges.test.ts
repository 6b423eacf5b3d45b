import { describe, expect, it } from 'vitest';
import { createSimUser } from '../../../../src/sim/opnsense/users.js';
import { apply, createOn, observe, startRig } from './rig.js';

const NEW = createOn('opt1', '00:16:3e:11:11:11', '10.1.0.11', 'web');
const READING = ['page-diagnostics-configurationhistory', 'page-status-interfaces'];

describe('what an API key may do', () => {
  it('reads with the two privileges it needs, and says what it does not see', async () => {
    const { target } = await startRig({ users: [createSimUser('reader', READING)] });
    const observed = await observe(target);
    expect(observed.version).toBeUndefined();
    expect(observed.leases).toBeUndefined();
    expect(observed.neighbours).toBeUndefined();
    expect(observed.notes).toEqual([
      'The API key lacks page-xmlrpclibrary, so the version is not known and nothing can be applied with it.',
      'Leases were not read and the backup was not compared with the live mappings: the API key lacks page-status-dhcpleases.',
      'The ARP table was not read: the API key lacks page-diagnostics-arptable.',
    ]);
    await expect(apply(target, observed, [NEW])).rejects.toMatchObject({
      code: 'S32_OPNSENSE_FORBIDDEN',
      written: 'nothing',
      message: expect.stringContaining('page-xmlrpclibrary'),
      hint: expect.stringContaining('page-all'),
    });
  });

  it.each(READING)('cannot read without %s, and says so', async (privilege) => {
    const { target } = await startRig({
      users: [
        createSimUser(
          'reader',
          READING.filter((each) => each !== privilege),
        ),
      ],
    });
    await expect(observe(target)).rejects.toMatchObject({
      code: 'S32_OPNSENSE_FORBIDDEN',
      message: expect.stringContaining(privilege),
      hint: expect.stringContaining(privilege),
    });
  });

  it('writes nothing with a key that could write but not restart DHCP', async () => {
    const { sim, target } = await startRig({ users: [createSimUser('half', [...READING, 'page-xmlrpclibrary'])] });
    const base = await observe(target);
    expect(base.version).toBe('26.7.2');
    const before = sim.configText();
    await expect(apply(target, base, [NEW])).rejects.toMatchObject({
      code: 'S32_OPNSENSE_FORBIDDEN',
      written: 'nothing',
      message: expect.stringContaining('page-all'),
    });
    expect(sim.configText()).toBe(before);
  });

  it('says that the key is wrong, not that a privilege is missing, when the secret is wrong', async () => {
    const { target } = await startRig({}, { key: { key: 'nobody', secret: 'nothing' } });
    await expect(observe(target)).rejects.toMatchObject({ code: 'S32_OPNSENSE_KEY_REJECTED' });
  });
});

describe('the version', () => {
  it.each(['24.7.12', '25.1', '25.1.12_3'])('%s is refused at once', async (version) => {
    const { sim, target } = await startRig({ version });
    await expect(observe(target)).rejects.toMatchObject({
      code: 'S32_OPNSENSE_VERSION_OLD',
      message: expect.stringContaining(version),
    });
    expect(sim.log).toHaveLength(1);
  });

  it.each(['25.7', '25.7.11', '25.10.2', '26.1.3_1', '26.4', '26.7', '26.7.9'])('%s is written to', async (version) => {
    const { target } = await startRig({ version });
    const base = await observe(target);
    await expect(apply(target, base, [NEW])).resolves.toMatchObject({ notes: [] });
  });

  it.each(['27.1', '26.10.1'])('%s is read, and written to only with permission', async (version) => {
    const { sim, target } = await startRig({ version });
    const base = await observe(target);
    expect(base.notes).toEqual([`OPNsense ${version} is newer than what slash32 was tested with (up to 26.7).`]);
    const before = sim.configText();
    await expect(apply(target, base, [NEW])).rejects.toMatchObject({
      code: 'S32_OPNSENSE_VERSION_UNTESTED',
      written: 'nothing',
    });
    expect(sim.configText()).toBe(before);
    const second = await startRig({ version }, { allowUntestedVersion: true });
    await expect(apply(second.target, await observe(second.target), [NEW])).resolves.toMatchObject({ notes: [] });
  });
});
