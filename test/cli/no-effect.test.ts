import { describe, expect, it } from 'vitest';
import { skipReason } from '../plugin/engine/support.js';
import { listed, slash32 } from './harness.js';
import { smallFirewall } from './small-firewall.js';
import { TRANSPORTS, transportScene } from './transports.js';

const reason = await skipReason();
const SEGMENTS = ['dmz', 'edge', 'servers'].map(
  (name, index) =>
    `  ${name}: { network: ${name}, interface: opt${index + 1}, pool: 10.10.${index + 1}.20-10.10.${index + 1}.180, manage: [reservations, rules], default: deny }`,
);
const REST = `segments:
${SEGMENTS.join('\n')}
policy:
  - { from: default/web, to: default/db, allow: [tcp/5432] }
publish:
  - { name: site, port: tcp/443, to: default/proxy, port_to: 8443 }
tests:
  - { from: internet, to: default/proxy, accept: [tcp/443], deny: [tcp/8443] }`;

/**
 * Somebody's block stands before ours, clients of `servers` are told a resolver on LAN, those of the others that of the firewall's own
 * settings, since nothing on it answers on port 53.
 */
const CONFIG = smallFirewall({
  system: '<dnsserver>2001:db8::53</dnsserver><dnsserver>9.9.9.9</dnsserver>',
  more: '<dnsmasq><enable>1</enable><port>0</port></dnsmasq>',
  segments: { 1: 'dmz', 2: 'edge', 3: 'servers' },
  scope: ['opt1', 'opt2', 'opt3', 'wan'],
  dhcp: { 3: '<dnsserver>192.168.1.5</dnsserver>' },
  own: '<unboundplus><general><enabled>1</enabled><port>5353</port></general></unboundplus><Firewall><Filter version="1.0.7"><rules><rule uuid="33333333-3333-4333-8333-333333333333"><enabled>1</enabled><sequence>1</sequence><action>block</action><quick>1</quick><interface>opt1,opt3</interface><direction>in</direction><ipprotocol>inet</ipprotocol><protocol>TCP</protocol><source_net>any</source_net><destination_net>any</destination_net><destination_port>5432</destination_port><description>no databases</description></rule></rules></Filter></Firewall>',
});

describe.each(TRANSPORTS)('what a policy brings about beside what others set (%s)', (transport) => {
  it('names what is without effect, the server that clients do not reach, and a publish by the port that one calls', async (ctx) => {
    if (transport === 'plugin PHP' && reason !== undefined) return ctx.skip(reason);
    const instances = [
      listed('web', { network: 'dmz', config: { 'volatile.uuid': '11111111-0000-4000-8000-000000000001' } }),
      listed('proxy', { network: 'edge' }),
      listed('db', { network: 'servers' }),
    ];
    const scope = ['opt1', 'opt2', 'opt3', 'wan'];
    const { cwd } = await transportScene(transport, { config: CONFIG, instances, rest: REST, scope });

    const plan = await slash32(['plan'], { cwd });

    expect(plan.code, plan.err).toBe(2);
    expect(plan.out).toContain(
      'the statement is without effect. default/web → default/db tcp/5432 should pass and is dropped (by no databases)',
    );
    expect(plan.out).toContain('servers: DHCP names 192.168.1.5 as the resolver, which is not the firewall');
    for (const segment of ['dmz', 'edge'])
      expect(plan.out).toContain(
        `${segment}: DHCP names 9.9.9.9 as the resolver, as the firewall itself answers no DNS, which is not the firewall`,
      );
    expect(plan.out).not.toContain('servers: DHCP names 9.9.9.9');
    expect(plan.out).toContain('opens internet → default/proxy tcp/443');
    expect(plan.out).not.toContain('site is without effect');
    expect((await slash32(['test'], { cwd })).code).toBe(0);
    const called = await slash32(['explain', '--after', 'internet', 'default/proxy', 'tcp/443'], { cwd });
    expect(called.out).toContain('It passes');
    const behind = await slash32(['explain', '--after', 'internet', 'default/proxy', 'tcp/8443'], { cwd });
    expect(behind.out).toContain('It does not get there: the internet has no way to');
    expect(behind.out).toContain('but tcp/443 of the firewall');
  });
});
