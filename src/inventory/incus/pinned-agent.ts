import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { Slash32Error } from '../../errors/slash32-error.js';

/** Who we are and whom we expect. `fingerprint`: SHA-256 of the server's certificate in DER, 64 lower-case hex digits. */
export interface PinnedIdentity {
  readonly cert: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly endpoint: string;
}

type Connected = (error: Error | null, socket?: Duplex) => void;

/** An agent, and how to end all of its connections, those in the middle of a handshake included. */
export interface PinnedAgent {
  readonly agent: Agent;
  close(): void;
}

/**
 * An agent that hands out a connection only after the server's certificate has the pinned fingerprint, so that not one
 * byte of a request goes to another server. Names and dates of the certificate do not count: Incus signs its own, for
 * loopback names (docs/facts.md, "Incus: TLS and trust"), and the pin says more than either.
 */
export function createPinnedAgent(identity: PinnedIdentity): PinnedAgent {
  const pending = new Set<TLSSocket>();
  const agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), {
    createConnection(options: { host?: string; port?: number | string }, done: Connected): undefined {
      const socket = openSocket(options.host ?? 'localhost', Number(options.port ?? 443), identity);
      pending.add(socket);
      handOver(socket, identity, (error, connected) => {
        pending.delete(socket);
        done(error, connected);
      });
    },
  });
  return {
    agent,
    close() {
      // The agent does not know these yet; one that never finishes would keep the process alive.
      for (const socket of pending) socket.destroy();
      agent.destroy();
    },
  };
}

function openSocket(host: string, port: number, identity: PinnedIdentity): TLSSocket {
  return connect({
    host,
    port,
    // An IP address is not allowed as a server name (RFC 6066 §3).
    ...(isIP(host) === 0 ? { servername: host } : {}),
    cert: identity.cert,
    key: identity.key,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: false,
  });
}

/** SHA-256 of a certificate (DER or PEM) as Incus writes it: 64 lower-case hexadecimal digits. */
export function certificateFingerprint(certificate: Buffer | string): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
}

function handOver(socket: TLSSocket, identity: PinnedIdentity, done: Connected): void {
  function fail(error: Error): void {
    socket.destroy();
    done(error);
  }
  function onClose(): void {
    fail(Object.assign(new Error('closed during the TLS handshake'), { code: 'ERR_TLS_HANDSHAKE_CLOSED' }));
  }
  socket.once('error', fail);
  socket.once('close', onClose);
  socket.once('secureConnect', () => {
    socket.off('error', fail);
    socket.off('close', onClose);
    const presented = presentedFingerprint(socket);
    if (presented === identity.fingerprint) return done(null, socket);
    fail(wrongPin(presented, identity));
  });
}

function presentedFingerprint(socket: TLSSocket): string {
  const { raw } = socket.getPeerCertificate();
  return raw === undefined ? 'none' : certificateFingerprint(raw);
}

function wrongPin(presented: string, identity: PinnedIdentity): Slash32Error {
  return new Slash32Error('S32_INCUS_FINGERPRINT', {
    message: `${identity.endpoint} is not the pinned server: expected fingerprint ${identity.fingerprint}, presented ${presented}. Nothing was sent to it.`,
    where: identity.endpoint,
  });
}
