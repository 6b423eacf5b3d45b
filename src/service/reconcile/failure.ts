import { Slash32Error } from '../../errors/slash32-error.js';
import { MISSING_PART, MISSING_PART_HINT, missingPart } from '../../log/missing-part.js';
import { sourcePlace } from '../../log/source-place.js';
import type { Failure } from '../types/run.js';

/** Any error as one of the catalogue; what is none is a defect, and of its stack only the line that it comes from goes on. */
export function asProblem(error: unknown): Slash32Error {
  if (error instanceof Slash32Error) return error;
  const missing = missingPart(error);
  const unknown = {
    effect: 'It is not known whether anything was changed; slash32 plan shows what is there.',
    written: 'unknown',
  } as const;
  if (missing !== undefined)
    return new Slash32Error('S32_SYSTEM', {
      message: MISSING_PART,
      where: missing,
      hint: MISSING_PART_HINT,
      ...unknown,
      cause: error,
    });
  const place = sourcePlace(error);
  return new Slash32Error('S32_DEFECT', {
    message: error instanceof Error ? error.message : String(error),
    ...unknown,
    ...(place === undefined ? {} : { where: place }),
    cause: error,
  });
}

/** A failure as runs, answers and the journal carry it. */
export function failureOf(error: unknown): Failure {
  const { code, message, where, effect, hint, retryable } = asProblem(error);
  return { code, message, where, effect, hint, retryable };
}
