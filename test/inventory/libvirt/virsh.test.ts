import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import { createLibvirtSource } from '../../../src/inventory/libvirt/source.js';
import { commandSkipReason } from '../../lab/require-lab.js';
import { run } from '../../support/command.js';

const skipReason = commandSkipReason(['virsh']);
const folder = mkdtempSync(join(tmpdir(), 'slash32-virsh-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WEB = `<domain type='test'>
  <name>web</name><uuid>11111111-f6a4-8304-79aa-97f2502e193f</uuid><memory unit='MiB'>512</memory>
  <os><type arch='x86_64'>hvm</type></os>
  <devices>
    <interface type='bridge'><mac address='52:54:00:11:22:33'/><source bridge='servers'/><port isolated='yes'/><model type='virtio'/></interface>
    <interface type='bridge'><mac address='52:54:00:11:22:34'/><source bridge='dmz'/><vlan><tag id='42'/></vlan><alias name='ua-backup'/></interface>
    <interface type='user'><mac address='52:54:00:11:22:37'/></interface>
  </devices>
</domain>`;

it("reads what libvirt's own test driver prints of machines that it was given", async (ctx) => {
  if (skipReason !== undefined) return ctx.skip(skipReason);
  const file = join(folder, 'web.xml');
  writeFileSync(file, WEB);
  const wish = `metadata web urn:slash32 --key mine --set '<instance ipv4="10.2.0.21" tags="db,web"/>' --config`;
  const steps = [`define ${file}`, wish, 'dumpxml web --inactive', 'start web', 'dumpxml test'];
  const { stdout } = await run('virsh', ['--quiet', '--connect', 'test:///default', steps.join('; ')]);
  const printed = stdout.slice(stdout.indexOf('<domain'), stdout.lastIndexOf('</domain>') + '</domain>'.length);
  const domains = printed.replace(/^(?!\s*<).*$/gm, '');
  const source = createLibvirtSource({ path: '-', complete: true }, { stdin: Readable.from([domains]) });
  const inventory = await source.read(new AbortController().signal, () => undefined);
  expect(inventory.instances).toEqual([
    expect.objectContaining({
      name: 'web',
      uuid: '11111111-f6a4-8304-79aa-97f2502e193f',
      status: 'unknown',
      pinnedAddress: '10.2.0.21',
      tags: ['db', 'web'],
      nics: [
        expect.objectContaining({
          name: 'enx525400112233',
          network: 'servers',
          mac: '52:54:00:11:22:33',
          isolated: true,
          vlans: undefined,
        }),
        expect.objectContaining({
          name: 'backup',
          network: 'dmz',
          isolated: false,
          vlans: { untagged: '42', tagged: [] },
        }),
      ],
    }),
    expect.objectContaining({
      name: 'test',
      status: 'running',
      nics: [
        expect.objectContaining({ name: 'enp0s1', network: 'default', mac: 'aa:bb:cc:dd:ee:ff', isolated: false }),
      ],
    }),
  ]);
  expect(inventory.notes).toEqual(['Not on a bridge and left out: default/web/enx525400112237 (user).']);
});
