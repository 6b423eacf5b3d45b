import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../../src/model/firewall.js';
import { PLAIN_RUN } from '../../../src/service/types/run.js';
import { runsOf, type Scene, scene, serve } from './scene.js';
import { ALICE } from './world.js';

const EVENT = { kind: 'event', reason: 'instance-created', urgent: true } as const;

const outcomesOn = ({ firewall }: Scene) => firewall.applies().map((line) => line.outcome);

describe('the service against the simulated firewall', () => {
  it('applies and confirms what changed, and then finds nothing to do', async () => {
    const at = await scene();
    const service = serve(at);
    expect((await runsOf(service, 1))[0]).toMatchObject({ outcome: 'applied', plan: { changes: 1 } });
    at.names.push('db');
    service.trigger(EVENT);
    expect((await runsOf(service, 2))[1]).toMatchObject({ outcome: 'applied' });
    service.trigger(EVENT);
    expect((await runsOf(service, 3))[2]).toMatchObject({ outcome: 'nothing' });
    expect(outcomesOn(at)).toEqual(['confirmed', 'confirmed']);
    expect(service.reading()?.plan.summary).toMatchObject({ create: 0, unchanged: 2 });
  });

  it('leaves a change to a person, undoes it at his word, holds it, and applies it when it is released', async () => {
    const at = await scene();
    at.names = [];
    const service = serve(at);
    await runsOf(service, 1);
    at.names = ['web'];
    const asked = service.start({ ...PLAIN_RUN, confirm: false }, ALICE, undefined);
    const waiting = await service.settled(asked.id, 20_000, new AbortController().signal);
    expect(waiting).toMatchObject({ outcome: 'waiting', undoneAt: service.status().waiting?.undoneAt });
    expect(service.status().waiting).toMatchObject({ runId: asked.id, checksum: waiting?.plan?.checksum });
    service.trigger(EVENT);
    expect((await runsOf(service, 3))[2]).toMatchObject({ outcome: 'waiting', failure: undefined });
    expect(service.findings().map((one) => one.code)).toContain('apply-waiting');
    const answer = await service.rollback(ALICE);
    expect(answer).toMatchObject({ outcome: 'rolled_back', checksum: waiting?.plan?.checksum });
    expect(service.status()).toMatchObject({ waiting: undefined, hold: { reason: 'rolled back by alice' } });
    expect((await runsOf(service, 4))[3]).toMatchObject({ outcome: 'held' });
    service.releaseHold(ALICE);
    expect((await runsOf(service, 5))[4]).toMatchObject({ outcome: 'applied' });
    expect(outcomesOn(at)).toEqual(['confirmed', 'rolled_back']);
    await expect(service.confirm(ALICE)).rejects.toMatchObject({ code: 'S32_PLUGIN_NOTHING_WAITS' });
  });

  it('keeps a change that a person confirms', async () => {
    const at = await scene();
    at.names = [];
    const service = serve(at);
    await runsOf(service, 1);
    at.names = ['web'];
    service.start({ ...PLAIN_RUN, confirm: false }, ALICE, undefined);
    await runsOf(service, 2);
    expect(await service.confirm(ALICE)).toMatchObject({ outcome: 'confirmed' });
    expect((await runsOf(service, 3))[2]).toMatchObject({ outcome: 'nothing' });
    expect(outcomesOn(at)).toEqual(['confirmed']);
    expect(service.status()).toMatchObject({ waiting: undefined, hold: undefined });
  });

  it('holds a change with which DHCP did not come up', async () => {
    const at = await scene();
    at.firewall.breakDhcpd(true);
    const service = serve(at);
    expect((await runsOf(service, 1))[0]).toMatchObject({
      outcome: 'rolled_back',
      failure: { code: 'S32_PLUGIN_RESTORED' },
    });
    at.firewall.breakDhcpd(false);
    service.trigger(EVENT);
    expect((await runsOf(service, 2))[1]).toMatchObject({ outcome: 'held' });
    expect(outcomesOn(at)).toEqual(['restored']);
    expect(at.journal.map((record) => record.kind)).toContain('hold');
  });

  it('confirms what a process before it had applied, when that one was killed before it could', async () => {
    const at = await scene();
    const dies = killedAfterApply();
    const killed = serve(at, dies.wrap);
    await dies.applied;
    await forgetLock(at);
    expect(outcomesOn(at)).toEqual(['pending']);
    const service = serve(at);
    const [run] = await runsOf(service, 1);
    expect(run).toMatchObject({ outcome: 'nothing', notes: [expect.stringContaining('was confirmed')] });
    expect(outcomesOn(at)).toEqual(['confirmed']);
    expect(at.journal.some((record) => record.kind === 'audit' && record.audit.runId === run?.id)).toBe(true);
    dies.end();
    await killed.stop();
  });

  it('holds what a process before it had applied, when the firewall undid that meanwhile', async () => {
    const at = await scene();
    const dies = killedAfterApply();
    const killed = serve(at, dies.wrap);
    await dies.applied;
    await forgetLock(at);
    at.firewall.expirePending();
    const service = serve(at);
    expect((await runsOf(service, 1))[0]).toMatchObject({ outcome: 'held' });
    expect(service.status().hold?.reason).toContain('not confirmed in time');
    dies.end();
    await killed.stop();
  });

  it('comes to the same end when the firewall reboots in the middle of an apply', async () => {
    const at = await scene();
    let reboots = 0;
    at.firewall.watchApplies({
      after() {
        if (reboots === 0) at.firewall.reboot(200);
        reboots += 1;
      },
    });
    const service = serve(at);
    const runs = await runsOf(service, 2);
    expect(runs.at(-1)).toMatchObject({ outcome: 'applied' });
    expect(outcomesOn(at)).toEqual(['confirmed', 'rebooted']);
    expect(service.status().hold).toBeUndefined();
  });
});

/** A firewall that takes the first apply, and whose answer never comes: as it is for a process that is killed. */
function killedAfterApply() {
  let tell = (): void => {};
  let end = (): void => {};
  const applied = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    applied,
    end: () => end(),
    wrap: (target: Target): Target => ({
      ...target,
      async apply(request) {
        const { commitment } = request;
        if (commitment === undefined) throw new Error('no commitment');
        await target.apply({ ...request, commitment: { ...commitment, wait: false } });
        tell();
        await ended;
        throw new Error('killed');
      },
    }),
  };
}

/** The lock of a process that is gone is taken over; here it is the same process. */
function forgetLock({ cwd }: Scene): Promise<void> {
  return rm(`${cwd}/state.json.lock`);
}
