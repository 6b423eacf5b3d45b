import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Slash32Error } from '../../errors/slash32-error.js';
import type { SourceListener, StreamState } from '../listening.js';
import { systemReason } from '../shared/read-text.js';

/** What watching needs from outside. */
export interface WatchDeps {
  readonly now: () => Date;
  /** Milliseconds until it is tried again after it broke off; default 10 s. */
  readonly retryMs?: number;
}

/**
 * Hears of each change of a folder's `.xml` files, or of a file, until the answer is called. libvirt writes a file when a machine is
 * defined, edited or removed; one that starts or stops changes none. Never throws.
 */
export function watchMachines(
  path: string,
  listener: SourceListener,
  { now, retryMs = 10_000 }: WatchDeps,
): () => void {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let state: StreamState = {
    state: 'connecting',
    since: now().toISOString(),
    lastEventAt: undefined,
    failure: undefined,
    connects: 0,
  };

  function become(part: Partial<StreamState>): void {
    const since = part.state === undefined || part.state === state.state ? state.since : now().toISOString();
    state = { ...state, ...part, since };
    listener.onState(state);
  }

  function hear(name: string | null): void {
    become({ lastEventAt: now().toISOString() });
    listener.onMessage?.('hint');
    listener.onHint({ reason: `${name ?? basename(path)} changed`, urgent: true });
  }

  function open(): void {
    try {
      watcher = begin();
    } catch (error) {
      fail(error);
      return;
    }
    const connects = state.connects + 1;
    become({ state: 'up', failure: undefined, connects });
    listener.onConnected(connects === 1);
  }

  function begin(): FSWatcher {
    const isFolder = statSync(path).isDirectory();
    const isMeant = (name: string | null): boolean =>
      name === null || (isFolder ? name.endsWith('.xml') : name === basename(path));
    // a file is replaced by another one of its name, so the folder is what lasts
    const begun = watch(isFolder ? path : dirname(path), { persistent: false }, (_kind, name) => {
      if (isMeant(name)) hear(name);
      else if (name === basename(path) && isFolder) fail(undefined);
    });
    return begun.on('error', fail);
  }

  function fail(cause: unknown): void {
    watcher?.close();
    clearTimeout(timer);
    const message = `${path} cannot be watched: it ${cause === undefined ? 'was moved or removed' : systemReason(cause)}.`;
    become({
      state: 'down',
      failure: new Slash32Error('S32_INVENTORY_FILE_UNREADABLE', { message, where: path, cause }),
    });
    timer = setTimeout(open, retryMs).unref();
  }

  listener.onState(state);
  open();
  return () => {
    clearTimeout(timer);
    watcher?.close();
  };
}
