import { createHash, randomBytes } from 'node:crypto';
import type { Ledger } from '../model/ledger.js';

/** Where a configuration runs. */
export interface Whereabouts {
  readonly host: string;
  /** Absolute path of the state file. */
  readonly stateFile: string;
}

/** The ledger with a random id of its own; one that has an id keeps it. */
export function withInstallation(ledger: Ledger): Ledger & { readonly installation: string } {
  return { ...ledger, installation: ledger.installation ?? randomBytes(16).toString('hex') };
}

/**
 * Tells this configuration from any other one with the same owner id: the random id of its state file, and where that
 * lies. A second configuration has another state file; one that was copied, with its state file, to another folder or host is
 * another one too. A state file that was lost or moved makes a new one: that needs `--take-over` once.
 */
export function fingerprintOf(owner: string, installation: string, at: Whereabouts): string {
  return createHash('sha256')
    .update(JSON.stringify([owner, installation, at.host, at.stateFile]))
    .digest('hex');
}

/** A confirm token: 64 hexadecimal digits that nobody can guess. */
export function newToken(): string {
  return randomBytes(32).toString('hex');
}
