import { Slash32Error } from '../errors/slash32-error.js';
import { MISSING_PART, MISSING_PART_HINT, missingPart } from '../log/missing-part.js';
import { sourcePlace } from '../log/source-place.js';
import { visible, visibleLines } from '../plan/render/visible.js';
import { errorCode, hinted, systemReason } from '../state/disk-errors.js';
import { type Io, paintFor, print, printError } from './io.js';

/** Prints a failure: for a machine on standard output, for a person on standard error. Never a stack trace. */
export function reportError(io: Io, error: unknown, json: boolean): void {
  const known = asKnown(error, io);
  if (json) {
    const { code, message, where, effect, hint, written } = known;
    print(
      io,
      `${JSON.stringify({ format: 'slash32.error/1', error: { code, message, where, effect, hint, written } }, null, 2)}\n`,
    );
    return;
  }
  const paint = paintFor(io, io.stderr);
  const lines = [`${paint.bad('error')} ${paint.strong(known.code)}: ${visibleLines(known.message)}`];
  if (known.where !== undefined) lines.push(`  where:    ${visible(known.where)}`);
  lines.push(`  firewall: ${visible(known.effect)}`, `  what now: ${visible(known.hint)}`);
  printError(io, `${lines.join('\n')}\n`);
}

/** Anything that was thrown as an error of the catalogue. */
export function asKnown(error: unknown, io: Pick<Io, 'signal'>): Slash32Error {
  if (error instanceof Slash32Error) return error;
  if (io.signal.aborted && isAbort(error))
    return new Slash32Error('S32_INTERRUPTED', { message: 'The run was interrupted before the firewall was written.' });
  if (isOfTheSystem(error))
    return new Slash32Error('S32_SYSTEM', {
      message: `${pathOf(error) ?? 'A call'} was refused: ${systemReason(error)}.`,
      ...(pathOf(error) === undefined ? {} : { where: pathOf(error) ?? '' }),
      ...hinted(error),
      cause: error,
    });
  const missing = missingPart(error);
  if (missing !== undefined)
    return new Slash32Error('S32_SYSTEM', {
      message: MISSING_PART,
      where: missing,
      hint: MISSING_PART_HINT,
      cause: error,
    });
  const system = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  const message = error instanceof Error ? `${error.message}${system}` : String(error);
  const place = sourcePlace(error);
  return new Slash32Error('S32_DEFECT', {
    message: `slash32 met something that it was not made for: ${message}`,
    ...(place === undefined ? {} : { where: place }),
    effect: 'Not known. If the command was apply or release, run slash32 plan to see what is there.',
    cause: error,
  });
}

/** What the operating system refused is nobody's defect: a full disk, a missing right, a name too long or with a NUL in it. */
function isOfTheSystem(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return 'syscall' in error || (errorCode(error) === 'ERR_INVALID_ARG_VALUE' && /null bytes/.test(error.message));
}

function pathOf(error: Error): string | undefined {
  return 'path' in error && typeof error.path === 'string' ? error.path : undefined;
}

/** Only a wait that was broken off is sure not to have written anything; what else fails then may have. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && ['AbortError', 'CanceledError'].includes(error.name);
}
