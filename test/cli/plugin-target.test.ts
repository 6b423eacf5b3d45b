import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { APPLY_SCHEMA, SETTLED_SCHEMA } from '../../src/cli/json-schemas.js';
import { childOf, ensureChild, node } from '../../src/sim/opnsense/node.js';
import type { PluginApply } from '../../src/sim/opnsense/plugin/model.js';
import type { SimOpnsense } from '../../src/sim/opnsense/start.js';
import { listed, macOf, slash32, temporaryFolder, writeConfig, writeFirewall, writeInventory } from './harness.js';
import {
  callsOf as calls,
  macsOf as macs,
  outcomesOf,
  pluginScene,
  servedBy,
  writeKeyFile,
  writePluginConfig,
} from './plugin-scene.js';

const INSTANCES = [listed('web'), listed('db')];

const OURS = [macOf('default/web'), macOf('default/db')].toSorted();

/** Every apply that comes from now on. */
function watched(firewall: SimOpnsense): PluginApply[] {
  const seen: PluginApply[] = [];
  firewall.watchApplies({ after: (apply) => void seen.push(apply) });
  return seen;
}

/** Somebody else saves right before each of the next so many applies. */
function savesOfOthers(firewall: SimOpnsense, count: number): void {
  let left = count;
  firewall.watchApplies({
    before: () => {
      left -= 1;
      if (left >= 0) firewall.save((root) => ensureChild(root, 'widgets').children.push(node('column', '3')));
    },
  });
}

async function state(cwd: string) {
  return JSON.parse(await readFile(join(cwd, 'slash32.state.json'), 'utf8'));
}

/** A run that a test ends with Ctrl-C once `step` happens. */
function interruptible(): { signal: AbortSignal; interrupt: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, interrupt: () => controller.abort() };
}

