import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DHCP_PROGRAMS, type LabClient, type Lease } from './client.js';
import { dhcpdConfOf } from './dhcpd-conf.js';
import { LAB_INSTANCES, managedConfig, unmanagedConfig, withoutMacAllow, withoutMask } from './managed-config.js';
import { type Rig, rigSkipReason, SEGMENTS, startRig } from './rig.js';

/** Long enough for several DISCOVERs; a known client has its lease in well under a second. */
const REFUSAL_MS = 3_000;

const skipReason = rigSkipReason();

describe('real dhcpd, real clients', () => {
  beforeEach(({ skip }) => skip(skipReason !== undefined, skipReason));

  let rig: Rig;
  let managed: string;
  const known = new Map<string, LabClient>();
  const unknown: LabClient[] = [];
  const elsewhere: LabClient[] = [];

  beforeAll(async () => {
    if (skipReason !== undefined) {
      return;
    }
    managed = await managedConfig();
    rig = await startRig({ dhcpdConf: dhcpdConfOf(managed).text });
    for (const { name, segment, mac } of LAB_INSTANCES) {
      known.set(name, await rig.client(segment, mac));
    }
    for (const segment of SEGMENTS) {
      unknown.push(await rig.client(segment, `10:66:6a:99:00:0${segment}`));
    }
    // The first instance of segment 1 shows up on the two segments that have no reservation for it.
    elsewhere.push(await rig.client(2, macOf('web')), await rig.client(3, macOf('web')));
  });

  afterAll(async () => {
    await rig?.stop();
  });

  function client(name: string): LabClient {
    const found = known.get(name);
    if (found === undefined) {
      throw new Error(`no lab instance ${name}`);
    }
    return found;
  }

  /** With an empty lease database: a range whose only address is still leased would look like a refusal. */
  async function serve(configXml: string): Promise<void> {
    await rig.reloadDhcpd(dhcpdConfOf(configXml).text, { forgetLeases: true });
  }

  describe('dhcpd -t', () => {
    it.each([
      ['the managed config', managedConfig],
      ['the config before slash32', unmanagedConfig],
      ['the managed config without the mask', async () => withoutMask(await managedConfig())],
      ['the managed config without the MAC list', async () => withoutMacAllow(await managedConfig())],
      ['the recorded firewall with a managed opt3', () => fixture('scenario-opt3.xml')],
      ['the recorded firewall with three interfaces', () => fixture('three-interfaces.xml')],
    ])('accepts %s', async (_, config) => {
      expect(await rig.checkDhcpd(dhcpdConfOf(await config()).text)).toMatchObject({ code: 0 });
    });

    it.each([
      ['a MAC with dashes', (xml: string) => xml.replace('10:66:6a:01:00:11', '10-66-6a-01-00-11')],
      ['a segment without its range', (xml: string) => xml.replace(/<range>[\s\S]*?<\/range>/, '')],
    ])('refuses %s', async (_, spoil) => {
      expect(await rig.checkDhcpd(dhcpdConfOf(spoil(managed)).text)).toMatchObject({ code: 1 });
    });
  });

  describe('the managed state', () => {
    it.each(DHCP_PROGRAMS)(
      'gives each known client on three segments its own address as a /32 with %s',
      async (program) => {
        await serve(managed);
        const leases = await Promise.all(LAB_INSTANCES.map(({ name }) => client(name).lease(program)));
        expect(leases.map(shortForm)).toEqual(
          LAB_INSTANCES.map(({ segment, address }) => `${address}/32 default via 10.10.${segment}.1`),
        );
      },
    );

    it.each(DHCP_PROGRAMS)('lets a /32 client reach its router and the other segments with %s', async (program) => {
      await serve(managed);
      await Promise.all(['web', 'mail'].map((name) => client(name).lease(program)));
      expect(await client('web').ping('10.10.1.1')).toEqual({ received: 3, ttl: 64 });
      expect(await client('web').ping(addressOf('mail'))).toEqual({ received: 3, ttl: 63 });
    });

    it.each(DHCP_PROGRAMS)('gives an unknown client nothing on any segment with %s', async (program) => {
      await serve(managed);
      const before = rig.dhcpdLog().length;
      expect(await Promise.all(unknown.map((one) => one.lease(program, REFUSAL_MS)))).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expectRefused(rig.dhcpdLog().slice(before), unknown);
    });

    it.each(DHCP_PROGRAMS)('gives a client that is known only on another segment nothing with %s', async (program) => {
      await serve(managed);
      const before = rig.dhcpdLog().length;
      expect(await Promise.all(elsewhere.map((one) => one.lease(program, REFUSAL_MS)))).toEqual([undefined, undefined]);
      expectRefused(rig.dhcpdLog().slice(before), elsewhere);
    });
  });

  describe('the counter-proofs', () => {
    it('without mac_allow a client known only on another segment does get the range address', async () => {
      await serve(withoutMacAllow(managed));
      const [onTwo, onThree] = elsewhere;
      const leases = await Promise.all([onTwo?.lease('udhcpc'), onThree?.lease('dhclient')]);
      expect(leases.map(shortForm)).toEqual([
        '10.10.2.254/32 default via 10.10.2.1',
        '10.10.3.254/32 default via 10.10.3.1',
      ]);
    });

    it.each(DHCP_PROGRAMS)(
      'without option 1 the clients are back at /24, and back at /32 with it, with %s',
      async (program) => {
        const names = ['web', 'mail', 'nextcloud'];
        await serve(withoutMask(managed));
        const wide = await Promise.all(names.map((name) => client(name).lease(program)));
        expect(wide.map((lease) => lease?.prefix)).toEqual([24, 24, 24]);
        expect(wide.map((lease) => lease?.address)).toEqual(names.map(addressOf));
        await serve(managed);
        const narrow = await Promise.all(names.map((name) => client(name).lease(program)));
        expect(narrow.map((lease) => lease?.prefix)).toEqual([32, 32, 32]);
      },
    );

    it('before slash32 anybody gets a /24 out of the range', async () => {
      await serve(await unmanagedConfig());
      const leases = await Promise.all(unknown.map((one) => one.lease('udhcpc')));
      expect(leases.map((lease) => lease?.prefix)).toEqual([24, 24, 24]);
      for (const [index, lease] of leases.entries()) {
        expect(lease?.address).toMatch(new RegExp(`^10\\.10\\.${index + 1}\\.1\\d\\d$`));
      }
    });
  });

  describe('neighbours on isolated ports', () => {
    it('do not see each other directly, and reach each other through the router with /32', async () => {
      await serve(managed);
      await Promise.all(['web', 'db'].map((name) => client(name).lease('udhcpc')));
      expect(await client('web').arping(addressOf('db'))).toBe(0);
      expect(await client('web').arping('10.10.1.1')).toBeGreaterThan(0);
      expect(await client('web').ping(addressOf('db'))).toEqual({ received: 3, ttl: 63 });
    });

    it('cannot reach each other at all with /24', async () => {
      await serve(withoutMask(managed));
      await Promise.all(['web', 'db'].map((name) => client(name).lease('udhcpc')));
      expect(await client('web').ping(addressOf('db'))).toEqual({ received: 0, ttl: undefined });
      expect(await client('web').ping('10.10.1.1')).toEqual({ received: 3, ttl: 64 });
    });

    it('talk past the router as soon as the isolation is off, so the two tests above can fail', async () => {
      await serve(withoutMask(managed));
      const pair = [client('web'), client('db')];
      await Promise.all(pair.map((one) => one.lease('udhcpc')));
      await Promise.all(pair.map((one) => one.isolate(false)));
      try {
        expect(await client('web').arping(addressOf('db'))).toBeGreaterThan(0);
        expect(await client('web').ping(addressOf('db'))).toEqual({ received: 3, ttl: 64 });
      } finally {
        await Promise.all(pair.map((one) => one.isolate(true)));
      }
    });
  });
});

function lab(name: string): (typeof LAB_INSTANCES)[number] {
  const found = LAB_INSTANCES.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`no lab instance ${name}`);
  }
  return found;
}

function addressOf(name: string): string {
  return lab(name).address;
}

function macOf(name: string): string {
  return lab(name).mac;
}

/** One line for a lease: its address and its default route, `nothing` without one. */
function shortForm(lease: Lease | undefined): string {
  const route = lease?.routes.find(({ to }) => to === 'default');
  return lease === undefined ? 'nothing' : `${lease.address}/${lease.prefix} default via ${route?.via}`;
}

/** The server must have heard each client and refused it: silence on the wire would prove nothing. */
function expectRefused(log: string, clients: readonly LabClient[]): void {
  for (const { mac, segment } of clients) {
    expect(log).toContain(`DHCPDISCOVER from ${mac} via r${segment}: network 10.10.${segment}.0/24: no free leases`);
  }
}

function fixture(name: string): Promise<string> {
  return readFile(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
}
