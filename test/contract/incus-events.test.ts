import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { createSelfSignedCertificate } from '../../src/inventory/incus/certificate.js';
import { classifyEvent } from '../../src/inventory/incus/events/classify.js';
import { launch, remove } from '../../src/sim/incus/operations.js';
import { updateProfile } from '../../src/sim/incus/profile-operations.js';
import { startSimIncus } from '../../src/sim/incus/server.js';
import { addProject, createSimState, type SimState } from '../../src/sim/incus/state.js';
import { startWebhookLogger } from '../../src/sim/incus/webhook-logger.js';
import { until } from '../support/until.js';
import { EVENT_STEPS } from './incus-events-steps.js';

interface Event {
  readonly type: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly project?: string;
}

function recorded(name: string): Event[] {
  const text = readFileSync(join(import.meta.dirname, '../fixtures/incus/recordings', name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The text of an event with the order of its keys, without what no two events share. */
function formOf(event: unknown): string {
  return JSON.stringify(event, null, 1)
    .replace(/"timestamp": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z"/, '"timestamp": TIME')
    .replaceAll(/exec_[0-9a-f-]{36}/g, 'exec_ID')
    .replaceAll(/move-of-\d+/g, 'move-of-N');
}

describe('the events of the simulated Incus are those of the recorded one', () => {
  const state = createSimState();
  const heard: unknown[] = [];
  const lifecycle = recorded('events-lifecycle.jsonl');

  beforeAll(() => {
    state.listeners.add((event) => void heard.push(JSON.parse(JSON.stringify(event))));
  });

  it.each(EVENT_STEPS.map((step) => [step.title, step] as const))('%s', (_title, { lines: [first, last], act }) => {
    heard.length = 0;
    act(state);
    expect(heard.map(formOf)).toEqual(lifecycle.slice(first, last + 1).map(formOf));
  });

  it('are passed over or heard alike', () => {
    const hints = lifecycle.map(classifyEvent).filter((result) => typeof result !== 'string');
    expect(hints.filter((hint) => hint.reason !== `${hint.action} ${hint.project}/${hint.name}`)).toEqual([
      expect.objectContaining({ reason: 'project-created shop' }),
    ]);
    expect(hints.filter((hint) => hint.urgent).map((hint) => hint.action)).toEqual(
      lifecycle.map(actionOf).filter((action, index) => isUrgent(action, lifecycle[index])),
    );
  });

  it('of 6.0.4 have the same form, and are heard in whatever order they come', () => {
    const older = recorded('6.0.4/events-out-of-order.jsonl');
    const times = older.map((event) => String((event as { timestamp?: unknown }).timestamp));
    expect(times).not.toEqual([...times].sort());
    const shape = (event: Event) => [Object.keys(event), Object.keys(event.metadata)].join(' ');
    const known = new Set(lifecycle.map(shape));
    expect(older.filter((event) => !known.has(shape(event)))).toEqual([]);
    expect(older.map(classifyEvent).filter((result) => typeof result === 'string')).toEqual([]);
  });
});

function actionOf(event: Event): string {
  return String(event.metadata.action);
}

function isUrgent(action: string, event: Event | undefined): boolean {
  const isGhost = String(event?.metadata.name).startsWith('move-of-');
  return (action === 'instance-created' || action === 'instance-started') && !isGhost;
}

describe('who hears what over HTTPS is as recorded', () => {
  it.each([
    ['ev-tls-full-all.jsonl', 'full', '&all-projects=true'],
    ['ev-tls-full-default-only.jsonl', 'full', ''],
    ['ev-tls-restr-all.jsonl', 'restricted', '&all-projects=true'],
    ['ev-tls-restr-all.jsonl', 'restricted', '&project=shop'],
  ] as const)('%s: %s certificate, type=lifecycle%s', async (file, who, query) => {
    const { state, connect } = await stage();
    const events: unknown[] = [];
    const socket = connect(who, `type=lifecycle${query}`);
    socket.on('message', (data) => void events.push(JSON.parse(String(data))));
    await new Promise((resolve) => socket.once('open', resolve));
    const expected = recorded(file).filter((event) => event.metadata.action !== 'config-updated');
    act(state);
    await until('all came', () => events.length === expected.length);
    expect(events.map(formOf)).toEqual(expected.map(formOf));
  });

  it.each([
    ['restricted', 'type=lifecycle', 403, 'User does not have permission for project "default"'],
    ['stranger', 'type=lifecycle&all-projects=true', 403, 'not authorized'],
    ['full', 'type=bogus', 400, '"bogus" isn\'t a supported event type'],
  ] as const)('%s, %s: HTTP %i', async (who, query, status, text) => {
    const { connect } = await stage();
    const socket = connect(who, query);
    const [code, body] = await new Promise<[number | undefined, string]>((resolve) => {
      socket.once('unexpected-response', async (_request, response) => {
        let answer = '';
        for await (const part of response) answer += part;
        resolve([response.statusCode, answer]);
      });
    });
    expect(code).toBe(status);
    expect(JSON.parse(body)).toMatchObject({ type: 'error', error_code: status, error: text, metadata: null });
  });

  function act(state: SimState): void {
    launch(state, { name: 'q1', profiles: ['app-dmz'], start: false });
    launch(state, { name: 'q2', project: 'shop', start: false });
    updateProfile(state, 'default', 'app-dmz', {});
    remove(state, 'default', 'q1');
    remove(state, 'shop', 'q2');
  }

  async function stage() {
    const state = createSimState();
    addProject(state, 'shop');
    state.profiles.set('default/app-dmz', { name: 'app-dmz', project: 'default', config: {}, devices: {} });
    for (const name of ['a1', 'a2', 'd1', 'u1']) launch(state, { name, profiles: ['app-dmz'] });
    const sim = await startSimIncus({ state, https: true });
    onTestFinished(() => sim.close());
    const clients = { full: client(), restricted: client(), stranger: client() };
    sim.trust({ name: 'full', certificate: clients.full.cert });
    sim.trust({ name: 'restricted', certificate: clients.restricted.cert, restricted: true, projects: ['shop'] });
    const connect = (who: keyof typeof clients, query: string): WebSocket => {
      const options = { ...clients[who], rejectUnauthorized: false };
      const socket = new WebSocket(`${sim.httpsUrl?.replace('https', 'wss')}/1.0/events?${query}`, options);
      socket.on('error', () => undefined);
      onTestFinished(() => socket.terminate());
      return socket;
    };
    return { state, connect };
  }
});

function client(): { cert: string; key: string } {
  const [notBefore, notAfter] = [new Date(Date.now() - 60_000), new Date(Date.now() + 86_400_000)];
  const { certificate, key } = createSelfSignedCertificate({ commonName: 'x', usage: 'client', notBefore, notAfter });
  return { cert: certificate, key };
}

describe('the webhook logger sends what was recorded', () => {
  it('has the headers and the bodies of the recording', async () => {
    const requests: { rawHeaders: string[]; body: string }[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      requests.push({ rawHeaders: request.rawHeaders, body });
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const sim = await startSimIncus({ http: true });
    const logger = startWebhookLogger(sim.state, { address: `http://127.0.0.1:${port}/hook`, retry: 1 });
    onTestFinished(async () => {
      logger.stop();
      server.closeAllConnections();
      server.close();
      await sim.close();
    });
    launch(sim.state, { name: 'h3', start: false });
    await (await fetch(`${sim.httpUrl}/1.0`)).text();
    await logger.idle();

    const real = recorded('webhook-retry1.jsonl') as unknown as { rawHeaders: string[]; body: string }[];
    const headers = (raw: readonly string[]) => raw.filter((_, index) => index % 2 === 0);
    expect(headers(requests[0]?.rawHeaders ?? [])).toEqual(headers(real[0]?.rawHeaders ?? []));
    const bodyOf = (list: readonly { body: string }[], part: string) =>
      JSON.parse(list.find(({ body }) => body.includes(part))?.body ?? '{}');
    expect(formOf(bodyOf(requests, 'instance-created'))).toBe(formOf(bodyOf(real, 'instance-created')));
    const [ours, theirs] = [requests, real].map((list) => bodyOf(list, 'Handling API request'));
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    expect(Object.keys(ours.metadata)).toEqual(Object.keys(theirs.metadata));
    expect(Object.keys(ours.metadata.context).sort()).toEqual(Object.keys(theirs.metadata.context).sort());
  });
});
