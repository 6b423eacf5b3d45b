import type { SimViewer } from './viewer.js';

/** A request as the routes see it. */
export interface SimRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly viewer: SimViewer;
  /** Certificate that the client presented, in PEM; undefined without one. */
  readonly clientCertificate: string | undefined;
  /** The server's own certificate in PEM, and its SHA-256; empty and zeros where it does not speak HTTPS. */
  readonly certificate: string;
  readonly fingerprint: string;
}
