import { execFile } from 'node:child_process';
import { hrtime } from 'node:process';

/** Tells the service manager how the service stands (sd_notify(3)); silent where none listens. Failures are never thrown. */
export interface Notifier {
  ready(status: string): Promise<void>;
  reloading(): Promise<void>;
  stopping(): Promise<void>;
  status(text: string): Promise<void>;
  /** Says at half of the watchdog's time that the process is alive, for as long as `alive` says so. Answers how to end that. */
  watch(alive: () => boolean): () => void;
}

/** What a notifier needs from outside. */
export interface NotifierDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sends one message, for example with {@link sendWithSystemd}. */
  readonly send: (assignments: readonly string[]) => Promise<void>;
  readonly monotonicMicroseconds?: () => bigint;
}

/** A notifier for this process. */
export function createNotifier({ env, send, monotonicMicroseconds = monotonic }: NotifierDeps): Notifier {
  const listened = env.NOTIFY_SOCKET !== undefined && env.NOTIFY_SOCKET !== '';
  const say = async (...assignments: string[]): Promise<void> => {
    if (listened) await send(assignments).catch(() => undefined);
  };
  return {
    ready: (status) => say('READY=1', `STATUS=${oneLine(status)}`),
    reloading: () => say('RELOADING=1', `MONOTONIC_USEC=${monotonicMicroseconds()}`),
    stopping: () => say('STOPPING=1'),
    status: (text) => say(`STATUS=${oneLine(text)}`),
    watch(alive) {
      const microseconds = Number(env.WATCHDOG_USEC ?? 0);
      const isOurs = env.WATCHDOG_PID === undefined || env.WATCHDOG_PID === String(process.pid);
      if (!listened || !isOurs || !(microseconds > 0)) return () => {};
      const timer = setInterval(() => {
        if (alive()) void say('WATCHDOG=1');
      }, microseconds / 2000);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

/**
 * Sends with the program systemd-notify, because Node has no datagram sockets of the unix family. It waits until systemd has
 * taken the message, so that its short life is no race; the unit needs `NotifyAccess=all`.
 */
export function sendWithSystemd(assignments: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('systemd-notify', [...assignments], { timeout: 10_000 }, (error) => (error ? reject(error) : resolve()));
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 200);
}

function monotonic(): bigint {
  return hrtime.bigint() / 1000n;
}
