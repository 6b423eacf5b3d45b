import { beforeEach, describe, expect, it } from 'vitest';
import { checkConfig } from '../../../src/config/check.js';
import type { Observed } from '../../../src/model/firewall.js';
import type { Instance } from '../../../src/model/instance.js';
import type { PlanSettings } from '../../../src/model/settings.js';
import { planChanges, policyChanges } from '../../../src/plan/plan.js';
import { viewOf } from '../../../src/plan/policy/plan.js';
import type { Plan } from '../../../src/plan/types.js';
import { hostsOf } from '../../../src/policy/ask/subjects.js';
import { projectObserved } from '../../../src/policy/project.js';
import { compareReach } from '../../../src/policy/reach/matrix.js';
import { buildPlan, input, instance, inventory } from '../../plan/build.js';
import { configText, policyActions, sampleInstances } from '../../plan/policy/scene.js';
import { skipReason } from '../../plugin/engine/support.js';
import { apiRig, fileRig, phpRig, pluginRig, type Rig } from './rigs.js';

const never = new AbortController().signal;
const quiet = (): void => {};

const SHOP = `
groups: { web: ["tag:web"], front: [edge/proxy], mixed: ["tag:db", 10.9.0.0/16, "segment:lab"] }
tagOwners: { web: [project:default], db: [project:default] }
policy:
  - { from: front, to: web, allow: [tcp/8080] }
  - { from: web, to: "tag:db", allow: [tcp/5432, icmp/echo-request], log: true, when: 'for the "shop" & <co>' }
  - { from: [web, "segment:servers"], to: [internet, mixed, firewall], allow: [tcp/80, tcp/443, udp/8000-8100] }
publish:
  - { name: site, port: tcp/443, to: edge/proxy, port_to: 8443 }
  - { name: game, port: udp/5000-5010, to: default/db, from: [203.0.113.0/24] }
`;

function settingsOf(policy: string, manage = true): PlanSettings {
  const text = configText({ policy })
    .replaceAll('rules]', manage ? 'rules]' : 'reservations]')
    .replaceAll('[reservations, reservations]', '[reservations]');
  const check = checkConfig(text, 'slash32.yaml', '/');
  if (!check.ok) throw new Error(check.problems.map((one) => one.message).join('\n'));
  return { ...check.config.plan, limits: { share: 1, shareFrom: 3, total: 500 } };
}

const INSTANCES = sampleInstances();
const observe = (rig: Rig): Promise<Observed> => rig.target.observe(never, quiet);

async function plan(
  rig: Rig,
  policy: string,
  instances: readonly Instance[] = INSTANCES,
  manage = true,
): Promise<{ readonly plan: Plan; readonly observed: Observed; readonly settings: PlanSettings }> {
  const observed = await observe(rig);
  const settings = settingsOf(policy, manage);
  return { plan: buildPlan(input({ settings, observed, inventory: inventory(instances) })), observed, settings };
}

async function apply(rig: Rig, policy: string, instances: readonly Instance[] = INSTANCES, manage = true) {
  const made = await plan(rig, policy, instances, manage);
  const result = await rig.target.apply({
    base: made.observed,
    changes: planChanges(made.plan),
    policy: policyChanges(made.plan),
    message: 'test',
    progress: quiet,
    signal: never,
  });
  return { ...made, result };
}

const noPhp = await skipReason();

