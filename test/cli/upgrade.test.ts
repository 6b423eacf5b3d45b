import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  firewallXml,
  listed,
  macOf,
  readFirewall,
  slash32,
  temporaryFolder,
  writeConfig,
  writeInventory,
} from './harness.js';

const AT = '2026-11-01T08:00:00Z';
const FULL = '[reservations, mask, deny_unknown]';

/** A state file as version 0.1.0 wrote it: no word of arrivals, of accepted rules, of places. */
const STATE = {
  version: 1,
  owner: 'home',
  originals: [
    { interface: 'opt3', setting: 'mask', value: null, recordedAt: AT },
    { interface: 'opt3', setting: 'range', value: { from: '10.10.3.210', to: '10.10.3.220' }, recordedAt: AT },
    { interface: 'opt3', setting: 'deny_unknown', value: false, recordedAt: AT },
    { interface: 'opt3', setting: 'mac_allow', value: null, recordedAt: AT },
  ],
  quarantine: [],
  target: 'config.xml',
};

const POOL =
  '      <pool>\n        <range>\n          <from>10.10.3.230</from>\n          <to>10.10.3.240</to>\n        </range>\n      </pool>\n';

/** opt3 as version 0.1.0 left it: closed, but for the second pool. */
const STANDING = `    <opt3>
      <enable>1</enable>
      <range>
        <from>10.10.3.254</from>
        <to>10.10.3.254</to>
      </range>
      <denyunknown>1</denyunknown>
      <mac_allow>02:00:00:00:00:00</mac_allow>
      <numberoptions>
        <item>
          <number>1</number>
          <type>ip-address</type>
          <value>255.255.255.255</value>
        </item>
      </numberoptions>
${POOL}      <staticmap>
        <mac>${macOf('default/web')}</mac>
        <ipaddr>10.10.3.50</ipaddr>
        <hostname>web</hostname>
        <descr>web [slash32:home:default/web/eth0:UUID]</descr>
      </staticmap>
    </opt3>
`;

async function scene(): Promise<string> {
  const cwd = await temporaryFolder();
  const web = listed('web');
  const uuid = web.config['volatile.uuid']?.slice(0, 8) ?? '';
  await writeFile(join(cwd, 'config.xml'), firewallXml(STANDING.replace('UUID', uuid)));
  await writeFile(join(cwd, 'slash32.state.json'), JSON.stringify({ ...STATE, target: join(cwd, 'config.xml') }), {
    mode: 0o600,
  });
  await writeInventory(cwd, [web]);
  await writeConfig(cwd, { manage: FULL });
  return cwd;
}

describe('an installation that the version before set up, with a second pool that still serves strangers', () => {
  it('is shown what waits, and is left as it is', async () => {
    const cwd = await scene();
    const before = await readFirewall(cwd);

    const plan = await slash32(['plan'], { cwd });
    const apply = await slash32(['apply', '--yes'], { cwd });

    expect([plan.code, apply.code]).toEqual([0, 0]);
    expect(plan.out).toContain('Further address pools on opt3 still serve clients (10.10.3.230-10.10.3.240)');
    expect(plan.out).toContain('--accept-new');
    expect(await readFirewall(cwd)).toBe(before);
  });

  it('goes on with everything else meanwhile', async () => {
    const cwd = await scene();
    await writeInventory(cwd, [listed('web'), listed('db')]);

    expect((await slash32(['apply', '--yes', '--force'], { cwd })).code).toBe(0);

    const after = await readFirewall(cwd);
    expect(after).toContain(macOf('default/db'));
    expect(after).toContain(POOL);
  });

  it('is closed by one yes, needs no second one, and gets the pool back as it was with the step', async () => {
    const cwd = await scene();

    const yes = await slash32(['apply', '--yes', '--accept-new'], { cwd });
    expect([yes.code, yes.out]).toEqual([
      0,
      expect.stringContaining('further address pools: 10.10.3.230-10.10.3.240 open'),
    ]);
    const closed = await readFirewall(cwd);
    expect(closed).toMatch(
      /<pool>[\s\S]*<denyunknown>1<\/denyunknown>\s*<mac_allow>02:00:00:00:00:00<\/mac_allow>\s*<\/pool>/,
    );
    expect((await slash32(['plan'], { cwd })).out).toContain('nothing to do');
    expect(await readFile(join(cwd, 'slash32.state.json'), 'utf8')).toContain('"extra-pools"');

    await writeFile(join(cwd, 'config.xml'), closed.replace(/<pool>[\s\S]*<\/pool>\n/, POOL.trimStart()));
    expect((await slash32(['apply', '--yes'], { cwd })).code).toBe(0);
    expect(await readFirewall(cwd)).toBe(closed);

    await writeConfig(cwd, { manage: '[reservations, mask]' });
    expect((await slash32(['apply', '--yes'], { cwd })).code).toBe(0);
    const opened = await readFirewall(cwd);
    expect(opened).toContain(POOL);
    expect(opened).toContain('<from>10.10.3.210</from>');
  });
});

describe('giving a segment up', () => {
  const SHUT = `    <opt3>\n      <enable>1</enable>\n      <range>\n        <from>10.10.3.210</from>\n        <to>10.10.3.220</to>\n      </range>\n      <denyunknown>1</denyunknown>\n      <staticarp>1</staticarp>\n    </opt3>\n`;

  it('does not call it a loss that something was closed before slash32 came, and says that it stays so', async () => {
    const cwd = await temporaryFolder();
    const config = firewallXml(SHUT);
    await writeFile(join(cwd, 'config.xml'), config);
    await writeInventory(cwd, [listed('web')]);
    await writeConfig(cwd);
    await slash32(['apply', '--yes'], { cwd });

    const ran = await slash32(['release', '--all', '--remove', '--yes'], { cwd });

    expect(ran.code).toBe(0);
    expect(ran.out).not.toContain('stays-closed');
    expect(ran.out).toContain('static ARP is on, as before slash32 came; it stays so.');
    expect(await readFirewall(cwd)).toBe(config);
  });

  it('says of each setting that a hand-over leaves behind what it is and what it was', async () => {
    const cwd = await scene();

    const ran = await slash32(['release', '--all', '--keep', '--yes'], { cwd });

    expect(ran.code).toBe(0);
    expect(ran.out).toContain('deny unknown clients stays on; before slash32 it was off.');
    expect(ran.out).toContain('option 1 (subnet mask) stays 255.255.255.255; before slash32 it was not set.');
    expect(ran.out).toContain('dynamic range stays 10.10.3.254; before slash32 it was 10.10.3.210-10.10.3.220.');
  });
});
