import type { Readable, Writable } from 'node:stream';
import pc from 'picocolors';
import type { Paint } from '../plan/render/text.js';
import type { Redactor } from '../secrets/redactor.js';
import { asInvoked } from './invoked.js';
import type { WriteProgress } from './writes.js';

/** Everything a command may touch of the process that it runs in. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => Date;
  /** Aborted by Ctrl-C or a termination signal. */
  readonly signal: AbortSignal;
  readonly redactor: Redactor;
  /** How people call this installation; undefined means `slash32`. */
  readonly command?: string;
  /** Hears how far the firewall has been written; a failure after that has an exit code of its own. */
  readonly onWrite?: (progress: WriteProgress) => void;
}

/** Prints a result. */
export function print(io: Io, text: string): void {
  io.stdout.write(io.redactor.redact(asInvoked(text, io.command)));
}

/** Prints what is not the result: progress, questions, errors. */
export function printError(io: Io, text: string): void {
  io.stderr.write(io.redactor.redact(asInvoked(text, io.command)));
}

/** Colours for a stream: none in a pipe, and none under NO_COLOR (no-color.org) unless FORCE_COLOR asks for them. */
export function paintFor(io: Io, stream: Writable & { readonly isTTY?: boolean }): Paint {
  const forced = io.env.FORCE_COLOR !== undefined && io.env.FORCE_COLOR !== '0';
  const refused = (io.env.NO_COLOR ?? '') !== '' || io.env.TERM === 'dumb';
  const colors = pc.createColors(forced || (stream.isTTY === true && !refused));
  return { good: colors.green, bad: colors.red, warn: colors.yellow, faint: colors.dim, strong: colors.bold };
}

/** Whether a person can be asked. */
export function isInteractive(io: Io): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true;
}
