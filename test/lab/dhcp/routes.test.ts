import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DHCP_PROGRAMS, type LabClient, type Lease } from './client.js';
import { dhcpdConfOf } from './dhcpd-conf.js';
import { managedConfig, withoutRouterRoute } from './managed-config.js';
import { type Rig, rigSkipReason, startRig } from './rig.js';

const skipReason = rigSkipReason();

/** An application container stands on segment 3, so that option 121 is set there and nowhere else. */
describe('option 121 beside option 1, with real dhcpd and real clients', () => {
  beforeEach(({ skip }) => skip(skipReason !== undefined, skipReason));

  let rig: Rig;
  let managed: string;
  let nextcloud: LabClient;
  let web: LabClient;

  beforeAll(async () => {
    if (skipReason !== undefined) return;
    managed = await managedConfig(['nextcloud']);
    rig = await startRig({ dhcpdConf: dhcpdConfOf(managed).text });
    nextcloud = await rig.client(3, '10:66:6a:03:00:11');
    web = await rig.client(1, '10:66:6a:01:00:11');
  });

  afterAll(async () => {
    await rig?.stop();
  });

  function routes(lease: Lease | undefined): string[] {
    return (lease?.routes ?? []).map(({ to, via }) => (via === undefined ? to : `${to} via ${via}`)).sort();
  }

  it.each(DHCP_PROGRAMS)(
    'leaves %s with a /32 and the way to everywhere, on segments with and without it',
    async (program) => {
      await rig.reloadDhcpd(dhcpdConfOf(managed).text, { forgetLeases: true });
      for (const [client, segment] of [
        [nextcloud, 3],
        [web, 1],
      ] as const) {
        const lease = await client.lease(program);
        expect(lease).toMatchObject({ address: `10.10.${segment}.11`, prefix: 32 });
        expect(routes(lease)).toContain(`default via 10.10.${segment}.1`);
        expect(await client.ping(`10.10.${segment}.1`)).toMatchObject({ received: 3 });
      }
      expect(await nextcloud.ping('10.10.1.11')).toMatchObject({ received: 3, ttl: 63 });
    },
  );

  it('takes a client that makes its routes of option 121 alone everywhere, as the host of an application container does', async () => {
    await rig.reloadDhcpd(dhcpdConfOf(managed).text, { forgetLeases: true });
    expect(routes(await nextcloud.leaseByRoutes())).toEqual(['10.10.3.1', 'default via 10.10.3.1']);
    expect(await nextcloud.ping('10.10.3.1')).toMatchObject({ received: 3 });
    await web.lease('udhcpc');
    expect(await nextcloud.ping('10.10.1.11')).toMatchObject({ received: 3, ttl: 63 });
  });

  it('needs both of the pair: the default alone leaves such a client, and dhclient, without a route', async () => {
    await rig.reloadDhcpd(dhcpdConfOf(withoutRouterRoute(managed)).text, { forgetLeases: true });
    expect(routes(await nextcloud.leaseByRoutes())).toEqual([]);
    expect(routes(await nextcloud.lease('dhclient'))).toEqual([]);
  });

  it('is what such a client lacks where there is none', async () => {
    await rig.reloadDhcpd(dhcpdConfOf(await managedConfig()).text, { forgetLeases: true });
    expect(routes(await nextcloud.leaseByRoutes())).toEqual([]);
  });
});
