import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readAuthority } from '../../../../src/firewall/opnsense/http/authority.js';
import { createOpnsenseClient } from '../../../../src/firewall/opnsense/http/client.js';
import { parseKeyFile } from '../../../../src/firewall/opnsense/http/key-file.js';
import { createRedactor } from '../../../../src/secrets/redactor.js';
import { startSimOpnsense } from '../../../../src/sim/opnsense/start.js';
import { observe, targetFor, temporaryFolder } from '../api/rig.js';

const TLS = new URL('../../../fixtures/opnsense/recordings/tls/', import.meta.url);
const cert = readFileSync(new URL('server.pem', TLS), 'utf8');
const key = readFileSync(new URL('server.key', TLS), 'utf8');
const ca = readFileSync(new URL('ca.pem', TLS), 'utf8');
const FINGERPRINT = createHash('sha256').update(new X509Certificate(cert).raw).digest('hex');
const COLONS = (FINGERPRINT.match(/../g) ?? []).join(':').toUpperCase();

async function secureSim() {
  const sim = await startSimOpnsense({ folder: temporaryFolder(), tls: { cert, key } });
  onTestFinished(() => sim.close());
  return sim;
}

describe('trust', () => {
  it.each([
    ['the authority', { ca, fingerprint: undefined }],
    ['a fingerprint alone', { ca: undefined, fingerprint: FINGERPRINT }],
    ['a fingerprint with colons', { ca: undefined, fingerprint: COLONS }],
  ])('is given by %s', async (_what, trust) => {
    const sim = await secureSim();
    await expect(observe(targetFor(sim, createRedactor(), { trust }))).resolves.toMatchObject({
      version: '26.7.2',
      target: sim.url,
    });
  });

  it('is refused without either, and the error says how to get them', async () => {
    const sim = await secureSim();
    await expect(observe(targetFor(sim, createRedactor()))).rejects.toMatchObject({
      code: 'S32_OPNSENSE_TLS',
      message: expect.stringContaining('unknown authority'),
      hint: expect.stringMatching(/ca_file.*openssl s_client/s),
      retryable: false,
    });
    expect(sim.log).toEqual([]);
  });

  it('is refused for another certificate than the pinned one before anything is sent', async () => {
    const sim = await secureSim();
    const trust = { ca, fingerprint: '00'.repeat(32) };
    await expect(observe(targetFor(sim, createRedactor(), { trust }))).rejects.toMatchObject({
      code: 'S32_OPNSENSE_FINGERPRINT',
      message: expect.stringContaining(FINGERPRINT),
    });
    expect(sim.log).toEqual([]);
  });

  it('is refused for another name than the certificate has', async () => {
    const sim = await secureSim();
    const url = sim.url.replace('127.0.0.1', '127.0.0.2');
    const target = targetFor(sim, createRedactor(), { url, trust: { ca, fingerprint: undefined } });
    await expect(observe(target)).rejects.toMatchObject({
      code: expect.stringMatching(/S32_OPNSENSE_(TLS|UNREACHABLE)/),
    });
  });

  it('is refused when the port speaks no TLS, or the URL no http', async () => {
    const plain = await startSimOpnsense({ folder: temporaryFolder() });
    onTestFinished(() => plain.close());
    const wrong = targetFor(plain, createRedactor(), { url: plain.url.replace('http:', 'https:') });
    await expect(observe(wrong)).rejects.toMatchObject({ code: 'S32_OPNSENSE_TLS' });
    const sim = await secureSim();
    const other = targetFor(sim, createRedactor(), { url: sim.url.replace('https:', 'http:') });
    await expect(observe(other)).rejects.toMatchObject({
      code: expect.stringMatching(/S32_OPNSENSE_(RESET|BAD_ANSWER|UNAVAILABLE)/),
    });
  });

  it('reads an authority file, and names it when it is none', async () => {
    const folder = temporaryFolder();
    await expect(readAuthority(fileURLToPath(new URL('ca.pem', TLS)))).resolves.toBe(ca);
    await expect(readAuthority(join(folder, 'none'))).rejects.toMatchObject({
      code: 'S32_OPNSENSE_CA',
      message: expect.stringContaining('ENOENT'),
    });
    writeFileSync(join(folder, 'x.pem'), 'no certificate');
    await expect(readAuthority(join(folder, 'x.pem'))).rejects.toMatchObject({ code: 'S32_OPNSENSE_CA' });
  });
});

