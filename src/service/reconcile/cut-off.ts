import { type Core, instantNow, refreshFindings } from './core.js';
import type { Tracks } from './watched.js';

/** So often the log says again that the firewall cannot be reached. */
const AGAIN_MS = 15_000;

/**
 * Who hears of each try in vain to reach the firewall while a change of a run waits there: the status and the findings say so
 * while it lasts, and the log now and then.
 */
export function cutOffWatch(core: Core, tracks: Tracks): (why: string, undoneAt: Date) => void {
  let saidAt: number | undefined;
  return (reason, at) => {
    const checksum = tracks.sent?.checksum ?? '';
    const known = core.cutOff?.checksum === checksum ? core.cutOff : undefined;
    const undoneAt = at.toISOString();
    core.cutOff = { since: known?.since ?? instantNow(core), checksum, undoneAt, reason };
    refreshFindings(core);
    const now = core.deps.time.monotonic();
    if (saidAt !== undefined && now - saidAt < AGAIN_MS) return;
    saidAt = now;
    core.deps.onCutOff?.(
      `the firewall cannot be reached since ${core.cutOff.since}; it puts back plan ${checksum} at ${undoneAt}. ${reason}`,
    );
  };
}
