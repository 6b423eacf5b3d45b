import { execFile } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/service/types/run.js';
import { remove, rename, setConfig } from '../../src/sim/incus/operations.js';
import { listed, slash32, writeInventory } from '../cli/harness.js';
import { ask, launchOn, reservations, type Scene, serve, serveScene, until } from './rig.js';

const ours = (scene: Scene): string[] => reservations(scene).filter((one) => one.includes('[slash32:'));

async function settled(scene: Scene): Promise<void> {
  await until('it has nothing to do', async () => {
    const status = await ask(scene, '/v1/status');
    return status?.lastSuccessAt != null && status.running == null && status.queued === 0;
  });
}

describe('slash32 serve', () => {
  it('gives an instance that appears its reservation, by the event alone, and takes a renamed one along', async () => {
    const scene = await serveScene();
    serve(scene);
    await settled(scene);
    expect(ours(scene)).toHaveLength(3);

    launchOn(scene.incus.state, 'late');
    await until('late has one', () => ours(scene).some((one) => one.includes('default/late/')));
    rename(scene.incus.state, 'default', 'late', 'later');
    await until('it is renamed', () => ours(scene).some((one) => one.includes('default/later/')));
    expect(ours(scene)).toHaveLength(4);
    const { items } = (await ask(scene, '/v1/runs')) ?? {};
    const kinds = (items as { triggers: { kind: string }[] }[]).flatMap((one) => one.triggers.map((by) => by.kind));
    expect(new Set(kinds)).toEqual(new Set(['start', 'reconnect', 'event']));
  });

  it('lists what the command line did beside it, while it runs and after a restart', async () => {
    const scene = await serveScene();
    const first = serve(scene);
    await settled(scene);
    expect((await slash32(['apply', '--yes'], { cwd: scene.cwd })).code).toBe(0);
    const byHand = async () => {
      const { items = [] } = (await ask(scene, '/v1/runs')) ?? {};
      return (items as Run[]).filter((one) => one.actor.kind === 'command').map((one) => [one.id, one.outcome]);
    };
    const told = await byHand();
    expect(told).toEqual([[expect.any(String), 'nothing']]);
    expect(await ask(scene, `/v1/runs/${told[0]?.[0]}`)).toMatchObject({ triggers: [{ reason: 'slash32 apply' }] });
    first.child.kill('SIGTERM');
    await first.ended;
    serve(scene);
    await settled(scene);
    expect(await byHand()).toEqual(told);
  });

  it('finds what was missed while Incus was away', async () => {
    const scene = await serveScene();
    serve(scene);
    await settled(scene);
    scene.incus.streams.faults.refuse = 503;
    scene.incus.streams.cut();
    await until('it is noticed', async () => (await ask(scene, '/v1/status'))?.stream?.state === 'down');
    launchOn(scene.incus.state, 'missed');
    scene.incus.streams.faults.refuse = undefined;
    await until('it is found', () => ours(scene).some((one) => one.includes('default/missed/')));
  });

  it('ends when it is told to, with nothing left behind', async () => {
    const scene = await serveScene();
    const served = serve(scene);
    await settled(scene);
    served.child.kill('SIGTERM');
    expect(await served.ended, served.text()).toBe(0);
    expect(await ask(scene, '/v1/status')).toBeUndefined();
    const { out } = await slash32(['history', '--json'], { cwd: scene.cwd });
    expect(JSON.parse(out).runs.map((one: { outcome: string }) => one.outcome)).toContain('applied');
    expect((await slash32(['show', 'last'], { cwd: scene.cwd })).code).toBe(0);
    expect(await readFile(join(scene.cwd, 'slash32.journal.jsonl'), 'utf8')).not.toMatch(
      /[0-9a-f]{64}"?,"installation/,
    );
  });

  it('reads its configuration again on SIGHUP, and keeps the old one when the new one is wrong', async () => {
    const scene = await serveScene();
    const served = serve(scene);
    await settled(scene);
    const before = (await ask(scene, '/v1/status'))?.configuration?.digest;

    const path = join(scene.cwd, 'slash32.yaml');
    const good = await readFile(path, 'utf8');
    await writeFile(path, `${good}nonsense: true\n`);
    served.child.kill('SIGHUP');
    await until('it is named', async () => (await ask(scene, '/v1/status'))?.configuration?.failure !== undefined);
    expect(await ask(scene, '/v1/status')).toMatchObject({
      configuration: { digest: before, failure: { code: 'S32_CONFIG_INVALID' } },
    });
    expect((await ask(scene, '/readyz'))?.ready).toBe(false);

    await writeFile(path, `${good}exclude: ["default/web"]\n`);
    served.child.kill('SIGHUP');
    await until('it is taken', async () => (await ask(scene, '/v1/status'))?.configuration?.digest !== before);
    expect((await ask(scene, '/v1/status'))?.configuration?.failure).toBeUndefined();

    await writeFile(path, good.replace('owner: home', 'owner: other'));
    served.child.kill('SIGHUP');
    await until('it is refused', async () => (await ask(scene, '/v1/status'))?.configuration?.failure !== undefined);
    expect(await ask(scene, '/v1/status')).toMatchObject({ configuration: { failure: { code: 'S32_SERVE_RESTART' } } });
    expect(served.child.exitCode).toBeNull();
  });

  it('does not undo what the command line applied with a newer file, until it has read that', async () => {
    const scene = await serveScene();
    const { cwd } = scene;
    const served = serve(scene);
    await settled(scene);
    const path = join(cwd, 'slash32.yaml');
    const isMasked = (): boolean => scene.firewall.configText().includes('255.255.255.255');
    expect(isMasked()).toBe(true);
    await writeFile(path, (await readFile(path, 'utf8')).replace('[reservations, mask]', '[reservations]'));
    const applied = await slash32(['apply', '--yes'], { cwd });
    expect(applied.code, applied.out + applied.err).toBe(0);
    expect(applied.err).toContain('The running service uses an older configuration');
    expect(isMasked()).toBe(false);

    launchOn(scene.incus.state, 'late');
    await until('it waits', async () => (await ask(scene, '/v1/status'))?.configuration?.onDisk?.holds === true);
    expect([isMasked(), ours(scene).length]).toEqual([false, 3]);
    const { code, out } = await slash32(['status'], { cwd });
    expect([code, out]).toEqual([2, expect.stringMatching(/the file is another one[\s\S]*systemctl reload slash32/)]);
    expect(served.text().match(/is another one since/g)).toHaveLength(1);

    served.child.kill('SIGHUP');
    await until('late has one', () => ours(scene).some((one) => one.includes('default/late/')));
    expect(isMasked()).toBe(false);
    await settled(scene);
    expect((await slash32(['status', '--quiet'], { cwd })).code).toBe(0);
    expect((await slash32(['apply', '--yes'], { cwd })).err).not.toContain('configuration');
  });

  it('is not ended by a SIGHUP that comes before it is ready', async () => {
    const scene = await serveScene();
    const served = serve(scene);
    await until('it works', async () => /run begins|is ready/.test(served.text()));
    served.child.kill('SIGHUP');
    await settled(scene);
    await until('it was heard', async () => served.text().includes('the configuration was read again'));
    expect(served.child.exitCode).toBeNull();
  });

  it('is asked, paused and resumed from the command line', async () => {
    const scene = await serveScene();
    serve(scene);
    await settled(scene);
    const { cwd } = scene;
    const status = await slash32(['status'], { cwd });
    expect([status.code, status.out]).toEqual([0, expect.stringContaining('waits for a change')]);

    const paused = await slash32(['pause', '--reason', 'moving house'], { cwd });
    expect(paused.out).toContain('moving house');
    expect((await slash32(['pause'], { cwd })).err).toContain('S32_SERVICE_STATE');
    launchOn(scene.incus.state, 'waits');
    await until('it has looked', async () => (await ask(scene, '/v1/status'))?.drift === 1);
    expect(ours(scene)).toHaveLength(3);
    expect((await slash32(['status'], { cwd })).code).toBe(2);

    await slash32(['resume'], { cwd });
    await until('it applies again', () => ours(scene).length === 4);
    expect((await slash32(['status', '--quiet'], { cwd })).out).toBe('');
  });

  it('holds a plan that was rolled back by hand, and applies it when it is released', async () => {
    const scene = await serveScene({ instances: [] });
    serve(scene);
    await settled(scene);
    launchOn(scene.incus.state, 'risky');
    await ask(scene, '/v1/pause', {});
    await ask(scene, '/v1/resume', {});
    await until('it is there', () => ours(scene).length === 1);
    await settled(scene);
    remove(scene.incus.state, 'default', 'risky');
    const started = await ask(scene, '/v1/runs', { confirm: false, force: true });
    await until('it waits', async () => (await ask(scene, '/v1/pending'))?.waiting !== undefined);
    expect(started?.id).toBeDefined();
    await ask(scene, '/v1/pending/rollback', {});
    await until('it is held', async () => (await ask(scene, '/v1/status'))?.hold !== undefined);
    const { code, err } = await slash32(['release-hold'], { cwd: scene.cwd });
    expect([code, err]).toEqual([0, '']);
    expect((await ask(scene, '/v1/status'))?.hold).toBeUndefined();
  });

  it('holds what the command line applied and nobody confirmed, also where that was made of a newer file', async () => {
    const scene = await serveScene();
    const { cwd } = scene;
    const served = serve(scene);
    await settled(scene);
    const isMasked = (): boolean => scene.firewall.configText().includes('255.255.255.255');
    const path = join(cwd, 'slash32.yaml');
    await writeFile(path, (await readFile(path, 'utf8')).replace('[reservations, mask]', '[reservations]'));
    expect((await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd })).code).toBe(0);
    expect(isMasked()).toBe(false);
    scene.firewall.expirePending();
    expect((await slash32(['confirm'], { cwd })).err).toContain('S32_PLUGIN_EXPIRED');
    expect(isMasked()).toBe(true);
    served.child.kill('SIGHUP');
    await until('it is held', async () => (await ask(scene, '/v1/status'))?.hold !== undefined);
    await settled(scene);
    expect(isMasked()).toBe(true);
    expect((await ask(scene, '/v1/status'))?.hold?.reason).toContain('not confirmed in time');
    await slash32(['release-hold'], { cwd });
    await until('it is applied', () => !isMasked());
  });

  it.each(['--keep', '--remove'])(
    'keeps nothing that release %s gave up: that is refused until it is paused',
    async (how) => {
      const scene = await serveScene();
      const { cwd } = scene;
      const served = serve(scene);
      await settled(scene);
      const release = ['release', '--segment', 'servers', how, '--yes', '--force'];
      const refused = await slash32(release, { cwd });
      expect([refused.code, refused.err]).toEqual([
        1,
        expect.stringMatching(/S32_RELEASE_SERVED[\s\S]*keeps servers in step/),
      ]);
      expect(ours(scene)).toHaveLength(3);

      await slash32(['pause'], { cwd });
      const released = await slash32(release, { cwd });
      expect([released.code, released.err]).toEqual([0, expect.stringContaining('slash32 resume')]);
      expect(ours(scene)).toHaveLength(0);
      const path = join(cwd, 'slash32.yaml');
      const text = await readFile(path, 'utf8');
      await writeFile(
        path,
        text.replace(/servers: \{.*\}/, 'edge: { network: edge, interface: opt1, pool: 10.10.1.20-10.10.1.180 }'),
      );
      served.child.kill('SIGHUP');
      await until(
        'it is read',
        async () => (await ask(scene, '/v1/status'))?.configuration?.interfaces?.[0] === 'opt1',
      );
      await slash32(['resume'], { cwd });
      await settled(scene);
      expect(ours(scene)).toHaveLength(0);
      expect((await slash32(['release', '--interface', 'opt3', how, '--yes'], { cwd })).code).toBe(0);
    },
  );

  it('works once with one state file', async () => {
    const scene = await serveScene();
    serve(scene);
    await settled(scene);
    const second = serve(scene);
    expect(await second.ended).toBe(1);
    expect(second.text()).toContain('S32_SERVE_TWICE');
    expect((await ask(scene, '/v1/status'))?.owner).toBe('home');
  });

  it('takes webhooks and tokens over TCP, shows its metrics, and prints no secret anywhere', async () => {
    const scene = await serveScene({ service: ['  hooks: { incus: [hook.secret] }'] });
    const secret = 'c0ffee'.repeat(8);
    await writeFile(join(scene.cwd, 'hook.secret'), `${secret}\n`, { mode: 0o600 });
    const path = join(scene.cwd, 'slash32.yaml');
    await writeFile(path, (await readFile(path, 'utf8')).replace('listen: none', 'listen: "127.0.0.1:0"'));
    const { out: token } = await slash32(['token', 'create', '--name', 'test', '--role', 'viewer'], { cwd: scene.cwd });
    const served = serve(scene);
    await settled(scene);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(served.text())?.[0] ?? '';
    const get = (where: string, headers: Record<string, string> = {}) => fetch(`${url}${where}`, { headers });
    const bearer = { authorization: `Bearer ${token.trim()}` };

    expect((await get('/v1/status')).status).toBe(401);
    expect((await get('/v1/status', bearer)).status).toBe(200);
    expect((await fetch(`${url}/v1/pause`, { method: 'POST', headers: bearer })).status).toBe(403);
    expect((await get('/healthz')).status).toBe(200);
    const event = { type: 'lifecycle', metadata: { action: 'instance-updated', name: 'web', project: 'default' } };
    const posted = await fetch(`${url}/hooks/incus/${secret}`, { method: 'POST', body: JSON.stringify(event) });
    expect(posted.status).toBe(202);
    await until('the webhook led to a run', async () => {
      const { items } = (await ask(scene, '/v1/runs')) ?? {};
      return JSON.stringify(items ?? []).includes('"webhook"');
    });
    const metrics = await (await get('/metrics', bearer)).text();
    expect(metrics).toContain('slash32_hooks_total{hook="incus",result="trigger"} 1');
    expect(metrics).toMatch(/slash32_runs_total\{outcome="applied",trigger="start"\} 1/);
    expect(metrics).toMatch(/slash32_firewall_request_duration_seconds_count\{call="POST \/[^"?]+",result="ok"\}/);
    expect(metrics).toContain('slash32_incus_request_duration_seconds_count{call="GET /1.0/instances",result="ok"}');
    expect(metrics).not.toMatch(/call="[^"]*(\?|default|home)/);
    expect(metrics).toMatch(/slash32_managed_reservations\{segment="servers"\} 3/);

    const { out } = await slash32(['receive', 'events.jsonl'], {
      cwd: await withEvents(scene, [event, { type: 'logging' }, { ...event, timestamp: 'later' }]),
    });
    expect(out).toContain('3 events, 2 of them news, 3 sent.');
    served.child.kill('SIGTERM');
    await served.ended;
    const written = served.text() + (await readFile(join(scene.cwd, 'slash32.journal.jsonl'), 'utf8'));
    expect(written).not.toContain(secret);
    expect(written).not.toContain(token.trim());
    const printed = await slash32(['incus', 'webhook'], { cwd: scene.cwd });
    expect(printed.out).toContain('target.retry=1');
    expect(printed.out).not.toContain(secret);
    expect((await slash32(['incus', 'webhook', '--show-secret'], { cwd: scene.cwd })).out).toContain(secret);
  });

  it('refuses to listen for others without a certificate and a token', async () => {
    const scene = await serveScene();
    const path = join(scene.cwd, 'slash32.yaml');
    await writeFile(path, (await readFile(path, 'utf8')).replace('listen: none', 'listen: "0.0.0.0:0"'));
    const served = serve(scene);
    expect(await served.ended).toBe(1);
    expect(served.text()).toContain('others reach');
  });

  it('goes on when the journal cannot be written, writes nothing to the firewall meanwhile, and catches up', async () => {
    const scene = await serveScene({ service: ['  journal: { file: full/journal.jsonl }'] });
    const served = serve(scene);
    await until(
      'it has tried',
      async () =>
        (await ask(scene, '/v1/status'))?.failures !== undefined &&
        ((await ask(scene, '/v1/status'))?.failures ?? 0) > 0,
    );
    expect(ours(scene)).toHaveLength(0);
    expect((await ask(scene, '/readyz'))?.ready).toBe(false);
    await new Promise((done) => execFile('mkdir', [join(scene.cwd, 'full')], done));
    await until('it catches up', () => ours(scene).length === 3);
    expect(served.child.exitCode).toBeNull();
  });
});

