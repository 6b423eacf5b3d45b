import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import axios from 'axios';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHookRouter } from '../../../src/http/hooks/router.js';
import { signatureOf } from '../../../src/http/hooks/secrets.js';
import type { HookResult } from '../../../src/http/hooks/types.js';
import { problemOf } from '../../../src/http/problem.js';
import type { Trigger } from '../../../src/service/types/trigger.js';

const SECRET = 'a-secret-of-the-path';
const KEYS = ['the old key of the hook', 'the new key of the hook'];
const NOW = Date.parse('2026-11-23T12:00:00Z');

async function scene(part: { incusSecrets?: string[] } = {}) {
  const triggers: Trigger[] = [];
  const results: string[] = [];
  const clock = { now: NOW };
  const app = express();
  app.use(
    '/hooks',
    createHookRouter({
      trigger: (trigger) => void triggers.push(trigger),
      incusSecrets: [SECRET],
      genericKeys: KEYS,
      windowSeconds: 300,
      now: () => new Date(clock.now),
      onResult: (hook, result: HookResult) => void results.push(`${hook} ${result}`),
      ...part,
    }),
  );
  app.use(((error, _request, response, _next) => {
    const problem = problemOf(error, 'x');
    response.status(problem.status).json(problem);
  }) satisfies express.ErrorRequestHandler);
  const server = createServer(app).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  const http = axios.create({
    baseURL: `http://127.0.0.1:${port}`,
    proxy: false,
    validateStatus: () => true,
    // Texts go out as they are: what is signed is what is sent.
    transformRequest: (data: unknown) =>
      typeof data === 'string' || data instanceof Readable ? data : JSON.stringify(data),
  });
  return { triggers, results, clock, http, port };
}

const event = (action: string, name = 'w1', timestamp = '2026-11-22T02:53:51.369Z'): object => ({
  type: 'lifecycle',
  timestamp,
  metadata: { action, source: `/1.0/instances/${name}`, name, project: 'default' },
  location: 'none',
  project: 'default',
});

describe('the webhook of Incus', () => {
  it('turns news into a trigger, and is answered 202', async () => {
    const { http, triggers } = await scene();
    const { status } = await http.post(`/hooks/incus/${SECRET}`, event('instance-created'));
    expect(status).toBe(202);
    expect(triggers).toEqual([{ kind: 'webhook', reason: 'instance-created default/w1', urgent: true }]);
  });

  it('takes the three copies of an event as one, and two events of the same kind as two', async () => {
    const { http, triggers, results } = await scene();
    for (let copy = 0; copy < 3; copy += 1) await http.post(`/hooks/incus/${SECRET}`, event('instance-updated'));
    await http.post(`/hooks/incus/${SECRET}`, event('instance-updated', 'w1', '2026-11-22T02:53:52.000Z'));
    expect(triggers).toHaveLength(2);
    expect(results).toEqual(['incus trigger', 'incus double', 'incus double', 'incus trigger']);
  });

  it('is not set off by its own questions, nor by anything else that is logged', async () => {
    const { http, triggers } = await scene();
    const logging = { type: 'logging', metadata: { level: 'debug', message: 'Handling API request' } };
    for (const body of [
      logging,
      event('instance-exec'),
      { type: 'network-acl' },
      event('instance-created', 'move-of-1'),
    ])
      expect((await http.post(`/hooks/incus/${SECRET}`, body)).status).toBe(202);
    expect(triggers).toEqual([]);
  });

  it.each([
    ['a wrong secret', '/hooks/incus/wrong'],
    ['a part of it', `/hooks/incus/${SECRET.slice(0, -1)}`],
    ['more than it', `/hooks/incus/${SECRET}x`],
    ['none', '/hooks/incus/'],
  ])('looks like nothing is there with %s', async (_name, path) => {
    const { http, triggers } = await scene();
    const { status, data } = await http.post(path, event('instance-created'));
    expect(status).toBe(404);
    expect(JSON.stringify(data)).not.toContain('secret-of');
    expect(triggers).toEqual([]);
  });

  it('reads nothing of a body before the secret is right', async () => {
    const { port } = await scene();
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write('POST /hooks/incus/wrong HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n{');
    const answer = await new Promise<string>((done) => socket.once('data', (data: Buffer) => done(String(data))));
    expect(answer).toMatch(/^HTTP\/1\.1 404/);
  });

  it('refuses more than 256 KB, announced or not, and survives what is no JSON', async () => {
    const { http, results, triggers } = await scene();
    const large = 'x'.repeat(300 * 1024);
    expect((await http.post(`/hooks/incus/${SECRET}`, large)).status).toBe(413);
    const chunked = await http.post(`/hooks/incus/${SECRET}`, Readable.from([large, large]), { maxRedirects: 0 });
    expect(chunked.status).toBe(413);
    for (const text of ['', '{', 'null', '"x"'])
      expect((await http.post(`/hooks/incus/${SECRET}`, text)).status).toBe(202);
    expect(results.filter((one) => one === 'incus malformed')).toHaveLength(4);
    expect(triggers).toEqual([]);
  });

  it('is off without a secret', async () => {
    const { http } = await scene({ incusSecrets: [] });
    expect((await http.post('/hooks/incus/', event('instance-created'))).status).toBe(404);
    expect((await http.post('/hooks/incus/x', event('instance-created'))).status).toBe(404);
  });
});

