import { nextDigest, type SimState } from './state.js';

/** Who asks, and which projects that one may see. */
export interface SimViewer {
  readonly trusted: boolean;
  readonly method: 'unix' | 'tls';
  /** `root`, or the fingerprint of the certificate. */
  readonly name: string;
  readonly restricted: boolean;
  readonly projects: readonly string[];
}

/** Root over the socket. */
export const ROOT_VIEWER: SimViewer = { trusted: true, method: 'unix', name: 'root', restricted: false, projects: [] };

/** Whoever holds the certificate with this fingerprint; undefined is a connection without one. */
export function viewerByCertificate(state: SimState, fingerprint: string | undefined): SimViewer {
  const entry = fingerprint === undefined ? undefined : state.certificates.get(fingerprint);
  if (!entry) return { trusted: false, method: 'tls', name: '', restricted: true, projects: [] };
  return {
    trusted: true,
    method: 'tls',
    name: entry.fingerprint,
    restricted: entry.restricted,
    projects: entry.projects,
  };
}

/** Whether the viewer may see things of `project`. */
export function maySee(viewer: SimViewer, project: string): boolean {
  return viewer.trusted && (!viewer.restricted || viewer.projects.includes(project));
}

/** The view of `incus-user`: it speaks TLS to Incus with a restricted certificate of its own for each user. */
export function userSocketViewer(state: SimState, projects: readonly string[]): SimViewer {
  const fingerprint = nextDigest(state, 'user certificate') + nextDigest(state, 'user certificate');
  const entry = { name: 'incus-user-1000', fingerprint, certificate: '', restricted: true, projects: [...projects] };
  state.certificates.set(fingerprint, entry);
  return viewerByCertificate(state, fingerprint);
}
