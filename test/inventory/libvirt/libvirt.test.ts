import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Slash32Error } from '../../../src/errors/slash32-error.js';
import { createLibvirtSource } from '../../../src/inventory/libvirt/source.js';
import type { Inventory, Nic } from '../../../src/model/instance.js';

async function readText(text: string, complete = true): Promise<Inventory> {
  const source = createLibvirtSource({ path: '-', complete }, { stdin: Readable.from([text]) });
  return source.read(new AbortController().signal, () => undefined);
}

async function nicOf(inner: string, attributes = "type='bridge'"): Promise<Nic | undefined> {
  const text = domain('web', `<interface ${attributes}><mac address='52:54:00:00:00:01'/>${inner}</interface>`);
  return (await readText(text)).instances[0]?.nics[0];
}

function domain(name: string, devices: string, more = ''): string {
  return `<domain type='kvm'><name>${name}</name>${more}<devices>${devices}</devices></domain>`;
}

const ON_A_BRIDGE = "<source bridge='servers'/>";

describe('a NIC of libvirt', () => {
  it.each([
    ['the alias that a person gave', "<alias name='ua-backup'/><address type='pci' bus='0x01' slot='0x00'/>", 'backup'],
    [
      'its PCI slot, as systemd calls it',
      "<alias name='net0'/><address type='pci' domain='0x0000' bus='0x01' slot='0x02' function='0x0'/>",
      'enp1s2',
    ],
    [
      'its PCI slot with function and domain',
      "<address type='pci' domain='0x0001' bus='0x0a' slot='0x1f' function='0x3'/>",
      'enP1p10s31f3',
    ],
    ['its MAC, where its device has no slot', "<target dev='vnet3'/><alias name='net0'/>", 'enx525400000001'],
    ['its MAC, where the address is of another kind', "<address type='ccw' cssid='0xfe'/>", 'enx525400000001'],
    ['its MAC, where the slot is no number', "<address type='pci' bus='x' slot='y'/>", 'enx525400000001'],
  ])('is called by %s', async (_name, inner, expected) => {
    expect((await nicOf(`${ON_A_BRIDGE}${inner}`))?.name).toBe(expected);
  });

  it.each([
    ['a bridge of the host', "type='bridge'", "<source bridge='servers'/>", 'servers'],
    ['a network of libvirt', "type='network'", "<source network='lab' portid='x' bridge='virbr1'/>", 'lab'],
  ])('stands on %s', async (_name, attributes, inner, network) => {
    expect((await nicOf(inner, attributes))?.network).toBe(network);
  });

  it.each([
    ['no filter', '', { mac: false, ipv4: false, ipv6: false, ipv4Address: undefined }],
    [
      'clean-traffic with its address',
      "<filterref filter='clean-traffic'><parameter name='IP' value='10.2.0.9'/></filterref>",
      { mac: true, ipv4: true, ipv6: false, ipv4Address: '10.2.0.9' },
    ],
    [
      'clean-traffic with two addresses, of which none is the one',
      "<filterref filter='clean-traffic'><parameter name='IP' value='10.2.0.9'/><parameter name='IP' value='10.2.0.8'/></filterref>",
      { mac: true, ipv4: true, ipv6: false, ipv4Address: undefined },
    ],
    [
      'no-mac-spoofing',
      "<filterref filter='no-mac-spoofing'/>",
      { mac: true, ipv4: false, ipv6: false, ipv4Address: undefined },
    ],
    ['a filter of his own, of which nothing is known', "<filterref filter='mine'/>", undefined],
  ])('has %s', async (_name, inner, filters) => {
    expect((await nicOf(`${ON_A_BRIDGE}${inner}`))?.filters).toEqual(filters);
  });

  it.each([
    ['no VLAN', '', undefined],
    ['one VLAN', "<vlan><tag id='42'/></vlan>", { untagged: '42', tagged: [] }],
    ['a trunk', "<vlan trunk='yes'><tag id='42'/><tag id='47'/></vlan>", { untagged: undefined, tagged: ['42', '47'] }],
    [
      'a trunk with a native VLAN',
      "<vlan trunk='yes'><tag id='42'/><tag id='47' nativeMode='untagged'/></vlan>",
      { untagged: '47', tagged: ['42'] },
    ],
    ['a trunk of one', "<vlan trunk='yes'><tag id='42'/></vlan>", { untagged: undefined, tagged: ['42'] }],
  ])('has %s', async (_name, inner, vlans) => {
    expect((await nicOf(`${ON_A_BRIDGE}${inner}`))?.vlans).toEqual(vlans);
  });

  it('is isolated by its port alone', async () => {
    expect((await nicOf(`${ON_A_BRIDGE}<port isolated='yes'/>`))?.isolated).toBe(true);
    expect((await nicOf(`${ON_A_BRIDGE}<port isolated='no'/>`))?.isolated).toBe(false);
    expect((await nicOf(ON_A_BRIDGE))?.isolated).toBe(false);
  });

  it('is left out and named where it stands on no bridge; macvtap shares one all the same', async () => {
    const text = domain(
      'web',
      `<interface type='user'><mac address='52:54:00:00:00:01'/></interface>
       <interface type='direct'><mac address='52:54:00:00:00:02'/><source dev='br0' mode='bridge'/></interface>
       <interface type='hostdev'/><interface type='bridge'><mac address='52:54:00:00:00:04'/></interface>`,
    );
    const { instances, notes } = await readText(text);
    expect(instances[0]?.nics).toEqual([]);
    expect(instances[0]?.sideNics).toEqual([{ name: 'enx525400000002', kind: 'macvtap', network: 'br0' }]);
    expect(notes).toEqual([
      'Not on a bridge and left out: default/web/enx525400000001 (user), default/web/enx525400000002 (direct), default/web/nic2 (hostdev), default/web/enx525400000004 (bridge).',
    ]);
  });
});

