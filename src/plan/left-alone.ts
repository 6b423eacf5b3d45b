import type { Instance } from '../model/instance.js';
import type { PlanSettings } from '../model/settings.js';
import { matchInstances } from './names.js';

/** Tells the instances that their owner or the configuration (`exclude`) wants to be left alone. */
export function leftAloneBy({ exclude }: Pick<PlanSettings, 'exclude'>): (instance: Instance) => boolean {
  const excluded = matchInstances(exclude);
  return (instance) => instance.ignored || excluded(instance);
}
