import { describe, expect, it } from 'vitest';
import { skipReason } from '../plugin/engine/support.js';
import { listed, slash32 } from './harness.js';
import { smallFirewall } from './small-firewall.js';
import { TRANSPORTS, transportScene } from './transports.js';

const reason = await skipReason();
const REST = `segments:
  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: [reservations, rules] }
publish:
  - { name: site, port: tcp/443, to: default/web, port_to: 8443 }
  - { name: mail, port: tcp/25, to: default/web }`;

/** Somebody redirects port 443 of WAN. */
const CONFIG = smallFirewall({
  segments: { 3: 'servers' },
  scope: ['opt3', 'wan'],
  nat: '<rule uuid="33333333-3333-4333-8333-333333333333"><interface>wan</interface><ipprotocol>inet</ipprotocol><protocol>tcp</protocol><source><any>1</any></source><destination><network>wanip</network><port>443</port></destination><target>10.10.3.9</target><local-port>443</local-port><descr>his own site</descr></rule>',
});

describe.each(TRANSPORTS)('a publish whose packets somebody else’s redirect takes (%s)', (transport) => {
  it('is left out by the plan, with the reason; everything else is applied', async (ctx) => {
    if (transport === 'plugin PHP' && reason !== undefined) return ctx.skip(reason);
    const { cwd, config } = await transportScene(transport, {
      config: CONFIG,
      instances: [listed('web')],
      rest: REST,
      scope: ['opt3', 'wan'],
    });

    const applied = await slash32(['apply', '--yes'], { cwd });

    expect(applied.code, applied.err).toBe(4);
    expect(applied.out).toContain(
      'site is left out, so that nothing from wan reaches it by this policy: the destination NAT "his own site" of somebody else takes these packets.',
    );
    expect(applied.out).not.toContain('without effect');
    const text = await config();
    expect(text).toContain('[slash32:home:nat/mail]');
    expect(text).not.toContain('[slash32:home:nat/site]');
    expect(text).toContain('[slash32:home:default/web/eth0');
    expect((await slash32(['plan'], { cwd })).code).toBe(4);
  });
});
