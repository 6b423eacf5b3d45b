import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listed, macOf, readFirewall, slash32, temporaryFolder, writeInventory } from './harness.js';
import { smallFirewall } from './small-firewall.js';

/** A proxy with a leg on each segment, and two instances of one name. */
async function scene(publishTo: string) {
  const folder = await temporaryFolder();
  const proxy = {
    ...listed('proxy', { config: { 'volatile.eth1.hwaddr': macOf('second') } }),
    expanded_devices: {
      eth0: { type: 'nic', network: 'dmz', 'security.port_isolation': 'true' },
      eth1: { type: 'nic', network: 'servers', 'security.port_isolation': 'true' },
    },
  };
  await writeInventory(folder, [
    proxy,
    listed('web'),
    listed('web', { project: 'shop' }),
    listed('lost', { network: 'srv' }),
  ]);
  await writeFile(join(folder, 'config.xml'), smallFirewall({ segments: { 2: 'dmz', 3: 'servers' }, scope: [] }));
  await writeFile(
    join(folder, 'slash32.yaml'),
    `owner: home
incus: { file: instances.json, complete: true }
opnsense: { transport: file, path: config.xml }
segments:
  dmz: { network: dmz, interface: opt2, pool: 10.10.2.20-10.10.2.180, manage: [reservations, rules], default: deny }
  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: [reservations, rules], default: deny }
policy:
  - { from: default/proxy/eth1, to: default/web, allow: [tcp/80] }
publish:
  - { name: site, port: tcp/443, to: ${publishTo} }
`,
  );
  return folder;
}

describe('a NIC, named as project/instance/nic', () => {
  it('can be published, allowed and asked about by that name', async () => {
    const cwd = await scene('default/proxy/eth0');

    const applied = await slash32(['apply', '--yes'], { cwd });

    expect(applied.code, applied.err).toBe(0);
    expect(await readFirewall(cwd)).toContain('[slash32:home:nat/site]');
    const passes = await slash32(['explain', 'default/proxy/eth1', 'default/web', 'tcp/80'], { cwd });
    expect(passes.out).toContain('default/proxy/eth1');
    expect(passes.out).not.toContain('default/proxy/eth0');
    const short = await slash32(['explain', 'proxy/eth1', 'default/web', 'tcp/80'], { cwd });
    expect(short.out).toBe(passes.out);
    const one = await slash32(['plan', '--instance', 'default/proxy/eth1'], { cwd });
    expect(one.code, one.err).toBe(0);
    expect(one.out).toMatch(/default\/proxy\/eth1 has 10\.10\.3\.\d+ .* and keeps it: its reservation stands/);
    const alone = await slash32(['plan', '--instance', 'proxy/eth1'], { cwd });
    expect(alone.out).toBe(one.out);
  });

  it('is what a publish is told to name where an instance has several', async () => {
    const cwd = await scene('default/proxy');

    const planned = await slash32(['plan'], { cwd });

    expect(planned.out).toMatch(
      /name one of them \(default\/proxy\/eth0 for [\d.]+, default\/proxy\/eth1 for [\d.]+\)/,
    );
  });

  it.each<[string, readonly string[], string]>([
    ['an ambiguous one', ['explain', 'web', 'proxy', 'tcp/80'], 'Name one of them: default/web, shop/web.'],
    ['a misspelt one', ['explain', 'default/porxy', 'web', 'tcp/80'], 'Did you mean default/proxy'],
    ['a NIC that is not there', ['reach', '--from', 'default/proxy/eth2'], 'Did you mean default/proxy/eth0'],
    [
      'an instance on no segment',
      ['explain', 'default/lost', 'web', 'tcp/80'],
      'eth0 stands on network srv, which is no segment',
    ],
    ['an instance to plan', ['plan', '--instance', 'default/wep'], 'Did you mean default/web'],
    ['an ambiguous one to plan', ['plan', '--instance', 'web'], 'Name one of them: default/web, shop/web.'],
    ['an ambiguous one to apply', ['apply', '--yes', '--instance', 'web'], 'Name one of them: default/web, shop/web.'],
    [
      'an ambiguous NIC to plan',
      ['plan', '--instance', 'web/eth0'],
      'Name one of them: default/web/eth0, shop/web/eth0.',
    ],
    ['an ambiguous NIC', ['reach', '--to', 'web/eth0'], 'Name one of them: default/web/eth0, shop/web/eth0.'],
    ['a segment', ['plan', '--segment', 'severs'], 'Did you mean servers?'],
  ])('of %s, what it could mean is listed', async (_, argv, said) => {
    const cwd = await scene('default/proxy/eth0');

    const ran = await slash32(argv, { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain(said);
  });
});
