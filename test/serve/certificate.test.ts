import { X509Certificate } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listenTcp } from '../../src/http/listen.js';
import { createSelfSignedCertificate } from '../../src/inventory/incus/certificate.js';
import { createRedactor } from '../../src/secrets/redactor.js';
import { identityOf, watchCertificate } from '../../src/serve/certificate.js';
import { temporaryFolder } from '../cli/harness.js';

function made(commonName: string) {
  const now = Date.now();
  const [notBefore, notAfter] = [new Date(now - 86_400_000), new Date(now + 86_400_000)];
  return createSelfSignedCertificate({ commonName, usage: 'server', notBefore, notAfter });
}

async function scene() {
  const folder = await temporaryFolder();
  const tls = { certFile: join(folder, 'api.pem'), keyFile: join(folder, 'api.key') };
  const put = async ({ certificate, key }: { certificate: string; key: string }): Promise<void> => {
    await writeFile(tls.certFile, certificate);
    await writeFile(tls.keyFile, key, { mode: 0o600 });
  };
  await put(made('the old one'));
  const deps = { stdin: process.stdin, env: {}, now: () => new Date(), redactor: createRedactor() };
  const listening = await listenTcp(
    (_request, response) => response.end('hello'),
    { host: '127.0.0.1', port: 0 },
    await identityOf(tls, deps),
  );
  onTestFinished(() => listening.close());
  const results: unknown[] = [];
  const watch = watchCertificate(tls, [listening], deps, (error) => results.push(error));
  onTestFinished(watch.stop);
  const port = Number(new URL(listening.address).port);
  /** What whoever connects now is shown. */
  const shown = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
        resolve(new X509Certificate(socket.getPeerCertificate().raw).subject);
        socket.destroy();
      });
      socket.on('error', reject);
    });
  /** Looks, and waits for what came of it. */
  const look = async (): Promise<unknown> => {
    const before = results.length;
    watch.look();
    await expect.poll(() => results.length, { timeout: 20_000, interval: 5 }).toBe(before + 1);
    return results.at(-1);
  };
  return { tls, put, shown, look };
}

describe('the certificate of the API', () => {
  it('is read again, and shown to whoever connects from then on', async () => {
    const { put, shown, look } = await scene();
    expect(await shown()).toContain('CN=the old one');
    await put(made('the new one'));
    expect(await look()).toBeUndefined();
    expect(await shown()).toContain('CN=the new one');
  });

  it.each<[string, (tls: { certFile: string; keyFile: string }) => Promise<void>, string]>([
    ['the key of another one', ({ keyFile }) => writeFile(keyFile, made('other').key, { mode: 0o600 }), 'S32_HTTP_TLS'],
    ['no certificate', ({ certFile }) => writeFile(certFile, 'nonsense'), 'S32_HTTP_TLS'],
    ['nothing', ({ certFile }) => rm(certFile), 'S32_HTTP_TLS'],
    [
      'a key for everybody to read',
      ({ keyFile }) => rm(keyFile).then(() => writeFile(keyFile, 'x', { mode: 0o644 })),
      'S32_SECRET_EXPOSED',
    ],
  ])('stays the old one when %s is there, and what is wrong is told', async (_, spoil, code) => {
    const { tls, shown, look } = await scene();
    await spoil(tls);
    expect(await look()).toMatchObject({ code });
    expect(await shown()).toContain('CN=the old one');
  });
});
