import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSeenFile } from '../../../src/state/seen-file.js';
import { temporaryFolder } from '../../cli/harness.js';
import { hear, KEYS, NOW, type Signing, scene, signed } from './scene.js';

describe('the generic webhook', () => {
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

  it('is answered before anything is done', async () => {
    const trigger = (): never => {
      throw new Error('nothing may be done before the answer');
    };
    const { http, results } = await scene({ trigger });
    expect((await http.post('/hooks/generic', '{}', { headers: signed('{}') })).status).toBe(202);
    expect(results).toEqual(['generic trigger']);
  });

  it.each<[string, Signing, string]>([
    ['another key', { key: 'not the key of the hook' }, 'S32_HOOK_SIGNATURE'],
    ['an old time stamp', { at: NOW - 301_000 }, 'S32_HOOK_STALE'],
    ['a time stamp from ahead', { at: NOW + 301_000 }, 'S32_HOOK_STALE'],
    ['an old time stamp and another key', { at: NOW - 301_000, key: 'not the key' }, 'S32_HOOK_SIGNATURE'],
    ['a time stamp that is none', { time: 'soon' }, 'S32_HOOK_SIGNATURE'],
    ['an endless time stamp', { time: '9'.repeat(400) }, 'S32_HOOK_SIGNATURE'],
  ])('is refused with %s', async (_name, part, code) => {
    const { http, triggers } = await scene();
    const { status, data } = await http.post('/hooks/generic', '{}', { headers: signed('{}', part) });
    expect([status, data.code]).toEqual([401, code]);
    expect(triggers).toEqual([]);
  });

  it.each<[string, number]>([
    ['just old enough', -300_000],
    ['just ahead enough', 300_000],
  ])('is taken when it is %s', async (_name, by) => {
    const { http } = await scene();
    expect((await http.post('/hooks/generic', '{}', { headers: signed('{}', { at: NOW + by }) })).status).toBe(202);
  });

  it('is refused a second time also after a restart, and where its file was lost counts once more', async () => {
    const file = join(await temporaryFolder(), 'webhooks.seen');
    const post = async () => {
      const { http } = await scene({ signatures: await openSeenFile(file, 600_000, NOW) });
      return (await http.post('/hooks/generic', '{}', { headers: signed('{}') })).status;
    };
    expect([await post(), await post()]).toEqual([202, 401]);
    await rm(file);
    expect(await post()).toBe(202);
  });

  it('says by how much the clocks differ', async () => {
    const { http } = await scene();
    const old = await http.post('/hooks/generic', '{}', { headers: signed('{}', { at: NOW - 7_200_000 }) });
    expect(old.data.detail).toBe('The message is 7200 s old, and 300 s are allowed.');
  });

  it('is refused when the body is another one than was signed, or nothing is', async () => {
    const { http, triggers } = await scene();
    const headers = signed('{"reason":"a"}');
    expect((await http.post('/hooks/generic', '{"reason":"b"}', { headers })).data.code).toBe('S32_HOOK_SIGNATURE');
    expect((await http.post('/hooks/generic', '{}')).data.code).toBe('S32_HOOK_SIGNATURE');
    const upper = { ...headers, 'X-Slash32-Signature': headers['X-Slash32-Signature'].toUpperCase() };
    expect((await http.post('/hooks/generic', '{"reason":"a"}', { headers: upper })).status).toBe(401);
    expect(triggers).toEqual([]);
  });

  it('reads no body that nobody signed', async () => {
    const { dial } = await scene();
    const socket = dial();
    socket.write('POST /hooks/generic HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n{');
    expect(await hear(socket)).toMatch(/^HTTP\/1\.1 401/);
  });

  it('counts once, also when it is sent again within its time', async () => {
    const { http, clock, triggers, results } = await scene();
    const headers = signed('{}');
    expect((await http.post('/hooks/generic', '{}', { headers })).status).toBe(202);
    clock.now += 200_000;
    expect((await http.post('/hooks/generic', '{}', { headers })).data.code).toBe('S32_HOOK_REPLAYED');
    clock.now += 200_000;
    expect((await http.post('/hooks/generic', '{}', { headers })).data.code).toBe('S32_HOOK_STALE');
    expect(triggers).toHaveLength(1);
    expect(results).toEqual(['generic trigger', 'generic replayed', 'generic stale']);
  });

  it('is remembered for as long as a time stamp from ahead is valid', async () => {
    const { http, clock } = await scene();
    const headers = signed('{}', { at: NOW + 300_000 });
    expect((await http.post('/hooks/generic', '{}', { headers })).status).toBe(202);
    clock.now += 600_000;
    expect((await http.post('/hooks/generic', '{}', { headers })).data.code).toBe('S32_HOOK_REPLAYED');
  });

  it('counts once by its name, when it was signed anew because the first answer got lost', async () => {
    const { http, triggers, results } = await scene();
    for (const at of [NOW, NOW + 1000])
      expect((await http.post('/hooks/generic', '{}', { headers: signed('{}', { at, id: 'build-7' }) })).status).toBe(
        202,
      );
    await http.post('/hooks/generic', '{}', { headers: signed('{}', { at: NOW + 2000, id: 'build-8' }) });
    expect(triggers).toHaveLength(2);
    expect(results).toEqual(['generic trigger', 'generic double', 'generic trigger']);
  });

  it('slows down whoever guesses, and takes what is signed from the same address all the same', async () => {
    const { http, triggers } = await scene();
    const wrong = { headers: signed('{}', { key: 'not the key of the hook' }) };
    for (let count = 0; count < 20; count += 1)
      expect((await http.post('/hooks/generic', '{}', wrong)).status).toBe(401);
    expect((await http.post('/hooks/generic', '{}', wrong)).status).toBe(429);
    expect((await http.post('/hooks/generic', '{}', { headers: signed('{}') })).status).toBe(202);
    expect(triggers).toHaveLength(1);
  });

  it.each([
    ['control characters', `\u001b[31m${'x'.repeat(500)}\n`, /^ \[31mx{195}$/],
    ['nothing that can be seen', '\u200b\n', /^generic webhook$/],
    ['half a character', 'a\ud83d', /^a $/],
    ['characters of two units at the cut', `${'x'.repeat(199)}😀😀`, /^x{199}😀$/u],
  ])('shows a reason of %s as a terminal can bear it', async (_name, reason, expected) => {
    const { http, triggers } = await scene();
    const body = JSON.stringify({ reason });
    await http.post('/hooks/generic', body, { headers: signed(body) });
    expect(triggers[0]?.reason).toMatch(expected);
  });

  it.each(['no JSON', 'null', '[]', '"x"', '{"reason":7,"urgent":"yes"}'])(
    'is a plain trigger when all that it says is %s',
    async (body) => {
      const { http, triggers } = await scene();
      expect((await http.post('/hooks/generic', body, { headers: signed(body) })).status).toBe(202);
      expect(triggers).toEqual([{ kind: 'webhook', reason: 'generic webhook', urgent: false }]);
    },
  );

  it('is off without a key', async () => {
    const { http } = await scene({ genericKeys: [] });
    expect((await http.post('/hooks/generic', '{}', { headers: signed('{}') })).status).toBe(404);
  });
});
