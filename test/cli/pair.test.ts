import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { APPLY_SCHEMA, SETTLED_SCHEMA } from '../../src/cli/json-schemas.js';
import { PEER_WORDS } from '../../src/firewall/opnsense/plugin/peer.js';
import type { PluginApply } from '../../src/sim/opnsense/plugin/model.js';
import type { SimOpnsense } from '../../src/sim/opnsense/start.js';
import { ALL_ITEMS, addCarp, addPeer } from '../support/carp.js';
import { apiScene } from './api-scene.js';
import { listed, macOf, slash32, writeInventory } from './harness.js';
import { macsOf, outcomesOf, pluginScene } from './plugin-scene.js';

const INSTANCES = [listed('web')];
const SHARED = '192.168.1.254';

/** The master of a pair that hands over everything; its shared address is on an interface that is no segment. */
async function masterScene(items = ALL_ITEMS) {
  const scene = await pluginScene(INSTANCES, { push: true });
  scene.firewall.save((root) => {
    addCarp(root, 'lan', SHARED);
    addPeer(root, items);
  });
  return scene;
}

function sentTo(firewall: SimOpnsense): PluginApply[] {
  const seen: PluginApply[] = [];
  firewall.watchApplies({ after: (apply) => void seen.push(apply) });
  return seen;
}

describe('an apply on the master of a pair', () => {
  it('says that the other node took it where that was seen', async () => {
    const { cwd } = await masterScene();

    const ran = await slash32(['apply', '--yes'], { cwd });

    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toContain('The high-availability peer took the change: it has what was written');
    expect((await slash32(['plan'], { cwd })).out).not.toContain('ha-');
  });

  it.each([
    'unreachable',
    'login',
    'no-plugin',
    'old-plugin',
    'changed-there',
    'differs',
    'dhcpd',
    'no-dhcpd',
    'failed',
  ])('says what it is where the other node did not take it (%s), and goes on saying so', async (code) => {
    const { cwd, firewall } = await masterScene();
    firewall.setPeer(code, `seen on the peer (${code})`);

    const ran = await slash32(['apply', '--yes'], { cwd });
    const plan = await slash32(['plan'], { cwd });

    expect(outcomesOf(firewall)).toEqual(['confirmed']);
    expect(ran.out).not.toContain('took the change');
    expect(ran.out).toContain(PEER_WORDS[code]?.remedy);
    expect(ran.out).toContain(`seen on the peer (${code})`);
    expect(plan.code).toBe(0);
    expect(plan.out).toContain('the other node was not seen to take that');
    expect(plan.out).toContain(PEER_WORDS[code]?.remedy);
  });

  it('says that the other node has not answered yet, and what it did once it has', async () => {
    const { cwd, firewall } = await masterScene();
    firewall.setPeer('open');

    const ran = await slash32(['apply', '--yes'], { cwd });
    const meanwhile = await slash32(['plan'], { cwd });
    firewall.answerPeer('done');
    const after = await slash32(['plan'], { cwd });

    expect([ran.code, outcomesOf(firewall)]).toEqual([0, ['confirmed']]);
    expect(ran.out).toContain('has not answered yet: slash32 status says what it did');
    expect(meanwhile.out).toContain('the other node has not');
    expect(after.out).not.toContain('the other node');
  });

  it('warns before it of each item that is not synchronised, and the answer names it', async () => {
    const { cwd } = await masterScene('dhcpd');

    const ran = await slash32(['apply', '--yes'], { cwd });

    expect(ran.out).toMatch(/Slash32 is not among what is synchronised to the other node \(10\.0\.0\.3\)/);
    expect(ran.out).toContain(PEER_WORDS.items?.remedy);
  });

  it('is told in JSON as well', async () => {
    const { cwd, firewall } = await masterScene();
    firewall.setPeer('login');
    const applied = JSON.parse((await slash32(['apply', '--yes', '--json'], { cwd })).out);
    expect(applied.peer).toMatchObject({ taken: false, open: false, message: expect.stringContaining('login') });
    await writeInventory(cwd, [...INSTANCES, listed('db')]);
    await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd });
    firewall.setPeer('done');

    const settled = JSON.parse((await slash32(['confirm', '--json'], { cwd })).out);

    expect(settled).toMatchObject({ outcome: 'confirmed', peer: { taken: true, open: false } });
    for (const [schema, value] of [
      [APPLY_SCHEMA, applied],
      [SETTLED_SCHEMA, settled],
    ] as const)
      expect(new Ajv2020({ strict: false }).validate(schema, value)).toBe(true);
  });

  it('asks nobody to believe a plugin that does not look', async () => {
    const { cwd } = await pluginScene(INSTANCES, { push: true, tellsPair: false });

    const ran = await slash32(['apply', '--yes'], { cwd });

    expect(ran.code).toBe(0);
    expect(ran.out).not.toContain('took the change');
    expect(ran.out).toContain('nobody saw whether it did: os-slash32 does not look');
  });

  it('that became backup meanwhile confirms, and says where the change stands', async () => {
    const { cwd, firewall } = await masterScene();
    expect((await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd })).code).toBe(0);
    firewall.setCarp(SHARED, 'BACKUP');

    const ran = await slash32(['confirm'], { cwd });

    expect(ran.code).toBe(0);
    expect(ran.out).toContain(PEER_WORDS.backup?.remedy);
    expect(ran.out).toContain('the change stands on this node alone, and the master goes on without it');
  });
});

