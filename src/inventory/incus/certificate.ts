import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import {
  bitString,
  boolean,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  time,
  utf8String,
} from './der.js';

const OID = {
  ecdsaWithSha384: '1.2.840.10045.4.3.3',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectAltName: '2.5.29.17',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/** A certificate and its private key, both in PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** What a self-signed certificate says. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly usage: 'client' | 'server';
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names and IPv4 addresses of a server. */
  readonly names?: readonly string[];
}

/**
 * A new EC P-384 key and a self-signed X.509 v3 certificate for it (RFC 5280), as the `incus` client itself makes them.
 * Node can read certificates but not make them.
 */
export function createSelfSignedCertificate(request: CertificateRequest): KeyedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const algorithm = sequence(objectIdentifier(OID.ecdsaWithSha384));
  const name = distinguishedName(request.commonName);
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    algorithm,
    name,
    sequence(time(request.notBefore), time(request.notAfter)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions(request))),
  );
  const signature = sign('sha384', body, privateKey);
  return {
    certificate: toPem('CERTIFICATE', sequence(body, algorithm, bitString(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** RFC 5280 §4.1.2.2: positive and unique; 16 random bytes with the first bit cleared. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function distinguishedName(commonName: string): Buffer {
  const attribute = (oid: string, text: string) => setOf(sequence(objectIdentifier(oid), utf8String(text)));
  return sequence(attribute(OID.organization, 'slash32'), attribute(OID.commonName, commonName));
}

function extensions(request: CertificateRequest): Buffer[] {
  const usage = request.usage === 'client' ? OID.clientAuth : OID.serverAuth;
  const list = [
    extension(OID.basicConstraints, true, sequence()),
    // digitalSignature: bit 0, so seven bits of the byte are unused.
    extension(OID.keyUsage, true, bitString(Buffer.from([0x80]), 7)),
    extension(OID.extendedKeyUsage, false, sequence(objectIdentifier(usage))),
  ];
  if (request.names && request.names.length > 0) {
    list.push(extension(OID.subjectAltName, false, sequence(...request.names.map(generalName))));
  }
  return list;
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value));
}

/** RFC 5280 §4.2.1.6: `[7] iPAddress` or `[2] dNSName`. */
function generalName(name: string): Buffer {
  if (isIPv4(name)) return tagged(0x87, Buffer.from(name.split('.').map(Number)));
  return tagged(0x82, Buffer.from(name, 'ascii'));
}

function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
