import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseKeyFile } from '../../../../src/firewall/opnsense/http/key-file.js';
import { createPluginTarget, type PluginTarget } from '../../../../src/firewall/opnsense/plugin/target.js';
import type { ApplyResult, Observed } from '../../../../src/model/firewall.js';
import type { AliasEntry, PolicyChange, RedirectEntry, RuleEntry } from '../../../../src/model/policy-entries.js';
import { createRedactor } from '../../../../src/secrets/redactor.js';
import { createSimUser, keyFileOf, type SimUser } from '../../../../src/sim/opnsense/users.js';
import { describeRigs, type Rig } from '../../../plugin/contract/rigs.js';
import { USERS } from '../../../plugin/contract/scene.js';
import { wireState } from './builders.js';

const never = new AbortController().signal;
const quiet = (): void => undefined;
const reason = 'a test';
const ANY = { parts: [{ kind: 'any' as const }], not: false };

const ALIAS: AliasEntry = {
  name: 's32_web',
  type: 'host',
  content: ['10.10.1.11', '10.10.1.12'],
  description: 'web [slash32:home:alias/web]',
};
const PUBLISHED: RuleEntry = {
  interface: 'wan',
  action: 'pass',
  family: 'inet',
  protocol: 'tcp',
  icmpTypes: [],
  source: ANY,
  destination: { parts: [{ kind: 'alias', name: 's32_web' }], not: false },
  ports: { kind: 'ports', from: 8443, to: 8443 },
  log: false,
  sequence: 100,
  description: 'internet → web, “site” (policy.yaml:3) [slash32:home:rule/pub]',
};
const PING: RuleEntry = {
  ...PUBLISHED,
  interface: 'opt1',
  protocol: 'icmp',
  icmpTypes: [3, 8],
  ports: undefined,
  sequence: 200,
  description: '[slash32:home:rule/ping]',
};
const REDIRECT: RedirectEntry = {
  interface: 'wan',
  protocol: 'tcp',
  destination: { parts: [{ kind: 'interface-address', interface: 'wan' }], not: false },
  ports: { from: 443, to: 443 },
  target: '10.10.1.11',
  targetPort: 8443,
  log: false,
  sequence: 100,
  description: 'site [slash32:home:nat/site]',
};

const CREATE: readonly PolicyChange[] = [
  { kind: 'alias', action: 'create', key: 'alias/web', before: undefined, after: ALIAS, reason },
  { kind: 'rule', action: 'create', key: 'rule/pub', before: undefined, after: PUBLISHED, reason },
  { kind: 'rule', action: 'create', key: 'rule/ping', before: undefined, after: PING, reason },
  { kind: 'redirect', action: 'create', key: 'nat/site', before: undefined, after: REDIRECT, reason },
];

function targetOf(url: string, user: SimUser): PluginTarget {
  return createPluginTarget({
    url,
    key: parseKeyFile(keyFileOf(user)),
    trust: { ca: undefined, fingerprint: undefined },
    redactor: createRedactor(),
    allowUntestedVersion: false,
    now: () => new Date(),
  });
}

function apply(target: PluginTarget, base: Observed, policy: readonly PolicyChange[]): Promise<ApplyResult> {
  const commitment = {
    ...{ owner: 'home', token: randomBytes(32).toString('hex'), seconds: 60, wait: true },
    ...{ fingerprint: 'f'.repeat(64), host: 'incus1', takeOver: false },
  };
  return target.apply({ base, changes: [], policy, message: 'test', commitment, progress: quiet, signal: never });
}

/** What belongs to others in the observed policy: rules, redirects and aliases. */
function foreign({ policy }: Observed): unknown {
  const ours = (text: string) => text.includes('[slash32:home:');
  return [
    policy?.ruleSet.rules.filter((one) => !ours(one.description)),
    policy?.ruleSet.redirects.filter((one) => !ours(one.description)),
    policy?.ruleSet.aliases.filter((one) => one.name !== 's32_web'),
  ];
}

