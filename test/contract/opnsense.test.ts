import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseXml } from '../../src/firewall/opnsense/xml/parse.js';
import { childOf, childrenOf, parseConfig, textAt } from '../../src/sim/opnsense/node.js';
import { serialize } from '../../src/sim/opnsense/serialize.js';
import { type SimOpnsense, startSimOpnsense } from '../../src/sim/opnsense/start.js';
import type { SimUser } from '../../src/sim/opnsense/users.js';
import { createSimUser } from '../../src/sim/opnsense/users.js';
import { type PlainAnswer, type Recording, readFixture, recording, recordings, replay } from './opnsense-recording.js';
import { shape, xmlShape } from './opnsense-shape.js';

/** The configuration of the recorded box, with the DHCP settings that it had for the DHCP recordings. */
const CONFIG = String(recording('bk-05-download-one').response).replace(
  '  <interfaces>',
  `  <dhcpd>${readFixture('../config/dhcpd-full.xml')}</dhcpd>\n  <interfaces>`,
);
const USERS = [
  createSimUser('syncadmin', ['page-all']),
  createSimUser('fwonly', ['page-filter-api', 'page-firewall-alias-edit']),
  createSimUser('readonly', ['page-all', 'user-config-readonly']),
  createSimUser('nopriv', []),
];

let sim: SimOpnsense;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-contract-'));
  sim = await startSimOpnsense({ folder, config: CONFIG, users: USERS });
  return async () => {
    await sim.close();
    rmSync(folder, { recursive: true, force: true });
  };
});

describe('the simulated OPNsense answers as the recorded one', () => {
  it.each(recordings('auth-').map((each) => [each.name, each] as const))('%s', async (_name, exchange) => {
    expectSame(await replay(sim.url, exchange, credentials(exchange)), exchange);
  });

  it.each(
    recordings('bk-', 'if-01', 'nb-07', 'dm-')
      .filter(isCheckedHere)
      .map((each) => [each.name, each] as const),
  )('%s', async (_name, exchange) => {
    expectSame(await replay(sim.url, renamed(exchange), credentials(exchange)), exchange);
  });

  it.each(recordings('dhcp-').map((each) => [each.name, each] as const))('%s', async (name, exchange) => {
    prepareDhcp(name);
    expectSame(await replay(sim.url, exchange, credentials(exchange)), exchange, !name.startsWith('dhcp-21'));
  });

  it.each(recordings('rpc-').map((each) => [each.name, each] as const))('%s', async (_name, exchange) => {
    const answer = await replay(sim.url, exchange, rpcCredentials(exchange));
    expect(answer.status).toBe(exchange.status);
    expect(answer.headers['content-type']).toBe(exchange.headers['content-type']);
    expect(xmlShape(answer.body)).toBe(xmlShape(exchange.response));
    expect(answer.headers['content-length']).toBe(exchange.headers['content-length']);
  });

  it('refuses a GET with a JSON type and no body as broken JSON', async () => {
    const exchange = recording('dhcp-04-status');
    const asked = { ...exchange, request: { ...exchange.request, content_type: 'application/json' } };
    const answer = await replay(sim.url, asked, credentials(exchange));
    expect([answer.status, JSON.parse(answer.body)]).toEqual([400, { status: 400, message: 'Invalid JSON syntax' }]);
  });
});

