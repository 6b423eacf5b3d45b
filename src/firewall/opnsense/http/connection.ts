import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { normalizeFingerprint } from '../../../schema/fingerprint.js';

/** How the firewall proves that it is the firewall. A fingerprint alone suffices and leaves authorities and names out. */
export interface Trust {
  /** Certificates of authorities in PEM; undefined means the system's. */
  readonly ca: string | undefined;
  /** SHA-256 of the firewall's certificate in DER, hexadecimal with or without colons. */
  readonly fingerprint: string | undefined;
}

/** Code of the error that a connection fails with when the certificate is not the pinned one. */
export const WRONG_FINGERPRINT = 'S32_PIN';

/** The agents for both protocols. */
export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/**
 * Agents that open one connection for each call: an idle connection that the web server closes just then would make a
 * write fail without a sign whether it was made. `seen` hears the local address of each connection. With a pinned
 * certificate the socket is handed out only after the comparison, so that no byte of the key goes to a stranger.
 */
export function createAgents(base: URL, trust: Trust, timeoutMs: number, seen: (localAddress: string) => void): Agents {
  const host = base.hostname.replace(/^\[|\]$/g, '');
  const port = Number(base.port || (base.protocol === 'https:' ? 443 : 80));
  const plain = new http.Agent({ keepAlive: false });
  const secure = new https.Agent({ keepAlive: false });
  Object.assign(plain, { createConnection: connector(() => net.connect({ host, port }), 'connect') });
  Object.assign(secure, { createConnection: connector(() => tls.connect(tlsOptions()), 'secureConnect') });
  return { http: plain, https: secure };

  function tlsOptions(): tls.ConnectionOptions {
    const name = net.isIP(host) === 0 ? { servername: host } : {};
    if (trust.fingerprint !== undefined) return { host, port, ...name, rejectUnauthorized: false };
    return { host, port, ...name, ...(trust.ca === undefined ? {} : { ca: trust.ca }) };
  }

  function connector<S extends net.Socket>(open: () => S, ready: string) {
    return function connect(_options: unknown, callback: (error: Error | null, socket?: S) => void): undefined {
      const socket = open();
      const fail = (error: Error) => callback(error);
      socket.once('error', fail);
      socket.setTimeout(timeoutMs, () => socket.destroy(coded('ETIMEDOUT', 'no connection in time')));
      socket.once(ready, () => {
        const problem = pinProblem(socket, trust.fingerprint);
        if (problem !== undefined) return void socket.destroy(problem);
        socket.off('error', fail);
        socket.setTimeout(0);
        if (socket.localAddress !== undefined) seen(socket.localAddress);
        callback(null, socket);
      });
    };
  }
}

function pinProblem(socket: net.Socket, fingerprint: string | undefined): Error | undefined {
  if (fingerprint === undefined || !(socket instanceof tls.TLSSocket)) return undefined;
  const seen = normalizeFingerprint(socket.getPeerCertificate().fingerprint256 ?? '');
  return seen === normalizeFingerprint(fingerprint) ? undefined : coded(WRONG_FINGERPRINT, seen);
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
