import { describe, expect, it, onTestFinished } from 'vitest';
import { exec, snapshot } from '../../../../src/sim/incus/noise.js';
import { beginPoolMove, finishPoolMove, launch, remove, rename } from '../../../../src/sim/incus/operations.js';
import { startSimIncus } from '../../../../src/sim/incus/server.js';
import { temporaryFolder } from '../../../cli/harness.js';
import { until } from '../../../support/until.js';
import { listen, startScene, startSocketSim } from './rig.js';

describe('the event stream', () => {
  it('tells of what happens to instances, at once and in order', async () => {
    const { sim, heard } = await startScene();
    launch(sim.state, { name: 'web' });
    rename(sim.state, 'default', 'web', 'web2');
    remove(sim.state, 'default', 'web2');
    await until('all came', () => heard.hints.length === 4);
    expect(heard.hints).toEqual([
      'instance-created default/web',
      'instance-started default/web',
      'instance-renamed default/web2',
      'instance-deleted default/web2',
    ]);
    expect(heard.state()).toMatchObject({ state: 'up', connects: 1, lastEventAt: expect.any(String) });
  });

  it('counts what changes nothing, and tells nobody', async () => {
    const { sim, heard } = await startScene();
    launch(sim.state, { name: 'web', start: false });
    exec(sim.state, 'default', 'web', ['true']);
    snapshot(sim.state, 'default', 'web', 's1');
    const ghost = beginPoolMove(sim.state, 'default', 'web');
    finishPoolMove(sim.state, 'default', ghost, 'web');
    await until('the last one came', () => heard.hints.includes('instance-renamed default/web'));
    expect(heard.hints).toEqual([
      'instance-created default/web',
      'instance-deleted default/web',
      'instance-renamed default/web',
    ]);
    expect(heard.results).toEqual(['hint', ...Array(6).fill('other-action'), 'move', 'hint', 'hint']);
  });

  it('misses nothing when events overtake each other', async () => {
    const { sim, heard } = await startScene();
    sim.streams.faults.disorder = true;
    for (const name of ['a', 'b', 'c']) launch(sim.state, { name });
    await until('all came', () => heard.hints.length === 6);
    const reasons = ['a', 'b', 'c'].flatMap((name) => [
      `instance-created default/${name}`,
      `instance-started default/${name}`,
    ]);
    expect(heard.hints).not.toEqual(reasons);
    expect([...heard.hints].sort()).toEqual([...reasons].sort());
  });

  it('comes back after the daemon was restarted, and says that everything must be read anew', async () => {
    const { sim, heard } = await startScene();
    sim.streams.cut();
    await until('it is up again', () => heard.connected.length === 2);
    expect(heard.connected).toEqual([true, false]);
    expect(heard.states.map((one) => one.state)).toEqual(['connecting', 'up', 'down', 'up']);
    expect(heard.states[2]?.failure?.code).toBe('S32_INCUS_INTERRUPTED');
    expect(heard.state()).toMatchObject({ connects: 2, failure: undefined });
    launch(sim.state, { name: 'late', start: false });
    await until('it hears', () => heard.hints.includes('instance-created default/late'));
  });

  it('waits for a server that is not there yet', async () => {
    const path = `${await temporaryFolder()}/incus.sock`;
    const heard = listen(async () => ({ kind: 'socket', path }));
    await until('it is told', () => heard.state()?.failure?.code === 'S32_INCUS_UNREACHABLE');
    const sim = await startSimIncus({ socket: path });
    onTestFinished(() => sim.close());
    await until('it is up', () => heard.connected.length === 1);
  });

  it('begins with short waits again after a connection that lasted', async () => {
    const backoff = { firstMs: 20, longestMs: 3_600_000 };
    const { sim, heard } = await startScene({ backoff, goodMs: 0 });
    for (let round = 2; round < 20; round += 1) {
      sim.streams.cut();
      await until('it is up again', () => heard.connected.length === round);
    }
  });

  it('asks less and less often while connections break off at once', async () => {
    const backoff = { firstMs: 20, longestMs: 3_600_000 };
    const { sim, heard } = await startScene({ backoff, goodMs: 60_000 });
    sim.streams.cut();
    await until('it is up again', () => heard.connected.length === 2);
    // 20 ms · 2^n: the twelfth wait is 40 s. A slow machine gives up a second's wait sooner, never later.
    let rounds = 2;
    await expect(
      (async () => {
        for (; rounds < 20; rounds += 1) {
          sim.streams.cut();
          await until('it is up again', () => heard.connected.length > rounds, 1);
        }
      })(),
    ).rejects.toThrow('in vain');
    expect(rounds).toBeLessThan(12);
  });

  it('is silent once it was stopped, and leaves no connection behind', async () => {
    const { sim, heard } = await startScene();
    heard.stop();
    await until('it is gone', () => sim.streams.open.size === 0);
    launch(sim.state, { name: 'web' });
    await new Promise((done) => setTimeout(done, 100));
    expect(heard.hints).toEqual([]);
    expect(heard.states.map((one) => one.state)).toEqual(['connecting', 'up']);
    expect(sim.streams.open.size).toBe(0);
  });

  it('does not connect any more when it was stopped while its endpoint was looked up', async () => {
    const { sim, endpoint } = await startSocketSim();
    const heard = listen(async () => {
      await new Promise((done) => setTimeout(done, 50));
      return endpoint;
    });
    heard.stop();
    await new Promise((done) => setTimeout(done, 200));
    expect(heard.states.map((one) => one.state)).toEqual(['connecting']);
    expect(sim.streams.open.size).toBe(0);
  });

  it.each(['a:b.sock', 'a b?c#d%20.sock'])('finds a socket called %s', async (name) => {
    const { endpoint } = await startSocketSim(name);
    const heard = listen(async () => endpoint);
    await until('it is up', () => heard.connected.length === 1);
  });

  it('looks its endpoint up before each connection, and survives that this fails', async () => {
    const { sim, endpoint } = await startSocketSim();
    let asked = 0;
    const heard = listen(async () => {
      asked += 1;
      if (asked === 1) throw new Error('the disk is away');
      return endpoint;
    });
    await until('it is up', () => heard.connected.length === 1);
    expect(heard.states[1]?.failure?.message).toContain('the disk is away');
    sim.streams.cut();
    await until('it is up again', () => asked === 3);
  });
});
