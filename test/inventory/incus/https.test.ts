import { writeFile } from 'node:fs/promises';
import { createServer as createPlainServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSelfSignedCertificate } from '../../../src/inventory/incus/certificate.js';
import type { IncusServerConfig } from '../../../src/inventory/incus/config.js';
import { createSimHouse } from '../../../src/sim/incus/house.js';
import { failureOf, LIMITS, type Rig, readFrom, startRig, viewsOf } from './support.js';

const DAY = 86_400_000;

let rig: Rig;
let config: Extract<IncusServerConfig, { via: 'https' }>;

function certificateFor(commonName: string, from = -DAY, to = DAY) {
  const now = Date.now();
  return createSelfSignedCertificate({
    commonName,
    usage: 'client',
    notBefore: new Date(now + from),
    notAfter: new Date(now + to),
  });
}

async function writeIdentity(name: string, from?: number, to?: number) {
  const { certificate, key } = certificateFor(name, from, to);
  const [certFile, keyFile] = [join(rig.directory, `${name}.crt`), join(rig.directory, `${name}.key`)];
  await writeFile(certFile, certificate);
  await writeFile(keyFile, key, { mode: 0o600 });
  return { certificate, certFile, keyFile };
}

beforeAll(async () => {
  rig = await startRig({ state: createSimHouse(), https: true });
  const full = await writeIdentity('full');
  rig.sim.trust({ name: 'full', certificate: full.certificate });
  const { certFile, keyFile } = full;
  config = {
    via: 'https',
    url: rig.sim.httpsUrl ?? '',
    certFile,
    keyFile,
    fingerprint: rig.sim.fingerprint,
    projects: undefined,
  };
});

beforeEach(() => {
  rig.sim.requests.splice(0);
});

afterAll(async () => {
  await rig.close();
});

describe('Incus over HTTPS', () => {
  it('with an unrestricted certificate is complete, in five requests over one connection', async () => {
    const inventory = await readFrom(config);
    expect(viewsOf(inventory)).toEqual({ default: 'complete', shop: 'complete', lab: 'complete' });
    expect(inventory.allProjects).toBe(true);
    expect(inventory.source).toBe(config.url);
    expect(rig.sim.requests.map(({ url }) => url)).toContain('/1.0/certificates?recursion=1');
    expect(rig.sim.requests.length).toBeLessThanOrEqual(5);
  });

  it('with a restricted certificate is complete only for declared projects that it may see', async () => {
    const { certificate, certFile, keyFile } = await writeIdentity('narrow');
    rig.sim.trust({ name: 'narrow', certificate, restricted: true, projects: ['shop', 'lab'] });
    const narrow = { ...config, certFile, keyFile };
    expect(viewsOf(await readFrom(narrow))).toEqual({
      shop: expect.stringContaining('incus.projects'),
      lab: expect.stringContaining('incus.projects'),
    });
    expect(viewsOf(await readFrom({ ...narrow, projects: ['shop'] }))).toEqual({ shop: 'complete' });
    const wrong = await readFrom({ ...narrow, projects: ['shop', 'default'] });
    expect(viewsOf(wrong)).toEqual({
      shop: 'complete',
      default: expect.stringContaining('hidden from this certificate'),
    });
    expect(wrong.allProjects).toBe(false);
  });

  it('with a certificate that nobody trusts is an error, not an empty list', async () => {
    const { certFile, keyFile } = await writeIdentity('stranger');
    const error = await failureOf(readFrom({ ...config, certFile, keyFile }));
    expect(error).toMatchObject({
      code: 'S32_INCUS_UNTRUSTED',
      hint: expect.stringContaining('incus config trust add'),
    });
  });

  it('takes a certificate that the trust store hides for restricted', async () => {
    rig.sim.faults.push({ kind: 'forbidden', path: '/1.0/certificates', times: 1 });
    const inventory = await readFrom(config);
    expect(inventory.projects.every((view) => !view.complete)).toBe(true);
    expect(inventory.allProjects).toBe(false);
  });
});

describe('the pinned fingerprint', () => {
  it('that does not fit stops everything before a request is sent, and shows both', async () => {
    const wrong = 'ab'.repeat(32);
    const error = await failureOf(readFrom({ ...config, fingerprint: wrong }));
    expect(error).toMatchObject({ code: 'S32_INCUS_FINGERPRINT', hint: expect.stringContaining('incus.fingerprint') });
    expect((error as Error).message).toContain(wrong);
    expect((error as Error).message).toContain(rig.sim.fingerprint);
    expect(rig.sim.requests).toEqual([]);
  });

  it('counts more than names: the server is reached under a name that its certificate lacks', async () => {
    const url = config.url.replace('127.0.0.1', 'localhost');
    expect((await readFrom({ ...config, url })).allProjects).toBe(true);
  });

  it('is not asked where plain HTTP answers: that is no TLS', async () => {
    const plain = createPlainServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => plain.once('listening', resolve));
    const url = `https://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    const error = await failureOf(readFrom({ ...config, url }));
    plain.close();
    expect(error).toMatchObject({ code: 'S32_INCUS_TLS' });
  });

  it('is not asked where nobody listens', async () => {
    const probe = createPlainServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const error = await failureOf(readFrom({ ...config, url: `https://127.0.0.1:${port}` }));
    expect(error).toMatchObject({ code: 'S32_INCUS_UNREACHABLE', message: expect.stringContaining('Nobody listens') });
  });

  it('a server that accepts and says nothing runs into the time limit', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer((socket) => socket.resume().on('error', () => undefined)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const error = await failureOf(readFrom({ ...config, url }, { ...LIMITS, timeoutMs: 200 }));
    // It ends only when the client has let go of its connection, which would keep a command from ending otherwise.
    await new Promise((resolve) => silent.close(resolve));
    expect(error).toMatchObject({ code: 'S32_INCUS_TIMEOUT' });
  });
});

describe('our own certificate', () => {
  it.each([
    ['is not there', async () => ({ ...config, certFile: join(rig.directory, 'none.crt') }), /does not exist/],
    ['is no certificate', async () => ({ ...config, certFile: config.keyFile }), /no certificate in PEM/],
    ['has a key that is none', async () => ({ ...config, keyFile: config.certFile }), /no unencrypted private key/],
    [
      'has the key of another',
      async () => ({ ...config, keyFile: (await writeIdentity('other')).keyFile }),
      /does not belong/,
    ],
    ['has expired', async () => ({ ...config, ...(await writeIdentity('old', -2 * DAY, -DAY)) }), /expired on/],
    ['is not valid yet', async () => ({ ...config, ...(await writeIdentity('new', DAY, 2 * DAY)) }), /valid only from/],
  ])('that %s is an error before any connection', async (_case, make, message) => {
    const error = await failureOf(readFrom(await make()));
    expect(error).toMatchObject({ code: 'S32_INCUS_CLIENT_CERTIFICATE', message: expect.stringMatching(message) });
    expect(rig.sim.requests).toEqual([]);
  });
});
