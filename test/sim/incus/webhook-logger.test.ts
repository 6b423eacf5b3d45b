import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { classifyEvent } from '../../../src/inventory/incus/events/classify.js';
import { logWork } from '../../../src/sim/incus/noise.js';
import { launch } from '../../../src/sim/incus/operations.js';
import { startSimIncus } from '../../../src/sim/incus/server.js';
import { createSimState } from '../../../src/sim/incus/state.js';
import { startWebhookLogger } from '../../../src/sim/incus/webhook-logger.js';
import { until } from '../../support/until.js';

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly event: { type: string; metadata: Record<string, unknown> };
}

async function startReceiver(status = 202, port = 0) {
  const received: Received[] = [];
  const hooks = { onReceived: async (): Promise<void> => undefined };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    received.push({ headers: request.headers, event: JSON.parse(body) });
    response.writeHead(status).end();
    await hooks.onReceived();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/incus/x`;
  return { received, address, hooks, server };
}

describe('the simulated webhook logger is as bad as the real one', () => {
  it.each([
    [undefined, 3, 202],
    [1, 1, 202],
    [3, 3, 500],
  ])('with retry %s it sends each event %i times, whatever the answer (%i)', async (retry, times, status) => {
    const { received, address } = await startReceiver(status);
    const state = createSimState();
    const logger = startWebhookLogger(state, { address, ...(retry === undefined ? {} : { retry }) });
    launch(state, { name: 'a', start: false });
    await logger.idle();
    expect(received).toHaveLength(times);
    expect(logger.answered).toBe(times);
    expect(new Set(received.map((one) => JSON.stringify(one.event))).size).toBe(1);
    logger.stop();
  });

  it('sends no credentials', async () => {
    const { received, address } = await startReceiver();
    const state = createSimState();
    const logger = startWebhookLogger(state, { address, retry: 1 });
    launch(state, { name: 'a', start: false });
    await logger.idle();
    expect(Object.keys(received[0]?.headers ?? {}).sort()).toEqual([
      'accept-encoding',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ]);
    logger.stop();
  });

  it('sends the debug log too, and nothing in order', async () => {
    const { received, address } = await startReceiver();
    const state = createSimState();
    const logger = startWebhookLogger(state, { address, retry: 1 });
    const names = Array.from({ length: 12 }, (_, index) => `i${index}`);
    for (const name of names) {
      launch(state, { name, start: false });
      logWork(state, 5);
    }
    await logger.idle();
    const kinds = received.map((one) => one.event.type);
    expect(kinds.filter((kind) => kind === 'logging')).toHaveLength(60);
    const arrived = received.flatMap(({ event }) => (event.type === 'lifecycle' ? [event.metadata.name] : []));
    expect([...arrived].sort()).toEqual([...names].sort());
    expect(arrived).not.toEqual(names);
    logger.stop();
  });

  it('answers a receiver that asks Incus for news of that very request, round and round', async () => {
    const { received, address, hooks } = await startReceiver();
    const sim = await startSimIncus({ http: true });
    onTestFinished(() => sim.close());
    const logger = startWebhookLogger(sim.state, { address, retry: 1 });
    let asked = 0;
    hooks.onReceived = async () => {
      if (asked >= 10) return;
      asked += 1;
      await (await fetch(`${sim.httpUrl}/1.0/instances`)).text();
    };
    launch(sim.state, { name: 'a', start: false });
    await until('the loop ran', () => received.length === 11);
    const echoes = received.slice(1).map((one) => one.event);
    expect(echoes.map((event) => event.metadata.message)).toEqual(Array(10).fill('Handling API request'));
    expect(echoes.map(classifyEvent)).toEqual(Array(10).fill('not-lifecycle'));
    logger.stop();
  });

  it('tries again after a pause when nobody listens, and loses what fails too often', async () => {
    const first = await startReceiver();
    const { port } = first.server.address() as AddressInfo;
    first.server.close();
    const state = createSimState();
    const logger = startWebhookLogger(state, { address: first.address, retry: 2, pauseMs: 5 });
    launch(state, { name: 'lost', start: false });
    await logger.idle();
    expect(logger.failed).toBe(2);
    const slow = startWebhookLogger(state, { address: first.address, retry: 100, pauseMs: 20 });
    logger.stop();
    launch(state, { name: 'late', start: false });
    await until('it failed', () => slow.failed > 0);
    const { received } = await startReceiver(202, port);
    await until('it came', () => received.length > 0);
    expect(received[0]?.event.metadata.name).toBe('late');
    slow.stop();
  });

  it('ends without leaving anything on its way', async () => {
    const { address, server } = await startReceiver();
    server.close();
    const state = createSimState();
    const logger = startWebhookLogger(state, { address: address.replace(/:\d+/, ':1') });
    launch(state, { name: 'a' });
    logger.stop();
    await logger.idle();
    launch(state, { name: 'b' });
    await logger.idle();
    expect(logger.answered).toBe(0);
  });
});
