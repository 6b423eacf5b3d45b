import { readdir, rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { healthOf } from '../../../src/serve/health.js';
import { createMemory } from '../../../src/service/reconcile/memory.js';
import { createServiceStateStore, EMPTY_SERVICE_STATE } from '../../../src/state/service-state.js';
import { temporaryFolder } from '../../cli/harness.js';
import { runsOf, scene, serve } from './scene.js';

it('a disk that takes nothing is said by status, findings and readiness, also while nothing is to be written', async () => {
  const at = await scene();
  const service = serve(at);
  await runsOf(service, 1);
  await rm(at.cwd, { recursive: true });
  expect(service.status().disk).toMatchObject({
    code: 'S32_STATE_WRITE',
    hint: expect.stringContaining('Make the folder'),
  });
  expect(service.findings()).toContainEqual(expect.objectContaining({ code: 'disk-unwritable', severity: 'error' }));
  const { ready, checks } = healthOf(service, new Date());
  expect([ready, checks.find((one) => one.check === 'disk')?.ok]).toEqual([false, false]);
});

it('a look at the disk leaves nothing behind, and a disk that has room again is noticed', async () => {
  const folder = await temporaryFolder();
  createServiceStateStore(`${folder}/service.json`).probe?.();
  expect(await readdir(folder)).toEqual([]);
  let isFull = true;
  const refuse = (): void => {
    if (isFull) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  };
  const memory = createMemory(EMPTY_SERVICE_STATE, { save: refuse, probe: refuse });
  memory.look();
  expect(memory.failure()).toBeDefined();
  expect(() => memory.flush()).toThrow();
  isFull = false;
  memory.look();
  expect(memory.failure()).toBeUndefined();
});
