import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHostLabel } from '../../../src/model/hostname.js';
import type { Instance, Inventory } from '../../../src/model/instance.js';
import { uuidPart } from '../../../src/model/marker.js';
import { MACHINES, type Machine, machine, nic } from './machines.js';

/** How a reading of instances is made ready for a source. */
export interface SourceRig {
  /** Reads these instances, in this order, and vouches that they are all there where somebody can. */
  read(machines: readonly Machine[], signal?: AbortSignal): Promise<Inventory>;
  /** The same where nobody vouches; undefined for a source that knows by itself. */
  readUnvouched?(machines: readonly Machine[]): Promise<Inventory>;
  /** Reads them with the entry of one spoiled, so that what NICs it has cannot be known. */
  readSpoiled(machines: readonly Machine[], spoiled: string): Promise<Inventory>;
  /** Whether it has projects; without them all are in `default`. */
  readonly hasProjects?: boolean;
  /** Undefined for a source that does not tell how an instance is, or has words of its own. */
  readWithStatus?(machines: readonly Machine[], status: string): Promise<Inventory>;
  /** Runs of its property; the default is 30. */
  readonly runs?: number;
}

/**
 * What every source promises (CONTRIBUTING.md). The name of a NIC is half of a reservation's identity, so it must not depend on what
 * stands beside it; and nothing may be taken for gone that merely was not seen.
 */
