import { resolve } from 'node:path';
import { EXIT } from '../plan/exit.js';
import { createNotifier, sendWithSystemd } from '../serve/notify.js';
import { type Running, startService } from '../serve/start.js';
import { type Io, print, printError } from './io.js';
import { programVersion } from './version.js';

/** Options of `slash32 serve`. */
export interface ServeOptions {
  readonly config: string;
}

/** A change that is being written is confirmed or undone by then; systemd kills a little later (TimeoutStopSec). */
const STOP_MS = 180_000;
/** Of what has not started, nothing can be half written. */
const UNSTARTED_MS = 5_000;

/** `slash32 serve`: runs until it is told to end. Returns the exit code. */
export async function runServe(io: Io, options: ServeOptions): Promise<number> {
  const notifier = createNotifier({ env: io.env, send: sendWithSystemd });
  // Unheard, the signal would end the process, also before it is ready: then it is taken up when it is.
  let reload: (() => Promise<void>) | undefined;
  let isAsked = false;
  const unheard = onReload(async () => {
    isAsked = true;
    await reload?.();
  });
  const starting = startService(resolve(io.cwd, options.config), { ...io, version: programVersion() });
  const running = await Promise.race([starting, ended(io.signal).then(() => undefined)]);
  if (running === undefined) {
    const started = starting.then((late) => late.close()).catch(() => undefined);
    return (await endsWithin(started, UNSTARTED_MS)) ? EXIT.done : EXIT.error;
  }
  const unwatch = notifier.watch(() => running.health().alive);
  reload = async () => {
    await notifier.reloading();
    running.reload();
    await notifier.ready(summary(running));
  };
  print(io, `slash32 is ready: ${summary(running)}\n`);
  await notifier.ready(summary(running));
  if (isAsked) await reload();
  await ended(io.signal);
  print(io, 'ending: waiting for what is being written\n');
  await notifier.stopping();
  unheard();
  unwatch();
  if (await endsWithin(running.close(), STOP_MS)) return EXIT.done;
  printError(io, `slash32 did not come to an end in ${STOP_MS / 1000} s and leaves what still hangs.\n`);
  return EXIT.error;
}

/** Whether work ends in this time; who waits no longer leaves it to the end of the process. */
export async function endsWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<false>((done) => {
    timer = setTimeout(() => done(false), milliseconds);
  });
  try {
    return await Promise.race([work.then(() => true), over]);
  } finally {
    clearTimeout(timer);
  }
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
