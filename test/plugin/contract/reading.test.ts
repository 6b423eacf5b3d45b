import { expect, it } from 'vitest';
import { alias, apply, entry, get, newToken, on, redirect, revisionOf, rule } from './calls.js';
import { describeRigs } from './rigs.js';
import { CONFIG } from './scene.js';

describeRigs('state/get', (start) => {
  it('tells what it should, in exactly the documented form', async () => {
    const rig = await start();
    await apply(rig, {
      confirm_seconds: 60,
      token: newToken(),
      ...on('opt1', { reservations: [entry('web', 11)] }),
      aliases: [alias('s32_web')],
      rules: [rule('1')],
      redirects: [redirect('1')],
    });
    expect(await get(rig)).toMatchObject({
      revision: revisionOf(rig),
      caller: { address: '127.0.0.1', user: 'slash32' },
      scope: { interfaces: ['opt1', 'opt2'], max_confirm_seconds: 600 },
      owners: [{ owner: 'home', fingerprint: 'a'.repeat(32), host: 'incus1' }],
      pending: [{ owner: 'home' }],
      aliases: [{ owner: 'home', name: 's32_web' }],
      rules: [{ owner: 'home', interface: 'opt1', sequence: 1000 }],
      redirects: [
        {
          ...{ owner: 'home', interface: 'wan', protocol: 'tcp', destination_net: 'wanip', destination_port: '443' },
          ...{ target: '10.10.1.11', local_port: 8443, log: false, enabled: true, sequence: 100 },
        },
      ],
      dhcpd_health: { expected: true, running: true },
    });
  });

  it('lists every assigned interface, with its virtual addresses and what CARP says of them', async () => {
    const rig = await start();
    const { interfaces } = (await get(rig)) as { interfaces: { id: string }[] };
    expect(interfaces.map(({ id }) => id)).toEqual(['wan', 'opt1', 'opt2', 'opt3', 'opt4', 'dmz']);
    const vips = [{ address: '10.10.1.250', mode: 'carp', status: 'MASTER' }];
    expect(interfaces[1]).toMatchObject({ descr: 'SERVERS', device: 'em1', ipaddr: '10.10.1.1', subnet: 24, vips });
    expect(interfaces[0]).toMatchObject({ ipaddr: '', enabled: true, descr: 'WAN' });
  });

  it('shows the DHCP settings in scope only, with keys blanked', async () => {
    const rig = await start();
    const { dhcpd } = await get(rig);
    expect(dhcpd).toContain('<bootfilename>own.img</bootfilename>');
    expect(dhcpd).not.toContain('very-secret');
    expect(dhcpd).not.toContain('<opt3>');
  });

  it('shows leases and neighbours of the interfaces in scope only', async () => {
    const rig = await start();
    rig.setHosts([
      { interface: 'opt1', device: 'em1', address: '10.10.1.120', mac: '00:16:3e:00:00:07' },
      { interface: 'opt3', device: 'em3', address: '10.10.3.120', mac: '00:16:3e:00:00:08' },
    ]);
    const host = { interface: 'opt1', address: '10.10.1.120', mac: '00:16:3e:00:00:07' };
    expect(await get(rig)).toMatchObject({
      leases: [{ ...host, hostname: 'name' }],
      neighbours: [{ ...host, permanent: false }],
    });
  });

  it('names other DHCP servers, and what a restart would trip over on other interfaces', async () => {
    const kea =
      '<Kea><dhcp4><general><enabled>1</enabled><interfaces>opt2</interfaces></general></dhcp4></Kea><Firewall>';
    const config = CONFIG.replace('<Firewall>', kea).replace('</dhcpd>', '<opt3><enable>1</enable></opt3></dhcpd>');
    const rig = await start({ config });
    const answer = await get(rig);
    expect(answer).toMatchObject({ other_dhcp: [{ interface: 'opt2', server: 'kea' }] });
    expect((answer.faults as { interface: string }[]).map((fault) => fault.interface)).toEqual(['opt3']);
  });

  it('keeps who applied what, newest first', async () => {
    const rig = await start();
    await apply(rig, on('opt1', { reservations: [entry('web', 11)] }));
    await apply(rig, { aliases: [alias('s32_web')], rules: [rule('1'), rule('2')], redirects: [redirect('1')] });
    const { applies } = (await get(rig)) as { applies: object[] };
    const common = { owner: 'home', user: 'slash32@127.0.0.1', host: 'incus1', outcome: 'kept' };
    expect(applies).toMatchObject([
      { ...common, summary: '1 alias changed, 2 rules changed, 1 redirect changed', revision_after: revisionOf(rig) },
      { ...common, summary: '1 reservation created' },
    ]);
  });

  it('lists the newest twenty applies and no more', async () => {
    const rig = await start();
    for (let last = 11; last < 32; last += 1) {
      const content = [`10.10.1.${last}`];
      expect(await apply(rig, { aliases: [alias('s32_web', { content })] })).toMatchObject({ result: 'applied' });
    }
    expect((await get(rig)).applies).toHaveLength(20);
  });
});
