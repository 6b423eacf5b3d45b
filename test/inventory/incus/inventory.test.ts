import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { generateInstances } from '../../../src/sim/incus/generate.js';
import { createSimHouse } from '../../../src/sim/incus/house.js';
import {
  beginPoolMove,
  copy,
  finishPoolMove,
  launch,
  moveToProject,
  remove,
  rename,
} from '../../../src/sim/incus/operations.js';
import { addProject, createSimState } from '../../../src/sim/incus/state.js';
import { failureOf, type Rig, readFrom, readSocket, startRig, viewsOf } from './support.js';

let rig: Rig;

afterEach(async () => {
  await rig.close();
});

async function houseRig(more = {}) {
  rig = await startRig({ state: createSimHouse(), ...more });
  return rig;
}

describe('an unrestricted view', () => {
  it('is complete for every project, and knows that these are all', async () => {
    const inventory = await readSocket(await houseRig());
    expect(viewsOf(inventory)).toEqual({ default: 'complete', shop: 'complete', lab: 'complete' });
    expect(inventory.allProjects).toBe(true);
    expect(inventory.source).toBe(`unix:${rig.socket}`);
    expect(inventory.instances).toHaveLength(rig.state.instances.size);
  });

  it('finds the firewall by the MACs of its bridge NICs, and says that its macvlan NIC is left out', async () => {
    const inventory = await readSocket(await houseRig());
    const firewall = inventory.instances.find((instance) => instance.name === 'opnsense');
    expect(firewall?.nics.map((nic) => nic.network).sort()).toEqual(['dmz', 'edge', 'servers']);
    expect(inventory.notes).toEqual(['Not on a bridge and left out: default/opnsense/wan (macvlan).']);
  });

  it('believes an empty list when the list of projects stands behind it', async () => {
    rig = await startRig();
    const inventory = await readSocket(rig);
    expect(inventory).toMatchObject({
      instances: [],
      allProjects: true,
      projects: [{ name: 'default', complete: true }],
    });
  });

  it('looks only at declared projects, and calls a declared one that does not exist incomplete', async () => {
    const inventory = await readSocket(await houseRig(), ['shop', 'shoop']);
    expect(viewsOf(inventory)).toEqual({ shop: 'complete', shoop: expect.stringContaining('no project "shoop"') });
    expect(inventory.allProjects).toBe(false);
    expect(new Set(inventory.instances.map((instance) => instance.project))).toEqual(new Set(['shop']));
  });

  it('shows what stands beside the declared projects, and the version whose filter it is', async () => {
    const inventory = await readSocket(await houseRig(), ['shop']);
    expect(new Set(inventory.others?.map((one) => one.project))).toEqual(new Set(['default', 'lab']));
    expect((await readSocket(rig)).others).toEqual([]);
    expect(inventory.filteredDhcp?.by).toMatch(/^Incus \d/);
    expect(inventory.uplinks).toEqual({});
  });

  it('keeps the uuid over renames and moves, and gives copies another one', async () => {
    await houseRig();
    const before = await readSocket(rig);
    const uuid = before.instances.find((instance) => instance.name === 'mail')?.uuid;
    rename(rig.state, 'default', 'mail', 'post');
    moveToProject(rig.state, 'default', 'post', 'shop');
    copy(rig.state, 'shop', 'post', 'post2');
    const after = await readSocket(rig);
    expect(after.instances.find((instance) => instance.uuid === uuid)).toMatchObject({ project: 'shop', name: 'post' });
    const copied = after.instances.find((instance) => instance.name === 'post2');
    expect(copied?.uuid).not.toBe(uuid);
    expect(copied?.status).toBe('stopped');
    expect(copied?.nics[0]?.mac).toBeDefined();
  });
});

describe('a restricted view', () => {
  it('the socket of incus-user is incomplete until the projects are declared', async () => {
    await houseRig({ userSocket: { path: join(tmpdir(), `s32-user-${process.pid}.socket`), projects: ['shop'] } });
    const path = join(tmpdir(), `s32-user-${process.pid}.socket`);
    const undeclared = await readFrom({ via: 'socket', path, projects: undefined });
    expect(viewsOf(undeclared)).toEqual({ shop: expect.stringContaining('incus.projects') });
    expect(undeclared.allProjects).toBe(false);
    const declared = await readFrom({ via: 'socket', path, projects: ['shop', 'default'] });
    expect(declared.others).toBeUndefined();
    expect(viewsOf(declared)).toEqual({ shop: 'complete', default: expect.stringContaining('it may see: shop') });
    expect(declared.allProjects).toBe(false);
    expect(new Set(declared.instances.map((instance) => instance.project))).toEqual(new Set(['shop']));
  });
});

