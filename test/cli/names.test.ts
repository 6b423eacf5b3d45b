import { describe, expect, it } from 'vitest';
import { skipReason } from '../plugin/engine/support.js';
import { listed, slash32 } from './harness.js';
import { smallFirewall } from './small-firewall.js';
import { TRANSPORTS, transportScene } from './transports.js';

const reason = await skipReason();
const REST =
  'segments:\n  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: [reservations] }';
/** opt1 is no segment, and nothing that the plugin may write. */
const CONFIG = smallFirewall({
  segments: { 1: 'dmz', 3: 'servers' },
  scope: ['opt3'],
  dhcp: {
    1: '<staticmap><mac>52:54:00:00:00:02</mac><ipaddr>10.10.1.5</ipaddr><hostname>nas</hostname></staticmap>',
  },
  more: '<dnsmasq><hosts uuid="22222222-2222-4222-8222-222222222222"><host>print</host><domain>home.arpa</domain><ip>10.10.1.9</ip></hosts></dnsmasq>',
  own: '<unboundplus><general><enabled>1</enabled></general><hosts><host uuid="11111111-1111-4111-8111-111111111111"><enabled>1</enabled><hostname>vault</hostname><domain>home.arpa</domain><rr>A</rr><server>192.168.1.20</server></host></hosts></unboundplus>',
});

describe.each(TRANSPORTS)('names on the whole firewall (%s)', (transport) => {
  it('a project’s instance gets none that stands for another machine, the firewall, an override or a proxy', async (ctx) => {
    if (transport === 'plugin PHP' && reason !== undefined) return ctx.skip(reason);
    const names = ['nas', 'vault', 'print', 'fw', 'wpad', 'mail'];
    const { cwd, config } = await transportScene(transport, {
      config: CONFIG,
      instances: names.map((name, index) => listed(name, { project: 'shop', mac: `10:66:6a:00:00:0${index}` })),
      rest: REST,
      scope: ['opt3'],
    });

    const { code, out, err } = await slash32(['apply', '--yes'], { cwd });

    expect([code, err]).toEqual([0, '']);
    const segment = /<opt3>(?=[\s\S]*staticmap)[\s\S]*<\/opt3>/.exec(
      (await config()).replace(/[\s\S]*<dhcpd>/, ''),
    )?.[0];
    const given = [...(segment ?? '').matchAll(/<hostname>([^<]*)</g)].map((match) => match[1]);
    expect(given.sort()).toEqual(['fw-shop', 'mail', 'nas-shop', 'print-shop', 'vault-shop', 'wpad-shop']);
    expect(out).toContain('shop/nas/eth0 is called nas-shop, since nas stands for 10.10.1.5 on opt1');
    expect(out).toContain('vault stands for 192.168.1.20 (host override of Unbound)');
    expect((await slash32(['plan'], { cwd })).code).toBe(0);
  });
});
