import type { PlanOptions } from './session.js';
import { shellWord } from './shell-word.js';

const DEFAULT_CONFIG = 'slash32.yaml';

/** The `slash32 apply` that does what was just planned: with every option that had a say in the plan. */
export function applyCommand(options: PlanOptions, checksum: string): string {
  const list = (name: string, values: readonly string[] | undefined): string[] =>
    values === undefined || values.length === 0 ? [] : [name, ...values];
  const adopt = options.adopt === true ? ['--adopt'] : list('--adopt', options.adopt);
  const words = [
    ...['slash32', 'apply', '--checksum', checksum],
    ...(options.config === DEFAULT_CONFIG ? [] : ['--config', options.config]),
    ...(options.inventory === undefined ? [] : ['--inventory', options.inventory]),
    ...(options.complete === true ? ['--complete'] : []),
    ...list('--segment', options.segment),
    ...list('--instance', options.instance),
    ...adopt,
    ...(options.force === true ? ['--force'] : []),
    ...(options.acceptLockoutRisk === true ? ['--accept-lockout-risk'] : []),
    ...list('--approve', options.approve),
    ...(options.acceptNew === true ? ['--accept-new'] : []),
    ...(options.onBackup === true ? ['--on-backup'] : []),
  ];
  return words.map(shellWord).join(' ');
}
