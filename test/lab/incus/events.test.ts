import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { IncusServerConfig } from '../../../src/inventory/incus/config.js';
import { enrol } from '../../../src/inventory/incus/enrol.js';
import { startEventStream } from '../../../src/inventory/incus/events/stream.js';
import { resolveEndpoint } from '../../../src/inventory/incus/inventory.js';
import type { StreamState } from '../../../src/inventory/listening.js';
import { createRedactor } from '../../../src/secrets/redactor.js';
import { until } from '../../support/until.js';
import { labSkipReason, refuseSkip } from '../require-lab.js';
import { type IncusLab, type IncusLine, LAB_PROGRAMS, startLab } from './lab.js';

const skipReason = labSkipReason([...LAB_PROGRAMS]);
const now = () => new Date();

interface Heard {
  readonly hints: { reason: string; urgent: boolean; at: number }[];
  readonly connected: boolean[];
  readonly states: StreamState[];
}

function listen(config: IncusServerConfig): Heard {
  const heard: Heard = { hints: [], connected: [], states: [] };
  const secrets = { readSecret: (path: string) => readFile(path, 'utf8'), now };
  const stop = startEventStream(
    () => resolveEndpoint(config, secrets),
    {
      onHint: ({ reason, urgent }) => void heard.hints.push({ reason, urgent, at: performance.now() }),
      onConnected: (first) => void heard.connected.push(first),
      onState: (state) => void heard.states.push(state),
    },
    { now, random: Math.random, backoff: { firstMs: 100, longestMs: 1000 } },
  );
  onTestFinished(stop);
  return heard;
}

function reasonsOf(heard: Heard): string[] {
  return heard.hints.map((hint) => hint.reason);
}

/** What was seen, for docs/tested-on.md. */
function report(line: string): void {
  process.stderr.write(`  ${line}\n`);
}

