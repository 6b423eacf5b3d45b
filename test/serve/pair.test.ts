import { expect, it } from 'vitest';
import { PEER_WORDS } from '../../src/firewall/opnsense/plugin/peer.js';
import type { Finding } from '../../src/service/types/finding.js';
import type { Run } from '../../src/service/types/run.js';
import { slash32 } from '../cli/harness.js';
import { ALL_ITEMS, addCarp, addPeer } from '../support/carp.js';
import { ask, launchOn, type Scene, serve, serveScene, until } from './rig.js';

const SHARED = '192.168.1.254';
/** What the peer itself can answer; the rest is decided by this node. */
const ANSWERS = Object.keys(PEER_WORDS).filter(
  (code) => !['backup', 'unknown-role', 'no-peer', 'items'].includes(code),
);

/** A new instance, and the run that has applied it. */
async function applied(scene: Scene, name: string): Promise<Run> {
  launchOn(scene.incus.state, name);
  const run = () => lastRun(scene, (one) => one.changes.some((line) => line.includes(`default/${name}/`)));
  await until(`${name} is applied`, async () => (await run()) !== undefined);
  return (await run()) as Run;
}

async function lastRun(scene: Scene, wanted: (run: Run) => boolean): Promise<Run | undefined> {
  const { items = [] } = (await ask(scene, '/v1/runs')) ?? {};
  for (const { id } of items as { id: string }[]) {
    const run = (await ask(scene, `/v1/runs/${id}`)) as Run | undefined;
    const lines = (await ask(scene, `/v1/runs/${id}/changes`))?.items as readonly string[] | undefined;
    const whole = run && { ...run, changes: lines ?? [] };
    if (whole?.state === 'ended' && whole.outcome === 'applied' && wanted(whole)) return whole;
  }
  return undefined;
}

async function found(scene: Scene): Promise<string[]> {
  const { items = [] } = (await ask(scene, '/v1/findings')) ?? {};
  return (items as Finding[])
    .filter(({ code }) => code.startsWith('ha-'))
    .map(({ code, message }) => `${code} ${message}`);
}

it('says over HTTP, in findings and on the command line what the other node of a pair did, whatever that was', async () => {
  const scene = await serveScene({ plugin: { push: true }, instances: [] });
  scene.firewall.save((root) => {
    addCarp(root, 'lan', SHARED);
    addPeer(root, ALL_ITEMS);
  });
  serve(scene);
  await until('it has looked', async () => (await ask(scene, '/v1/status'))?.pair?.role === 'master');

  for (const code of ANSWERS) {
    scene.firewall.setPeer(code, `seen there: ${code}`);
    const run = await applied(scene, `i-${code}`);
    const { pair } = (await ask(scene, '/v1/status')) ?? {};
    expect(run.notes.join(), code).toContain(PEER_WORDS[code]?.remedy);
    expect(pair?.last, code).toMatchObject({ taken: false, open: false, runId: run.id });
    expect(pair?.last?.message, code).toContain(`seen there: ${code}`);
    expect((await found(scene)).join(), code).toContain(PEER_WORDS[code]?.remedy);
  }
  scene.firewall.setPeer('open');
  expect((await applied(scene, 'open')).notes.join()).toContain('has not answered yet');
  expect((await slash32(['status'], { cwd: scene.cwd })).out).toContain('has not answered yet');
  scene.firewall.answerPeer('done');
  await until('it looks by itself', async () => (await ask(scene, '/v1/status'))?.pair?.last?.taken === true);
  expect(await found(scene)).toEqual([]);
  const said = await slash32(['status'], { cwd: scene.cwd });
  expect(said.out).toMatch(/pair +this node is master; the other node is 10\.0\.0\.3/);
  expect(said.out).toContain('The high-availability peer took the change');
  expect((await slash32(['history', '--json'], { cwd: scene.cwd })).out).toContain('What the other node did with plan');

  scene.firewall.setCarp(SHARED, 'BACKUP');
  launchOn(scene.incus.state, 'late');
  await until('it is named', async () => (await found(scene)).join().includes('ha-backup'));
  expect(scene.firewall.configText()).not.toContain('default/late');
  const meant = await ask(scene, '/v1/runs', { onBackup: true });
  await until('a person means it', () => scene.firewall.configText().includes('default/late'));
  expect(meant?.id).toBeDefined();
  await until(
    'where it stands is said',
    async () =>
      (await ask(scene, '/v1/status'))?.pair?.last?.message.includes(PEER_WORDS.backup?.remedy ?? '') === true,
  );
  expect((await slash32(['status'], { cwd: scene.cwd })).out).toContain(
    'this node is backup, so nothing is written to it',
  );
});