describe('a machine of libvirt', () => {
  it('runs where it has an id; of another one it is not known', async () => {
    const { instances } = await readText(`${domain('off', '')}${domain('on', '').replace('>', " id='7'>")}`);
    expect(instances.map(({ name, status }) => [name, status])).toEqual([
      ['off', 'unknown'],
      ['on', 'running'],
    ]);
  });

  it('asks for what its owner wrote into its metadata, whatever his prefix, and for nothing of others', async () => {
    const wishes = `<metadata><o:os xmlns:o="http://libosinfo.org/x" ipv4="10.9.9.9"/>
      <mine:instance xmlns:mine="urn:slash32" ipv4=" 10.2.0.9 " ipv4.enp2s0="10.3.0.9" tags="web db" ignore="yes" source_routing="1"/></metadata>`;
    const nic = `<interface type='bridge'>${ON_A_BRIDGE}<address type='pci' bus='2' slot='0'/></interface>`;
    const { instances } = await readText(domain('web', nic, wishes));
    expect(instances[0]).toMatchObject({
      pinnedAddress: '10.2.0.9',
      tags: ['db', 'web'],
      ignored: true,
      sourceRouting: true,
      nics: [{ pinnedAddress: '10.3.0.9' }],
    });
  });

  it('is a container where its type says so', async () => {
    const { instances } = await readText(domain('web', '').replace('kvm', 'lxc'));
    expect(instances[0]?.type).toBe('container');
  });

  it.each([
    [
      'libvirt keeps it, with its warning above',
      `<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE.\n  virsh edit web\n-->\n\n${domain('web', '')}`,
    ],
    ['a declaration above', `<?xml version="1.0"?>\n${domain('web', '')}`],
    ['a byte order mark', `\ufeff${domain('web', '')}`],
    [
      'the state of a running one',
      `<domstatus state='running' pid='7'><domain id='1'><name>web</name><devices/></domain></domstatus>`,
    ],
    [
      'elements of QEMU beside',
      domain(
        'web',
        '',
        '<q:commandline xmlns:q="http://libvirt.org/schemas/domain/qemu/1.0"><q:arg value="-s"/></q:commandline>',
      ),
    ],
  ])('is read as %s', async (_name, text) => {
    expect((await readText(text)).instances.map(({ name }) => name)).toEqual(['web']);
  });
});

