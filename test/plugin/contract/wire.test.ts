import { expect, it } from 'vitest';
import { applyOf, bare, entry, get, newToken, on, post, revisionOf, send } from './calls.js';
import { describeRigs } from './rigs.js';
import { USERS } from './scene.js';

const WRITING = ['apply', 'confirm', 'rollback'] as const;

describeRigs('the wire', (start) => {
  it('sends away who has no key, a wrong one or no privilege, and a read-only user who writes', async () => {
    const rig = await start();
    const { key, secret } = USERS.slash32;
    const before = rig.text();
    const status = async (user: Parameters<typeof send>[4], verb = 'get', body?: string) =>
      (await send(rig, body === undefined ? 'GET' : 'POST', verb, body, user)).status;
    const anonymous = await fetch(`${rig.url}/api/slash32/state/get`, { redirect: 'manual' });
    expect(anonymous.status).toBe(302);
    expect(anonymous.headers.get('location')).toContain('/?url=/api/slash32/state/get');
    expect(await status({ ...USERS.slash32, key, secret: `${secret}x` })).toBe(401);
    expect(await status({ ...USERS.slash32, key: `${key}x`, secret })).toBe(401);
    expect(await status(USERS.nobody)).toBe(403);
    expect(await status(USERS.admin)).toBe(200);
    expect(await status(USERS.reader)).toBe(200);
    for (const verb of WRITING) {
      const body = JSON.stringify(applyOf(rig, on('opt1', { reservations: [entry('web', 11)] })));
      expect(await status(USERS.nobody, verb, body)).toBe(403);
      const refused = await send(rig, 'POST', verb, body, USERS.reader);
      expect(refused).toMatchObject({ status: 500, body: { errorTitle: expect.any(String) } });
      expect(refused.body.errorMessage).toContain('user-config-readonly');
    }
    expect((await send(rig, 'GET', 'nothing')).status).toBe(404);
    expect(rig.text()).toBe(before);
  });

  it('answers a GET on a writing call with failed, and takes neither owner nor token from the address', async () => {
    const rig = await start();
    const token = newToken();
    await post(
      rig,
      'apply',
      applyOf(rig, { confirm_seconds: 60, token, ...on('opt1', { settings: { mask: null, router: 'none' } }) }),
    );
    for (const verb of WRITING) {
      expect((await send(rig, 'GET', verb)).body).toEqual({ result: 'failed' });
      expect((await send(rig, 'GET', `${verb}?owner=home&token=${token}`)).body).toEqual({ result: 'failed' });
    }
    expect((await send(rig, 'POST', `rollback?owner=home&token=${token}`, '{}')).body).toMatchObject({
      code: 'invalid',
    });
    expect((await get(rig)).pending).toHaveLength(1);
  });

  it.each([
    ['broken JSON', '{bad', 'application/json', 'failed'],
    ['a number', '5', 'application/json', 'failed'],
    ['a text', '"x"', 'application/json', 'failed'],
    ['null', 'null', 'application/json', 'failed'],
    ['a form', 'owner=home', 'application/x-www-form-urlencoded', 'failed'],
    ['JSON that is called a text', '{"owner":"home"}', 'text/plain', 'failed'],
    ['a list', '[1]', 'application/json', 'refused'],
    ['an empty object', '{}', 'application/json', 'refused'],
  ])('does nothing on %s', async (_what, body, type, result) => {
    const rig = await start();
    const before = revisionOf(rig);
    for (const verb of WRITING)
      expect((await send(rig, 'POST', verb, body, USERS.slash32, type)).body, verb).toMatchObject({ result });
    expect(revisionOf(rig)).toBe(before);
  });

  it('takes JSON with its character set named', async () => {
    const rig = await start();
    const body = JSON.stringify(applyOf(rig, on('opt1', { reservations: [entry('web', 11)] })));
    const answer = await send(rig, 'POST', 'apply', body, USERS.slash32, 'application/json; charset=utf-8');
    expect(answer.body).toMatchObject({ result: 'applied' });
  });

  it('answers an empty body with 400', async () => {
    const rig = await start();
    expect((await send(rig, 'POST', 'apply', '')).status).toBe(400);
  });

  it('refuses 17 MB, with nothing written', async () => {
    const rig = await start();
    const before = revisionOf(rig);
    const answer = await post(rig, 'apply', applyOf(rig, { message: 'x'.repeat(17 * 1024 * 1024) }));
    expect(answer).toMatchObject({ result: 'refused', code: 'invalid' });
    expect(JSON.stringify(answer.errors)).toContain('16 MB');
    expect(revisionOf(rig)).toBe(before);
  });

  it('refuses 15 MB of empty objects before they are read, with nothing written', async () => {
    const rig = await start();
    const before = revisionOf(rig);
    const body = `{"owner":"home","segments":[${'{},'.repeat(5_000_000)}{}]}`;
    const answer = await send(rig, 'POST', 'apply', body);
    expect(answer.body).toMatchObject({
      result: 'refused',
      code: 'invalid',
      errors: [{ where: 'body', object: 'content' }],
    });
    expect(revisionOf(rig)).toBe(before);
  });

  it('takes 10,000 reservations in one apply, and takes them all away again', async () => {
    const rig = await start();
    const before = bare(rig);
    const token = newToken();
    const hex = (number: number): string => number.toString(16).padStart(2, '0');
    const reservations = Array.from({ length: 10_000 }, (_none, n) => {
      const [high, low] = [n >> 8, n & 255];
      return entry(`many-${n}`, 0, { mac: `10:66:6a:01:${hex(high)}:${hex(low)}`, ipaddr: `127.1.${high}.${low}` });
    });
    const answer = await post(
      rig,
      'apply',
      applyOf(rig, { confirm_seconds: 60, token, ...on('opt2', { reservations }) }),
    );
    expect(answer).toMatchObject({ result: 'applied', changed: { reservations: { created: 10_000 } } });
    expect(await post(rig, 'rollback', { owner: 'home', token })).toMatchObject({ result: 'rolled_back', left: [] });
    expect(bare(rig)).toBe(before);
  });
});