export function describeSource(title: string, rig: SourceRig): void {
  describe(`${title}, as every source`, () => {
    it('tells each instance and each of its NICs', async () => {
      const { instances, projects, allProjects } = await rig.read([
        machine('web', {
          nics: [nic(1), nic(2, { network: 'dmz', isolated: false })],
          tags: 'web, db web',
          pin: '10.2.0.9',
        }),
        machine('db', { isRunning: false }),
      ]);
      const web = find(instances, 'web');
      const db = find(instances, 'db');
      expect(web).toMatchObject({
        project: 'default',
        tags: ['db', 'web'],
        pinnedAddress: '10.2.0.9',
      });
      expect(web.nics.map(({ network, isolated, mac }) => ({ network, isolated, mac }))).toEqual([
        { network: 'servers', isolated: true, mac: '52:54:00:00:00:01' },
        { network: 'dmz', isolated: false, mac: '52:54:00:00:00:02' },
      ]);
      expect(db).toMatchObject({ tags: [], pinnedAddress: undefined, ignored: false });
      expect(projects).toEqual([{ name: 'default', complete: true, reason: undefined }]);
      expect(allProjects).toBe(true);
    });

    it('keeps the name of a NIC when its sibling goes, the order changes, its MAC changes or the instance stops', async () => {
      const all = [nic(1), nic(2), nic(3, { network: 'dmz' })];
      const before = namesOf(await rig.read([machine('web', { nics: all })]));
      expect(new Set(Object.values(before)).size).toBe(3);
      for (const nics of [all.slice(1), all.slice(0, 2), [...all].reverse(), all])
        for (const isRunning of [true, false]) {
          const now = namesOf(await rig.read([machine('web', { nics, isRunning })]));
          for (const [mac, name] of Object.entries(now)) expect(name, mac).toBe(before[mac]);
        }
      const renewed = await rig.read([machine('web', { nics: [nic(1, { mac: '52:54:00:aa:bb:cc' }), nic(2)] })]);
      expect(namesOf(renewed)['52:54:00:aa:bb:cc']).toBe(before['52:54:00:00:00:01']);
    });

    it('knows an instance again that was renamed, and takes no two for one', async () => {
      const before = await rig.read([machine('web'), machine('db')]);
      const [web, db] = ['web', 'db'].map((name) => uuidPart(find(before.instances, name).uuid));
      if (web === '') return;
      expect(web).not.toBe(db);
      const after = await rig.read([{ ...machine('web'), name: 'site' }]);
      expect(uuidPart(find(after.instances, 'site').uuid)).toBe(web);
    });

    it('tells one that runs by the word running, and calls no other one so', async () => {
      const { instances } = await rig.read([machine('web'), machine('db', { isRunning: false })]);
      expect(['web', 'db'].map((name) => find(instances, name).status === 'running')).toEqual([true, false]);
    });

    if (rig.hasProjects === true)
      it('keeps namesakes of two projects apart, and a fault of one from the other', async () => {
        const there = [machine('web'), { ...machine('web2'), name: 'web', project: 'shop' }];
        const { instances } = await rig.read(there);
        expect(instances.map(({ project, name }) => `${project}/${name}`).sort()).toEqual(['default/web', 'shop/web']);
        const { projects } = await rig.readSpoiled([...there, { ...machine('bad'), project: 'shop' }], 'bad');
        expect(projects.filter(({ complete }) => complete).map(({ name }) => name)).toEqual(['default']);
      });

    it('gives names that can stand in a marker: no blank, no slash, no colon', async () => {
      for (const name of Object.values(namesOf(await rig.read([machine('web', { nics: [nic(1), nic(2)] })]))))
        expect(isHostLabel(name), name).toBe(true);
    });

    it('writes every MAC in the canonical form', async () => {
      const inventory = await rig.read([machine('web', { nics: [nic(1, { mac: '52:54:00:AA:BB:0C' })] })]);
      expect(find(inventory.instances, 'web').nics[0]?.mac).toBe('52:54:00:aa:bb:0c');
    });

    it('passes a malformed MAC on as it stands, so that the plan can name it', async () => {
      const inventory = await rig.read([machine('web', { nics: [nic(1, { mac: '52:54:00:zz:00:01' })] })]);
      expect(find(inventory.instances, 'web').nics[0]?.mac).toBe('52:54:00:zz:00:01');
    });

    it('knows no MAC where none is given yet', async () => {
      const inventory = await rig.read([machine('web', { nics: [nic(1, { mac: undefined })] })]);
      expect(find(inventory.instances, 'web').nics.map(({ mac }) => mac)).toEqual([undefined]);
    });

    it('reads all others where one entry is spoiled, and does not call that project complete', async () => {
      const inventory = await rig.readSpoiled([machine('web'), machine('bad'), machine('db')], 'bad');
      expect(inventory.instances.map(({ name }) => name).sort()).toEqual(['db', 'web']);
      expect(inventory.projects).toEqual([{ name: 'default', complete: false, reason: expect.stringMatching(/bad/) }]);
    });

    it('tells nothing of an instance by half: without its NICs it is not told at all', async () => {
      const inventory = await rig.readSpoiled([machine('bad')], 'bad');
      expect(inventory.instances).toEqual([]);
      expect(inventory.projects.some(({ complete }) => complete)).toBe(false);
    });

    it('reads that there is nothing', async () => {
      const inventory = await rig.read([]);
      expect(inventory.instances).toEqual([]);
      expect(inventory.source).not.toBe('');
    });

    const { readUnvouched, readWithStatus } = rig;
    if (readUnvouched !== undefined)
      it('is never complete where nobody vouches for it', async () => {
        const inventory = await readUnvouched([machine('web')]);
        expect(inventory.instances).toHaveLength(1);
        expect(inventory.allProjects).toBe(false);
        expect(inventory.projects).toEqual([{ name: 'default', complete: false, reason: expect.stringMatching(/\S/) }]);
      });

    if (readWithStatus !== undefined)
      it('takes a status that it does not know, in small letters', async () => {
        const inventory = await readWithStatus([machine('web')], 'Hibernating');
        expect(find(inventory.instances, 'web').status).toBe('hibernating');
      });

    it('breaks off when it is told to', async () => {
      const reason = new Error('enough');
      await expect(rig.read([machine('web')], AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    it('says the same of the same instances, in whatever order they stand', async () => {
      await fc.assert(
        fc.asyncProperty(MACHINES, async (machines) => {
          const there = await rig.read(machines);
          const back = await rig.read(
            [...machines].reverse().map((one) => ({ ...one, nics: [...one.nics].reverse() })),
          );
          expect(sorted(back)).toEqual(sorted(there));
          expect(there.instances.map(({ name }) => name).sort()).toEqual(machines.map(({ name }) => name).sort());
          for (const { nics } of there.instances) expect(new Set(nics.map(({ name }) => name)).size).toBe(nics.length);
        }),
        { numRuns: rig.runs ?? 30 },
      );
    });
  });
}

function find(instances: readonly Instance[], name: string): Instance {
  const found = instances.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} was not read`);
  return found;
}

function namesOf({ instances }: Inventory): Record<string, string> {
  return Object.fromEntries(instances.flatMap(({ nics }) => nics.map(({ mac, name }) => [mac ?? 'none', name])));
}

function sorted({ instances }: Inventory): unknown {
  return [...instances]
    .map((one) => ({ ...one, nics: [...one.nics].sort((left, right) => left.name.localeCompare(right.name)) }))
    .sort((left, right) => left.name.localeCompare(right.name));
}
