import { X509Certificate } from 'node:crypto';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createSelfSignedCertificate, type KeyedCertificate } from '../../inventory/incus/certificate.js';

/** A self-signed certificate for loopback names, as Incus makes for itself at its first start. */
export function createServerCertificate(): KeyedCertificate {
  const notBefore = new Date(Date.now() - 3_600_000);
  const notAfter = new Date(Date.now() + 10 * 365 * 86_400_000);
  const names = ['simulated', '127.0.0.1'];
  return createSelfSignedCertificate({ commonName: 'root@simulated', usage: 'server', notBefore, notAfter, names });
}

/** An HTTPS server that asks for client certificates and takes any: who is trusted is a matter of the trust store. */
export function createTls(identity: KeyedCertificate, listener: RequestListener): Server {
  const { certificate: cert, key } = identity;
  return createServer({ cert, key, requestCert: true, rejectUnauthorized: false }, listener);
}

/** SHA-256 of a certificate in DER, as Incus writes it. */
export function fingerprintOf(certificate: string | Buffer): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
}

/** The certificate that the client presented, in PEM; undefined without one. */
export function peerCertificate(request: IncomingMessage): string | undefined {
  if (!(request.socket instanceof TLSSocket)) return undefined;
  const { raw } = request.socket.getPeerCertificate();
  return raw === undefined ? undefined : new X509Certificate(raw).toString();
}

/** Listens at a socket file, or at a port of 127.0.0.1 (0 picks a free one), whose number it answers. */
export async function listen(server: Server, socket: string | undefined, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (socket === undefined) server.listen(port, '127.0.0.1', resolve);
    else server.listen(socket, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? (address satisfies AddressInfo).port : 0;
}

/** Stops a server and ends its connections, also those that wait for a fault of kind `timeout`. */
export async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The body of a request as text; what arrived when the client hangs up. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(Buffer.from(part));
  } catch {
    // The answer has nowhere to go then, and the next request is a new one.
  }
  return Buffer.concat(parts).toString('utf8');
}
