import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { WireApply, WireState } from '../../src/firewall/opnsense/plugin/wire.js';
import type { SegmentState } from '../../src/model/segment.js';
import { blankState } from '../../src/model/segment-state.js';
import { wireState } from '../firewall/opnsense/plugin/builders.js';
import { applied } from '../firewall/opnsense/plugin/reference.js';
import { temporaryFolder, writeInventory } from './harness.js';

/** A change as the firewall keeps it. */
interface Remembered {
  readonly id: string;
  readonly owner: string;
  readonly before: readonly SegmentState[];
  readonly deadline: number;
  outcome: string;
}

/** What the firewall under test does next. All of it can be changed at any time. */
export interface PluginServer {
  readonly url: string;
  /** Method and path of each request, with the number of the TCP connection that it came on. */
  readonly log: { readonly call: string; readonly connection: number; readonly body: string }[];
  scope: string[];
  states: readonly SegmentState[];
  readonly applies: Remembered[];
  faults: WireState['faults'];
  /** Status of every answer, for a firewall without the plugin (404) or a key without the privilege (403). */
  status: number;
  maxConfirmSeconds: number;
  /** The next apply is done, and its connection breaks off. */
  loseAnswer: boolean;
  /** While a change waits, every connection breaks off. */
  cutsOff: boolean;
  /** Somebody else saves right before each of the next so many applies. */
  otherSaves: number;
  /** What the firewall really makes of an apply. */
  holds: (states: readonly SegmentState[]) => readonly SegmentState[];
  /** Happens when the apply is done and before it is answered. */
  onApplied: () => void;
  /** Somebody else saves something that has nothing to do with DHCP. */
  otherSave(): void;
  /** The deadline of the change that waits is over. */
  expire(): void;
}

/** What the firewall has at first; by default three interfaces, one of which may be written, with DHCP and no reservation. */
export interface PluginServerOptions {
  readonly interfaces?: WireState['interfaces'];
  readonly scope?: readonly string[];
  readonly states?: readonly SegmentState[];
}