describe.each([
  ['file', fileRig, undefined],
  ['api', apiRig, undefined],
  ['plugin', pluginRig, undefined],
  ['plugin (PHP)', phpRig, noPhp],
] as const)('a policy on the %s target', (_, start, reason) => {
  beforeEach(({ skip }) => skip(reason !== undefined, reason));

  it('is there as planned, with reservations in the same apply, and a plan of it is empty', async () => {
    const rig = await start();
    const { plan: first, result } = await apply(rig, SHOP);
    expect(policyChanges(first).length).toBeGreaterThan(25);
    expect(result.notes).toEqual([]);
    const { plan: again, observed } = await plan(rig, SHOP);
    expect(policyActions(again)).toEqual([]);
    expect(planChanges(again)).toEqual([]);
    expect(result.revision).toBe(observed.revision);
  });

  it('does what the plan said of who reaches whom', async () => {
    const rig = await start();
    const { plan: made, observed, settings } = await apply(rig, SHOP);
    const now = await observe(rig);
    if (observed.policy === undefined || now.policy === undefined) throw new Error('no policy');
    const expected = projectObserved(observed.policy, policyChanges(made)).ruleSet;
    const scene = viewOf(
      { settings, observed: now, inventory: inventory(INSTANCES) },
      (await plan(rig, SHOP)).plan.segments,
    )?.scene;
    const hosts = scene === undefined ? [] : hostsOf(scene);
    expect(hosts).toHaveLength(5);
    expect(compareReach(expected, now.policy.ruleSet, hosts)).toEqual({ opens: [], closes: [], cutOff: [] });
  });

  it('follows a new instance with one alias, and one that is gone', async () => {
    const rig = await start();
    await apply(rig, SHOP);
    const more = [...INSTANCES, instance('web3', { tags: ['web'] })];
    const { plan: grown } = await apply(rig, SHOP, more);
    expect(policyActions(grown)).toEqual(['update alias s32_home_web']);
    expect(policyActions((await plan(rig, SHOP, more)).plan)).toEqual([]);
    await apply(rig, SHOP, INSTANCES.slice(0, 2));
    expect(policyActions((await plan(rig, SHOP, INSTANCES.slice(0, 2))).plan)).toEqual([]);
  });

  it('changes in place: ports, words, logs, targets', async () => {
    const rig = await start();
    await apply(rig, SHOP);
    const before = await observe(rig);
    const changed = SHOP.replace('tcp/8080', 'tcp/8081')
      .replace('log: true, ', '')
      .replace('port_to: 8443', 'port_to: 9443')
      .replace('tcp/443, udp', 'tcp/444, udp');
    const { plan: made } = await apply(rig, changed);
    expect(policyActions(made).filter((one) => one.startsWith('update')).length).toBeGreaterThan(4);
    expect(policyActions((await plan(rig, changed)).plan)).toEqual([]);
    const uuids = (seen: Observed) =>
      seen.policy?.rules
        .filter((one) => made.policy?.changes.every((change) => change.key !== one.key || change.action === 'update'))
        .map((one) => one.uuid)
        .sort();
    expect(uuids(await observe(rig))).toEqual(uuids(before));
  });

  it('goes when nobody asks for it any more, and leaves foreign rules where they are', async () => {
    const rig = await start();
    const foreign = (seen: Observed) =>
      seen.policy?.ruleSet.rules
        .filter((rule) => rule.origin === 'legacy' || rule.origin === 'foreign')
        .map((rule) => rule.description);
    const before = foreign(await observe(rig));
    await apply(rig, SHOP);
    expect(foreign(await observe(rig))).toEqual(before);
    await apply(rig, SHOP, INSTANCES, false);
    const after = await observe(rig);
    expect([after.policy?.aliases, after.policy?.rules, after.policy?.redirects]).toEqual([[], [], []]);
    expect(foreign(after)).toEqual(before);
  });

  it('is not written on a base that somebody else has saved since', async () => {
    const rig = await start();
    const { plan: made, observed } = await plan(rig, SHOP);
    await rig.otherSave();
    const applied = rig.target.apply({
      base: observed,
      changes: [],
      policy: policyChanges(made),
      message: 'test',
      progress: quiet,
      signal: never,
    });
    await expect(applied).rejects.toMatchObject({ code: 'S32_CONFLICT', written: 'nothing' });
    expect((await observe(rig)).policy?.rules).toEqual([]);
  });

  it('puts every entry into the category of slash32, once', async () => {
    const rig = await start();
    await apply(rig, SHOP);
    const text = await rig.text();
    const uuid = /<category uuid="([^"]+)">\s*<name>slash32<\/name>/.exec(text)?.[1];
    const { policy } = await observe(rig);
    const entries = (policy?.aliases.length ?? 0) + (policy?.rules.length ?? 0);
    expect(text.split(`<categories>${uuid}</categories>`).length - 1).toBe(entries);
    expect(text.split('<category>slash32</category>').length - 1).toBe(policy?.redirects.length);
  });
});