describe('the address of the firewall', () => {
  const make = (url: string) =>
    createOpnsenseClient({
      url,
      key: { key: 'some-key', secret: 'some-secret' },
      trust: { ca: undefined, fingerprint: undefined },
      redactor: createRedactor(),
    });

  it.each([
    'http://fw.lan',
    'http://10.0.0.1',
    'http://127.0.0.1.example.org',
    'ftp://fw.lan',
    'https://user:pw@fw.lan',
    'https://fw.lan/path',
    'https://fw.lan/?a=b',
    'fw.lan',
    '',
  ])('is refused when it is %j', (url) => {
    expect(() => make(url)).toThrow(
      expect.objectContaining({ code: 'S32_OPNSENSE_URL', message: expect.not.stringContaining('pw') }),
    );
  });

  it.each([
    'https://fw.lan',
    'https://fw.lan/',
    'https://[fd00::1]:8443',
    'http://127.0.0.1:8080',
    'http://localhost:8080',
    'http://[::1]:8080',
  ])('may be %s', (url) => {
    expect(make(url).target).toBe(url.replace(/\/$/, ''));
  });
});

describe('the key file', () => {
  it.each(['key=abc+/=\nsecret=x=y\n', '\uFEFFkey = abc+/=\r\nsecret = x=y', '# note\nsecret=x=y\nkey=abc+/='])(
    'is read from %j',
    (text) => {
      expect(parseKeyFile(text)).toEqual({ key: 'abc+/=', secret: 'x=y' });
    },
  );

  it.each([
    '',
    'key=abc',
    'secret=s3cr3t',
    'key=\nsecret=s3cr3t',
    'key=a\nkey=b\nsecret=s3cr3t',
    'key=abc\nsecret=s3cr3t ä',
  ])('is refused without its content when it is %j', (text) => {
    expect(() => parseKeyFile(text, '/etc/slash32/key')).toThrow(
      expect.objectContaining({
        code: 'S32_OPNSENSE_KEY_FILE',
        where: '/etc/slash32/key',
        message: expect.not.stringContaining('s3cr3t'),
      }),
    );
  });
});

describe('a request', () => {
  it('carries the key, no type on GET, JSON on POST, and closes its connection', async () => {
    const seen: { method: string; headers: IncomingHttpHeaders; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        seen.push({ method: request.method ?? '', headers: request.headers, body });
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const redactor = createRedactor();
    process.env.HTTP_PROXY = 'http://127.0.0.1:1';
    onTestFinished(() => void delete process.env.HTTP_PROXY);
    const client = createOpnsenseClient({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      key: { key: 'some-key', secret: 'söme-secret' },
      trust: { ca: undefined, fingerprint: undefined },
      redactor,
    });
    expect(await client.get('/api/x')).toEqual({ a: 1 });
    expect(await client.post('/api/y', { b: '1' })).toEqual({ a: 1 });
    const authorization = `Basic ${Buffer.from('some-key:söme-secret').toString('base64')}`;
    expect(
      seen.map(({ method, headers, body }) => [
        method,
        headers['content-type'],
        headers.authorization,
        headers.connection,
        body,
      ]),
    ).toEqual([
      ['GET', undefined, authorization, 'close', ''],
      ['POST', 'application/json', authorization, 'close', '{"b":"1"}'],
    ]);
    expect(client.calls()).toBe(2);
    expect(redactor.redact(authorization)).toBe('Basic ***');
  });
});
