import { spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSelfSignedCertificate } from '../../../src/inventory/incus/certificate.js';
import { integer, objectIdentifier, octetString, time } from '../../../src/inventory/incus/der.js';

const notBefore = new Date('2026-01-02T03:04:05Z');
const notAfter = new Date('2036-01-02T03:04:05Z');

describe('a self-signed certificate', () => {
  const made = createSelfSignedCertificate({ commonName: 'Füchslein "1"', usage: 'client', notBefore, notAfter });
  const parsed = new X509Certificate(made.certificate);

  it('is read by Node with the name, the dates and the key that were asked for', () => {
    expect(parsed.subject).toContain('Füchslein');
    expect(parsed.issuer).toBe(parsed.subject);
    expect(new Date(parsed.validFrom)).toEqual(notBefore);
    expect(new Date(parsed.validTo)).toEqual(notAfter);
    expect(parsed.checkPrivateKey(createPrivateKey(made.key))).toBe(true);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.publicKey.asymmetricKeyDetails?.namedCurve).toBe('secp384r1');
    expect(parsed.ca).toBe(false);
    expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });

  it('names the addresses of a server', () => {
    const server = createSelfSignedCertificate({
      commonName: 's',
      usage: 'server',
      notBefore,
      notAfter,
      names: ['incus.lan', '127.0.0.1'],
    });
    expect(new X509Certificate(server.certificate).subjectAltName).toBe('DNS:incus.lan, IP Address:127.0.0.1');
  });

  it('has another serial number and key each time', () => {
    const other = createSelfSignedCertificate({ commonName: 'x', usage: 'client', notBefore, notAfter });
    expect(new X509Certificate(other.certificate).serialNumber).not.toBe(parsed.serialNumber);
    expect(other.key).not.toBe(made.key);
  });

  it('is read by openssl too, without a complaint', (context) => {
    const openssl = spawnSync('openssl', ['x509', '-noout', '-text'], { input: made.certificate, encoding: 'utf8' });
    if (openssl.error && process.env.SLASH32_REQUIRE_LAB !== '1') return context.skip('openssl is not installed');
    expect(openssl).toMatchObject({ status: 0, stderr: '' });
    expect(openssl.stdout).toMatch(
      /Version: 3 \(0x2\)[\s\S]*ecdsa-with-SHA384[\s\S]*Digital Signature[\s\S]*TLS Web Client/,
    );
  });

  it('dates beyond 2049 get four digits of the year', () => {
    const late = new Date('2051-06-07T08:09:10Z');
    const { certificate } = createSelfSignedCertificate({
      commonName: 'x',
      usage: 'client',
      notBefore,
      notAfter: late,
    });
    expect(new Date(new X509Certificate(certificate).validTo)).toEqual(late);
  });
});

describe('DER', () => {
  it.each([
    ['0', '00', '020100'],
    ['127', '7f', '02017f'],
    ['128 stays positive', '80', '02020080'],
    ['leading zeros go', '000001', '020101'],
  ])('integer %s', (_case, hex, der) => {
    expect(integer(Buffer.from(hex, 'hex')).toString('hex')).toBe(der);
  });

  it('object identifier with a number of several bytes', () => {
    expect(objectIdentifier('1.2.840.10045.4.3.3').toString('hex')).toBe('06082a8648ce3d040303');
  });

  it('time in both forms', () => {
    expect(time(new Date('2049-12-31T23:59:59.999Z')).toString('latin1').slice(2)).toBe('491231235959Z');
    expect(time(new Date('2050-01-01T00:00:00Z')).toString('latin1').slice(2)).toBe('20500101000000Z');
  });

  it('any length can be read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70_000 }), (length) => {
        const der = octetString(Buffer.alloc(length));
        const first = der[1] ?? 0;
        const bytes = first < 0x80 ? 0 : first & 0x7f;
        const told = bytes === 0 ? first : der.readUIntBE(2, bytes);
        expect(told).toBe(length);
        expect(der.length).toBe(2 + bytes + length);
      }),
    );
  });
});
