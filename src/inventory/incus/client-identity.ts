import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Slash32Error } from '../../errors/slash32-error.js';

/** Our own certificate and key in PEM. */
export interface ClientIdentity {
  readonly cert: string;
  readonly key: string;
}

/** What loading them needs from outside. */
export interface IdentityDependencies {
  /** Reads a secret by reference (a path, `credential:NAME`, `env:NAME`) and registers it with the redactor. */
  readonly readSecret: (reference: string) => Promise<string>;
  readonly now: () => Date;
}

/**
 * Our certificate and key, checked to be usable: both parse, belong together, and the certificate is in date (Incus
 * would treat an expired one as a stranger's, without a word why). Throws `S32_INCUS_CLIENT_CERTIFICATE`.
 */
export async function loadClientIdentity(
  certFile: string,
  keyReference: string,
  deps: IdentityDependencies,
): Promise<ClientIdentity> {
  const cert = await readCertificateFile(certFile);
  const certificate = parseCertificate(cert, certFile);
  const key = await deps.readSecret(keyReference);
  if (!certificate.checkPrivateKey(parseKey(key, keyReference))) {
    throw unusable(`The key ${keyReference} does not belong to the certificate.`, certFile);
  }
  const now = deps.now();
  if (now > new Date(certificate.validTo))
    throw unusable(`The certificate expired on ${certificate.validTo}.`, certFile);
  if (now < new Date(certificate.validFrom)) {
    throw unusable(`The certificate is valid only from ${certificate.validFrom} on; is the clock right?`, certFile);
  }
  return { cert, key };
}

async function readCertificateFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unusable('The certificate file does not exist or may not be read by this user.', path, error);
  }
}

function parseCertificate(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw unusable('The file holds no certificate in PEM.', path);
  }
}

function parseKey(pem: string, reference: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw unusable('There is no unencrypted private key in PEM.', reference);
  }
}

function unusable(message: string, where: string, cause?: unknown): Slash32Error {
  return new Slash32Error('S32_INCUS_CLIENT_CERTIFICATE', { message, where, cause });
}
