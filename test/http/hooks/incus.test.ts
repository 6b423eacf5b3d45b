import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { event, hear, NOW, SECRET, scene } from './scene.js';

const PATH = `/hooks/incus/${SECRET}`;

/** The bodies that real Incus posted, in their order. */
function recorded(name: string): string[] {
  const text = readFileSync(new URL(`../../fixtures/incus/recordings/${name}`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).body);
}

function refuse(): never {
  throw new Error('nothing may be done before the answer');
}

describe('the webhook of Incus', () => {
  it('turns news into a trigger, and is answered 202', async () => {
    const { http, triggers, addresses } = await scene();
    const { status } = await http.post(PATH, event('instance-created'));
    expect(status).toBe(202);
    expect(triggers).toEqual([{ kind: 'webhook', reason: 'instance-created default/w1', urgent: true }]);
    expect([...addresses]).toEqual(['127.0.0.1']);
  });

  it('is answered before anything is done', async () => {
    const { http, results } = await scene({ trigger: refuse });
    expect((await http.post(PATH, event('instance-created'))).status).toBe(202);
    expect(results).toEqual(['incus trigger']);
  });

  it('takes the three copies of an event as one, and two events of the same kind as two', async () => {
    const { http, triggers, results } = await scene();
    for (let copy = 0; copy < 3; copy += 1) await http.post(PATH, event('instance-updated'));
    await http.post(PATH, event('instance-updated', 'w1', '2026-11-22T02:53:52.000Z'));
    expect(triggers).toHaveLength(2);
    expect(results).toEqual(['incus trigger', 'incus double', 'incus double', 'incus trigger']);
  });

  it('takes events that carry no time each for itself, since the second may be another change', async () => {
    const { http, triggers } = await scene();
    const mine = { type: 'lifecycle', metadata: { action: 'instance-updated', name: 'w1', project: 'default' } };
    await http.post(PATH, mine);
    await http.post(PATH, mine);
    expect(triggers).toHaveLength(2);
  });

  it('makes of what real Incus sent, three times each and with its whole log, one trigger for each change', async () => {
    const { http, triggers, results } = await scene();
    const bodies = recorded('webhook-default-config.jsonl');
    for (const body of bodies) expect((await http.post(PATH, body)).status).toBe(202);
    expect(triggers.map(({ reason }) => reason)).toEqual([
      'instance-created default/h1',
      'instance-started default/h1',
      'instance-deleted default/h1',
    ]);
    expect(results.filter((one) => one === 'incus double')).toHaveLength(6);
    expect(results).toHaveLength(bodies.length);
  });

  it('is not set off by its own questions, nor by anything else that is logged', async () => {
    const { http, triggers } = await scene();
    const logging = { type: 'logging', metadata: { level: 'debug', message: 'Handling API request' } };
    const bodies = [logging, event('instance-exec'), { type: 'network-acl' }, event('instance-created', 'move-of-1')];
    for (const body of bodies) expect((await http.post(PATH, body)).status).toBe(202);
    expect(triggers).toEqual([]);
  });

  it('takes either secret, so that one can be replaced', async () => {
    const { http, triggers } = await scene({ incusSecrets: ['the-old-secret-of-it', SECRET] });
    expect((await http.post('/hooks/incus/the-old-secret-of-it', event('instance-created', 'a'))).status).toBe(202);
    expect((await http.post(PATH, event('instance-created', 'b'))).status).toBe(202);
    expect(triggers).toHaveLength(2);
  });

  it.each([
    ['a wrong secret', '/hooks/incus/wrong'],
    ['a part of it', `/hooks/incus/${SECRET.slice(0, -1)}`],
    ['more than it', `${PATH}x`],
    ['something behind it', `${PATH}/`],
    ['none', '/hooks/incus/'],
    ['what cannot be decoded', '/hooks/incus/%ZZ'],
  ])('looks like nothing is there with %s', async (_name, path) => {
    const { http, triggers } = await scene();
    const { status, data } = await http.post(path, event('instance-created'));
    expect(status).toBe(404);
    expect(JSON.stringify(data)).not.toMatch(/secret-of|ZZ|wrong/);
    expect(triggers).toEqual([]);
  });

  it('reads nothing of a body before the secret is right, and ends the connection', async () => {
    const { dial } = await scene();
    const socket = dial();
    socket.write('POST /hooks/incus/wrong HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n{');
    const answer = await hear(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 404/);
    expect(answer).toMatch(/connection: close/i);
  });

  it('slows down whoever guesses, and takes what is right from the same address all the same', async () => {
    const { http, results, triggers, clock } = await scene();
    const guess = () => http.post('/hooks/incus/guess', '{}');
    for (let count = 0; count < 20; count += 1) expect((await guess()).status).toBe(404);
    const { status, data, headers } = await guess();
    expect([status, data.code, headers['retry-after']]).toEqual([429, 'S32_HTTP_TOO_MANY', '60']);
    expect((await http.post(PATH, event('instance-created'))).status).toBe(202);
    expect(triggers).toHaveLength(1);
    expect(results.filter((one) => one === 'incus guessing')).toHaveLength(1);
    clock.now += 60_000;
    expect((await guess()).status, 'a minute later').toBe(404);
    clock.now = NOW - 86_400_000;
    for (let count = 0; count < 20; count += 1) expect((await guess()).status, 'with the clock set back').toBe(404);
  });

  it('survives what is no event', async () => {
    const { http, results, triggers } = await scene();
    const bodies = ['', '{', 'null', '"x"', '[]', '{"type":1}', '['.repeat(200_000)];
    for (const text of bodies) expect((await http.post(PATH, text)).status).toBe(202);
    expect(results).toEqual(bodies.map(() => 'incus malformed'));
    expect(triggers).toEqual([]);
  });

  it('refuses more than 256 KB, announced or not, and ends the connection', async () => {
    const { http, results, triggers, dial } = await scene();
    const large = 'x'.repeat(300 * 1024);
    expect((await http.post(PATH, large)).status).toBe(413);
    const chunked = await http.post(PATH, Readable.from([large, large]), { maxRedirects: 0 });
    expect(chunked.status).toBe(413);
    const socket = dial();
    socket.write(`POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: 999999999\r\n\r\n{`);
    expect(await hear(socket)).toMatch(/^HTTP\/1\.1 413[\s\S]*connection: close/i);
    expect(results).toEqual(['incus malformed', 'incus malformed', 'incus malformed']);
    expect(triggers).toEqual([]);
  });

  it('gives up on a body that does not come', async () => {
    const { dial, results } = await scene({ bodyMs: 30 });
    const socket = dial();
    socket.write(`POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{`);
    expect(await hear(socket)).toMatch(/^HTTP\/1\.1 400[\s\S]*takes too long/);
    expect(results).toEqual(['incus malformed']);
  });

  it('passes over a body that was spent before it was sent, as repeats of Incus come', async () => {
    const { dial, results, triggers } = await scene();
    dial().end(`POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"type":"lifecycle"`);
    await until('it was noticed', () => results.length > 0);
    expect([results, triggers]).toEqual([['incus malformed'], []]);
  });

  it('is off without a secret', async () => {
    const { http } = await scene({ incusSecrets: [] });
    expect((await http.post('/hooks/incus/', event('instance-created'))).status).toBe(404);
    expect((await http.post('/hooks/incus/x', event('instance-created'))).status).toBe(404);
  });
});
