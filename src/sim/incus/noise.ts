import { announceInstance, announceLog, announceThing } from './events.js';
import { nextUuid, type SimState } from './state.js';

/** Runs a command in an instance and fetches its output, whose events name a backup (docs/facts.md, "Incus: events"). Nothing is changed by it. */
export function exec(state: SimState, project: string, name: string, command: readonly string[]): void {
  announceInstance(state, 'instance-exec', project, name, { command: [...command] });
  const id = nextUuid(state);
  for (const action of ['instance-log-retrieved', 'instance-log-deleted'])
    for (const file of ['stdout', 'stderr'])
      announceThing(state, action, `instances/${name}/backups/exec_${id}.${file}`, project);
}

/** Makes a snapshot of an instance. */
export function snapshot(state: SimState, project: string, name: string, snapshotName: string): void {
  announceThing(state, 'instance-snapshot-created', `instances/${name}/snapshots/${snapshotName}`, project);
}

/** Tells that a request came, as incusd does in its debug log; a webhook logger sends that to its receiver (docs/facts.md, "Incus: webhooks"). */
export function logRequest(state: SimState, method: string, url: string, over: 'socket' | 'https' | 'http'): void {
  const who =
    over === 'socket'
      ? { ip: '@', protocol: 'unix', username: 'root' }
      : { ip: '127.0.0.1:50000', protocol: 'tls', username: 'client' };
  announceLog(state, 'Handling API request', { ...who, method, url });
}

/** The many lines that incusd writes into its debug log beside each thing that it does. */
export function logWork(state: SimState, lines: number): void {
  for (let line = 0; line < lines; line += 1)
    announceLog(state, 'Updated metadata for operation', { class: 'task', description: 'Creating instance' });
}
