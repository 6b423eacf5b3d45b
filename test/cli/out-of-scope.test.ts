import { describe, expect, it } from 'vitest';
import { skipReason } from '../plugin/engine/support.js';
import { listed, slash32 } from './harness.js';
import { smallFirewall } from './small-firewall.js';
import { transportScene } from './transports.js';

const reason = await skipReason();
const segment = (name: string, id: number): string =>
  `  ${name}: { network: ${name}, interface: opt${id}, pool: 10.10.${id}.20-10.10.${id}.180, manage: [reservations, rules], default: deny }`;
const REST = `segments:
${segment('edge', 1)}
${segment('servers', 3)}
policy:
  - { from: default/proxy, to: default/web, allow: [tcp/8080] }
  - { from: default/web, to: default/proxy, allow: [tcp/3128] }`;

/** The plugin may write opt3 alone; on opt1 a rule of ours stands from before, with its alias. */
const CONFIG = smallFirewall({
  segments: { 1: 'edge', 3: 'servers' },
  scope: ['opt3'],
  own: '<Firewall><Alias version="1.0.1"><aliases><alias uuid="11111111-1111-4111-8111-111111111111"><enabled>1</enabled><name>s32_home_old</name><type>host</type><content>10.10.3.9</content><description>group old [slash32:home:alias/old]</description></alias></aliases></Alias><Filter version="1.0.7"><rules><rule uuid="22222222-2222-4222-8222-222222222222"><enabled>1</enabled><sequence>11000</sequence><action>pass</action><quick>1</quick><interface>opt1</interface><direction>in</direction><ipprotocol>inet</ipprotocol><protocol>TCP</protocol><source_net>any</source_net><destination_net>s32_home_old</destination_net><destination_port>80</destination_port><description>from before [slash32:home:rule/old]</description></rule></rules></Filter></Firewall>',
});

describe.each(['plugin', 'plugin PHP'] as const)('a segment that the plugin may not write (%s)', (transport) => {
  it('gets no rules and loses none, is named with what to do, and stops nobody else', async (ctx) => {
    if (transport === 'plugin PHP' && reason !== undefined) return ctx.skip(reason);
    const { cwd, config } = await transportScene(transport, {
      config: CONFIG,
      instances: [listed('web'), listed('proxy', { network: 'edge' })],
      rest: REST,
      scope: ['opt3'],
    });

    const applied = await slash32(['apply', '--yes', '--force'], { cwd });

    expect(applied.code, applied.out + applied.err).toBe(4);
    expect(applied.out).toContain('slash32 may not write opt1');
    expect(applied.out).toContain('default/proxy names no instance with an address in a segment');
    const text = await config();
    expect(text).toContain('[slash32:home:rule/old]');
    expect(text).toContain('<name>s32_home_old</name>');
    expect(text).toContain('[slash32:home:rule/opt3/default]');
    expect(text).not.toContain('[slash32:home:rule/opt1/');
    expect((await slash32(['plan'], { cwd })).out).toContain('In all: nothing to do');
  });
});