describe('the simulated OPNsense keeps its configuration as the recorded one', () => {
  it('writes a config.xml exactly as OPNsense wrote it', () => {
    const written = readFixture('../config/scenario.xml');
    expect(serialize(parseConfig(written))).toBe(written);
  });

  it('merges an XML-RPC call: the list replaces, everything else stays', async () => {
    sim.save((root) => Object.assign(root, parseConfig(CONFIG)));
    const before = parseConfig(sim.configText());
    await replay(sim.url, recording('rpc-08-restore-one-iface'), basic(user('syncadmin')));
    const after = parseConfig(sim.configText());
    const maps = childrenOf(section(after, 'opt1'), 'staticmap');
    expect(maps.map((map) => textAt(map, 'hostname'))).toEqual(['new1', 'new2', 'new3']);
    for (const id of ['opt2', 'opt3']) expect(section(after, id)).toEqual(section(before, id));
    expect(textAt(childOf(after, 'revision'), 'description')).toBe('Merged dhcpd config sections from XMLRPC client.');
    await replay(sim.url, recording('rpc-10-restore-empty-list'), basic(user('syncadmin')));
    expect(childrenOf(section(parseConfig(sim.configText()), 'opt1'), 'staticmap').map((map) => map.children)).toEqual([
      [],
    ]);
  });

  it('has a config.xml that the XML reader of the product takes', () => {
    expect(parseXml(sim.configText()).name).toBe('opnsense');
  });
});

function expectSame(answer: PlainAnswer, exchange: Recording, values = true): void {
  expect(answer.status).toBe(exchange.status);
  expect(answer.headers['content-type']).toBe(exchange.headers['content-type']);
  expect(answer.headers.location).toBe(exchange.headers.location);
  if (typeof exchange.response === 'string') expect(answer.body).toBe(exchange.response);
  else expect(shape(JSON.parse(answer.body), values)).toEqual(shape(exchange.response, values));
}

/** Those that name a backup of the recorded box are asked for one of this box where the recorded one existed. */
function renamed(exchange: Recording): Recording {
  const id = sim.backups()[0] ?? '';
  const existed = ['bk-10', 'bk-12', 'bk-13'].some((start) => exchange.name.startsWith(start));
  const path = existed ? exchange.request.path.replace(/config-[\d.]+\.xml$/, id) : exchange.request.path;
  return { ...exchange, request: { ...exchange.request, path } };
}

/** bk-05 is the configuration that the simulator starts with; its bytes are checked below. */
function isCheckedHere(exchange: Recording): boolean {
  return !exchange.name.startsWith('bk-05');
}

/** The state that the recorded box was in: dhcpd itself never ran there. */
function prepareDhcp(name: string): void {
  sim.save((root) => {
    Object.assign(root, parseConfig(CONFIG));
    const dhcpd = childOf(root, 'dhcpd');
    if (name.includes('enable-empty-tag'))
      for (const each of dhcpd?.children ?? []) for (const tag of childrenOf(each, 'enable')) tag.text = '';
    if (name.includes('no-section')) root.children = root.children.filter((each) => each.name !== 'dhcpd');
  });
  sim.breakDhcpd(true);
  sim.reboot(0);
}

function section(root: ReturnType<typeof parseConfig>, id: string) {
  return childOf(childOf(root, 'dhcpd'), id);
}

function user(name: string): SimUser {
  const found = USERS.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(name);
  return found;
}

function basic({ key, secret }: Pick<SimUser, 'key' | 'secret'>): string {
  return `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
}

/** What each recorded request was authorised with; the recordings leave the header out. */
function credentials(exchange: Recording): string | undefined {
  const admin = user('syncadmin');
  if (exchange.name.startsWith('auth-03')) return basic({ key: admin.key, secret: 'wrong' });
  if (exchange.name.startsWith('auth-04')) return basic({ key: 'unknown', secret: admin.secret });
  if (exchange.name.startsWith('auth-05')) return 'Basic %%%';
  if (exchange.name.startsWith('auth-06')) return 'Bearer abc';
  return exchange.request.user === null ? undefined : basic(user(exchange.request.user));
}

function rpcCredentials(exchange: Recording): string {
  const admin = user('syncadmin');
  if (exchange.name.startsWith('rpc-02')) return basic({ key: admin.name, secret: admin.password });
  if (exchange.name.startsWith('rpc-03')) return basic({ key: admin.key, secret: 'wrong' });
  if (exchange.name.startsWith('rpc-04-')) return basic(user('nopriv'));
  if (exchange.name.startsWith('rpc-04b')) return basic(user('fwonly'));
  if (exchange.name.startsWith('rpc-15')) return basic(user('readonly'));
  return basic(admin);
}
