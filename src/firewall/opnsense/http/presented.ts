import net from 'node:net';
import tls from 'node:tls';
import { parseBaseUrl } from './base-url.js';
import type { Trust } from './connection.js';
import { describeFailure } from './failures.js';

/** The certificate that a firewall shows to whoever connects. */
export interface PresentedCertificate {
  /** SHA-256 of the certificate in DER, as OPNsense and openssl write it: `AA:BB:…`. */
  readonly fingerprint: string;
  /** Whom it names, for people; empty when it names nobody. */
  readonly subject: string;
  /** The day until which it is valid, as written in it. */
  readonly validTo: string;
  /** Whether a connection would be taken without naming the fingerprint. */
  readonly trusted: boolean;
}

/**
 * Connects and looks at the certificate, without sending a byte of a request. Undefined for `http://`. Throws the errors of a call that
 * gets no answer (`S32_OPNSENSE_UNREACHABLE`, `S32_OPNSENSE_TIMEOUT`, `S32_OPNSENSE_TLS`).
 */
export async function presentedCertificate(
  url: string,
  { ca, timeoutMs = 10_000, signal }: Pick<Trust, 'ca'> & { timeoutMs?: number; signal: AbortSignal },
): Promise<PresentedCertificate | undefined> {
  const base = parseBaseUrl(url);
  const host = base.hostname.replace(/^\[|\]$/g, '');
  const isTls = base.protocol === 'https:';
  const port = Number(base.port || (isTls ? 443 : 80));
  const name = net.isIP(host) === 0 ? { servername: host } : {};
  const socket = isTls
    ? tls.connect({ host, port, ...name, ...(ca === undefined ? {} : { ca }), rejectUnauthorized: false })
    : net.connect({ host, port });
  const timeout = setTimeout(
    () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
    timeoutMs,
  );
  const stop = (): void => void socket.destroy(new Error('aborted'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(isTls ? 'secureConnect' : 'connect', () => resolve());
      socket.once('error', reject);
      socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    });
    return socket instanceof tls.TLSSocket ? describe(socket, host) : undefined;
  } catch (error) {
    throw describeFailure(error, {
      where: base.origin,
      host: base.host,
      timeoutMs,
      timedOut: false,
      interrupted: signal.aborted,
    });
  } finally {
    clearTimeout(timeout);
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

function describe(socket: tls.TLSSocket, host: string): PresentedCertificate {
  const certificate = socket.getPeerCertificate();
  // Node leaves the name to `checkServerIdentity` of a connection that may be refused, which this one may not.
  const wrongName = tls.checkServerIdentity(host, certificate);
  return {
    fingerprint: certificate.fingerprint256 ?? '',
    subject: Object.values(certificate.subject ?? {})
      .flat()
      .join(', '),
    validTo: certificate.valid_to ?? '',
    trusted: socket.authorized && wrongName === undefined,
  };
}