describe('the generic webhook', () => {
  function signed(body: string, part: { key?: string; at?: number; time?: string } = {}) {
    const timestamp = part.time ?? String(Math.floor((part.at ?? NOW) / 1000));
    const signature = signatureOf(part.key ?? KEYS[0] ?? '', timestamp, Buffer.from(body));
    return { 'X-Slash32-Timestamp': timestamp, 'X-Slash32-Signature': signature, 'Content-Type': 'application/json' };
  }

  it('is taken with either key, so that one can be replaced, and says why', async () => {
    const { http, triggers } = await scene();
    const bodies = ['{"reason":"deployed","urgent":true}', ''];
    for (const [index, key] of KEYS.entries()) {
      const body = bodies[index] ?? '';
      expect((await http.post('/hooks/generic', body, { headers: signed(body, { key }) })).status).toBe(202);
    }
    expect(triggers).toEqual([
      { kind: 'webhook', reason: 'deployed', urgent: true },
      { kind: 'webhook', reason: 'generic webhook', urgent: false },
    ]);
  });

  it.each([
    ['another key', { key: 'not the key of the hook' }, 'S32_HOOK_SIGNATURE'],
    ['an old time stamp', { at: NOW - 301_000 }, 'S32_HOOK_STALE'],
    ['a time stamp from ahead', { at: NOW + 301_000 }, 'S32_HOOK_STALE'],
    ['a time stamp that is none', { time: 'soon' }, 'S32_HOOK_SIGNATURE'],
  ])('is refused with %s', async (_name, part, code) => {
    const { http, triggers } = await scene();
    const { status, data } = await http.post('/hooks/generic', '{}', { headers: signed('{}', part) });
    expect([status, data.code]).toEqual([401, code]);
    expect(triggers).toEqual([]);
  });

  it('is refused when the body is another one than was signed, or nothing is', async () => {
    const { http, triggers } = await scene();
    const headers = signed('{"reason":"a"}');
    expect((await http.post('/hooks/generic', '{"reason":"b"}', { headers })).data.code).toBe('S32_HOOK_SIGNATURE');
    expect((await http.post('/hooks/generic', '{}')).data.code).toBe('S32_HOOK_SIGNATURE');
    expect(triggers).toEqual([]);
  });

  it('counts once, also when it is sent again within its time', async () => {
    const { http, clock } = await scene();
    const headers = signed('{}');
    expect((await http.post('/hooks/generic', '{}', { headers })).status).toBe(202);
    clock.now += 200_000;
    expect((await http.post('/hooks/generic', '{}', { headers })).data.code).toBe('S32_HOOK_REPLAYED');
  });

  it('shows its reason without what a terminal would obey', async () => {
    const { http, triggers } = await scene();
    const body = JSON.stringify({ reason: `\u001b[31m${'x'.repeat(500)}\n` });
    await http.post('/hooks/generic', body, { headers: signed(body) });
    expect(triggers[0]?.reason).toMatch(/^ \[31mx+$/);
    expect(triggers[0]?.reason).toHaveLength(200);
  });
});