/** A firewall with os-slash32 as docs/plugin-api.md describes it, small, over real HTTP. */
export async function pluginServer(options: PluginServerOptions = {}): Promise<PluginServer> {
  const sockets = new Map<Socket, number>();
  const owners = new Map<string, { fingerprint: string; host: string }>();
  let saves = 0;
  const server: PluginServer = {
    url: '',
    log: [],
    scope: [...(options.scope ?? ['opt3'])],
    states: options.states ?? [
      { ...blankState('opt3'), enabled: true, range: { from: '10.10.3.210', to: '10.10.3.240' } },
    ],
    applies: [],
    faults: [],
    status: 200,
    maxConfirmSeconds: 600,
    loseAnswer: false,
    cutsOff: false,
    otherSaves: 0,
    holds: (states) => states,
    onApplied: () => {},
    otherSave() {
      saves += 1;
    },
    expire() {
      for (const one of waiting()) undo(one, 'expired');
    },
  };
  const waiting = () => server.applies.filter((one) => one.outcome === 'pending');
  const revision = () =>
    createHash('sha256')
      .update(`${saves} ${JSON.stringify(server.states)}`)
      .digest('hex');
  const undo = (one: Remembered, outcome: string): void => {
    one.outcome = outcome;
    server.states = one.before;
    saves += 1;
  };
  const expireOld = (): void => {
    for (const one of waiting()) if (Date.now() >= one.deadline) undo(one, 'expired');
  };

  const http = createServer((request, response) => void answer(request, response));
  http.on('connection', (socket) => sockets.set(socket, sockets.size + 1));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    return new Promise((resolve) => http.close(() => resolve()));
  });
  return Object.assign(server, { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const path = request.url ?? '';
    const connection = sockets.get(request.socket) ?? 0;
    server.log.push({ call: path.replace('/api/slash32/state/', ''), connection, body });
    expireOld();
    if (server.cutsOff && waiting().length > 0) return void request.socket.destroy();
    if (server.status !== 200 || !path.startsWith('/api/slash32/')) {
      response.writeHead(server.status === 200 ? 404 : server.status, { 'Content-Type': 'application/json' });
      return void response.end('{"errorMessage":"Endpoint not found"}');
    }
    const result = path.endsWith('/get') ? state() : path.endsWith('/apply') ? apply(body) : settle(path, body);
    if (path.endsWith('/apply')) {
      server.onApplied();
      if (server.loseAnswer) {
        server.loseAnswer = false;
        return void request.socket.destroy();
      }
    }
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(result));
  }

  function state(): WireState {
    return wireState(server.states, {
      revision: revision(),
      now: Math.floor(Date.now() / 1000),
      caller: { address: '127.0.0.1', user: 'slash32' },
      scope: { interfaces: server.scope, max_confirm_seconds: server.maxConfirmSeconds },
      interfaces: options.interfaces ?? [1, 2, 3].map((n) => wireInterface(`opt${n}`, `10.10.${n}.1`)),
      faults: server.faults,
      owners: [...owners].map(([owner, one]) => ({ owner, ...one, seen: 1_795_420_000 })),
      pending: waiting().map(({ owner, id, deadline }) => ({
        owner,
        id,
        deadline: Math.floor(deadline / 1000),
        seconds_left: Math.max(0, Math.floor((deadline - Date.now()) / 1000)),
      })),
      applies: server.applies.toReversed().map(({ id, owner, outcome }) => ({ id, owner, outcome })),
    });
  }

  function apply(text: string): object {
    const body: WireApply = JSON.parse(text);
    if (server.otherSaves > 0) {
      server.otherSaves -= 1;
      saves += 1;
    }
    if (waiting().some((one) => one.owner === body.owner)) return { result: 'pending', pending: [] };
    if (body.base_revision !== revision()) return { result: 'conflict', revision: revision() };
    const known = owners.get(body.owner);
    if (known !== undefined && known.fingerprint !== body.fingerprint && !body.take_over)
      return {
        result: 'refused',
        code: 'owner',
        errors: [{ where: 'owner', object: body.owner, message: `is used by another configuration on ${known.host}` }],
      };
    const before = server.states;
    server.states = server.holds(applied(server.states, body));
    owners.set(body.owner, { fingerprint: body.fingerprint, host: body.host });
    saves += 1;
    const id = createHash('sha256').update(body.token).digest('hex').slice(0, 16);
    const deadline = Date.now() + body.confirm_seconds * 1000;
    const outcome = body.confirm_seconds === 0 ? 'kept' : 'pending';
    server.applies.push({ id, owner: body.owner, before, deadline, outcome });
    const confirm =
      outcome === 'kept' ? null : { seconds: body.confirm_seconds, deadline: Math.floor(deadline / 1000) };
    return { result: 'applied', id, revision: revision(), notes: [], confirm };
  }

  function settle(path: string, text: string): object {
    const { token }: { token: string } = JSON.parse(text);
    const id = createHash('sha256').update(token).digest('hex').slice(0, 16);
    const one = server.applies.find((each) => each.id === id);
    if (one === undefined) return { result: 'unknown' };
    if (one.outcome === 'expired') return { result: 'expired', left: [] };
    if (one.outcome !== 'pending') return { result: 'already', outcome: one.outcome };
    if (path.endsWith('/confirm')) {
      one.outcome = 'confirmed';
      return { result: 'confirmed', peer: null };
    }
    undo(one, 'rolled_back');
    return { result: 'rolled_back', left: [], revision: revision() };
  }
}

/** An enabled interface with a /24. */
export function wireInterface(id: string, ipaddr: string): WireState['interfaces'][number] {
  const number = /\d*$/.exec(id)?.[0] ?? '';
  const mac = `00:16:3e:0a:00:${number.padStart(2, '0')}`;
  return { id, descr: `Net${number}`, device: `em${number}`, mac, enabled: true, ipaddr, subnet: 24, vips: [] };
}

/** A firewall with the plugin, and a folder with everything that slash32 needs to speak to it. */
export async function pluginScene(instances: readonly unknown[]): Promise<{ cwd: string; firewall: PluginServer }> {
  const firewall = await pluginServer();
  const cwd = await temporaryFolder();
  await writeInventory(cwd, instances);
  await writeFile(join(cwd, 'apikey.txt'), 'key=testkey\nsecret=testsecret\n', { mode: 0o600 });
  await writePluginConfig(cwd, firewall);
  return { cwd, firewall };
}

export async function writePluginConfig(
  cwd: string,
  firewall: { readonly url: string },
  part: { manage?: string; opnsense?: string; transport?: string; file?: string } = {},
): Promise<void> {
  const { manage = '[reservations]', opnsense = '', transport = 'plugin', file = 'slash32.yaml' } = part;
  await writeFile(
    join(cwd, file),
    [
      'owner: home',
      'incus: { file: instances.json, complete: true }',
      `opnsense: { transport: ${transport}, url: "${firewall.url}", key_file: apikey.txt${opnsense} }`,
      'segments:',
      `  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.180, manage: ${manage} }`,
      '',
    ].join('\n'),
  );
}
