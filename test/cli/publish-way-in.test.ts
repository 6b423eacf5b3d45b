import { describe, expect, it } from 'vitest';
import { skipReason } from '../plugin/engine/support.js';
import { listed, slash32 } from './harness.js';
import { smallFirewall } from './small-firewall.js';
import { TRANSPORTS, transportScene } from './transports.js';

const reason = await skipReason();
const REST = `protect: [10.10.3.50]
segments:
  servers: { network: servers, interface: opt3, pool: 10.10.3.100-10.10.3.180, manage: [reservations, rules] }
publish:
  - { name: kept, on: opt1, port: tcp/443, to: default/web }
  - { name: mine, on: opt3, port: tcp/400-500, to: default/web }
  - { name: mail, on: opt3, port: tcp/25, to: default/web }
  - { name: quic, on: opt3, port: udp/443, to: default/web }`;

/** The firewall keeps its own ports on opt1; on opt3 somebody lets the workstation in. */
const CONFIG = smallFirewall({
  segments: { 1: 'dmz', 3: 'servers' },
  scope: ['opt1', 'opt3'],
  own: '<Firewall><Filter version="1.0.7"><rules><rule uuid="44444444-4444-4444-8444-444444444444"><enabled>1</enabled><sequence>1</sequence><action>pass</action><quick>1</quick><interface>opt3</interface><direction>in</direction><ipprotocol>inet</ipprotocol><protocol>TCP</protocol><source_net>10.10.3.50</source_net><destination_net>opt3ip</destination_net><destination_port>443</destination_port><description>workstation</description></rule></rules></Filter></Firewall>',
});

describe.each(TRANSPORTS)('a publish on ports of the firewall itself (%s)', (transport) => {
  it('is left out by the plan, whoever would lose the way in; everything else is applied', async (ctx) => {
    if (transport === 'plugin PHP' && reason !== undefined) return ctx.skip(reason);
    const { cwd, config } = await transportScene(transport, {
      config: CONFIG,
      instances: [listed('web')],
      rest: REST,
      scope: ['opt1', 'opt3'],
    });

    const applied = await slash32(['apply', '--yes'], { cwd });

    expect(applied.code, applied.err).toBe(4);
    expect(applied.out).toContain(
      'kept is left out, so that nothing from opt1 reaches it by this policy: the firewall keeps these packets for its own administration and redirects them nowhere.',
    );
    expect(applied.out).toContain(
      'mine is left out, so that nothing from opt3 reaches it by this policy: by tcp/443 there 10.10.3.50 (in protect) reaches the firewall itself, and would not any more.',
    );
    const text = await config();
    expect(text).toContain('[slash32:home:nat/mail]');
    expect(text).toContain('[slash32:home:nat/quic]');
    expect(text).not.toContain('[slash32:home:nat/kept]');
    expect(text).not.toContain('[slash32:home:nat/mine]');
    expect((await slash32(['plan'], { cwd })).code).toBe(4);
  });
});
