import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import { ownIdentity } from '../../src/state/process-identity.js';
import { acquireRunLock, type RunLock, runLockPath } from '../../src/state/run-lock.js';

/** Above every number that Linux gives to a process (2^22). */
const NO_PROCESS = 4_999_999;

let folder = '';
let path = '';
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slash32-lock-'));
  path = runLockPath(join(folder, 'slash32.state.json'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function failure(work: Promise<unknown>): Promise<Slash32Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Slash32Error) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** A lock as another process would have left it. */
async function plant(fields: Record<string, unknown>): Promise<void> {
  const own = await ownIdentity();
  writeFileSync(path, JSON.stringify({ ...own, started: '', command: 'slash32 serve', ...fields }));
}

function makeOld(file: string): void {
  const then = new Date(Date.now() - 600_000);
  utimesSync(file, then, then);
}

describe('the run lock', () => {
  it('lets one in, names it to the next, and opens again', async () => {
    const lock = await acquireRunLock(path, 'slash32 apply');
    const error = await failure(acquireRunLock(path));
    expect(error.code).toBe('S32_RUN_LOCKED');
    expect(error.message).toBe(
      `Another run is at work: 'slash32 apply' (process ${process.pid} on ${hostname()}) holds ${path}.`,
    );
    expect(error.retryable).toBe(true);
    await lock.release();
    await lock.release();
    const again = await acquireRunLock(path);
    await again.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is open to nobody else on the disk', async () => {
    const lock = await acquireRunLock(path);
    expect(readdirSync(folder)).toEqual(['slash32.state.json.lock']);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
    await lock.release();
  });

  it('is given back when the process exits', async () => {
    const before = process.listeners('exit');
    const lock = await acquireRunLock(path);
    const added = process.listeners('exit').filter((listener) => !before.includes(listener));
    expect(added).toHaveLength(1);
    added[0]?.(0);
    expect(existsSync(path)).toBe(false);
    await lock.release();
    expect(process.listeners('exit')).toEqual(before);
  });

  it('never takes away the lock that somebody else holds by now', async () => {
    const lock = await acquireRunLock(path);
    await plant({ pid: 1, command: 'other' });
    await lock.release();
    expect(readFileSync(path, 'utf8')).toContain('other');
  });

  it('stands while its process lives, and is taken over when it has died', async () => {
    child = spawn('sleep', ['60']);
    await plant({ pid: child.pid });
    expect((await failure(acquireRunLock(path))).message).toContain(`process ${child.pid}`);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const lock = await acquireRunLock(path);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['a process that is gone', { pid: NO_PROCESS }],
    ['a process from before the last boot, whose number is in use again', { pid: process.pid, boot: 'another' }],
    ['a dead process whose number a younger one has', { pid: process.pid, started: '1' }],
  ])('is taken over from %s', async (_name, fields) => {
    await plant(fields);
    const lock = await acquireRunLock(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ command: 'slash32' });
    await lock.release();
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ['on another machine', { host: 'elsewhere', pid: NO_PROCESS }],
    ['in another container', { namespace: 'pid:[1]', pid: NO_PROCESS }],
    ['that could not see the id of the boot', { boot: '', pid: NO_PROCESS }],
  ])('stands for a process %s, until that is silent for minutes', async (_name, fields) => {
    await plant(fields);
    expect((await failure(acquireRunLock(path))).code).toBe('S32_RUN_LOCKED');
    makeOld(path);
    const lock = await acquireRunLock(path);
    await lock.release();
  });

  it('goes to exactly one of many that find a dead holder at the same time', async () => {
    for (let round = 0; round < 10; round += 1) {
      await plant({ pid: NO_PROCESS });
      const results = await Promise.allSettled(Array.from({ length: 12 }, () => acquireRunLock(path)));
      const locks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(locks).toHaveLength(1);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'S32_RUN_LOCKED' });
      await Promise.all(locks.map((lock: RunLock) => lock.release()));
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('is freed from a takeover that died half way', async () => {
    await plant({ pid: NO_PROCESS });
    writeFileSync(`${path}.takeover`, '');
    expect((await failure(acquireRunLock(path))).message).toMatch(/just starting/);
    makeOld(`${path}.takeover`);
    const lock = await acquireRunLock(path);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves a file alone that slash32 did not write', async () => {
    writeFileSync(path, 'mine');
    const error = await failure(acquireRunLock(path));
    expect(error.message).toMatch(/something that slash32 did not write/);
    expect(error.hint).toContain(`remove ${path}`);
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('says that its folder is missing', async () => {
    const error = await failure(acquireRunLock(join(folder, 'none', 'x.lock')));
    expect(error).toMatchObject({ code: 'S32_LOCK_FAILED' });
    expect(error.message).toMatch(/its folder does not exist/);
  });
});
