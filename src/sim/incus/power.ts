import { announceInstance } from './events.js';
import { setStatus } from './operations.js';
import type { SimState } from './state.js';

/** `incus restart --force`. */
export function restart(state: SimState, project: string, name: string): void {
  setStatus(state, project, name, 'Running');
  announceInstance(state, 'instance-paused', project, name);
  announceInstance(state, 'instance-restarted', project, name);
}

/** `incus pause`. */
export function pause(state: SimState, project: string, name: string): void {
  setStatus(state, project, name, 'Frozen');
  announceInstance(state, 'instance-paused', project, name);
}

/** `incus resume`. */
export function resume(state: SimState, project: string, name: string): void {
  setStatus(state, project, name, 'Running');
  announceInstance(state, 'instance-resumed', project, name);
}
