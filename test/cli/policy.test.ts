import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { slash32, temporaryFolder } from './harness.js';

const INSTANCES = [
  ['edge', 'proxy', 'edge', ''],
  ['default', 'web1', 'servers', 'web'],
  ['default', 'web2', 'servers', 'web'],
  ['default', 'db', 'servers', 'db, stray'],
].map(([project, name, network, tags], at) => ({
  project,
  name,
  type: 'container',
  status: 'Running',
  config: {
    'volatile.uuid': `1111111${at}-0000-4000-8000-000000000000`,
    'volatile.eth0.hwaddr': `10:66:6a:00:00:0${at}`,
    'user.slash32.tags': tags,
  },
  expanded_config: {},
  expanded_devices: { eth0: { type: 'nic', network, name: 'eth0', 'security.port_isolation': 'true' } },
}));

const POLICY = `groups: { web: ["tag:web"] }
tagOwners: { web: [project:default], db: [project:default] }
policy:
  - { from: edge/proxy, to: web, allow: [tcp/8080] }
  - { from: web, to: "tag:db", allow: [tcp/5432] }
publish:
  - { name: site, port: tcp/443, to: edge/proxy }
tests:
  - { from: web, to: "tag:db", accept: [tcp/5432], deny: [tcp/22] }
`;

/** A folder with a configuration for a simulated firewall with the plugin, its policy in a file beside it. */
async function scene(servers = 'deny') {
  const folder = await temporaryFolder();
  const sim = await startSimOpnsense({
    folder: join(folder, 'firewall'),
    plugin: { interfaces: ['opt1', 'opt2', 'opt3'], publishes: ['wan tcp/443'] },
  });
  onTestFinished(() => sim.close());
  await writeFile(join(folder, 'instances.json'), JSON.stringify(INSTANCES));
  await writeFile(join(folder, 'key.txt'), sim.keyFile(), { mode: 0o600 });
  await writeFile(join(folder, 'policy.yaml'), POLICY);
  await writeFile(
    join(folder, 'slash32.yaml'),
    `version: 1
owner: home
incus: { file: instances.json, complete: true }
opnsense: { transport: plugin, url: ${sim.url}, key_file: key.txt }
segments:
  edge: { interface: opt1, manage: [reservations, rules], default: deny }
  servers: { interface: opt2, manage: [reservations, rules], default: ${servers} }
policy_files: [policy.yaml]
`,
  );
  return { folder, sim };
}

