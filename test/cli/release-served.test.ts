import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acquireRunLock, lockHolder, serviceLockPath } from '../../src/state/run-lock.js';
import {
  listed,
  readFirewall,
  slash32,
  temporaryFolder,
  writeConfig,
  writeFirewall,
  writeInventory,
} from './harness.js';

async function scene(): Promise<{ readonly cwd: string; readonly lock: string }> {
  const cwd = await temporaryFolder();
  await writeInventory(cwd, [listed('web')]);
  await writeFirewall(cwd);
  await writeConfig(cwd);
  expect((await slash32(['apply', '--yes'], { cwd })).code).toBe(0);
  return { cwd, lock: serviceLockPath(join(cwd, 'slash32.state.json')) };
}

const RELEASE = ['release', '--all', '--remove', '--yes', '--force'];

describe('release beside a service', () => {
  it('is refused while one runs that does not answer: what it keeps is not known', async () => {
    const { cwd, lock } = await scene();
    const service = await acquireRunLock(lock, 'slash32 serve');
    const before = await readFirewall(cwd);
    const { code, err } = await slash32(RELEASE, { cwd });
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/S32_RELEASE_SERVED[\s\S]*does not answer[\s\S]*slash32 pause/),
    ]);
    expect(await readFirewall(cwd)).toBe(before);
    await service.release();
    expect((await slash32(RELEASE, { cwd })).code).toBe(0);
  });

  it('takes no account of one that was killed, nor of one elsewhere that is not heard any more', async () => {
    const { cwd, lock } = await scene();
    const service = await acquireRunLock(lock, 'slash32 serve');
    const text = await readFile(lock, 'utf8');
    await service.release();
    await writeFile(lock, text.replace(/"pid":\d+/, '"pid":4194304'));
    expect(await lockHolder(lock)).toBeUndefined();
    await writeFile(lock, text.replace(/"host":"[^"]*"/, '"host":"elsewhere"'));
    expect(await lockHolder(lock)).toContain('on elsewhere');
    await writeFile(lock, text.replace(/"pid":\d+/, '"pid":4194304'));
    expect((await slash32(RELEASE, { cwd })).code).toBe(0);
  });
});
