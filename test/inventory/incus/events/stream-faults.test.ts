import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { launch } from '../../../../src/sim/incus/operations.js';
import { temporaryFolder } from '../../../cli/harness.js';
import { until } from '../../../support/until.js';
import { listen, startScene, startSocketSim } from './rig.js';

describe('an event stream that goes wrong', () => {
  it('is noticed when it is dead without having been closed, since not even a ping comes', async () => {
    const { sim, heard } = await startScene({ limits: { openMs: 1000, silentMs: 300 } });
    sim.streams.faults.silent = true;
    await until('it is noticed', () => heard.state()?.state === 'down');
    expect(heard.state()?.failure).toMatchObject({
      code: 'S32_INCUS_TIMEOUT',
      message: expect.stringContaining('not even a ping'),
    });
    sim.streams.faults.silent = false;
    await until('it is up again', () => heard.connected.length >= 2);
  });

  it('is not taken for dead while pings come and nothing happens', async () => {
    const { sim, endpoint } = await startSocketSim();
    sim.streams.pingMs = 40;
    const heard = listen(async () => endpoint, { limits: { openMs: 1000, silentMs: 500 } });
    await until('it is up', () => heard.connected.length === 1);
    await new Promise((done) => setTimeout(done, 1100));
    expect(heard.states.map((one) => one.state)).toEqual(['connecting', 'up']);
  });

  it('survives messages that make no sense', async () => {
    const { sim, heard } = await startScene();
    const texts = ['', '{', 'null', '[]', '{"type":"lifecycle"}', '{"type":"lifecycle","metadata":{"action":7}}'];
    for (const text of texts) sim.streams.send(text);
    sim.streams.send(Buffer.from('{"type":"lifecycle","metadata":{"action":"instance-created","name":"binary"}}'));
    launch(sim.state, { name: 'web', start: false });
    await until('the good one came', () => heard.hints.length === 1);
    expect(heard.results).toEqual([...Array(7).fill('unreadable'), 'hint']);
    expect(heard.states.filter((one) => one.state !== 'up')).toHaveLength(1);
  });

  it('drops a connection that sends more than any event can be, says so, and comes back', async () => {
    const { sim, heard } = await startScene();
    sim.streams.send('x'.repeat(2 * 1024 * 1024));
    await until('it is up again', () => heard.connected.length === 2);
    expect(heard.states.find((one) => one.state === 'down')?.failure).toMatchObject({
      code: 'S32_INCUS_UNEXPECTED',
      message: expect.stringContaining('more than any event'),
    });
    launch(sim.state, { name: 'web', start: false });
    await until('it hears', () => heard.hints.length === 1);
  });

  it('ends in good order when the server says goodbye, and comes back', async () => {
    const { sim, heard } = await startScene();
    for (const socket of sim.streams.open) socket.close(1001);
    await until('it is up again', () => heard.connected.length === 2);
    expect(heard.states.map((one) => one.state)).toEqual(['connecting', 'up', 'down', 'up']);
  });

  it.each([
    [403, 'S32_INCUS_FORBIDDEN', 'Certificate is restricted'],
    [400, 'S32_INCUS_REFUSED', 'error 400'],
    [404, 'S32_INCUS_REFUSED', 'error 404'],
    [502, 'S32_INCUS_REFUSED', 'error 502'],
    ['html', 'S32_INCUS_UNEXPECTED', 'a web page (HTTP 200)'],
  ] as const)('says why it is refused with %s, and comes back when it is not any more', async (refuse, code, text) => {
    const { sim, endpoint } = await startSocketSim();
    sim.streams.faults.refuse = refuse;
    const heard = listen(async () => endpoint);
    await until('it is told', () => heard.state()?.state === 'down');
    expect(heard.state()?.failure).toMatchObject({ code, message: expect.stringContaining(text) });
    expect(heard.state()?.failure?.where).toContain('/1.0/events');
    sim.streams.faults.refuse = undefined;
    await until('it is up', () => heard.connected.length === 1);
  });

  it.each([
    ['a page without end', 401, () => '<html>'.repeat(10_000), 'S32_INCUS_UNEXPECTED'],
    ['a redirect', 302, () => '', 'S32_INCUS_UNEXPECTED'],
    ['an answer as if it were a list', 200, () => '{"type":"sync","metadata":[]}', 'S32_INCUS_UNEXPECTED'],
  ])('is not fooled by %s', async (_what, status, body, code) => {
    const path = join(await temporaryFolder(), 'proxy.sock');
    const proxy = createServer((_request, response) => void response.writeHead(status).end(body()));
    await new Promise<void>((resolve) => proxy.listen(path, resolve));
    onTestFinished(() => void proxy.close());
    const heard = listen(async () => ({ kind: 'socket', path }));
    await until('it is told', () => heard.state()?.state === 'down');
    expect(heard.state()?.failure?.code).toBe(code);
  });

  it('gives up on a server that takes the request and says nothing', async () => {
    const path = join(await temporaryFolder(), 'mute.sock');
    const mute = createServer(() => undefined);
    mute.on('upgrade', () => undefined);
    await new Promise<void>((resolve) => mute.listen(path, resolve));
    onTestFinished(() => void mute.close());
    const heard = listen(async () => ({ kind: 'socket', path }), { limits: { openMs: 100, silentMs: 25_000 } });
    await until('it is told', () => heard.states.some((one) => one.failure?.code === 'S32_INCUS_TIMEOUT'));
    await until('it asks again', () => heard.states.filter((one) => one.state === 'down').length > 1);
  });
});
