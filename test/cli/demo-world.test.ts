import { writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createControl } from '../../src/cli/demo/control/app.js';
import { type DemoWorld, startWorld } from '../../src/cli/demo/world.js';
import { listenTcp } from '../../src/http/listen.js';
import { launch } from '../../src/sim/incus/operations.js';
import { openControl } from '../support/control-page.js';
import { slash32, temporaryFolder } from './harness.js';

async function served(): Promise<{ world: DemoWorld; address: string }> {
  const world = await startWorld({ folder: await temporaryFolder(), hasPolicy: true });
  const app = createControl(world, { renewToken: async () => undefined });
  const listening = await listenTcp(app, { host: '127.0.0.1', port: 0 }, undefined);
  onTestFinished(async () => void (await Promise.all([listening.close(), world.close()])));
  return { world, address: listening.address };
}

/** A request as a browser or a program would send it, with any Host. */
function send(
  address: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<{ status: number; headers: Readonly<Record<string, unknown>>; text: string }> {
  return new Promise((resolve, reject) => {
    const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const options = { method: body === undefined ? 'GET' : 'POST', headers: { ...form, ...headers } };
    const sent = request(`${address}${path}`, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('the control page of a world to practise in', () => {
  it('has no script and may load nothing of others', async () => {
    const { address } = await served();
    const page = await send(address, '/');

    expect(page.text).not.toMatch(/<script|\son\w+=|javascript:|https?:\/\/(?!127)/i);
    const policy = String(page.headers['content-security-policy']);
    for (const part of ["default-src 'none'", "script-src 'none'", "form-action 'self'", "frame-ancestors 'none'"])
      expect(policy).toContain(part);
    expect(page.headers['x-powered-by']).toBeUndefined();
  });

  it('shows what people call things as text', async () => {
    const { world, address } = await served();
    launch(world.incus.state, { name: '<b>bold</b>', profiles: ['isolated-dmz'] });

    const { text } = await send(address, '/');
    expect(text).toContain('default/&lt;b&gt;bold&lt;/b&gt;/eth0');
    expect(text).not.toContain('<b>');
  });

  it('takes a form only from itself', async () => {
    const { world, address } = await served();
    const { text } = await send(address, '/');
    const proof = /name="proof" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const body = (given: string): string => `proof=${given}&name=evil&project=shop&network=dmz`;
    const refused = [
      await send(address, '/do/launch', {}, 'name=evil&project=shop&network=dmz'),
      await send(address, '/do/launch', {}, body('x'.repeat(proof.length))),
      await send(address, '/do/launch', {}, body('%C3%A9'.repeat(proof.length))),
      await send(address, '/do/launch', { origin: 'http://evil.example' }, body(proof)),
      await send(address, '/do/launch', { origin: 'null' }, body(proof)),
      await send(address, '/do/launch', { 'sec-fetch-site': 'cross-site' }, body(proof)),
      await send(address, '/do/launch', { host: 'evil.example' }, body(proof)),
      await send(address, '/', { host: 'evil.example' }),
    ];

    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
    expect(refused.at(-1)?.text).not.toContain('proof');
    expect(world.incus.state.instances.has('shop/evil')).toBe(false);

    const taken = await send(address, '/do/launch', { origin: address, 'sec-fetch-site': 'same-origin' }, body(proof));
    expect(taken.status).toBe(303);
    expect(world.incus.state.instances.has('shop/evil')).toBe(true);
  });

  it('says what was not done, and why', async () => {
    const { address } = await served();
    const control = await openControl(address);

    expect(
      await control.submit('Launch an instance', { name: 'no spaces', project: 'shop', network: 'dmz' }),
    ).toContain('Not done: A name is made of letters');
    expect(await control.submit('Launch an instance', { name: 'git', project: 'lab', network: 'dmz' })).toContain(
      'already exists',
    );
    const map = { interface: 'opt1', 'MAC address': '01:00:5e:00:00:01', address: '10.1.0.9', 'host name': 'x' };
    expect(await control.submit('Enter a static mapping by hand', map)).toContain('is no MAC address');
    expect((await send(address, '/do/nothing', {}, 'proof=x')).status).toBe(403);
  });

  it('does every action that it shows', async () => {
    const { world, address } = await served();
    const control = await openControl(address);
    const names = [...(await control.page()).matchAll(/<h3>([^<]+)<\/h3>/g)].map(([, title = '']) => title);
    const entered: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      'Launch an instance': { name: 'fresh', project: 'shop', network: 'dmz' },
      'Rename an instance': { instance: 'default/git', 'new name': 'forge' },
      'Move an instance to another project': { instance: 'default/mail', project: 'lab' },
      'Plug an instance into another network': { instance: 'default/nextcloud', network: 'edge' },
      'Set a key of an instance': { instance: 'shop/fresh', key: 'user.slash32.tags', value: 'web' },
      'Delete an instance': { instance: 'lab/git' },
      'Enter a static mapping by hand': {
        interface: 'opt3',
        'MAC address': '52:54:00:AB:00:01',
        address: '10.3.0.190',
        'host name': 'printer',
      },
      'Change the address of a static mapping': { 'static mapping': 'printer', 'new address': '10.3.0.191' },
      'Delete a static mapping': { 'static mapping': 'hand-dmz-0' },
    };
    // Nothing ends a segment yet, so nothing drops a packet and logs it.
    const dropped = { from: 'shop/shopfront', 'to address': '9.9.9.9', 'tcp port': '853' };
    expect(await control.submit('Let a packet be dropped', dropped)).toContain('Not done');
    for (const name of names.filter((one) => one !== 'Let a packet be dropped'))
      expect(await control.submit(name, entered[name] ?? {}), name).not.toContain('Not done');

    const { instances } = world.incus.state;
    expect([...instances.keys()]).toEqual(expect.arrayContaining(['shop/fresh', 'default/forge', 'lab/mail']));
    expect(instances.has('lab/git')).toBe(false);
    expect(instances.get('default/nextcloud')?.devices.eth0?.network).toBe('edge');
    expect(instances.get('shop/fresh')?.config['user.slash32.tags']).toBe('web');
    expect(world.firewall.leaseFor('52:54:00:ab:00:01', 'opt3')?.address).toBe('10.3.0.191');
    expect(world.firewall.configText()).not.toContain('hand-dmz-0');
  });
});

describe('slash32 demo', () => {
  it('--serve begins in an empty folder only', async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'mine.txt'), 'mine');

    const ran = await slash32(['demo', '--serve', '--keep', '.'], { cwd });
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(/S32_OUTPUT[\s\S]*not empty/);
  });

  it('--serve takes other ports where its own are taken, says so, and ends with its folder', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    const { port } = await new Promise<AddressInfo>((done) =>
      other.once('listening', () => done(other.address() as AddressInfo)),
    );
    const end = new AbortController();
    end.abort();

    const first = String(Math.min(port, 65_533));
    const ran = await slash32(['demo', '--serve', '--port', first], {
      cwd: await temporaryFolder(),
      signal: end.signal,
    });
    expect(ran.code, ran.err).toBe(0);
    expect(ran.err).toContain('is taken: free ones instead');
    expect(ran.out).toContain('The world is gone.');
  });

  it('--policy shows who may reach whom, asks, and holds the tests', async () => {
    const ran = await slash32(['demo', '--policy'], { cwd: await temporaryFolder() });

    expect(ran.code, ran.out + ran.err).toBe(0);
    for (const said of ['opens shop/shopfront → shop/orders-db tcp/5432', 'all pass', 'Nothing is left to do.'])
      expect(ran.out).toContain(said);
  });

  it('--policy and --serve are two things', async () => {
    const ran = await slash32(['demo', '--policy', '--serve'], { cwd: await temporaryFolder() });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('cannot be used with');
  });
});
