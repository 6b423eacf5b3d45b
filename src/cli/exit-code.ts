import type { Slash32Error } from '../errors/slash32-error.js';
import { EXIT } from '../plan/exit.js';
import type { WriteProgress } from './writes.js';

/** The firewall was written, and something failed afterwards. */
export const EXIT_WRITTEN = 5;
/** Ctrl-C, Ctrl-D at a question, or a termination signal, before anything was changed; as a shell counts it. */
export const EXIT_INTERRUPTED = 130;

/** Failures that mean: not this plan. */
const REFUSALS: ReadonlySet<string> = new Set(['S32_PART_UNKNOWN', 'S32_PLAN_CHANGED', 'S32_UNSAFE']);

/** The exit code of a command that failed, `progress` being how far it had written to the firewall. */
export function exitCodeOf(error: Slash32Error, progress: WriteProgress, isInterrupted: boolean): number {
  if (error.written === 'all' || (progress !== 'none' && error.written !== 'nothing')) return EXIT_WRITTEN;
  if (error.code === 'S32_INTERRUPTED') return EXIT_INTERRUPTED;
  if (isInterrupted && error.code.endsWith('_INTERRUPTED')) return EXIT_INTERRUPTED;
  return REFUSALS.has(error.code) ? EXIT.unsafe : EXIT.error;
}
