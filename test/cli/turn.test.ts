import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { takeTurn } from '../../src/cli/turn.js';
import { createRedactor } from '../../src/secrets/redactor.js';
import { acquireRunLock } from '../../src/state/run-lock.js';
import { temporaryFolder } from './harness.js';

async function scene() {
  const path = join(await temporaryFolder(), 'slash32.state.json.lock');
  let said = '';
  const stderr = new PassThrough();
  stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const abort = new AbortController();
  const io = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    env: {},
    cwd: '/',
    now: () => new Date(),
    signal: abort.signal,
    redactor: createRedactor(),
  };
  return { path, io, abort, said: () => said };
}

describe('a command of a person beside the service', () => {
  it('waits for the run of the service, says so once, and goes on when it has ended', async () => {
    const { path, io, said } = await scene();
    const service = await acquireRunLock(path, 'slash32 serve');
    const turn = takeTurn(io, path, 'slash32 apply');
    await expect.poll(said, { timeout: 20_000, interval: 5 }).toContain('waiting for its run to end');
    await service.release();
    const lock = await turn;
    expect(said().match(/waiting/g)).toHaveLength(1);
    await lock.release();
  });

  it('waits not for ever, and not for another person', async () => {
    const { path, io, said } = await scene();
    const service = await acquireRunLock(path, 'slash32 serve');
    await expect(takeTurn(io, path, 'slash32 apply', 0)).rejects.toMatchObject({ code: 'S32_RUN_LOCKED' });
    await service.release();
    const before = said();
    const person = await acquireRunLock(path, 'slash32 apply');
    await expect(takeTurn(io, path, 'slash32 apply')).rejects.toMatchObject({ code: 'S32_RUN_LOCKED' });
    expect(said()).toBe(before);
    await person.release();
  });

  it('waits no longer once it is interrupted', async () => {
    const { path, io, abort, said } = await scene();
    const service = await acquireRunLock(path, 'slash32 serve');
    const turn = takeTurn(io, path, 'slash32 apply');
    await expect.poll(said, { timeout: 20_000, interval: 5 }).toContain('waiting');
    abort.abort();
    await expect(turn).rejects.toMatchObject({ name: 'AbortError' });
    await service.release();
  });
});