describe('a file that is none of libvirt', () => {
  it.each([
    ['is empty', ' \n', /is empty: did virsh fail/],
    ['is cut short', '<domain>\n<name>web</name>\n', /is cut short: it ends in the middle of a machine/],
    ['is a list of Incus', '[]', /holds no <domain>/],
    ['is an error of virsh', 'error: failed to get domain', /holds no <domain>/],
    ['is a network', '<network><name>default</name></network>', /holds <network> where a <domain>/],
    ['has a document type', '<!DOCTYPE a><domain/>', /Line 1/],
  ])('is refused where it %s', async (_name, text, message) => {
    const failure: unknown = await readText(text).catch((error: unknown) => error);
    if (!(failure instanceof Slash32Error)) throw failure;
    expect(failure.code).toBe('S32_INVENTORY_FILE_INVALID');
    expect(failure.message).toMatch(message);
  });

  it('says where, as the file counts', async () => {
    const failure: unknown = await readText(`${domain('a', '')}\n<domain>&nix;</domain>`).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ where: 'standard input:2:9' });
    const first: unknown = await readText('<domain>&nix;</domain>').catch((error: unknown) => error);
    expect(first).toMatchObject({ where: 'standard input:1:9' });
  });
});

describe('a folder of libvirt', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slash32-libvirt-'));
    mkdirSync(join(folder, 'networks'));
    mkdirSync(join(folder, 'old.xml'));
    writeFileSync(join(folder, 'networks/default.xml'), '<network/>');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    writeFileSync(join(folder, 'web.xml'), domain('web', ''));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const read = (path = folder) =>
    createLibvirtSource({ path, complete: true }, { stdin: Readable.from([]) }).read(
      new AbortController().signal,
      () => undefined,
    );

  it('holds the machines of its own .xml files, not those of folders in it', async () => {
    const { instances, projects } = await read();
    expect(instances.map(({ name }) => name)).toEqual(['web']);
    expect(projects).toEqual([{ name: 'default', complete: true, reason: undefined }]);
  });

  it.each([
    ['a broken link', () => symlinkSync('nowhere', join(folder, 'gone.xml')), /gone\.xml does not exist/],
    [
      'one that is no text',
      () => writeFileSync(join(folder, 'b.xml'), Buffer.from([0xff, 0xfe])),
      /b\.xml is not text in UTF-8/,
    ],
    ['one without a name', () => writeFileSync(join(folder, 'b.xml'), domain('', '')), /no usable <name>/],
    [
      'a machine twice',
      () => writeFileSync(join(folder, 'b.xml'), domain('web', '')),
      /the machine web stands there twice/,
    ],
  ])('is not complete with %s, and the others are read', async (_name, spoil, reason) => {
    spoil();
    writeFileSync(join(folder, 'db.xml'), domain('db', ''));
    const { instances, projects, allProjects } = await read();
    expect(instances.map(({ name }) => name)).toContain('db');
    expect(projects).toEqual([{ name: 'default', complete: false, reason: expect.stringMatching(reason) }]);
    expect(allProjects).toBe(false);
  });

  it('says in one sentence what it could not read where nobody vouches for it', async () => {
    writeFileSync(join(folder, 'b.xml'), 'x');
    const source = createLibvirtSource({ path: folder, complete: false }, { stdin: Readable.from([]) });
    const { notes } = await source.read(new AbortController().signal, () => undefined);
    expect(notes).toEqual([
      expect.stringMatching(/^The machine of b\.xml is not known: [^.]*b\.xml holds no <domain> of libvirt: nothing/),
    ]);
  });

  it('is told where it is not there', async () => {
    const failure: unknown = await read(join(folder, 'nix')).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'S32_INVENTORY_FILE_UNREADABLE',
      message: expect.stringMatching(/does not exist/),
    });
  });
});
