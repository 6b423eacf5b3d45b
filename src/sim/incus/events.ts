import type { SimEvent } from './event.js';
import type { SimInstance, SimState } from './state.js';

const REQUESTOR = { username: 'root', protocol: 'unix', address: '@' };

/** Says that something happened to an instance on somebody's request. */
export function announceInstance(
  state: SimState,
  action: string,
  project: string,
  name: string,
  context?: Readonly<Record<string, unknown>>,
): void {
  const source = `/1.0/instances/${name}${queryOf(project)}`;
  const said = { ...(context === undefined ? {} : { context }), requestor: REQUESTOR };
  announceLifecycle(state, { action, source, ...said, name, project }, project);
}

/** Says that an instance is there, which Incus does before its image is unpacked. */
export function announceCreated(state: SimState, instance: SimInstance, pool = 'default'): void {
  const { project, name, type, location } = instance;
  announceInstance(state, 'instance-created', project, name, { location, 'storage-pool': pool, type });
}

/** Says that an instance has other settings: not which ones, and after a PATCH or a change of its profile not by whom. */
export function announceChange(state: SimState, project: string, name: string): void {
  const source = `/1.0/instances/${name}${queryOf(project)}`;
  announceLifecycle(state, { action: 'instance-updated', source, name, project }, project);
}

/**
 * Says that something happened to a thing that is not an instance: such events have no name of their own. `path` begins
 * after `/1.0/`: `profiles/web`; empty is the server itself.
 */
export function announceThing(
  state: SimState,
  action: string,
  path: string,
  project: string,
  context?: Readonly<Record<string, unknown>>,
): void {
  const query = action.startsWith('project-') ? '' : queryOf(project);
  const source = path === '' ? '/1.0' : `/1.0/${path}${query}`;
  const said = { ...(context === undefined ? {} : { context }), requestor: REQUESTOR };
  announceLifecycle(state, { action, source, ...said }, project);
}

/** Writes a line into the debug log, which whoever asks for it hears as an event. */
export function announceLog(state: SimState, message: string, context: Readonly<Record<string, string>>): void {
  const metadata = { message, level: 'debug', context };
  announce(state, { type: 'logging', timestamp: timestamp(), metadata, location: 'none' });
}

/** Hands an event to everybody who listens. */
export function announce(state: SimState, event: SimEvent): void {
  for (const listener of [...state.listeners]) listener(event);
}

function announceLifecycle(state: SimState, metadata: SimEvent['metadata'], project: string): void {
  announce(state, { type: 'lifecycle', timestamp: timestamp(), metadata, location: 'none', project });
}

function queryOf(project: string): string {
  return project === 'default' ? '' : `?project=${encodeURIComponent(project)}`;
}

function timestamp(): string {
  return new Date().toISOString().replace('Z', '000000Z');
}
