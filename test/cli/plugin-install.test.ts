import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { PLUGIN_INSTALL_SCHEMA } from '../../src/cli/json-schemas.js';
import { findPluginPackage } from '../../src/cli/plugin/package.js';
import { installSteps } from '../../src/cli/plugin/steps.js';
import { run } from '../support/command.js';
import { slash32, temporaryFolder, writeConfig } from './harness.js';

const PACKAGE = findPluginPackage();

async function withTarget(url: string, broken = ''): Promise<string> {
  const cwd = await temporaryFolder();
  await writeConfig(cwd, {
    extra: `policy:\n  - { from: default/web, to: internet, allow: [tcp/443] }\npublish:\n  - { name: site, port: tcp/443, to: default/web, port_to: 8443 }\n${broken}`,
  });
  const path = join(cwd, 'slash32.yaml');
  const target = `opnsense: { transport: plugin, url: "${url}", key_file: key.txt, fingerprint: ${'ab'.repeat(32)} }`;
  await writeFile(path, (await readFile(path, 'utf8')).replace(/opnsense: .*/, target));
  return cwd;
}

describe('the package of the plugin', () => {
  it('comes with the program, with its sum', async () => {
    const bytes = await readFile(PACKAGE.path);
    expect(PACKAGE.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(bytes.toString('latin1', 0, 17)).toBe('+COMPACT_MANIFEST');
    expect(await readFile(`${PACKAGE.path}.sha256`, 'utf8')).toBe(`${PACKAGE.sha256}  ${PACKAGE.name}\n`);
  });

  it('is refused when it is not what was built, and when there is none', async () => {
    const folder = await temporaryFolder();
    const found = (): unknown => findPluginPackage(folder);
    expect(found).toThrow(expect.objectContaining({ code: 'S32_PLUGIN_PACKAGE' }));
    await cp(PACKAGE.path, join(folder, PACKAGE.name));
    expect(found, 'without its sum').toThrow(/another SHA-256/);
    await writeFile(join(folder, `${PACKAGE.name}.sha256`), `${PACKAGE.sha256}  ${PACKAGE.name}\n`);
    expect(found()).toMatchObject({ sha256: PACKAGE.sha256, version: PACKAGE.version });
    await writeFile(join(folder, PACKAGE.name), 'x');
    expect(found, 'changed').toThrow(/another SHA-256/);
  });
});

describe('slash32 plugin install', () => {
  it('takes the firewall, the interfaces and the publishes from the configuration', async () => {
    const ran = await slash32(['plugin', 'install'], { cwd: await withTarget('https://fw.example:8443') });

    expect(ran.code, ran.err).toBe(0);
    expect(ran.err).toBe('');
    expect(ran.out).toContain(`scp ${PACKAGE.path} root@fw.example:/tmp/`);
    expect(ran.out).toContain(
      `ssh root@fw.example 'sha256 -c ${PACKAGE.sha256} /tmp/${PACKAGE.name} && pkg add /tmp/${PACKAGE.name}'`,
    );
    for (const said of [
      'Interfaces: opt3.',
      'Publishes: wan tcp/443',
      'Services: slash32: API',
      'chmod 600 apikey.txt',
    ])
      expect(ran.out).toContain(said);
  });

  it('needs no configuration', async () => {
    const cwd = await temporaryFolder();
    const unknown = await slash32(['plugin', 'install'], { cwd });
    expect(unknown.code, unknown.err).toBe(0);
    expect(unknown.out).toContain('For FIREWALL put the address');
    const named = await slash32(['plugin', 'install', '--host', 'fd00::1'], { cwd });
    expect(named.out).toContain("'root@[fd00::1]:/tmp/'");
    expect(named.out).toContain('ssh root@fd00::1 ');
  });

  it('takes the firewall of a configuration that is broken elsewhere, and none of a file', async () => {
    const broken = await slash32(['plugin', 'install'], { cwd: await withTarget('https://10.0.0.1', 'nonsense: 1\n') });
    expect(broken.out, broken.err).toContain('root@10.0.0.1:/tmp/');
    const cwd = await temporaryFolder();
    await writeConfig(cwd);
    expect((await slash32(['plugin', 'install'], { cwd })).out).toContain('root@FIREWALL:/tmp/');
  });

  it('answers JSON', async () => {
    const cwd = await withTarget('https://fw.example');
    const { format, host, sha256, name, steps } = JSON.parse(
      (await slash32(['plugin', 'install', '--json'], { cwd })).out,
    );
    expect({ format, host, sha256, name }).toEqual({
      format: 'slash32.plugin-install/1',
      host: 'fw.example',
      sha256: PACKAGE.sha256,
      name: basename(PACKAGE.path),
    });
    expect(steps.length).toBeGreaterThanOrEqual(5);
  });

  it.each([
    ['with a firewall that is known', 'https://fw.example'],
    ['without one', undefined],
  ])('answers JSON as its schema says, %s', async (_, url) => {
    const cwd = url === undefined ? await temporaryFolder() : await withTarget(url);
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(PLUGIN_INSTALL_SCHEMA);
    const answer = JSON.parse((await slash32(['plugin', 'install', '--json'], { cwd })).out);
    validate(answer);
    expect(validate.errors).toBeNull();
    expect(validate({ ...answer, surprise: 1 })).toBe(false);
  });

  it.each(["fw';reboot;'", '-oProxyCommand=x', 'a b', ''])('prints no line for %j', async (host) => {
    const ran = await slash32(['plugin', 'install', `--host=${host}`], { cwd: await temporaryFolder() });
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toContain('S32_USAGE');
  });

  it('prints lines that a shell reads as they are meant, whatever the folder is called', async () => {
    const path = `/tmp/it's $HOME/${PACKAGE.name}`;
    const steps = installSteps({ ...PACKAGE, path }, { host: 'fw.example', interfaces: [], publishes: [] });
    const [copy = '', add = ''] = steps.flatMap((step) => step.commands);
    const words = async (line: string): Promise<string[]> =>
      (await run('sh', ['-c', `printf '%s\\n' ${line}`])).stdout.trim().split('\n');

    expect(await words(copy)).toEqual(['scp', path, 'root@fw.example:/tmp/']);
    const remote = `/tmp/${PACKAGE.name}`;
    expect(await words(add)).toEqual([
      'ssh',
      'root@fw.example',
      `sha256 -c ${PACKAGE.sha256} ${remote} && pkg add ${remote}`,
    ]);
  });
});
