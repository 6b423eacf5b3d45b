import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSimOpnsense } from '../../../src/sim/opnsense/start.js';
import { listed, slash32, temporaryFolder, writeInventory } from '../../cli/harness.js';
import { DHCP_PROGRAMS, type LabClient } from './client.js';
import { dhcpdConfOf } from './dhcpd-conf.js';
import { unmanagedConfig } from './managed-config.js';
import { type Rig, rigSkipReason, startRig } from './rig.js';

const skipReason = rigSkipReason();
const MAC = '10:66:6a:01:00:11';
const BY_HAND = '10.10.1.77';

/** The config.xml that an apply makes on a firewall that sees this address under the instance's MAC. */
async function takenOver(address: string, seenBy: 'lease' | 'arp'): Promise<string> {
  const cwd = await temporaryFolder();
  const firewall = await startSimOpnsense({ folder: join(cwd, 'opnsense'), config: await unmanagedConfig() });
  try {
    if (seenBy === 'lease') firewall.setLeases([{ interface: 'opt1', address, mac: MAC, hostname: 'web' }]);
    else firewall.setArp([{ device: 'em2', address, mac: MAC, permanent: false }]);
    await writeFile(join(cwd, 'apikey.txt'), firewall.keyFile(), { mode: 0o600 });
    await writeFile(
      join(cwd, 'slash32.yaml'),
      `owner: lab\nincus: { file: instances.json, complete: true }\nopnsense: { transport: api, url: "${firewall.url}", key_file: apikey.txt }\n` +
        'segments:\n  dmz: { interface: opt1, manage: [reservations, mask, deny_unknown] }\n',
    );
    await writeInventory(cwd, [listed('web', { network: 'dmz', mac: MAC })]);
    const ran = await slash32(['apply', '--yes', '--accept-lockout-risk'], { cwd });
    if (ran.code !== 0) throw new Error(`slash32 apply ended with ${ran.code}:\n${ran.out}${ran.err}`);
    expect(ran.out).toContain('the address that it is seen with');
    return await readFile(firewall.configPath, 'utf8');
  } finally {
    await firewall.close();
  }
}

/** A running instance goes on with the address that it has: the plan reserves that one, and real DHCP gives it again. */
describe('an address that a running client holds, with real dhcpd and real clients', () => {
  beforeEach(({ skip }) => skip(skipReason !== undefined, skipReason));

  let rig: Rig;
  let web: LabClient;

  beforeAll(async () => {
    if (skipReason !== undefined) return;
    rig = await startRig({ dhcpdConf: dhcpdConfOf(await unmanagedConfig()).text });
    web = await rig.client(1, MAC);
  });

  afterAll(async () => {
    await rig?.stop();
  });

  it.each(DHCP_PROGRAMS)('by an old lease stays its own, as a /32, with %s', async (program) => {
    await rig.reloadDhcpd(dhcpdConfOf(await unmanagedConfig()).text, { forgetLeases: true });
    const before = await web.lease(program);
    expect(before?.prefix).toBe(24);
    const config = await takenOver(before?.address ?? '', 'lease');

    await rig.reloadDhcpd(dhcpdConfOf(config).text);
    const after = await web.lease(program);

    expect(after).toMatchObject({ address: before?.address, prefix: 32 });
    expect(rig.dhcpdLog()).not.toContain('DHCPNAK');
  });

  it('by hand becomes its reservation, and the client gets it when it asks', async () => {
    await web.address(`${BY_HAND}/24`);
    expect((await web.ping('10.10.1.1')).received).toBe(3);
    const config = await takenOver(BY_HAND, 'arp');

    await rig.reloadDhcpd(dhcpdConfOf(config).text, { forgetLeases: true });

    expect(await web.lease('udhcpc')).toMatchObject({ address: BY_HAND, prefix: 32 });
  });
});
