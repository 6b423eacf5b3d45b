import { Slash32Error } from '../../../errors/slash32-error.js';

/** The same error with another effect on the firewall, for a failure after something was sent. */
export function withEffect(error: Slash32Error, effect: string, written: Slash32Error['written']): Slash32Error {
  return new Slash32Error(error.code, {
    message: error.message,
    ...(error.where === undefined ? {} : { where: error.where }),
    effect,
    written,
    hint: error.hint,
  });
}

/** `S32_PARTIAL` from the failure of a step after the write. */
export function partial(error: unknown, step: string, effect: string): Slash32Error {
  const failure = asSlash32(error);
  return new Slash32Error('S32_PARTIAL', {
    message: `${step} failed: ${failure.message}`,
    ...(failure.where === undefined ? {} : { where: failure.where }),
    effect,
    written: 'all',
  });
}

/** An error as one of the catalogue; any other is a defect and goes on as it is. */
export function asSlash32(error: unknown): Slash32Error {
  if (error instanceof Slash32Error) return error;
  throw error;
}

/** `opt1`, `opt1 and opt2`, `lan, opt1 and opt2`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