describe.each<[string, IncusLine]>([
  ['7', '7'],
  ['6.0', '6'],
])('the event stream of real Incus %s', (_title, line) => {
  let lab: IncusLab;
  let directory: string;
  let version = '';
  let obstacle = skipReason;
  const pings: number[] = [];
  let pinged: WebSocket | undefined;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 's32-'));
    if (obstacle !== undefined) return;
    try {
      lab = await startLab(line);
    } catch (error) {
      obstacle = refuseSkip(`the lab did not come up: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    await lab.run('sh', '-ec', SETUP);
    version = JSON.parse(await lab.run('incus', 'query', '/1.0')).environment.server_version;
    report(`Incus ${version}`);
    pinged = new WebSocket(`ws+unix:${lab.socket}:/1.0/events?type=lifecycle`);
    pinged.on('open', () => void pings.push(performance.now()));
    pinged.on('ping', () => void pings.push(performance.now()));
    pinged.on('error', () => undefined);
  });

  beforeEach(({ skip }) => skip(obstacle !== undefined, obstacle));

  afterAll(async () => {
    pinged?.terminate();
    await (lab as IncusLab | undefined)?.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function listenToSocket(path = lab.socket): Promise<Heard> {
    const heard = listen({ via: 'socket', path, projects: undefined });
    await until('the stream is up', () => heard.connected.length === 1);
    return heard;
  }

  async function enrolAs(name: string, ...options: readonly string[]) {
    const added = await lab.run('incus', 'config', 'trust', 'add', name, '--quiet', ...options);
    const token = added.trim().split('\n').at(-1) ?? '';
    const files = { certFile: join(directory, `${name}.crt`), keyFile: join(directory, `${name}.key`) };
    const asked = { token, name, addresses: [lab.url], ...files };
    return await enrol(asked, { redactor: createRedactor(), now }, new AbortController().signal, () => undefined);
  }

  async function listenOverTls(name: string, ...options: readonly string[]) {
    const { url, certFile, keyFile, fingerprint, clientFingerprint } = await enrolAs(name, ...options);
    const heard = listen({ via: 'https', url, certFile, keyFile, fingerprint, projects: undefined });
    await until('the stream is up', () => heard.connected.length === 1);
    return { heard, clientFingerprint };
  }

  it('says that an instance is being created before it can ask for a lease', async () => {
    const heard = await listenToSocket();
    const begun = performance.now();
    await lab.run('incus', 'launch', '-q', 'tiny', 'web', '-p', 'isolated');
    const took = performance.now() - begun;
    await until('both came', () => heard.hints.length >= 2);
    const [created, started] = heard.hints;
    expect(created).toMatchObject({ reason: 'instance-created default/web', urgent: true });
    expect(started).toMatchObject({ reason: 'instance-started default/web', urgent: true });
    const elapsed = (hint: { at: number } | undefined) => ((hint?.at ?? 0) - begun).toFixed(0);
    report(
      `incus launch took ${took.toFixed(0)} ms: created after ${elapsed(created)} ms, started after ${elapsed(started)}`,
    );
  });

  it('says what is done with it, and nothing of what changes nothing', async () => {
    const heard = await listenToSocket();
    await lab.run('incus', 'exec', 'web', '--', '/bin/busybox', 'true');
    await lab.run('incus', 'snapshot', 'create', 'web', 's1');
    await lab.run('incus', 'config', 'set', 'web', 'user.slash32.ipv4=10.10.1.9');
    await lab.run('incus', 'profile', 'set', 'isolated', 'user.x=y');
    await lab.run('incus', 'stop', '-f', 'web');
    await lab.run('incus', 'rename', 'web', 'web2');
    await lab.run('incus', 'delete', 'web2');
    await until('the end came', () => reasonsOf(heard).includes('instance-deleted default/web2'));
    expect(reasonsOf(heard).sort()).toEqual([
      'instance-deleted default/web2',
      'instance-renamed default/web2',
      'instance-updated default/web',
      'instance-updated default/web',
      'profile-updated default/isolated',
    ]);
    expect(heard.hints.some((hint) => hint.urgent)).toBe(false);
  });

  it('hears all projects over HTTPS, and with a restricted certificate its own alone', async () => {
    const { heard: full } = await listenOverTls('full');
    const { heard: narrow } = await listenOverTls('narrow', '--restricted', '--projects', 'shop');
    await lab.run('incus', 'init', '-q', 'tiny', 'secret', '-p', 'isolated');
    await lab.run('incus', 'init', '-q', 'tiny', 'ours', '--project', 'shop');
    await until('both heard', () => full.hints.length === 2 && narrow.hints.length === 1);
    expect(reasonsOf(full)).toEqual(['instance-created default/secret', 'instance-created shop/ours']);
    expect(reasonsOf(narrow)).toEqual(['instance-created shop/ours']);
  });

  it('is told that its certificate is not trusted any more', async () => {
    const { url, certFile, keyFile, fingerprint, clientFingerprint } = await enrolAs('gone');
    await lab.run('incus', 'config', 'trust', 'remove', clientFingerprint.slice(0, 12));
    const heard = listen({ via: 'https', url, certFile, keyFile, fingerprint, projects: undefined });
    await until('it is told', () => heard.states.at(-1)?.state === 'down');
    expect(heard.states.at(-1)?.failure?.code).toBe('S32_INCUS_UNTRUSTED');
  });

  it('hears of its own project on the socket of incus-user', async () => {
    await lab.run('sh', '-ec', START_INCUS_USER);
    const heard = await listenToSocket(lab.userSocket);
    await lab.run('incus', 'init', '-q', 'tiny', 'elsewhere', '-p', 'isolated');
    await lab.run('incus', 'profile', 'set', 'default', 'user.x=y', '--project', 'user-0');
    await until('it hears', () => heard.hints.length > 0);
    expect(reasonsOf(heard)).toEqual(['profile-updated user-0/default']);
  });

  it('sees pings while nothing happens', async () => {
    await until('three pings came', () => pings.length >= 4);
    const gaps = pings.slice(1, 4).map((at, index) => (at - (pings[index] ?? 0)) / 1000);
    report(`pings after ${gaps.map((gap) => gap.toFixed(2)).join(', ')} s`);
  });

  it.each(['KILL', 'TERM'])('notices that incusd got SIG%s, and hears again when it is back', async (name) => {
    const { heard: tls } = await listenOverTls(`restart-${name.toLowerCase()}`);
    const socket = await listenToSocket();
    const begun = performance.now();
    await lab.run('sh', '-ec', STOP_INCUSD, 'sh', name);
    await until('both noticed', () => [tls, socket].every((one) => one.states.some(({ state }) => state === 'down')));
    const noticed = performance.now() - begun;
    await lab.run('sh', '-ec', START_INCUSD);
    await until('both are back', () => [tls, socket].every((one) => one.connected.length >= 2));
    expect(socket.connected.slice(0, 2)).toEqual([true, false]);
    report(
      `SIG${name}: noticed after ${noticed.toFixed(0)} ms (${socket.states.find((one) => one.failure)?.failure?.code})`,
    );
    await lab.run('incus', 'init', '-q', 'tiny', `after-${name.toLowerCase()}`, '-p', 'isolated');
    const reason = `instance-created default/after-${name.toLowerCase()}`;
    await until('both hear again', () => [tls, socket].every((one) => reasonsOf(one).includes(reason)));
  });

  it('answers a plain request for events with HTTP 400', async () => {
    const answer = await new Promise<[number | undefined, string]>((resolve, reject) => {
      const asked = request({ socketPath: lab.socket, path: '/1.0/events?type=lifecycle' }, async (response) => {
        let body = '';
        for await (const part of response) body += part;
        resolve([response.statusCode, body]);
      });
      asked.once('error', reject);
      asked.end();
    });
    report(`without an upgrade: HTTP ${answer[0]} ${JSON.stringify(answer[1])}`);
    expect(answer[0]).toBe(400);
  });
});

const SETUP = `
incus network create -q dmz ipv4.address=none ipv6.address=none
incus profile create -q isolated
incus profile device add -q isolated root disk path=/ pool=default
incus profile device add -q isolated eth0 nic network=dmz security.port_isolation=true
incus project create -q shop -c features.images=false
incus profile device add -q default root disk path=/ pool=default --project shop
`;

const START_INCUS_USER = `
group=$(getent group incus | cut -d: -f1)
setsid /usr/libexec/incus/incus-user --group "$group" > /var/log/incus/user.log 2>&1 < /dev/null &
for i in $(seq 100); do [ -S /var/lib/incus/unix.socket.user ] && exit 0; sleep 0.1; done
exit 1
`;

/** The oldest: monitors of containers are the same program. */
const STOP_INCUSD = `
pid=$(pgrep -o -f '^incusd --group')
kill -s "$1" "$pid"
for i in $(seq 200); do kill -0 "$pid" 2> /dev/null || exit 0; sleep 0.05; done
exit 1
`;

const START_INCUSD = `
setsid incusd --group root --logfile /var/log/incus/incus.log >> /var/log/incus/console.log 2>&1 < /dev/null &
incusd waitready --timeout=60
`;
