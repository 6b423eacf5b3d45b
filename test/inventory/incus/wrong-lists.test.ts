import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIncusClient } from '../../../src/inventory/incus/client.js';
import { INCUS_URLS } from '../../../src/inventory/incus/urls.js';
import { createSimHouse } from '../../../src/sim/incus/house.js';
import { failureOf, type Rig, readSocket, startRig, viewsOf } from './support.js';

/** Facts §3.2: each of these gets HTTP 200 with a list that is too short, and no hint. */
describe('ways to a convincing but wrong list', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await startRig({ state: createSimHouse() });
  });

  afterAll(async () => {
    await rig.close();
  });

  async function listOf(url: string): Promise<unknown[]> {
    const client = createIncusClient({ kind: 'socket', path: rig.socket });
    const list = await client.get(url as never, new AbortController().signal);
    client.close();
    return list as unknown[];
  }

  it.each([
    ['an unknown project', '/1.0/instances?recursion=1&project=nope', 0],
    ['a semicolon in the query', '/1.0/instances?recursion=1;(fields=name)', 0],
    ['all_projects misspelt', '/1.0/instances?recursion=1&all_projects=true', 6],
    ['no all-projects', '/1.0/instances?recursion=1', 6],
  ])('the simulator falls into the trap of %s as Incus does', async (_case, url, length) => {
    expect(await listOf(url)).toHaveLength(length);
    expect(await listOf(INCUS_URLS.instances)).toHaveLength(rig.state.instances.size);
  });

  it('none of our URLs has a semicolon, a project, or a parameter that Incus does not know', () => {
    const known = new Set(['recursion=1', 'all-projects=true']);
    for (const url of Object.values(INCUS_URLS)) {
      expect(url).toMatch(/^\/1\.0[a-z/]*(\?[a-z0-9=&-]+)?$/);
      for (const parameter of url.split('?')[1]?.split('&') ?? []) expect(known).toContain(parameter);
    }
    expect(INCUS_URLS.instances).toBe('/1.0/instances?recursion=1&all-projects=true');
  });

  it('project= together with all-projects=true is an error, not a list', async () => {
    const error = await failureOf(listOf('/1.0/instances?recursion=1&project=shop&all-projects=true'));
    expect(error).toMatchObject({ code: 'S32_INCUS_REFUSED' });
  });

  it('an unknown project is never an empty complete one', async () => {
    const inventory = await readSocket(rig, ['nope']);
    expect(inventory.instances).toEqual([]);
    expect(viewsOf(inventory).nope).not.toBe('complete');
  });

  it('a stranger is an error, not an empty list', async () => {
    rig.sim.faults.push({ kind: 'untrusted', times: 1 });
    expect(await failureOf(readSocket(rig))).toMatchObject({ code: 'S32_INCUS_UNTRUSTED' });
  });

  it('a stranger from the second request on is an error too', async () => {
    rig.sim.faults.push({ kind: 'untrusted', path: '/1.0/instances', times: 1 });
    expect(await failureOf(readSocket(rig))).toMatchObject({ code: 'S32_INCUS_UNTRUSTED' });
  });
});
