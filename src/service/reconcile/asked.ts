import { Slash32Error } from '../../errors/slash32-error.js';
import type { Target } from '../../model/firewall.js';
import type { RunOptions } from '../types/run.js';

/** Refuses what only the plugin can do, where the firewall is reached otherwise. Throws `S32_RUN_OPTIONS`. */
export function refuseUnsupported(options: RunOptions, target: Target, name: string): void {
  if (target.commit !== undefined) return;
  const asked = [
    ...(options.confirmSeconds === undefined ? [] : ['a time to confirm']),
    ...(options.confirm ? [] : ['leaving the confirmation to somebody else']),
    ...(options.takeOver ? ['taking over the owner id'] : []),
  ];
  if (asked.length === 0) return;
  throw new Slash32Error('S32_RUN_OPTIONS', {
    message: `This run asks for ${asked.join(' and ')}, which only the plugin os-slash32 can do.`,
    where: name,
  });
}
