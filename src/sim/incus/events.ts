import type { SimEvent } from './event.js';
import type { SimState } from './state.js';

const REQUESTOR = { username: 'root', protocol: 'unix', address: '@' };

/** Says that something happened to an instance. */
export function announceInstance(
  state: SimState,
  action: string,
  project: string,
  name: string,
  context?: Readonly<Record<string, string>>,
): void {
  const query = project === 'default' ? '' : `?project=${project}`;
  announce(state, {
    type: 'lifecycle',
    timestamp: new Date().toISOString(),
    metadata: {
      action,
      source: `/1.0/instances/${name}${query}`,
      ...(context === undefined ? {} : { context }),
      requestor: REQUESTOR,
      name,
      project,
    },
    location: 'none',
    project,
  });
}

/** Says that something happened to a profile, a network or a project: such events have no name of their own. */
export function announceThing(
  state: SimState,
  action: string,
  path: string,
  project: string,
  context?: Readonly<Record<string, string>>,
): void {
  announce(state, {
    type: 'lifecycle',
    timestamp: new Date().toISOString(),
    metadata: {
      action,
      source: `/1.0/${path}`,
      ...(context === undefined ? {} : { context }),
      requestor: REQUESTOR,
    },
    location: 'none',
    project,
  });
}

/** Hands an event to everybody who listens. */
export function announce(state: SimState, event: SimEvent): void {
  for (const listener of [...state.listeners]) listener(event);
}
