import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { skipReason } from '../plugin/engine/support.js';
import { listed, slash32 } from './harness.js';
import { smallFirewall } from './small-firewall.js';
import { TRANSPORTS, transportScene } from './transports.js';

const reason = await skipReason();
const REST = `segments:
  dmz: { network: dmz, interface: opt2, pool: 10.10.2.20-10.10.2.180, manage: [reservations, mask] }
  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: [reservations, mask] }`;
const MASK =
  '<numberoptions><item><number>1</number><type>ip-address</type><value>255.255.255.255</value></item></numberoptions>';
const OTHER = '<numberoptions><item><number>42</number><type>text</type><value>x</value></item></numberoptions>';
/** The mask is written there, and no client gets it. */
const OPTIONS = MASK + OTHER;

describe.each(TRANSPORTS)(
  'options of which OPNsense reads none, since their list stands there twice (%s)',
  (transport) => {
    it('keep the mask from one segment, which the plan says; everything else is applied', async (ctx) => {
      if (transport === 'plugin PHP' && reason !== undefined) return ctx.skip(reason);
      const { cwd, config } = await transportScene(transport, {
        config: smallFirewall({ segments: { 2: 'dmz', 3: 'servers' }, scope: ['opt2', 'opt3'], dhcp: { 3: OPTIONS } }),
        instances: [listed('web')],
        rest: REST,
        scope: ['opt2', 'opt3'],
      });

      const applied = await slash32(['apply', '--yes'], { cwd });

      expect(applied.code, applied.err).toBe(0);
      expect(applied.out).toContain(
        'mask on opt3 stays as it is for clients: <numberoptions> stands there twice in config.xml, and OPNsense passes over both: make them one first.',
      );
      const [, dmz = '', servers = ''] =
        /<opt2>\s*<enable>(.*?)<\/opt2>\s*<opt3>\s*<enable>(.*?)<\/opt3>/s.exec(await config()) ?? [];
      expect(dmz).toContain('<value>255.255.255.255</value>');
      expect(servers).toContain('[slash32:home:default/web/eth0');
      expect(servers.replace(/>\s+</g, '><')).toContain(OPTIONS);
      expect((await slash32(['plan'], { cwd })).code).toBe(0);
    });
  },
);

it('options that stand there twice by now keep a release from nothing but themselves', async () => {
  const { cwd, config } = await transportScene('file', {
    config: smallFirewall({
      segments: { 2: 'dmz', 3: 'servers' },
      scope: [],
      dhcp: { 3: MASK.replace('255.255.255.255', '255.255.255.0') },
    }),
    instances: [listed('web')],
    rest: REST,
    scope: [],
  });
  expect((await slash32(['apply', '--yes'], { cwd })).code).toBe(0);
  const file = join(cwd, 'config.xml');
  const text = await config();
  const at = text.lastIndexOf('<numberoptions>');
  await writeFile(file, `${text.slice(0, at)}${OTHER}${text.slice(at)}`);

  const released = await slash32(['release', '--all', '--remove', '--yes'], { cwd });

  expect(released.code, released.err).toBe(0);
  expect(released.out).toContain('mask on opt3 stays as it is for clients');
  const after = await config();
  expect(after).not.toContain('[slash32:');
  expect(after.match(/255\.255\.255\.255/g)).toHaveLength(1);
});
