import { CATALOGUE, type ErrorCode } from './catalogue.js';

/** The parts of an error that a person needs besides its code. */
export interface ProblemDetails {
  /** What happened, one sentence with the names and values at hand. Never a secret. */
  readonly message: string;
  /** Where: `slash32.yaml:12:5`, `/conf/config.xml: dhcpd/opt3/staticmap[4]`, `GET https://fw/api/…`. */
  readonly where?: string;
  /** What it means for the firewall. Default: nothing was changed. */
  readonly effect?: string;
  /** How far the firewall was written. Default: `nothing` when there is no `effect`, else `unknown`. */
  readonly written?: 'nothing' | 'all' | 'unknown';
  /** What to do now. Default: the catalogue's remedy. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Every failure that slash32 reports: one code of the catalogue, and what a person needs to act on it. */
export class Slash32Error extends Error {
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly effect: string;
  readonly written: 'nothing' | 'all' | 'unknown';
  readonly hint: string;

  constructor(code: ErrorCode, details: ProblemDetails) {
    super(details.message, { cause: details.cause });
    this.name = 'Slash32Error';
    this.code = code;
    this.where = details.where;
    this.effect = details.effect ?? 'Nothing was changed on the firewall.';
    this.written = details.written ?? (details.effect === undefined ? 'nothing' : 'unknown');
    this.hint = details.hint ?? CATALOGUE[code].remedy;
  }

  /** Whether trying the same thing again later may succeed without anybody's doing. */
  get retryable(): boolean {
    return CATALOGUE[this.code].retryable;
  }
}
