import { expect, it } from 'vitest';
import type { SimUser } from '../../../src/sim/opnsense/users.js';
import { applyOf, entry, type Fields, get, newToken, on, send } from './calls.js';
import { describeRigs, type Rig } from './rigs.js';
import { USERS } from './scene.js';

const WEB = on('opt1', { reservations: [entry('web', 11)] });
const NOT_HIS = { result: 'refused', code: 'user', errors: [{ where: 'owner', object: 'home' }] };

async function call(rig: Rig, verb: string, body: Fields, user: SimUser): Promise<Fields> {
  return (await send(rig, 'POST', verb, JSON.stringify(body), user)).body;
}

describeRigs('the key of an owner', (start) => {
  it('is that of his first change, and no other one acts for him from then on, also with take-over', async () => {
    const rig = await start();
    expect(await get(rig)).toMatchObject({ bindings: [] });
    const token = newToken();
    const body = applyOf(rig, { ...WEB, confirm_seconds: 60, token });
    expect(await call(rig, 'apply', body, USERS.slash32)).toMatchObject({ result: 'applied' });
    expect(await get(rig)).toMatchObject({ bindings: [{ owner: 'home', user: 'slash32' }] });
    for (const verb of ['confirm', 'rollback'])
      expect(await call(rig, verb, { owner: 'home', token }, USERS.admin)).toMatchObject(NOT_HIS);
    expect(await get(rig)).toMatchObject({ pending: [{ owner: 'home' }] });
    expect(await call(rig, 'confirm', { owner: 'home', token }, USERS.slash32)).toMatchObject({ result: 'confirmed' });
    const before = rig.text();
    for (const more of [{}, { take_over: true }, { dry_run: true }, { fingerprint: 'b'.repeat(32), take_over: true }])
      expect(
        await call(rig, 'apply', applyOf(rig, { ...on('opt1', { reservations: [] }), ...more }), USERS.admin),
      ).toMatchObject(NOT_HIS);
    expect(rig.text()).toBe(before);
  });

  it('is nobody’s before that: a dry run and a change that is refused bind nobody', async () => {
    const rig = await start();
    await call(rig, 'apply', applyOf(rig, { ...WEB, dry_run: true }), USERS.admin);
    await call(rig, 'apply', applyOf(rig, on('opt3', { reservations: [] })), USERS.admin);
    expect(await get(rig)).toMatchObject({ bindings: [] });
    expect(await call(rig, 'apply', applyOf(rig, WEB), USERS.slash32)).toMatchObject({ result: 'applied' });
  });

  it('is everybody’s for an owner who was there before and has no line, and stays so', async () => {
    const rig = await start();
    await call(rig, 'apply', applyOf(rig, WEB), USERS.slash32);
    rig.bindOwner('home', undefined);
    const changed = on('opt1', { reservations: [entry('web', 12)] });
    expect(await call(rig, 'apply', applyOf(rig, changed), USERS.admin)).toMatchObject({ result: 'applied' });
    expect(await get(rig)).toMatchObject({ owners: [{ owner: 'home' }], bindings: [] });
  });

  it('is the one of the settings, also before his first change', async () => {
    const rig = await start();
    rig.bindOwner('home', 'admin');
    expect(await call(rig, 'apply', applyOf(rig, WEB), USERS.slash32)).toMatchObject(NOT_HIS);
    expect(await call(rig, 'apply', applyOf(rig, WEB), USERS.admin)).toMatchObject({ result: 'applied' });
    expect(await get(rig)).toMatchObject({ bindings: [{ owner: 'home', user: 'admin' }] });
  });

  it('is one for each owner', async () => {
    const rig = await start();
    rig.bindOwner('work', 'admin');
    await call(rig, 'apply', applyOf(rig, WEB), USERS.slash32);
    expect(await get(rig)).toMatchObject({
      bindings: [
        { owner: 'work', user: 'admin' },
        { owner: 'home', user: 'slash32' },
      ],
    });
  });
});