describe('apply through the plugin', () => {
  it('applies in one call, reaches the firewall again, confirms, and then finds nothing to do', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    await writePluginConfig(cwd, firewall, { manage: '[reservations, mask, deny_unknown, static_arp]' });

    const ran = await slash32(['apply', '--yes'], { cwd });

    expect(ran.err).toBe('');
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('Applied and confirmed plan');
    expect(calls(firewall)).toEqual(['get', 'apply', 'get', 'confirm']);
    expect(outcomesOf(firewall)).toEqual(['confirmed']);
    expect(macs(firewall).toSorted()).toEqual(OURS);
    for (const part of ['<value>255.255.255.255<', '<denyunknown>1<', '<staticarp>1<'])
      expect(servedBy(firewall)).toContain(part);
    expect((await slash32(['plan'], { cwd })).code).toBe(0);
    expect((await state(cwd)).pending).toBeUndefined();
  });

  it('reads back and confirms on TCP connections that the apply did not come on', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);

    await slash32(['apply', '--yes'], { cwd });

    const connections = firewall.log.map((one) => one.remotePort);
    expect(new Set(connections).size).toBe(connections.length);
  });

  it('keeps its token in the state file, which nobody else can read, before the apply is sent, and nowhere else', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    let before: Promise<unknown> | undefined;
    let token = '';
    firewall.watchApplies({
      after: (apply) => {
        token = apply.token ?? '';
        before ??= state(cwd);
      },
    });

    const ran = await slash32(['apply', '--yes', '--json', '--no-confirm-wait'], { cwd });

    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(await before).toMatchObject({ pending: { token } });
    expect((await stat(join(cwd, 'slash32.state.json'))).mode & 0o777).toBe(0o600);
    expect(ran.out + ran.err).not.toContain(token);
    expect(firewall.log.map((one) => one.path).join()).not.toContain(token);
  });

  it('prints how the apply stands as JSON', async () => {
    const { cwd } = await pluginScene(INSTANCES);
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(APPLY_SCHEMA);

    const applied = JSON.parse((await slash32(['apply', '--yes', '--json'], { cwd })).out);
    const nothing = JSON.parse((await slash32(['apply', '--yes', '--json'], { cwd })).out);

    for (const one of [applied, nothing]) expect(validate(one) || validate.errors).toBe(true);
    expect(applied.confirm).toEqual({ state: 'confirmed', until: null });
    expect(nothing.confirm).toBeNull();
  });

  it('goes on as if nothing had been when the answer is lost', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    firewall.failNext({ path: '/api/slash32/state/apply', kind: 'reset', done: true });

    const ran = await slash32(['apply', '--yes'], { cwd });

    expect(ran.code).toBe(0);
    expect(ran.out).toContain('answer to the apply was lost');
    expect(calls(firewall)).toEqual(['get', 'apply', 'get', 'get', 'confirm']);
    expect(outcomesOf(firewall)).toEqual(['confirmed']);
  });

  it('says that the firewall rolled back when the change cuts it off', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    firewall.cutAfterApply();

    const ran = await slash32(['apply', '--yes', '--confirm-within', '2'], { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('S32_PLUGIN_EXPIRED');
    expect(ran.err).toContain('What was there before is in force again');
    expect(macs(firewall)).toEqual([]);
    expect((await state(cwd)).pending).toBeUndefined();
    expect((await slash32(['plan'], { cwd })).code).toBe(2);
  });

  it('rolls back at once when the firewall holds something else, and the ledger is as before', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    await writePluginConfig(cwd, firewall, { manage: '[reservations, mask]' });
    const dropMask = (): void => {
      firewall.save((root) => {
        const options = childOf(childOf(childOf(root, 'dhcpd'), 'opt3'), 'numberoptions');
        if (options !== undefined) options.children = [];
      });
    };
    firewall.watchApplies({ after: dropMask });

    const ran = await slash32(['apply', '--yes'], { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('S32_PLUGIN_NOT_AS_PLANNED');
    expect(ran.err).toContain('mask is unset and not 255.255.255.255');
    expect(outcomesOf(firewall)).toEqual(['rolled_back']);
    expect(await state(cwd)).toMatchObject({ originals: [] });
  });

  it('reads and plans again when somebody else saved in between', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    savesOfOthers(firewall, 2);

    const ran = await slash32(['apply', '--yes'], { cwd });

    expect(ran.code).toBe(0);
    expect(calls(firewall)).toEqual(['get', 'apply', 'get', 'apply', 'get', 'apply', 'get', 'confirm']);
  });

  it('gives up after three saves of others, with nothing written', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    savesOfOthers(firewall, 9);

    const ran = await slash32(['apply', '--yes'], { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('S32_CONFLICT');
    expect(firewall.applies()).toEqual([]);
    expect((await state(cwd)).pending).toBeUndefined();
  });

  it('is refused where another configuration uses the owner id, until it takes over', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    await slash32(['apply', '--yes'], { cwd });
    const other = await temporaryFolder();
    await writeInventory(other, [...INSTANCES, listed('new')]);
    await writeKeyFile(other, firewall);
    await writePluginConfig(other, firewall);

    const plan = await slash32(['plan'], { cwd: other });
    const refused = await slash32(['apply', '--yes'], { cwd: other });
    const taken = await slash32(['apply', '--yes', '--take-over'], { cwd: other });
    const again = await slash32(['apply', '--yes'], { cwd: other });
    await writeInventory(cwd, [...INSTANCES, listed('newer')]);
    const first = await slash32(['apply', '--yes'], { cwd });

    expect(plan.out).toContain('--take-over');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('S32_PLUGIN_OWNER');
    expect(refused.err).toContain('used by another configuration');
    expect([taken.code, again.code]).toEqual([0, 0]);
    expect(first.err).toContain('S32_PLUGIN_OWNER');
  });

  it('leaves the change waiting on Ctrl-C, and says until when', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    const { signal, interrupt } = interruptible();
    firewall.watchApplies({ after: interrupt });

    const ran = await slash32(['apply', '--yes'], { cwd, signal });

    expect(ran.code).toBe(5);
    expect(ran.err).toContain('S32_PLUGIN_LEFT_WAITING');
    expect(ran.err).toMatch(/rolls back at (about )?\d\d:\d\d:\d\d UTC\S* unless it is confirmed/);
    expect(outcomesOf(firewall)).toEqual(['pending']);
    expect((await slash32(['confirm'], { cwd })).code).toBe(0);
    expect(outcomesOf(firewall)).toEqual(['confirmed']);
  });

  it('refuses a longer time than the firewall waits, and stays below it by itself', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES, { maxConfirmSeconds: 60 });
    const applies = watched(firewall);

    const refused = await slash32(['apply', '--yes', '--confirm-within', '5m'], { cwd });
    expect(refused.err).toContain('S32_PLUGIN_CONFIRM_TIME');
    expect(refused.err).toContain('at most 60 s');
    expect(calls(firewall)).not.toContain('apply');
    expect((await slash32(['apply', '--yes'], { cwd })).code).toBe(0);
    expect(applies).toMatchObject([{ confirm_seconds: 60 }]);
  });

  it.each<[string, string, readonly string[], number]>([
    ['two minutes', '', [], 120],
    ['what the configuration says', ', confirm_within: 45s', [], 45],
    ['what the command line says', ', confirm_within: 45s', ['--confirm-within', '30'], 30],
    ['nothing at all', ', confirm_within: 0', [], 0],
  ])('asks the firewall to wait %s', async (_name, opnsense, argv, seconds) => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    await writePluginConfig(cwd, firewall, { opnsense });
    const applies = watched(firewall);

    const ran = await slash32(['apply', '--yes', ...argv], { cwd });

    expect(ran.code).toBe(0);
    expect(applies).toMatchObject([{ confirm_seconds: seconds }]);
    expect(outcomesOf(firewall)).toEqual([seconds === 0 ? 'kept' : 'confirmed']);
  });

  it('leaves a segment alone whose interface the plugin may not write, and says which setting to change', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    firewall.setScope(['opt1']);

    const plan = await slash32(['plan'], { cwd });
    const apply = await slash32(['apply', '--yes'], { cwd });

    expect(plan.out).toContain('opt3 (Net3)');
    expect(plan.out).toContain('Services: slash32: Settings, Interfaces');
    expect([plan.code, apply.code]).toEqual([4, 4]);
    expect(calls(firewall)).not.toContain('apply');
  });

  it('does not set off a fault that lies on an interface which only the firewall sees', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    firewall.save((root) => {
      const range = childOf(childOf(childOf(root, 'dhcpd'), 'opt2'), 'range');
      if (range !== undefined) range.children = [node('from', '10.99.0.1'), node('to', '10.99.0.9')];
    });

    const apply = await slash32(['apply', '--yes'], { cwd });

    expect(apply.code).toBe(1);
    expect(apply.err).toContain('S32_DHCP_FAULT');
    expect(apply.err).toContain('DHCP on opt2 would not survive a restart');
    expect(calls(firewall)).toEqual(['get']);
  });

  it('gives a segment up, as one change that is confirmed as well', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    await slash32(['apply', '--yes'], { cwd });

    const kept = await slash32(['release', '--all', '--keep', '--yes'], { cwd });

    expect(kept.code).toBe(0);
    expect(macs(firewall).toSorted()).toEqual(OURS);
    expect(servedBy(firewall)).not.toContain('slash32');
    expect(outcomesOf(firewall)).toEqual(['confirmed', 'confirmed']);
  });
});