describe('a node that is not surely the master', () => {
  it.each<[string, string, 'BACKUP' | 'INIT' | '']>([
    ['is backup on another interface', SHARED, 'BACKUP'],
    ['is backup on an IPv6 address', '2001:db8::1', 'BACKUP'],
    ['is starting', SHARED, 'INIT'],
    ['does not show its role', SHARED, ''],
  ])('is not written through the plugin where it %s, until a person means it', async (_what, address, status) => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    firewall.save((root) => addCarp(root, 'lan', address));
    firewall.setCarp(address, status);
    const sent = sentTo(firewall);

    const plan = await slash32(['plan'], { cwd });
    const ran = await slash32(['apply', '--yes'], { cwd });

    expect(plan.out).toContain(address);
    expect(plan.out).toContain('--on-backup');
    expect(ran.code).toBe(4);
    expect(ran.err).toContain(address);
    expect([sent, macsOf(firewall)]).toEqual([[], []]);

    const meant = await slash32(['apply', '--yes', '--on-backup'], { cwd });
    expect([meant.code, meant.err]).toEqual([0, '']);
    expect(sent.map((one) => one.on_backup)).toEqual([true]);
    expect(macsOf(firewall)).toEqual([macOf('default/web')]);
  });

  it('is not written through a plugin that leaves it to slash32 (os-slash32 1.4)', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES, { tellsPair: false });
    firewall.save((root) => addCarp(root, 'lan', SHARED));
    firewall.setCarp(SHARED, 'BACKUP');
    const sent = sentTo(firewall);

    expect((await slash32(['apply', '--yes'], { cwd })).err).toContain('--on-backup');
    expect(sent).toEqual([]);
    expect((await slash32(['apply', '--yes', '--on-backup'], { cwd })).code).toBe(0);
    expect(sent.map((one) => 'on_backup' in one)).toEqual([false]);
  });

  it.each([SHARED, '2001:db8::1'])('is not written through the API either (%s)', async (address) => {
    const { cwd, firewall } = await apiScene(INSTANCES);
    firewall.save((root) => addCarp(root, 'lan', address));
    firewall.setCarp(address, 'BACKUP');
    const before = firewall.configText();

    const ran = await slash32(['apply', '--yes'], { cwd });
    expect(ran.err).toContain('CARP backup');
    expect(firewall.configText()).toBe(before);
    expect((await slash32(['apply', '--yes', '--on-backup'], { cwd })).code).toBe(0);
    expect(firewall.configText()).toContain('default/web');
  });

  it('cannot be told from the master in a file, which is said', async () => {
    const { cwd, firewall } = await apiScene(INSTANCES);
    firewall.save((root) => addCarp(root, 'lan', '2001:db8::1'));
    await writeFile(join(cwd, 'config.xml'), firewall.configText());
    const config = await readFile(join(cwd, 'slash32.yaml'), 'utf8');
    await writeFile(
      join(cwd, 'slash32.yaml'),
      config.replace(/opnsense: .*/, 'opnsense: { transport: file, path: config.xml }'),
    );

    const plan = await slash32(['plan'], { cwd });

    expect(plan.code).toBe(2);
    expect(plan.out).toContain('2001:db8::1 on lan');
    expect(plan.out).toContain('a file does not say which of the two is master');
  });

  it('refuses by itself what is sent without that word', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    firewall.save((root) => addCarp(root, 'lan', SHARED));
    firewall.watchApplies({ before: () => firewall.setCarp(SHARED, 'BACKUP') });

    const ran = await slash32(['apply', '--yes'], { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('S32_PLUGIN_BACKUP_NODE');
    expect(ran.err).toContain('--on-backup');
    expect(macsOf(firewall)).toEqual([]);
  });
});
