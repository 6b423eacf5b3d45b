import { describe, expect, it } from 'vitest';
import { skipReason } from '../plugin/engine/support.js';
import { listed, slash32 } from './harness.js';
import { smallFirewall } from './small-firewall.js';
import { transportScene } from './transports.js';

const reason = await skipReason();
const rest = (publishes: string) => `segments:
  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: [reservations, rules] }
publish:
${publishes}`;
const SITE = '  - { name: site, port: tcp/443, to: default/web, port_to: 8443 }';
const SETTING = 'on the firewall under Services: slash32: Settings, Publishes';
const NO_PLACE = `the plugin lets no publish stand on tcp/443 of wan; add the line "wan tcp/443" ${SETTING}`;

/** A redirect of ours to an address that the instance does not have any more. */
const STANDING =
  '<rule uuid="33333333-3333-4333-8333-333333333333"><sequence>10010</sequence><disabled>0</disabled><nordr>0</nordr><interface>wan</interface><ipprotocol>inet</ipprotocol><protocol>tcp</protocol><source><network>any</network></source><destination><network>wanip</network><port>443</port></destination><target>10.10.3.9</target><local-port>8443</local-port><log>0</log><pass/><natreflection>disable</natreflection><descr>publish site [slash32:home:nat/site]</descr></rule>';

describe.each(['plugin', 'plugin PHP'] as const)('a publish where the plugin lets none stand (%s)', (transport) => {
  it('is left out by the plan, with its line, the reason and the setting; everything else is applied', async (ctx) => {
    if (transport === 'plugin PHP' && reason !== undefined) return ctx.skip(reason);
    const publishes = ['wan tcp/25', 'opt3 tcp/443'];
    const dns = '  - { name: dns, port: udp/53, to: default/web, on: opt3 }';
    const { cwd, config } = await transportScene(transport, {
      config: smallFirewall({ segments: { 3: 'servers' }, scope: ['opt3', 'wan'], publishes }),
      instances: [listed('web')],
      rest: rest(`${SITE}\n${dns}\n  - { name: mail, port: tcp/25, to: default/web }`),
      scope: ['opt3', 'wan'],
      publishes,
    });

    const applied = await slash32(['apply', '--yes'], { cwd });

    expect(applied.code, applied.err).toBe(4);
    expect(applied.err).toMatch(/✗ .*slash32\.yaml:7:5: site is left out/);
    expect(applied.out).toContain(
      `slash32.yaml:7:5: site is left out, so that nothing from wan reaches it by this policy: ${NO_PLACE}.`,
    );
    expect(applied.out).toContain('add the line "opt3 udp/53"');
    const text = await config();
    expect(text).toContain('[slash32:home:nat/mail]');
    expect(text).not.toMatch(/slash32:home:nat\/(site|dns)/);
    expect(text).toContain('[slash32:home:default/web/eth0');
    const again = await slash32(['plan', '--json'], { cwd });
    expect(again.code).toBe(4);
    expect(JSON.parse(again.out).policy.leftOut.map(({ name }: { name: string }) => name)).toEqual(['site', 'dns']);
    expect((await slash32(['test', '--allow-empty'], { cwd })).code).toBe(0);
    const codes = JSON.parse(again.out).policy.warnings.map(({ code }: { code: string }) => code);
    expect(codes.filter((code: string) => code === 'publish-unsupported')).toHaveLength(2);
  });

  it('is left where it stands already, also when it leads elsewhere, and is named', async (ctx) => {
    if (transport === 'plugin PHP' && reason !== undefined) return ctx.skip(reason);
    const { cwd, config } = await transportScene(transport, {
      config: smallFirewall({ segments: { 3: 'servers' }, scope: ['opt3'], publishes: [], nat: STANDING }),
      instances: [listed('web')],
      rest: rest(SITE),
      scope: ['opt3'],
      publishes: [],
    });

    const applied = await slash32(['apply', '--yes', '--force'], { cwd });

    expect(applied.code, applied.out + applied.err).toBe(0);
    expect(applied.out).toContain(`publish site stands on the firewall and is left there, though ${NO_PLACE}`);
    const text = await config();
    expect(text).toContain('[slash32:home:nat/site]');
    expect(text).not.toContain('<target>10.10.3.9</target>');
    expect((await slash32(['plan'], { cwd })).code).toBe(0);
  });
});