describe('the commands about a policy', () => {
  let folder: string;
  let sim: Awaited<ReturnType<typeof scene>>['sim'];
  const run = (...args: string[]) => slash32(args, { cwd: folder });

  beforeEach(async () => {
    ({ folder, sim } = await scene());
  });

  it('plan, apply, explain, reach and test, from an empty firewall to a policy in force', async () => {
    const plan = await run('plan');
    expect(plan.code).toBe(2);
    expect(plan.out).toContain(
      'opens edge/proxy → 2 of servers (default/web1, default/web2) tcp/8080 (policy.yaml:4, 2 pairs)',
    );
    expect(plan.out).toContain('default/db claims the tag stray, which is ignored: tagOwners does not know it.');
    expect((await run('test', '--now')).code).toBe(3);
    expect((await run('test')).code).toBe(0);
    expect((await run('explain', 'proxy', 'web1', 'tcp/8080')).out).toContain(
      "It is blocked by the firewall's own rule",
    );

    expect((await run('apply', '--yes')).code).toBe(0);
    expect((await run('plan')).code).toBe(0);
    const explained = await run('explain', 'proxy', 'web1', 'tcp/8080');
    expect(explained.out).toMatch(
      /It passes by the rule of slash32 "edge\/proxy to web tcp\/8080 .*" \(.*\) of policy\.yaml:4, coming in on opt1\./,
    );
    const reach = await run('reach', '--json');
    expect(JSON.parse(reach.out).rows).toContainEqual({
      from: '2 of servers (default/web1, default/web2)',
      to: 'default/db',
      services: ['tcp/5432'],
      perhaps: [],
      pairs: 2,
      by: ['policy.yaml:5'],
    });
    expect((await run('reach', '--from', 'internet', '--dot')).out).toContain(
      '"internet" -> "edge/proxy" [label="tcp/443"];',
    );
    const tests = await run('test', '--now');
    expect([tests.code, tests.out]).toEqual([0, expect.stringContaining('1 test with 2 questions: all pass')]);
  });

  it('refuse to apply what a test forbids, and name the line', async () => {
    await writeFile(
      join(folder, 'policy.yaml'),
      `${POLICY}  - { name: no one reaches the web, from: edge/proxy, to: web, deny: [tcp/8080] }\n`,
    );
    const applied = await run('apply', '--yes');
    expect(applied.code).toBe(4);
    expect(applied.err).toContain('policy.yaml:10 (no one reaches the web)');
    expect(sim.configText()).not.toContain('slash32:home:rule');
    expect(sim.configText()).toContain('slash32:home:default/web');
    expect((await run('apply', '--yes')).code).toBe(3);
    const tested = await run('test');
    expect([tested.code, tested.out]).toEqual([
      3,
      expect.stringContaining('✗ policy.yaml:10: edge/proxy → 2 of servers'),
    ]);
  });

  it('do not pass what asks nobody: a misspelt name, a publish that leads nowhere, no tests at all', async () => {
    const asked = async (policy: string, ...more: string[]) => {
      await writeFile(join(folder, 'policy.yaml'), policy);
      const { code, out, err } = await run('test', ...more);
      return { code, text: `${out}${err}` };
    };
    const nobody = `${POLICY}  - { from: default/web3, to: "tag:db", deny: [tcp/22] }\n`;
    const said = expect.stringMatching(/2 tests with 2 questions: 1 passes, 1 asked nobody\n[\s\S]*--allow-empty/);
    expect(await asked(nobody)).toEqual({ code: 3, text: said });
    const json = await asked(nobody, '--json', '--allow-empty');
    expect([json.code, JSON.parse(json.text)]).toEqual([0, expect.objectContaining({ passed: true, nobody: 1 })]);
    expect(await asked(POLICY.replace('to: edge/proxy }', 'to: edge/prxoy }'))).toEqual({
      code: 3,
      text: expect.stringContaining('policy.yaml:7:5: site leads to edge/prxoy'),
    });
    const elsewhere = POLICY.replace('to: edge/proxy }', 'to: 192.168.1.9 }');
    expect(await asked(elsewhere)).toEqual({
      code: 3,
      text: expect.stringContaining('site leads to 192.168.1.9, which stands in no segment'),
    });
    expect((await run('plan')).code).toBe(2);
    expect((await run('apply', '--yes')).code).toBe(4);
    expect((await run('plan')).code).toBe(4);
    const none = expect.stringContaining('No tests are declared');
    expect(await asked(POLICY.slice(0, POLICY.indexOf('tests:')))).toEqual({ code: 3, text: none });
  });

  it('speak of foreign rules with their description and uuid', async () => {
    sim.save((root) => {
      const filter = root.children.find((one) => one.name === 'filter');
      const leaf = (name: string, text: string) => ({ name, attributes: {}, children: [], text });
      const any = (name: string) => ({ name, attributes: {}, children: [leaf('any', '1')], text: '' });
      filter?.children.push({
        name: 'rule',
        attributes: { uuid: '0f0f0f0f-0000-4000-8000-000000000000' },
        text: '',
        children: [
          leaf('type', 'pass'),
          leaf('interface', 'opt2'),
          leaf('ipprotocol', 'inet'),
          leaf('descr', 'an old rule'),
          any('source'),
          any('destination'),
        ],
      });
    });
    const explained = JSON.parse((await run('explain', 'db', 'internet', 'tcp/25', '--json')).out);
    expect(explained.flows[0]).toMatchObject({
      verdict: 'pass',
      rule: { origin: 'legacy', description: 'an old rule' },
    });
    const after = JSON.parse((await run('explain', 'db', 'internet', 'tcp/25', '--json', '--after')).out);
    expect(after.flows[0]).toMatchObject({
      verdict: 'block',
      rule: { origin: 'ours', description: 'servers: everything else is dropped' },
    });
  });

  it('propose statements from what was dropped', async () => {
    await run('apply', '--yes');
    const text = sim.configText();
    const rule = /<rule uuid="([^"]+)">(?:(?!<\/rule>)[\s\S])*rule\/opt2\/default\]/.exec(text)?.[1] ?? '';
    const address = (name: string) =>
      new RegExp(`<ipaddr>([0-9.]+)</ipaddr>\\s*<hostname>${name}<`).exec(text)?.[1] ?? '';
    sim.setFilterLog([
      {
        rid: rule,
        interface: 'vtnet3',
        dir: 'in',
        action: 'block',
        ipversion: '4',
        protoname: 'tcp',
        src: address('db'),
        dst: '9.9.9.9',
        dstport: '853',
        __timestamp__: '2026-11-23T08:00:00',
      },
    ]);
    const watched = await run('watch');
    expect(watched.out).toBe('policy:\n  - { from: default/db, to: internet, allow: [tcp/853] }  # 1 packet\n');
    expect((await run('watch', '--only', 'attic')).err).toContain(
      'There is no segment "attic"; there is edge, servers.',
    );
    expect((await run('watch', '--only', 'edge')).err).toContain('Nothing was dropped or watched on edge');
  });

  it('say what was not understood', async () => {
    expect((await run('explain', 'web1', 'db', '5432')).err).toContain('Write tcp/5432 or udp/5432.');
    expect((await run('explain', 'web9', 'db', 'tcp/1')).err).toContain('S32_POLICY_QUESTION');
    expect((await run('reach', '--from', 'tag:none')).err).toContain('tagOwners gives the tag none to nobody.');
  });

  it('take everything of a policy away when its segments are released', async () => {
    await run('apply', '--yes');
    const released = await run('release', '--all', '--remove', '--yes');
    expect(released.code, released.out + released.err).toBe(0);
    expect(released.out).toMatch(
      /With the policy 1[0-9] rules that let packets in and 1 publish go\. .* nobody is named/,
    );
    expect(released.out).not.toContain('no segment manages rules');
    expect(sim.configText()).not.toContain('[slash32:home:');
  });

  it('leave a policy where it is when its segments are handed over, and say so', async () => {
    await run('apply', '--yes');
    const released = await run('release', '--all', '--keep', '--yes');
    expect(released.out + released.err).toMatch(
      /1[0-9] rules and 1 publish of ours and their aliases stay as they are/,
    );
    expect(sim.configText()).toContain('[slash32:home:rule/');
    // nothing of it is new when it is taken away later
    const removed = await run('release', '--all', '--remove', '--yes');
    expect(removed.code, removed.out + removed.err).toBe(0);
    expect(removed.out).not.toMatch(/new in this version|until they end by themselves/);
    expect(removed.out).toMatch(/[Oo]pen connections?/);
    expect(sim.configText()).not.toContain('[slash32:home:');
  });

  it('know no log of a config.xml', async () => {
    const text = (await readFile(join(folder, 'slash32.yaml'), 'utf8')).replace(
      /opnsense: .*/,
      'opnsense: { transport: file, path: firewall/config.xml }',
    );
    await writeFile(join(folder, 'slash32.yaml'), text);
    expect((await run('watch')).err).toContain('A config.xml has no log of packets.');
  });
});
