import { resolve } from 'node:path';
import { EXIT } from '../plan/verdict.js';
import { createNotifier, sendWithSystemd } from '../serve/notify.js';
import { type Running, startService } from '../serve/start.js';
import { type Io, print } from './io.js';
import { programVersion } from './version.js';

/** Options of `slash32 serve`. */
export interface ServeOptions {
  readonly config: string;
}

/** `slash32 serve`: runs until it is told to end. Returns the exit code. */
export async function runServe(io: Io, options: ServeOptions): Promise<number> {
  const notifier = createNotifier({ env: io.env, send: sendWithSystemd });
  const running = await startService(resolve(io.cwd, options.config), { ...io, version: programVersion() });
  const unwatch = notifier.watch(() => running.health().alive);
  const unheard = onReload(async () => {
    await notifier.reloading();
    running.reload();
    await notifier.ready(summary(running));
  });
  print(io, `slash32 is ready: ${summary(running)}\n`);
  await notifier.ready(summary(running));
  await ended(io.signal);
  print(io, 'ending: waiting for what is being written\n');
  await notifier.stopping();
  unheard();
  unwatch();
  await running.close();
  return EXIT.done;
}

function summary({ config, addresses }: Running): string {
  const segments = config.plan.segments.map((one) => one.name).join(', ');
  return `${config.plan.owner}: ${segments}; ${addresses.join(' and ') || 'no API'}`;
}

function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }));
}

/** SIGHUP means `read the configuration again`, as for every service. */
function onReload(action: () => Promise<void>): () => void {
  const hear = (): void => void action();
  process.on('SIGHUP', hear);
  return () => void process.off('SIGHUP', hear);
}