describeRigs('the policy through transport plugin', (start) => {
  const opened = async (): Promise<[Rig, PluginTarget]> => {
    const rig = await start();
    return [rig, targetOf(rig.url, USERS.slash32)];
  };
  const seen = (target: PluginTarget) => target.observe(never, quiet);

  it('goes there in one revision, is read back as it was planned, changes one alias for one address, and goes away again', async () => {
    const [rig, target] = await opened();
    const before = await seen(target);
    expect(await apply(target, before, CREATE)).toMatchObject({ kept: { state: 'confirmed' } });
    const made = await seen(target);
    expect(made.policy?.aliases).toMatchObject([{ entry: ALIAS, odd: [], enabled: true }]);
    expect(made.policy?.rules).toMatchObject([
      { entry: PUBLISHED, odd: [] },
      { entry: PING, odd: [] },
    ]);
    expect(made.policy?.redirects).toMatchObject([{ entry: REDIRECT, odd: [] }]);
    expect(foreign(made)).toEqual(foreign(before));
    expect(made.segments).toEqual(before.segments);

    const [web] = made.policy?.aliases ?? [];
    const after = { ...ALIAS, content: ['10.10.1.11', '10.10.1.12', '10.10.1.13'] };
    await apply(target, made, [{ kind: 'alias', action: 'update', key: 'alias/web', before: web, after, reason }]);
    const changed = await seen(target);
    expect(changed.policy).toMatchObject({ aliases: [{ uuid: web?.uuid, entry: after }] });
    expect(changed.policy?.rules).toEqual(made.policy?.rules);

    const gone = [
      ...(changed.policy?.aliases ?? []).map((one) => ({ kind: 'alias' as const, one })),
      ...(changed.policy?.rules ?? []).map((one) => ({ kind: 'rule' as const, one })),
      ...(changed.policy?.redirects ?? []).map((one) => ({ kind: 'redirect' as const, one })),
    ].map(
      ({ kind, one }) =>
        ({ kind, action: 'delete', key: one.key, before: one, after: undefined, reason }) as PolicyChange,
    );
    await apply(target, changed, gone);
    const last = await seen(target);
    expect(last.policy).toMatchObject({ aliases: [], rules: [], redirects: [] });
    expect(foreign(last)).toEqual(foreign(before));
    expect(rig.text()).not.toContain('[slash32:home:');
  });

  it('deletes one of two rules with the same marker by its uuid', async () => {
    const [rig, target] = await opened();
    await apply(target, await seen(target), CREATE);
    rig.edit((text) =>
      text.replace(
        /<rule uuid="[^"]*">(?:(?!<\/rule>)[\s\S])*rule\/ping\][\s\S]*?<\/rule>/,
        (found) =>
          `${found}${found.replace(/uuid="[^"]*"/, 'uuid="99999999-9999-4999-8999-999999999999"').replace('>200<', '>300<')}`,
      ),
    );
    const doubled = await seen(target);
    const pings = doubled.policy?.rules.filter((one) => one.key === 'rule/ping') ?? [];
    expect(pings.map((one) => one.entry.sequence)).toEqual([200, 300]);
    const change: PolicyChange = {
      kind: 'rule',
      action: 'delete',
      key: 'rule/ping',
      before: pings[1],
      after: undefined,
      reason,
    };
    await apply(target, doubled, [change]);
    expect((await seen(target)).policy?.rules.map((one) => one.entry.sequence)).toEqual([100, 200]);
  });

  it('does not touch DHCP, even where a restart of it would fail', async () => {
    const [rig, target] = await opened();
    rig.edit((text) => text.replace('<mac>52:54:00:01:00:01<', '<mac>nonsense<'));
    rig.breakDhcpd();
    expect(await apply(target, await seen(target), CREATE)).toMatchObject({ kept: { state: 'confirmed' } });
  });

  it('is refused with nothing written where the plugin may not do it', async () => {
    const [rig, target] = await opened();
    const base = await seen(target);
    const text = rig.text();
    const after = { ...PUBLISHED, destination: ANY };
    const change: PolicyChange = { kind: 'rule', action: 'create', key: 'rule/pub', before: undefined, after, reason };
    await expect(apply(target, base, [change])).rejects.toMatchObject({ code: 'S32_PLUGIN_SCOPE', written: 'nothing' });
    expect(rig.text()).toBe(text);
  });

  it('gives a conflict with nothing written when somebody saved meanwhile', async () => {
    const [rig, target] = await opened();
    const base = await seen(target);
    rig.edit((text) => text.replace('<hostname>fw<', '<hostname>fw2<'));
    const text = rig.text();
    await expect(apply(target, base, CREATE)).rejects.toMatchObject({ code: 'S32_CONFLICT', written: 'nothing' });
    expect(rig.text()).toBe(text);
  });
});

describe('a plugin older than the policy', () => {
  it('is read without a policy, and an apply with policy changes says to update it', async () => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? '');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(wireState([])));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const target = targetOf(url, createSimUser('slash32', []));
    const base = await target.observe(never, quiet);
    expect(base.policy).toBeUndefined();
    await expect(apply(target, base, CREATE)).rejects.toMatchObject({
      code: 'S32_PLUGIN_API',
      written: 'nothing',
      message: expect.stringMatching(/older than policies.*Update it/),
    });
    expect(paths).toHaveLength(1);
  });
});
