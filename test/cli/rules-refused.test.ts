import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildSampleConfig } from '../../src/sim/opnsense/sample-config.js';
import { slash32, temporaryFolder } from './harness.js';

const ODD = `<rule uuid="b0b0b0b0-0000-4000-8000-000000000000">
      <type>block</type><interface>lan</interface><ipprotocol>inet</ipprotocol><allowopts>1</allowopts><descr>odd</descr>
      <source><any>1</any></source><destination><any>1</any></destination></rule>`;

const INSTANCES = ['web', 'db'].map((name, at) => ({
  project: 'default',
  name,
  type: 'container',
  status: 'Running',
  config: {
    'volatile.uuid': `1111111${at}-0000-4000-8000-000000000000`,
    'volatile.eth0.hwaddr': `10:66:6a:00:00:0${at}`,
  },
  expanded_config: {},
  expanded_devices: { eth0: { type: 'nic', network: 'edge', name: 'eth0', 'security.port_isolation': 'true' } },
}));

async function folderWith(filter: string): Promise<{ readonly folder: string; readonly line: number }> {
  const folder = await temporaryFolder();
  const text = buildSampleConfig({ users: [] }).replace('<filter>', `<filter>\n${filter}`);
  await writeFile(join(folder, 'config.xml'), text);
  await writeFile(join(folder, 'instances.json'), JSON.stringify(INSTANCES));
  await writeFile(
    join(folder, 'slash32.yaml'),
    `version: 1
owner: home
incus: { file: instances.json, complete: true }
opnsense: { transport: file, path: config.xml }
segments:
  edge: { interface: opt1, manage: [reservations, rules], default: inherit }
policy:
  - { from: default/web, to: internet, allow: [tcp/443] }
tests:
  - { from: default/web, to: internet, accept: [tcp/443] }
`,
  );
  return { folder, line: text.slice(0, text.indexOf('<rule uuid="b0b0')).split('\n').length };
}

describe('a config.xml with a rule that pf refuses', () => {
  it('is planned without its policy, with the line, and applied so', async () => {
    const { folder, line } = await folderWith(ODD);
    const plan = await slash32(['plan'], { cwd: folder });
    expect(plan.code).toBe(2);
    expect(plan.out).toContain(
      `config.xml:${line}, "odd" (b0b0b0b0-0000-4000-8000-000000000000): it allows IP options`,
    );
    expect(plan.out).not.toContain('opens');
    expect(plan.out).toMatch(/^policy: .*\n {2}nothing is written$/m);
    const applied = await slash32(['apply', '--yes'], { cwd: folder });
    expect(applied.code).toBe(0);
    const text = await readFile(join(folder, 'config.xml'), 'utf8');
    expect(text).toContain('slash32:home:default/web/eth0');
    expect(text).not.toContain('slash32:home:rule');
  });

  it.each([['explain', 'web', 'db', 'tcp/22'], ['reach'], ['test']])(
    'gives no answer to %s %s %s %s',
    async (...args) => {
      const { folder, line } = await folderWith(ODD);
      const { code, err } = await slash32(
        args.filter((one) => one !== undefined),
        { cwd: folder },
      );
      expect(code).toBe(1);
      expect(err).toContain('S32_RULES_REFUSED');
      expect(err).toContain(`config.xml:${line}, "odd"`);
    },
  );
});
