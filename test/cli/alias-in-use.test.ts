import { describe, expect, it } from 'vitest';
import { skipReason } from '../plugin/engine/support.js';
import { listed, slash32 } from './harness.js';
import { smallFirewall } from './small-firewall.js';
import { TRANSPORTS, transportScene } from './transports.js';

const reason = await skipReason();
const REST =
  'segments:\n  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: [reservations, rules] }';

const NAMES = ['rule', 'off', 'legacy', 'forward', 'source', 'nested', 'nobody'] as const;
const uuid = (number: number): string => `00000000-0000-4000-8000-00000000000${number}`;
const ours = NAMES.map(
  (name, index) =>
    `<alias uuid="${uuid(index)}"><enabled>1</enabled><name>s32_home_${name}</name><type>host</type><content>10.10.3.3${index}</content><description>group ${name} [slash32:home:alias/${name}]</description></alias>`,
);
const rule = (id: string, enabled: string, name: string): string =>
  `<rule uuid="${id}"><enabled>${enabled}</enabled><sequence>9</sequence><action>pass</action><quick>1</quick><interface>opt3</interface><direction>in</direction><ipprotocol>inet</ipprotocol><protocol>any</protocol><source_net>s32_home_${name}</source_net><destination_net>any</destination_net><description>by hand: ${name}</description></rule>`;

/** Aliases of ours that nothing asks for any more, all but one of them named by what somebody else wrote. */
const CONFIG = smallFirewall({
  segments: { 3: 'servers' },
  scope: ['opt3'],
  nat: `<outbound><mode>hybrid</mode></outbound><rule uuid="${uuid(8)}"><interface>wan</interface><ipprotocol>inet</ipprotocol><protocol>tcp</protocol><source><address>s32_home_forward</address></source><destination><network>wanip</network><port>8080</port></destination><target>10.10.3.9</target><local-port>80</local-port><descr>by hand: forward</descr></rule>`,
  filter: `<rule uuid="${uuid(9)}"><type>pass</type><interface>opt3</interface><ipprotocol>inet</ipprotocol><source><address>s32_home_legacy</address></source><destination><any>1</any></destination><descr>by hand: legacy</descr></rule>`,
  own: `<Firewall><Alias version="1.0.1"><aliases>${ours.join('')}<alias uuid="11111111-1111-4111-8111-111111111111"><enabled>1</enabled><name>mine</name><type>host</type><content>s32_home_nested</content><description>by hand: nested</description></alias></aliases></Alias><Filter version="1.0.7"><rules>${rule('22222222-2222-4222-8222-222222222222', '1', 'rule')}${rule('33333333-3333-4333-8333-333333333333', '0', 'off')}</rules><snatrules><rule uuid="44444444-4444-4444-8444-444444444444"><enabled>1</enabled><interface>wan</interface><ipprotocol>inet</ipprotocol><protocol>any</protocol><source_net>s32_home_source</source_net><destination_net>any</destination_net><target>wanip</target><description>by hand: source</description></rule></snatrules></Filter></Firewall>`,
});

describe.each(TRANSPORTS)('an alias that nothing of ours needs any more (%s)', (transport) => {
  it('stays where somebody else names it, with whom; the rest of the plan goes on', async (ctx) => {
    if (transport === 'plugin PHP' && reason !== undefined) return ctx.skip(reason);
    const { cwd, config } = await transportScene(transport, {
      config: CONFIG,
      instances: [listed('web')],
      rest: REST,
      scope: ['opt3'],
    });

    const applied = await slash32(['apply', '--yes'], { cwd });

    expect(applied.code, applied.err).toBe(0);
    for (const name of NAMES.filter((one) => one !== 'nobody'))
      expect(applied.out).toMatch(
        new RegExp(`alias s32_home_${name} is not needed any more and stays, since the .*by hand: ${name}`),
      );
    const text = await config();
    expect(NAMES.filter((name) => text.includes(`<name>s32_home_${name}</name>`))).toEqual(
      NAMES.filter((one) => one !== 'nobody'),
    );
    expect(text).toContain('[slash32:home:default/web/eth0');
    const next = await slash32(['plan'], { cwd });
    expect(next.code, next.out).toBe(0);
    expect(next.out).toContain('s32_home_nested is not needed any more');
  });
});
