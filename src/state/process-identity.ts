import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * What tells a process from a later one with the same number. `boot`, `namespace` and `started` come from Linux's /proc
 * (proc(5)) and are empty elsewhere.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Id of the boot: a reboot ends every process. */
  readonly boot: string;
  /** Process numbers mean something only inside their namespace: a container has its own. */
  readonly namespace: string;
  /** Clock ticks from boot to the start of the process. */
  readonly started: string;
}

/** The process that is running this. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  return {
    pid: process.pid,
    host: hostname(),
    boot: await readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(trim, () => ''),
    namespace: await readlink('/proc/self/ns/pid').catch(() => ''),
    started: await startOf(process.pid),
  };
}

/**
 * `unknown` when it ran on another machine, in another container, or where only one of the two may read the id of the boot
 * (a hardened service): nobody here can see it then.
 */
export async function fateOf(holder: ProcessIdentity, own: ProcessIdentity): Promise<'alive' | 'dead' | 'unknown'> {
  if (holder.host !== own.host) return 'unknown';
  if (holder.boot !== own.boot) return holder.boot === '' || own.boot === '' ? 'unknown' : 'dead';
  if (holder.namespace !== own.namespace) return 'unknown';
  if (!isRunning(holder.pid)) return 'dead';
  const started = await startOf(holder.pid);
  return holder.started === '' || started === '' || started === holder.started ? 'alive' : 'dead';
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Field 22 of /proc/PID/stat; the second field is a name in brackets that may itself contain blanks and brackets. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function trim(text: string): string {
  return text.trim();
}