describe('release through the plugin', () => {
  it('says that it cannot see a segment whose interface was taken out of the scope', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    await slash32(['apply', '--yes'], { cwd });
    firewall.setScope([]);

    const ran = await slash32(['release', '--all', '--remove', '--yes'], { cwd });

    expect(ran.code).toBe(4);
    expect(ran.err).toContain('slash32 may not write opt3 (Net3)');
  });
});

describe('an apply that is not waited for', () => {
  async function applied(part: readonly string[] = []) {
    const scene = await pluginScene(INSTANCES);
    await writePluginConfig(scene.cwd, scene.firewall, { manage: '[reservations, mask]' });
    const ran = await slash32(['apply', '--yes', '--no-confirm-wait', ...part], scene);
    return { ...scene, ran };
  }

  /** Somebody who knows the token ends the change without the state file learning of it. */
  async function byHand(cwd: string, firewall: SimOpnsense, verb: 'confirm' | 'rollback'): Promise<void> {
    const [key = '', secret = ''] = [...firewall.keyFile().matchAll(/=(.*)$/gm)].map(([, value = '']) => value);
    const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
    const body = JSON.stringify({ owner: 'home', token: (await state(cwd)).pending.token });
    const headers = { authorization, 'content-type': 'application/json' };
    await fetch(`${firewall.url}/api/slash32/state/${verb}`, { method: 'POST', headers, body });
  }

  it('says how to confirm and until when, and ends with 0', async () => {
    const { firewall, ran } = await applied();
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/rolls back at \d\d:\d\d:\d\d UTC\S* unless you keep it with slash32 confirm/);
    expect(calls(firewall)).toEqual(['get', 'apply']);
    expect(firewall.applies()[0]?.outcome).toBe('pending');
  });

  it('is confirmed by slash32 confirm, once; a second one finds nothing', async () => {
    const { cwd, firewall } = await applied();

    const first = await slash32(['confirm'], { cwd });
    const second = await slash32(['confirm'], { cwd });

    expect(first.code).toBe(0);
    expect(first.out).toMatch(/^Confirmed: plan [0-9a-f]{16} of .*kept for good/);
    expect(firewall.applies()[0]?.outcome).toBe('confirmed');
    expect(second.code).toBe(1);
    expect(second.err).toContain('S32_PLUGIN_NOTHING_WAITS');
    expect(await state(cwd)).toMatchObject({ originals: [{ setting: 'mask' }] });
  });

  it('is undone by slash32 rollback, and the ledger is as before', async () => {
    const { cwd, firewall } = await applied();

    const ran = await slash32(['rollback'], { cwd });

    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^Rolled back: .*in force again/);
    expect(macs(firewall)).toEqual([]);
    expect(await state(cwd)).toMatchObject({ originals: [] });
    expect((await state(cwd)).pending).toBeUndefined();
  });

  it.each<[string, string, string, number, RegExp]>([
    ['confirm', 'confirmed', 'confirmed', 0, /^Confirmed before/],
    ['confirm', 'rolled_back', '', 1, /S32_PLUGIN_ROLLED_BACK/],
    ['confirm', 'expired', '', 1, /S32_PLUGIN_EXPIRED[\s\S]*too late/],
    ['confirm', 'gone', '', 1, /S32_PLUGIN_UNKNOWN/],
    ['rollback', 'rolled_back', 'rolled_back', 0, /^Rolled back before/],
    ['rollback', 'expired', 'rolled_back', 0, /^Rolled back before/],
    ['rollback', 'confirmed', '', 1, /S32_PLUGIN_CONFIRMED/],
    ['rollback', 'gone', '', 1, /S32_PLUGIN_UNKNOWN/],
  ])('%s of a change that is %s says so', async (command, happened, outcome, code, words) => {
    const { cwd, firewall } = await applied();
    if (happened === 'gone') firewall.forgetApplies();
    else if (happened === 'expired') firewall.expirePending();
    else await byHand(cwd, firewall, happened === 'confirmed' ? 'confirm' : 'rollback');

    const ran = await slash32([command], { cwd });
    expect(ran.code).toBe(code);
    expect(ran.out + ran.err).toMatch(words);
    expect((await state(cwd)).pending === undefined).toBe(happened !== 'gone');
    if (outcome === '') return;
    const mended = await slash32(['plan'], { cwd });
    expect(mended.out).not.toContain('The apply of');
  });

  it('is told as JSON', async () => {
    const validate = new Ajv2020({ allErrors: true }).compile(SETTLED_SCHEMA);
    for (const command of ['confirm', 'rollback']) {
      const { cwd } = await applied();
      const value = JSON.parse((await slash32([command, '--json'], { cwd })).out);
      expect(validate(value) || validate.errors).toBe(true);
      expect(value.before).toBe(false);
    }
  });

  it('holds the next apply up while it waits; a plan says so', async () => {
    const { cwd, firewall } = await applied();
    await writeInventory(cwd, [...INSTANCES, listed('new')]);

    const plan = await slash32(['plan'], { cwd });
    const apply = await slash32(['apply', '--yes'], { cwd });

    expect(plan.out).toMatch(/waits on the firewall to be confirmed.*slash32 confirm or slash32 rollback/);
    expect(apply.code).toBe(1);
    expect(apply.err).toContain('S32_PLUGIN_PENDING');
    expect(apply.err).toMatch(/slash32 confirm keeps it, slash32 rollback undoes it/);
    expect(calls(firewall).filter((call) => call === 'apply')).toHaveLength(1);
  });

  it('is settled by the next run when it expired meanwhile: the ledger is mended and the plan is made anew', async () => {
    const { cwd, firewall } = await applied(['--confirm-within', '600']);
    firewall.expirePending();

    const plan = await slash32(['plan'], { cwd });
    const apply = await slash32(['apply', '--yes'], { cwd });

    expect(plan.code).toBe(2);
    expect(plan.out).toContain('not confirmed in time');
    expect(apply.code).toBe(0);
    expect(macs(firewall).toSorted()).toEqual(OURS);
    expect(await state(cwd)).toMatchObject({ originals: [{ setting: 'mask', value: null }] });
  });
});

