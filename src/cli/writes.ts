import { Slash32Error } from '../errors/slash32-error.js';
import type { Target } from '../model/firewall.js';

/** How far a command has written to the firewall: `begun` may have written anything. */
export type WriteProgress = 'none' | 'begun' | 'done';

/** The target, with somebody who hears how far it has written. */
export function watchWrites(target: Target, hear: (progress: WriteProgress) => void): Target {
  return {
    ...target,
    async apply(request) {
      hear('begun');
      try {
        const result = await target.apply(request);
        hear('done');
        return result;
      } catch (error) {
        if (error instanceof Slash32Error && error.written === 'nothing') hear('none');
        throw error;
      }
    },
  };
}

const NOTHING = 'Nothing was changed on the firewall.';
const WRITTEN = 'The firewall was written before this failed, and the change is there.';

/** What a failure means for the firewall, where the command had written to it already. */
export function afterWrites(error: Slash32Error, progress: WriteProgress): Slash32Error {
  if (progress === 'none' || error.written === 'all') return error;
  if (progress === 'begun' && error.written !== 'nothing') return error;
  const { code, message, where, effect, hint, cause } = error;
  const isDone = progress === 'done';
  const said = isDone ? WRITTEN : 'Not known: slash32 was writing. Run slash32 plan to see what is there.';
  return new Slash32Error(code, {
    message,
    ...(where === undefined ? {} : { where }),
    effect: effect === NOTHING ? said : `${said} ${effect}`,
    written: isDone ? 'all' : 'unknown',
    hint,
    cause,
  });
}