describe('two services on one firewall', () => {
  it('with owners of their own never touch each other', async () => {
    const first = await serveScene();
    const second = await serveScene({ owner: 'office', share: first, extra: ['exclude: ["default/*"]'] });
    serve(first);
    serve(second);
    await settled(first);
    await settled(second);
    launchOn(first.incus.state, 'new');
    await until('it is there', () => ours(first).length === 4);
    await settled(second);
    expect(ours(first).every((one) => one.includes('[slash32:home:'))).toBe(true);
    expect((await ask(second, '/v1/status'))?.failures).toBe(0);
  });

  it('with one owner id and other state files, the second is refused by the plugin, and says so', async () => {
    const first = await serveScene();
    serve(first);
    await settled(first);
    const second = await serveScene({ share: first, extra: ['exclude: ["default/web"]'] });
    serve(second);
    await until('it is refused', async () => {
      const { items } = (await ask(second, '/v1/findings')) ?? {};
      return JSON.stringify(items ?? []).includes('another configuration');
    });
    expect(ours(first)).toHaveLength(3);
  });
});

describe('two services with one owner id and different configurations through the stock API', () => {
  it('reverse each other three times at most, then one of them stops and says so', async () => {
    const first = await serveScene({ transport: 'api' });
    const second = await serveScene({
      transport: 'api',
      share: first,
      extra: ['retain: 0', 'quarantine: 0', 'limits: { share: 1, total: 100 }'],
    });
    // The second one has an old copy of the inventory, in which one of the instances is another machine.
    const path = join(second.cwd, 'slash32.yaml');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/incus: .*/, 'incus: { file: instances.json, complete: true }'));
    await writeInventory(second.cwd, [listed('web')]);
    const both = [serve(first), serve(second)] as const;
    await settled(first);
    await settled(second);
    let changes = 0;
    const isPaused = async (): Promise<boolean> => {
      changes += 1;
      setConfig(first.incus.state, 'default', 'web', 'user.note', String(changes));
      both[1].child.kill('SIGHUP');
      await new Promise((done) => setTimeout(done, 1_200));
      const states = await Promise.all([ask(first, '/v1/status'), ask(second, '/v1/status')]);
      return states.some((status) => status?.pause?.by === 'slash32');
    };
    await until('one of them has stopped', isPaused).catch(() => {
      throw new Error(both.map((one) => one.text()).join('\n----\n'));
    });
    const findings = await Promise.all([ask(first, '/v1/findings'), ask(second, '/v1/findings')]);
    expect(JSON.stringify(findings)).toContain('writes-reversed');
    for (const one of both) expect(one.child.exitCode).toBeNull();
  });
});

async function withEvents(scene: Scene, events: readonly object[]): Promise<string> {
  await appendFile(join(scene.cwd, 'events.jsonl'), events.map((one) => `${JSON.stringify(one)}\n`).join(''));
  return scene.cwd;
}
