import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Inventory } from '../../../src/model/instance.js';
import type { Machine } from '../contract/machines.js';
import { readAs } from '../contract/read.js';
import { describeSource } from '../contract/suite.js';

const folder = mkdtempSync(join(tmpdir(), 'slash32-sources-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `virsh dumpxml` prints of a machine on QEMU, the parts that matter. */
function domainXml({ name, uuid, isRunning, nics, tags, pin }: Machine): string {
  const wishes = Object.entries({ tags, ipv4: pin })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${value}"`);
  const metadata =
    wishes.length === 0 ? '' : `<metadata><s:instance xmlns:s="urn:slash32"${wishes.join('')}/></metadata>`;
  const interfaces = nics.map(
    ({ slot, mac, network, isolated }, position) => `
    <interface type='bridge'>
      ${mac === undefined ? '' : `<mac address='${mac}'/>`}
      <source bridge='${network}'/>
      ${isolated ? "<port isolated='yes'/>" : ''}
      ${isRunning ? `<target dev='vnet${position}'/><alias name='net${position}'/>` : ''}
      <model type='virtio'/>
      <address type='pci' domain='0x0000' bus='0x0${slot}' slot='0x00' function='0x0'/>
    </interface>`,
  );
  return `<domain type='kvm'${isRunning ? " id='3'" : ''}>
  <name>${name}</name>
  <uuid>${uuid}</uuid>
  ${metadata}
  <devices>${interfaces.join('')}
  </devices>
</domain>
`;
}

const printed = (machines: readonly Machine[]): string => machines.map(domainXml).join('\n');
const spoil = (xml: string): string => xml.replace(/<devices>[\s\S]*<\/devices>/, '');

describeSource('a file of virsh dumpxml', {
  // an empty file is a virsh that failed: nobody prints that there is nothing
  read: (machines, signal) =>
    machines.length === 0 ? inFolder([], true) : readAs('libvirt', '-', printed(machines), true, signal),
  readUnvouched: (machines) => readAs('libvirt', '-', printed(machines), false),
  readSpoiled: (machines, spoiled) =>
    readAs(
      'libvirt',
      '-',
      machines.map((one) => (one.name === spoiled ? spoil(domainXml(one)) : domainXml(one))).join(''),
      true,
    ),
});

let count = 0;
async function inFolder(
  machines: readonly Machine[],
  complete: boolean,
  signal?: AbortSignal,
  cut = '',
): Promise<Inventory> {
  count += 1;
  const path = mkdtempSync(join(folder, `qemu-${count}-`));
  for (const one of machines) {
    const xml = domainXml(one);
    writeFileSync(join(path, `${one.name}.xml`), one.name === cut ? xml.slice(0, xml.length / 2) : xml);
  }
  return readAs('libvirt', path, '', complete, signal);
}

describeSource('a folder of libvirt', {
  read: (machines, signal) => inFolder(machines, true, signal),
  readUnvouched: (machines) => inFolder(machines, false),
  readSpoiled: (machines, spoiled) => inFolder(machines, true, undefined, spoiled),
});
