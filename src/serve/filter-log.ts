import type { Config } from '../config/types.js';
import { Slash32Error } from '../errors/slash32-error.js';
import type { ApiDeps } from '../http/types.js';
import { type ConnectDeps, connectTarget } from '../service/connect.js';

/** Reads the filter log of the firewall that the configuration in use names, over a connection of its own. */
export function createFilterLog(config: () => Config, deps: ConnectDeps): ApiDeps['filterLog'] {
  return async (limit, signal) => {
    const target = await connectTarget(config().target, deps);
    if (target.log === undefined)
      throw new Slash32Error('S32_FILTER_LOG', { message: 'A config.xml has no log of packets.' });
    return await target.log(limit, signal);
  };
}
