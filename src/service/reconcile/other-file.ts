import type { Ledger } from '../../model/ledger.js';
import type { Hold, OtherFile } from '../types/status.js';
import type { Configuration } from './types.js';

/** Whether the firewall was last brought in step by another configuration than this one. */
export function isOvertaken({ configuration }: Pick<Ledger, 'configuration'>, { digest }: Configuration): boolean {
  return configuration !== undefined && configuration !== digest;
}

/** Whether a hold may be of a plan of the file that is not read yet: it stands until that is, whatever is planned meanwhile. */
export function isAhead(hold: Hold, { digest, onDisk }: Configuration): boolean {
  return hold.configuration !== digest && onDisk?.() !== undefined;
}

/** What that means, for people. */
export function otherFileText({ since, failure, holds }: OtherFile, readAt: string): string {
  const what = `The configuration file is another one since ${since} than the service uses, which it read at ${readAt}.`;
  const why = failure === undefined ? '' : ` It is not taken as it is: ${failure.message}`;
  const effect = holds
    ? ' The command line has applied another configuration, so the service applies nothing by itself until it has read its own again.'
    : '';
  return `${what}${why}${effect}`;
}

/** What to do about it. */
export function otherFileRemedy({ failure }: OtherFile): string {
  const { pid } = process;
  if (failure === undefined) return `Have it read again: systemctl reload slash32, or kill -HUP ${pid}`;
  if (failure.code === 'S32_SERVE_RESTART') return failure.hint;
  return `Mend the file (slash32 check), then: systemctl reload slash32, or kill -HUP ${pid}`;
}
