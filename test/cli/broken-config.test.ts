import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listed, type Ran, slash32, temporaryFolder, writeConfig, writeFirewall, writeInventory } from './harness.js';
import { outcomesOf, pluginScene } from './plugin-scene.js';

const INSTANCES = [listed('web')];

/** What somebody may do to slash32.yaml at night, and what is said about it. */
const BREAKAGES: readonly {
  readonly how: string;
  readonly says: RegExp;
  readonly change: (text: string) => string | undefined;
}[] = [
  {
    how: 'a bracket too few',
    says: /slash32\.yaml:\d+:\d+/,
    change: (text) => text.replace('instances.json,', '[instances.json,'),
  },
  { how: 'a tab', says: /tab/, change: (text) => text.replace('  servers', '\tservers') },
  { how: 'a key that nobody knows', says: /protekt/, change: (text) => `${text}protekt: [10.0.0.1]\n` },
  {
    how: 'a segment that is wrong',
    says: /manage/,
    change: (text) => text.replace('manage: [reservations]', 'manage: [reservatoins]'),
  },
  {
    how: 'a mistake where the firewall is named',
    says: /carrier-pigeon/,
    change: (text) => text.replace(/transport: (plugin|file)/, 'transport: carrier-pigeon'),
  },
  {
    how: 'a policy file that is not there',
    says: /policy\.yaml/,
    change: (text) => `${text}policy_files: [policy.yaml]\n`,
  },
  { how: 'nothing in it', says: /empty/, change: () => '' },
  { how: 'bytes that are no text', says: /UTF-8/, change: () => '\u0000' },
  { how: 'no file at all', says: /does not exist/, change: () => undefined },
];

async function breakConfig(cwd: string, change: (text: string) => string | undefined): Promise<void> {
  const path = join(cwd, 'slash32.yaml');
  const changed = change(await readFile(path, 'utf8'));
  if (changed === undefined) await rm(path);
  else if (changed === '\u0000') await writeFile(path, Buffer.from([0xff, 0xfe, 0x00]));
  else await writeFile(path, changed);
}

/** It worked, and said of the configuration what is wrong and what it goes by instead. */
function expectSaid(ran: Ran, says: RegExp): void {
  expect(ran.err).toMatch(/^! the configuration is broken: /);
  expect(ran.err.split('\n')[0]).toMatch(says);
  expect(ran.err).toMatch(/owner home, firewall /);
}

describe.each(BREAKAGES)('with $how in its configuration', ({ says, change }) => {
  it('slash32 rollback undoes the apply that waits, and slash32 confirm keeps one', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    const whole = await readFile(join(cwd, 'slash32.yaml'), 'utf8');
    for (const [command, outcome] of [
      ['rollback', 'rolled_back'],
      ['confirm', 'confirmed'],
    ] as const) {
      expect((await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd })).code).toBe(0);
      await breakConfig(cwd, change);
      const ran = await slash32([command], { cwd });
      expect(ran.code, ran.err).toBe(0);
      expectSaid(ran, says);
      expect(outcomesOf(firewall).at(-1)).toBe(outcome);
      await writeFile(join(cwd, 'slash32.yaml'), whole);
    }
  });

  it('what asks the service, the history and the tokens answers', async () => {
    const { cwd, asked } = await fileScene();
    await breakConfig(cwd, change);
    for (const argv of [['status'], ['pause'], ['resume'], ['release-hold'], ['history'], ['token', 'list']]) {
      const ran = await slash32(argv, { cwd });
      expect(ran.code, `${argv.join(' ')}: ${ran.err}`).toBe(0);
      expectSaid(ran, says);
    }
    expect(asked).toEqual(['GET /v1/status', 'POST /v1/pause', 'POST /v1/resume', 'POST /v1/release-hold']);
    expect((await slash32(['show', 'last'], { cwd })).out).toContain('slash32 apply');
    for (const argv of [
      ['token', 'create', '--name', 'night', '--role', 'viewer'],
      ['token', 'revoke', 'night'],
    ])
      expect((await slash32(argv, { cwd })).code).toBe(0);
  });
});

