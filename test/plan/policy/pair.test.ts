import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/firewall/opnsense/config/read.js';
import { parseConfigXml } from '../../../src/firewall/opnsense/xml/parse.js';
import { policyChanges } from '../../../src/plan/plan.js';
import { buildRelease } from '../../../src/plan/release.js';
import type { Plan, PlanInput } from '../../../src/plan/types.js';
import { buildSampleConfig } from '../../../src/sim/opnsense/sample-config.js';
import { buildPlan, forced, pair } from '../build.js';
import { policyApplied, policyInput, type SceneParts } from './scene.js';

const POLICY = `
policy:
  - { from: segment:edge, to: segment:servers, allow: [tcp/443] }
  - { from: segment:edge, to: [segment:servers, segment:lab], allow: [tcp/80] }
  - { from: segment:lab, to: 10.2.0.0/24, allow: [tcp/22] }
  - { from: segment:servers, to: internet, allow: [tcp/443] }
  - { from: segment:servers, to: firewall, allow: [udp/53] }
`;

/** The config.xml of a node: it has `.host` on every interface, and both share `.1`, or not. */
function node(host: number, shared = true): (xml: string) => string {
  const vip = (id: string, net: string) =>
    `<vip><interface>${id}</interface><mode>carp</mode><subnet>${net}.1</subnet><subnet_bits>24</subnet_bits></vip>`;
  const vips = `<virtualip>${vip('opt1', '10.1.0')}${vip('opt2', '10.2.0')}${vip('opt3', '10.3.0')}${vip('lan', '192.168.1')}</virtualip>`;
  return (xml) =>
    xml
      .replaceAll(/<ipaddr>(10\.\d\.0|192\.168\.1)\.1<\/ipaddr>/g, `<ipaddr>$1.${host}</ipaddr>`)
      .replace('<ipaddr>dhcp</ipaddr>', `<ipaddr>203.0.113.${host}</ipaddr><subnet>24</subnet>`)
      .replace('<dhcpd>', `${shared ? vips : ''}<dhcpd>`);
}

/** What is there once the policy was applied on a node. */
function applied(parts: SceneParts): PlanInput {
  const before = policyInput(parts);
  return policyApplied(before, buildPlan(forced(before)));
}

/** The other node after it was given everything that this one synchronises. */
function onOther(input: PlanInput, host: number, part: Partial<PlanInput['settings']> = {}): PlanInput {
  const xml = node(host)(buildSampleConfig({ users: [] }));
  const { interfaces } = readConfig(parseConfigXml(xml));
  return { ...input, settings: { ...input.settings, ...part }, observed: { ...input.observed, interfaces } };
}

function written(plan: Plan): string[] {
  return policyChanges(plan).map((one) => `${one.action} ${one.kind} ${one.key}`);
}

/** What is left out of the aliases of networks. */
function leftOut(input: PlanInput): string[] {
  const { aliases = [] } = input.observed.policy ?? {};
  return [...new Set(aliases.flatMap(({ entry }) => entry.content.filter((item) => item.startsWith('!'))))].sort();
}

const said = (plan: Plan) => plan.policy?.warnings.filter((one) => one.code === 'ha-own-address') ?? [];

describe('the nodes of a pair, with one policy', () => {
  it('differ in nothing that is written: a plan against the other node is empty', () => {
    const here = applied({ policy: POLICY, config: node(2) });

    expect(written(buildPlan(here))).toEqual([]);
    expect(leftOut(here)).toEqual(['!10.2.0.1', '!10.2.0.2', '!10.3.0.1', '!10.3.0.2']);
    const there = buildPlan(onOther(here, 3));
    expect(written(there)).toEqual([]);
    expect(said(there).map((one) => one.message)).toContainEqual(expect.stringContaining('(10.2.0.3)'));
    expect(said(buildPlan(here))).toEqual([]);
  });

  it('are both left out where the configuration names both, and nothing is left to say', () => {
    const nodes = ['10.1.0.2', '10.1.0.3', '10.2.0.2', '10.2.0.3', '10.3.0.2', '10.3.0.3'];
    const here = applied({ policy: `node_addresses: [${nodes.join(', ')}]\n${POLICY}`, config: node(2) });
    const there = buildPlan(onOther(here, 3));

    expect(leftOut(here)).toEqual(['!10.2.0.1', '!10.2.0.2', '!10.2.0.3', '!10.3.0.1', '!10.3.0.2', '!10.3.0.3']);
    expect([written(buildPlan(here)), written(there), said(there)]).toEqual([[], [], []]);
  });

  it('are both left out as soon as the configuration names them, or the alias is written for another reason', () => {
    const here = applied({ policy: POLICY, config: node(2) });
    const named = onOther(here, 3, { nodeAddresses: ['10.2.0.2', '10.2.0.3', '10.3.0.2', '10.3.0.3'] });
    const after = policyApplied(named, buildPlan(forced(named)));

    expect(leftOut(after)).toEqual(['!10.2.0.1', '!10.2.0.2', '!10.2.0.3', '!10.3.0.1', '!10.3.0.2', '!10.3.0.3']);
    expect(written(buildPlan(after))).toEqual([]);
    expect(written(buildPlan(onOther(after, 2, { nodeAddresses: undefined })))).toEqual([]);
  });

  it('have an address that went to an instance taken back into its network', () => {
    const here = applied({ policy: POLICY, config: node(2) });
    const { policy } = here.observed;
    if (policy === undefined) throw new Error('no policy');
    const stale = {
      ...policy,
      aliases: policy.aliases.map((one) =>
        one.key.endsWith('segment/servers')
          ? { ...one, entry: { ...one.entry, content: [...one.entry.content, `!${instanceOf(here)}`].sort() } }
          : one,
      ),
    };
    const plan = buildPlan({ ...here, observed: { ...here.observed, policy: stale } });

    expect(written(plan)).toEqual([expect.stringMatching(/^update alias .*segment\/servers$/)]);
  });

  it('are no pair where no address is shared: then each other address is an update', () => {
    const here = applied({ policy: POLICY, config: node(2, false) });
    const xml = node(3, false)(buildSampleConfig({ users: [] }));
    const { interfaces } = readConfig(parseConfigXml(xml));
    const moved = buildPlan({ ...here, observed: { ...here.observed, interfaces } });

    expect(written(moved).length).toBeGreaterThan(0);
    expect(written(moved).every((one) => one.startsWith('update alias'))).toBe(true);
    expect(written(moved).join()).not.toContain('alias/local');
  });
});

describe('a policy on a node that is not surely the master', () => {
  it.each<['backup' | 'unknown', boolean]>([
    ['backup', false],
    ['unknown', false],
    ['backup', true],
  ])('is left as it stands (%s) unless a person means it (%s)', (role, onBackup) => {
    const before = policyInput({ policy: POLICY, config: node(2) });
    const behind = { ...before, onBackup, observed: { ...before.observed, pair: pair({ role }) } };
    const stands = applied({ policy: POLICY, config: node(2) });
    const released = buildRelease(
      { ...stands, onBackup, observed: { ...stands.observed, pair: pair({ role }) } },
      stands.settings.segments,
      'remove',
    );

    expect(written(buildPlan(behind)).length > 0).toBe(onBackup);
    expect(written(released).length > 0).toBe(onBackup);
  });
});

/** The address of some instance of the servers. */
function instanceOf({ observed }: PlanInput): string {
  const [entry] =
    observed.segments
      .find((one) => one.interface === 'opt2')
      ?.reservations.filter((one) => one.description.includes('[slash32:')) ?? [];
  if (entry?.address === undefined) throw new Error('nobody stands there');
  return entry.address;
}
