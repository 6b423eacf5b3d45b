import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createNotifier, sendWithSystemd } from '../../src/serve/notify.js';
import { temporaryFolder } from '../cli/harness.js';
import { labSkipReason } from '../lab/require-lab.js';
import { until } from './rig.js';

const SOCKET = { NOTIFY_SOCKET: '/run/somewhere' };

function recorded(env: Readonly<Record<string, string>>) {
  const sent: string[][] = [];
  const notifier = createNotifier({
    env,
    send: async (assignments) => void sent.push([...assignments]),
    monotonicMicroseconds: () => 12n,
  });
  return { sent, notifier };
}

describe('what the service manager is told', () => {
  it('is when the service is ready, reloads and stops, each in the words of sd_notify', async () => {
    const { sent, notifier } = recorded(SOCKET);
    await notifier.ready('3 segments\nof home');
    await notifier.reloading();
    await notifier.status('waits for a change');
    await notifier.stopping();
    expect(sent).toEqual([
      ['READY=1', 'STATUS=3 segments of home'],
      ['RELOADING=1', 'MONOTONIC_USEC=12'],
      ['STATUS=waits for a change'],
      ['STOPPING=1'],
    ]);
  });

  it('is nothing where nobody listens', async () => {
    const { sent, notifier } = recorded({});
    await notifier.ready('x');
    notifier.watch(() => true)();
    expect(sent).toEqual([]);
  });

  it('is that it lives, only for as long as it does, and only by the process that is watched', async () => {
    let alive = true;
    const { sent, notifier } = recorded({ ...SOCKET, WATCHDOG_USEC: '20000' });
    const other = recorded({ ...SOCKET, WATCHDOG_USEC: '20000', WATCHDOG_PID: '1' });
    const stop = notifier.watch(() => alive);
    onTestFinished(stop);
    onTestFinished(other.notifier.watch(() => true));
    await until('it said so', () => sent.length > 2);
    alive = false;
    const said = sent.length;
    await new Promise((done) => setTimeout(done, 60));
    expect(sent).toHaveLength(said);
    expect(sent[0]).toEqual(['WATCHDOG=1']);
    expect(other.sent).toEqual([]);
  });

  it('never stops the service when it cannot be said', async () => {
    const notifier = createNotifier({ env: SOCKET, send: () => Promise.reject(new Error('no such program')) });
    await expect(notifier.ready('x')).resolves.toBeUndefined();
  });

  it('arrives on a real socket, by the real systemd-notify', async (ctx) => {
    const missing = labSkipReason(['systemd-notify', 'python3']);
    if (missing !== undefined) return ctx.skip(missing);
    const folder = await temporaryFolder();
    const path = join(folder, 'notify.sock');
    const listener = listen(path);
    let text = '';
    listener.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    await until('somebody listens', () => existsSync(path));
    const before = process.env.NOTIFY_SOCKET;
    process.env.NOTIFY_SOCKET = path;
    onTestFinished(() => {
      if (before === undefined) delete process.env.NOTIFY_SOCKET;
      else process.env.NOTIFY_SOCKET = before;
    });
    await createNotifier({ env: process.env, send: sendWithSystemd }).ready('all is well');
    await until('it arrived', () => text.includes('READY=1'));
    expect(text).toContain('STATUS=all is well');
  });
});

/** Prints what arrives on a datagram socket, which Node itself cannot open. */
function listen(path: string): ChildProcess {
  const program = [
    'import array, os, socket, sys',
    's = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)',
    's.bind(sys.argv[1])',
    'while True:',
    '  data, extra, _, _ = s.recvmsg(4096, 1024)',
    '  print(data.decode(), flush=True)',
    '  for level, kind, fds in extra:',
    '    if kind == socket.SCM_RIGHTS:',
    '      got = array.array("i"); got.frombytes(fds[:len(fds) - len(fds) % got.itemsize])',
    '      [os.close(fd) for fd in got]',
  ].join('\n');
  const child = spawn('python3', ['-c', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