describe('a service that is asked with --url', () => {
  it('is asked without any configuration, and nothing is said of one', async () => {
    const asked: string[] = [];
    const url = await startStatus(asked);
    const cwd = await temporaryFolder();
    for (const command of ['status', 'pause', 'resume', 'release-hold']) {
      const ran = await slash32([command, '--url', url], { cwd });
      expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
    }
    expect(asked).toHaveLength(4);
  });
});

describe('what slash32 remembers of a configuration', () => {
  it('is how the firewall and the service are reached, for its own user alone, and no secret', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    await slash32(['apply', '--yes'], { cwd });
    const file = join(cwd, 'slash32.last.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, 'utf8');
    expect(JSON.parse(text)).toMatchObject({ essentials: { owner: 'home', target: { url: firewall.url } } });
    for (const line of firewall.keyFile().split('\n')) {
      const value = line.split('=').slice(1).join('=').trim();
      if (value !== '') expect(text).not.toContain(value);
    }
  });

  it('is not written by who only looks, where slash32 keeps no state yet', async () => {
    const cwd = await temporaryFolder();
    await writeFirewall(cwd);
    await writeInventory(cwd, INSTANCES);
    await writeConfig(cwd);
    await slash32(['plan'], { cwd });
    expect(existsSync(join(cwd, 'slash32.last.json'))).toBe(false);
  });

  it('is found beside a state file that lies elsewhere, by the line that names it and without that line', async () => {
    const { cwd } = await pluginScene(INSTANCES);
    await mkdir(join(cwd, 'state'));
    const path = join(cwd, 'slash32.yaml');
    const whole = `${await readFile(path, 'utf8')}state_file: state/home.state.json\n`;
    await writeFile(path, whole);
    await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd });
    await writeFile(path, `${whole}{{{\n`);
    const named = await slash32(['confirm'], { cwd });
    expect(named.code, named.err).toBe(0);
    await rm(path);
    const gone = await slash32(['confirm'], { cwd, env: { STATE_DIRECTORY: join(cwd, 'state') } });
    expect(gone.err).toContain('S32_PLUGIN_NOTHING_WAITS');
    expect((await slash32(['confirm'], { cwd })).err).toContain('Nothing of an earlier run is remembered');
  });

  it('counts for nothing where others may write it: it says to whom the key goes', async () => {
    const { cwd } = await pluginScene(INSTANCES);
    await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd });
    await chmod(join(cwd, 'slash32.last.json'), 0o666);
    await rm(join(cwd, 'slash32.yaml'));
    const ran = await slash32(['rollback'], { cwd });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('S32_CONFIG_UNREADABLE');
    expect(ran.err).toContain('--url');
  });

  it('is not needed where the mistake lies elsewhere: an installation of the version before rolls back too', async () => {
    const { cwd, firewall } = await pluginScene(INSTANCES);
    await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd });
    await rm(join(cwd, 'slash32.last.json'));
    await breakConfig(cwd, (text) => text.replace('interface: opt3', 'interfaze: opt3'));
    const ran = await slash32(['rollback'], { cwd });
    expect(ran.code, ran.err).toBe(0);
    expect(outcomesOf(firewall)).toEqual(['rolled_back']);
  });
});

/** A configuration that was in use, and a service on its socket. */
async function fileScene(): Promise<{ cwd: string; asked: string[] }> {
  const cwd = await temporaryFolder();
  await writeFirewall(cwd);
  await writeInventory(cwd, INSTANCES);
  await writeConfig(cwd);
  const ran = await slash32(['apply', '--yes'], { cwd });
  expect(ran.code, ran.err).toBe(0);
  const asked: string[] = [];
  await startStatus(asked, join(cwd, 'slash32.sock'));
  return { cwd, asked };
}

/** Something that answers each request with a status, as the service does. */
async function startStatus(asked: string[], socket?: string): Promise<string> {
  const at = '2026-11-30T03:00:00.000Z';
  const status = {
    version: '1',
    owner: 'home',
    source: 'instances.json',
    target: 'config.xml',
    startedAt: at,
    queued: 0,
    lastSuccessAt: at,
    failures: 0,
    stream: { state: 'off' },
    schedules: [],
    configuration: { digest: '', readAt: at },
  };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(status));
  });
  await new Promise<void>((done) =>
    socket === undefined ? server.listen(0, '127.0.0.1', done) : server.listen(socket, done),
  );
  onTestFinished(() => void server.close());
  return socket ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