describe('things that change while they are read', () => {
  it('reads again when an instance of a new project turns up in between', async () => {
    await houseRig();
    let done = false;
    rig.sim.onRequest = ({ url }) => {
      if (done || !url.startsWith('/1.0/projects')) return;
      done = true;
      addProject(rig.state, 'fresh');
      launch(rig.state, { name: 'first', project: 'fresh' });
    };
    const inventory = await readSocket(rig);
    expect(viewsOf(inventory)).toMatchObject({ fresh: 'complete', default: 'complete' });
    expect(inventory.allProjects).toBe(true);
  });

  it('reads again when an instance that its project names is not listed', async () => {
    await houseRig();
    let done = false;
    rig.sim.onRequest = ({ url }) => {
      if (done || !url.startsWith('/1.0/projects')) return;
      done = true;
      remove(rig.state, 'default', 'mail');
    };
    const inventory = await readSocket(rig);
    expect(viewsOf(inventory).default).toBe('complete');
    expect(rig.sim.requests.filter(({ url }) => url.startsWith('/1.0/instances'))).toHaveLength(2);
  });

  it('is incomplete when the two lists never fit together', async () => {
    await houseRig();
    let number = 0;
    rig.sim.onRequest = ({ url }) => {
      if (!url.startsWith('/1.0/projects')) return;
      number += 1;
      addProject(rig.state, `restless-${number}`);
      launch(rig.state, { name: 'one', project: `restless-${number}` });
    };
    const inventory = await readSocket(rig);
    expect(viewsOf(inventory)).toMatchObject({
      'restless-2': expect.stringContaining('not its project'),
      default: 'complete',
    });
    expect(inventory.allProjects).toBe(false);
  });

  it('a move in progress makes its project incomplete and the ghost no instance, until it is over', async () => {
    await houseRig();
    const ghost = beginPoolMove(rig.state, 'shop', 'orders-db');
    const during = await readSocket(rig);
    expect(viewsOf(during)).toEqual({ default: 'complete', lab: 'complete', shop: `a move is in progress (${ghost})` });
    expect(during.instances.some((instance) => instance.name === ghost)).toBe(false);
    finishPoolMove(rig.state, 'shop', ghost, 'orders-db');
    expect(viewsOf(await readSocket(rig)).shop).toBe('complete');
  });

  it('an instance that somebody calls like the target of a move is an instance, and its project complete', async () => {
    await houseRig();
    launch(rig.state, { name: 'move-of-1', project: 'shop' });
    const inventory = await readSocket(rig);
    expect(viewsOf(inventory).shop).toBe('complete');
    expect(inventory.instances.map((one) => one.name)).toContain('move-of-1');
  });

  it('a move that hangs for a day is none any more, and one of another project says nothing', async () => {
    await houseRig();
    launch(rig.state, { name: 'move-of-1', project: 'lab' });
    const ghost = beginPoolMove(rig.state, 'shop', 'orders-db');
    const move = rig.state.moves.get(`shop/${ghost}`);
    expect(viewsOf(await readSocket(rig))).toMatchObject({ lab: 'complete', shop: `a move is in progress (${ghost})` });
    rig.state.moves.set(`shop/${ghost}`, { project: 'shop', name: 'orders-db', since: '2026-01-01T00:00:00Z' });
    expect(move?.name).toBe('orders-db');
    expect(viewsOf(await readSocket(rig)).shop).toBe('complete');
  });
});

describe('a cluster', () => {
  it('is complete while every member is online', async () => {
    await houseRig();
    rig.state.members = [
      { name: 'node1', status: 'Online' },
      { name: 'node2', status: 'Online' },
    ];
    expect((await readSocket(rig)).projects.every((view) => view.complete)).toBe(true);
  });

  it.each(['Offline', 'Evacuated', 'Blocked'] as const)(
    'with one member %s is incomplete everywhere, and names it',
    async (status) => {
      await houseRig();
      launch(rig.state, { name: 'far', profiles: ['isolated-dmz'], location: 'node2' });
      rig.state.members = [
        { name: 'node1', status: 'Online' },
        { name: 'node2', status },
      ];
      const inventory = await readSocket(rig);
      expect(new Set(Object.values(viewsOf(inventory)))).toEqual(
        new Set([`not every cluster member is online: node2 (${status})`]),
      );
      expect(inventory.allProjects).toBe(false);
    },
  );

  it('says when the members cannot be read', async () => {
    await houseRig();
    rig.state.members = [{ name: 'node1', status: 'Online' }];
    rig.sim.faults.push({ kind: 'error500', path: '/1.0/cluster' });
    expect(viewsOf(await readSocket(rig)).default).toContain('members cannot be read');
  });
});

describe('requests', () => {
  it('are five at most, with exactly these URLs', async () => {
    await readSocket(await houseRig());
    expect(rig.sim.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /1.0',
      'GET /1.0/networks?recursion=1&all-projects=true',
      'GET /1.0/projects?recursion=1',
      'GET /1.0/instances?recursion=1&all-projects=true',
    ]);
  });

  it('do not grow with the number of instances', async () => {
    const state = createSimState();
    generateInstances(state, { count: 500, networks: ['dmz', 'edge'], projects: ['default', 'shop'] });
    rig = await startRig({ state });
    const inventory = await readSocket(rig);
    expect(inventory.instances).toHaveLength(500);
    expect(rig.sim.requests).toHaveLength(4);
    const macs = inventory.instances.flatMap((instance) => instance.nics.map((nic) => nic.mac));
    expect(new Set(macs).size).toBe(500);
  });

  it("stop when the caller aborts, with the caller's own reason", async () => {
    await houseRig();
    rig.sim.faults.push({ kind: 'timeout', path: '/1.0/instances' });
    const { createIncusSource } = await import('../../../src/inventory/incus/inventory.js');
    const abort = new AbortController();
    const deps = { readSecret: async () => '', now: () => new Date() };
    const source = createIncusSource({ via: 'socket', path: rig.socket, projects: undefined }, deps);
    const failure = failureOf(source.read(abort.signal, () => undefined));
    const reason = new Error('stopped by the user');
    setTimeout(() => abort.abort(reason), 100);
    expect(await failure).toBe(reason);
  });
});
