import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readState } from '../../src/firewall/opnsense/plugin/observe.js';
import { tooOldFor } from '../../src/firewall/opnsense/plugin/older.js';
import type { WireAlias, WireState } from '../../src/firewall/opnsense/plugin/wire.js';
import { ensureChild, node, type SimNode } from '../../src/sim/opnsense/node.js';
import { pluginBefore } from '../support/plugin-before.js';
import { listed, macOf, slash32 } from './harness.js';
import { pluginScene, servedBy, writePluginConfig } from './plugin-scene.js';

const FULL = '[reservations, mask, deny_unknown, static_arp]';
const UPDATE = 'update os-slash32 on the firewall to 1.5';
const RECORDED: WireState = JSON.parse(
  readFileSync(new URL('../fixtures/before/plugin/state.json', import.meta.url), 'utf8'),
);

async function scene(manage = FULL, version?: string) {
  const { cwd, firewall } = await pluginScene([listed('web'), listed('db')]);
  const before = await pluginBefore(firewall.url, version);
  await writePluginConfig(cwd, before, { manage });
  return { cwd, firewall, before };
}

function pool(root: SimNode): void {
  const range = node('range', [node('from', '10.10.3.241'), node('to', '10.10.3.245')]);
  for (const section of ensureChild(root, 'dhcpd').children)
    if (section.name === 'opt3') section.children.push(node('pool', [range]));
}

describe('this slash32 with the plugin of the version before', () => {
  it('goes every step and back, says once what to update, and sends nothing that 1.1 does not know', async () => {
    const { cwd, firewall, before } = await scene();
    const start = servedBy(firewall).replace('<numberoptions><item/></numberoptions>', '');

    const plan = await slash32(['plan'], { cwd });
    expect(plan.code).toBe(2);
    expect(plan.out).toContain(`os-slash32 1.1 is older than this slash32.`);
    expect(plan.out).toContain(UPDATE);
    const applied = await slash32(['apply', '--yes', '--accept-lockout-risk'], { cwd });
    expect([applied.code, applied.err]).toEqual([0, '']);
    expect(servedBy(firewall)).toContain(macOf('default/web'));
    expect((await slash32(['plan'], { cwd })).code).toBe(0);
    const released = await slash32(['release', '--all', '--remove', '--yes'], { cwd });
    expect(released.code).toBe(0);
    expect([servedBy(firewall), before.refused()]).toEqual([start, 0]);
  });

  it('does not call deny_unknown done where a further pool stays open, and never names pools to it', async () => {
    const { cwd, firewall, before } = await scene('[reservations, deny_unknown]');
    firewall.save(pool);

    const waits = await slash32(['apply', '--yes'], { cwd });
    expect(waits.code).toBe(4);
    expect(waits.out + waits.err).toContain(`10.10.3.241-10.10.3.245 stay open: ${UPDATE}`);
    expect((await slash32(['apply', '--yes', '--force', '--accept-new'], { cwd })).code).toBe(0);
    expect((await slash32(['plan'], { cwd })).out).toContain('deny_unknown is not done there');
    expect(before.refused()).toBe(0);
  });

  it('asks nothing of it on a release of OPNsense where it fails at every change', async () => {
    const { cwd, before } = await scene('[reservations]', '26.1.10');

    expect((await slash32(['plan'], { cwd })).out).toContain('fails at every change on OPNsense 26.1.10');
    const failed = await slash32(['apply', '--yes'], { cwd });

    expect([failed.code, before.writes()]).toEqual([1, 0]);
    expect(failed.err).toContain('S32_PLUGIN_API');
    expect(failed.err).toContain(UPDATE);
    expect(failed.err).toContain('Nothing was written');
  });
});

describe('what os-slash32 1.1 told when it was asked', () => {
  it('is read by this version, which knows from it what may be asked', () => {
    const { observed } = readState(RECORDED, 'https://fw.lan', new Date(0));
    expect(observed.segments.find((one) => one.interface === 'opt1')?.staticArp).toBe('on');
    expect(observed.interfaces.map((one) => one.staticArp)).toEqual(observed.interfaces.map(() => undefined));
    expect(observed.resolvers).toEqual({ unknown: expect.stringContaining(`does not show it: ${UPDATE}`) });
    expect(observed.unwritable).toEqual({ settings: ['pools', 'routes'], remedy: UPDATE });
    expect(observed.notes).toEqual([
      expect.stringContaining('os-slash32 1.1 is older than this slash32'),
      expect.stringContaining('on both nodes to 1.5'),
    ]);
  });

  it.each<[string, Partial<WireState>, readonly string[], string | undefined]>([
    ['it takes addresses', {}, ['10.0.0.0/8', '!10.10.1.1'], undefined],
    ['it takes no networks of an interface', {}, ['10.0.0.0/8', '__segments_network'], 'names the networks'],
    ['it fails on 26.1', { version: '26.1' }, [], 'fails at every change on OPNsense 26.1:'],
    ['it fails on 26.1.10', { version: '26.1.10_5' }, [], 'fails at every change'],
    ['it works on 26.1.11', { version: '26.1.11' }, [], undefined],
    ['it fails on 25.7', { version: '25.7.11' }, [], 'fails at every change'],
    ['nothing is claimed of a version that it does not tell', { version: null }, [], undefined],
    ['1.2 takes it all', { restarts: [], version: '26.1' }, ['__segments_network'], undefined],
  ])('%s', (_what, part, content, sentence) => {
    const alias: WireAlias = { name: 's32_local', type: 'network', content, descr: '', enabled: true };
    const found = tooOldFor({ ...RECORDED, ...part }, [alias]);
    expect(found).toEqual(sentence === undefined ? undefined : expect.stringContaining(sentence));
  });
});
