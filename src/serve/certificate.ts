import { unwatchFile, watchFile } from 'node:fs';
import { readSecret } from '../config/secret.js';
import type { ServiceConfig } from '../config/types.js';
import { type Listening, readIdentity, type ServerIdentity } from '../http/listen.js';
import type { ConnectDeps } from '../service/connect.js';

/** How often the file system is asked whether the files changed: a renewed certificate has days left. */
const LOOK_MS = 10_000;

/** Certificate and key of the API, as their files are now. Throws `S32_HTTP_TLS` or `S32_SECRET_UNREADABLE`. */
export function identityOf(tls: NonNullable<ServiceConfig['tls']>, deps: ConnectDeps): Promise<ServerIdentity> {
  return readIdentity(tls.certFile, () => readSecret(tls.keyFile, deps));
}

/** The certificate of the API while it is renewed by others. */
export interface CertificateWatch {
  /** Reads the files again; where something is wrong with them, the service goes on with the certificate that it has. */
  look(): void;
  stop(): void;
}

/** Renews the certificate of what listens whenever its file changes; `onResult` hears what is wrong with it, or that nothing is. */
export function watchCertificate(
  tls: ServiceConfig['tls'],
  listening: readonly Listening[],
  deps: ConnectDeps,
  onResult: (error: unknown) => void,
): CertificateWatch {
  if (tls === undefined) return { look: () => undefined, stop: () => undefined };
  async function renew(): Promise<void> {
    if (tls === undefined) return;
    const identity = await identityOf(tls, deps);
    for (const one of listening) one.renew?.(identity);
  }
  const look = (): void => void renew().then(() => onResult(undefined), onResult);
  const files = [tls.certFile, ...(/^(env|credential):/.test(tls.keyFile) ? [] : [tls.keyFile])];
  for (const file of files) watchFile(file, { interval: LOOK_MS, persistent: false }, look);
  return {
    look,
    stop() {
      for (const file of files) unwatchFile(file, look);
    },
  };
}