describe('a target that undoes nothing by itself', () => {
  it.each<[string, readonly string[]]>([
    ['--confirm-within', ['apply', '--yes', '--confirm-within', '60']],
    ['--no-confirm-wait', ['apply', '--yes', '--no-confirm-wait']],
    ['--take-over', ['release', '--all', '--keep', '--take-over']],
    ['os-slash32', ['confirm']],
    ['os-slash32', ['rollback']],
  ])('refuses %s: only the plugin can do that', async (named, argv) => {
    const cwd = await temporaryFolder();
    await writeFirewall(cwd);
    await writeInventory(cwd, INSTANCES);
    await writeConfig(cwd);

    const ran = await slash32(argv, { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('S32_USAGE');
    expect(ran.err).toContain(named);
    expect(ran.err).toContain('plugin os-slash32');
  });

  it.each(['api', 'file'])('has no use for confirm_within in its configuration: %s', async (transport) => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    await writePluginConfig(cwd, firewall, { transport, opnsense: ', confirm_within: 1m' });
    const ran = await slash32(['check'], { cwd });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('confirm_within');
  });
});

describe('init with the plugin', () => {
  const INIT = ['init', '--inventory', 'instances.json', '--key-file', 'apikey.txt', '--pair', 'servers=opt3'];

  it('writes transport: plugin where it answers, and says which interfaces to allow', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    firewall.setScope([]);

    const ran = await slash32([...INIT, '--overwrite', '--opnsense-url', firewall.url], { cwd });

    expect(ran.code).toBe(0);
    expect(await readFile(join(cwd, 'slash32.yaml'), 'utf8')).toContain('transport: plugin');
    expect(ran.err).toContain('os-slash32 may not write opt3 yet');
    expect((await slash32(['check'], { cwd })).code).toBe(0);
  });

  it('says which privilege is missing where neither the plugin nor the API may be asked', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    firewall.failNext({ path: '/', kind: 403, times: 99 });

    const ran = await slash32([...INIT, '--overwrite', '--opnsense-url', firewall.url], { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('S32_OPNSENSE_FORBIDDEN');
    expect(ran.err).toContain('page-services-slash32-api');
    expect(ran.err).toContain('page-diagnostics-configurationhistory');
  });
});
