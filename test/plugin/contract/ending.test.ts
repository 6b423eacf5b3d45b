import { expect, it } from 'vitest';
import {
  alias,
  apply,
  bare,
  entry,
  get,
  natOf,
  newToken,
  on,
  post,
  redirect,
  revisionOf,
  rule,
  section,
} from './calls.js';
import { describeRigs } from './rigs.js';

const WEB = on('opt1', { reservations: [entry('web', 11)] });

describeRigs('an apply that waits', (start) => {
  it('is kept when it is confirmed, once, by its owner, with its token', async () => {
    const rig = await start();
    const token = newToken();
    const applied = await apply(rig, { confirm_seconds: 60, token, ...WEB });
    expect(applied).toMatchObject({ result: 'applied', confirm: { seconds: 60 } });
    expect(await apply(rig, on('opt1', { reservations: [] }))).toMatchObject({
      result: 'pending',
      pending: { owner: 'home', id: applied.id },
    });
    for (const verb of ['confirm', 'rollback'] as const) {
      expect(await post(rig, verb, { owner: 'work', token })).toMatchObject({ result: 'refused', code: 'owner' });
      expect(await post(rig, verb, { owner: 'home', token: newToken() })).toEqual({ result: 'unknown' });
      expect(await post(rig, verb, { owner: 'home' })).toMatchObject({ result: 'refused', code: 'invalid' });
      expect(await post(rig, verb, { owner: 'home', token: applied.id })).toEqual({ result: 'unknown' });
    }
    expect(await post(rig, 'confirm', { owner: 'home', token })).toEqual({ result: 'confirmed', peer: null });
    expect(await post(rig, 'confirm', { owner: 'home', token })).toEqual({ result: 'already', outcome: 'confirmed' });
    expect(await post(rig, 'rollback', { owner: 'home', token })).toEqual({ result: 'already', outcome: 'confirmed' });
    expect(section(rig)).toContain('default/web');
    expect(await get(rig)).toMatchObject({ pending: [], applies: [{ id: applied.id, outcome: 'confirmed' }] });
  });

  it('does not hold up another owner', async () => {
    const rig = await start();
    const token = newToken();
    await apply(rig, { confirm_seconds: 60, token, ...WEB });
    const theirs = { owner: 'lab', aliases: [alias('lab_a', { descr: '[slash32:lab:alias/a]' })] };
    expect(await apply(rig, { ...theirs, confirm_seconds: 60, token: newToken() })).toMatchObject({
      result: 'applied',
    });
    const { pending } = (await get(rig)) as { pending: { owner: string }[] };
    expect(pending.map(({ owner }) => owner).sort()).toEqual(['home', 'lab']);
    expect(await post(rig, 'rollback', { owner: 'home', token })).toMatchObject({ result: 'rolled_back', left: [] });
    expect(await get(rig)).toMatchObject({ pending: [{ owner: 'lab' }], aliases: [{ name: 'lab_a' }] });
  });

  it('wants a token that was never used', async () => {
    const rig = await start();
    const token = newToken();
    await apply(rig, { confirm_seconds: 60, token, ...WEB });
    await post(rig, 'confirm', { owner: 'home', token });
    const again = { confirm_seconds: 60, token, ...on('opt1', { reservations: [] }) };
    expect(await apply(rig, again)).toMatchObject({ result: 'refused', code: 'invalid' });
    expect(section(rig)).toContain('default/web');
  });

  it('puts back everything when it is rolled back', async () => {
    const rig = await start();
    const kept = {
      aliases: [alias('s32_web')],
      rules: [rule('1')],
      redirects: [redirect('1'), redirect('2', { protocol: 'udp' })],
    };
    await apply(rig, { ...on('opt1', { reservations: [entry('a', 11), entry('b', 12)] }), ...kept });
    const before = bare(rig);
    const token = newToken();
    await apply(rig, {
      confirm_seconds: 60,
      token,
      segments: [
        {
          interface: 'opt1',
          settings: {
            mask: '255.255.255.255',
            routes: '20:0a:0a:01:01:00:00:00:00:00:0a:0a:01:01',
            deny_unknown: true,
          },
          reservations: [
            entry('b', 12, { at: 1, ipaddr: '10.10.1.22' }),
            entry('hand', 150, { at: 2, mac: '52:54:00:01:00:01' }),
            entry('c', 13),
          ],
          adopt: [{ at: 2, mac: '52:54:00:01:00:01' }],
        },
        { interface: 'opt2', settings: { router: 'none' } },
      ],
      aliases: [alias('s32_db')],
      rules: [],
      redirects: [redirect('1', { target: '10.10.1.12' }), redirect('3', { destination_port: '80' })],
    });
    expect(bare(rig)).not.toBe(before);
    expect(await post(rig, 'rollback', { owner: 'home', token })).toMatchObject({
      result: 'rolled_back',
      left: [],
      revision: revisionOf(rig),
    });
    expect(bare(rig)).toBe(before);
    expect(await post(rig, 'rollback', { owner: 'home', token })).toEqual({
      result: 'already',
      outcome: 'rolled_back',
    });
  });

  it('leaves and names what others changed meanwhile when it is rolled back', async () => {
    const rig = await start();
    const token = newToken();
    const reservations = [entry('a', 11), entry('b', 12)];
    const rules = [rule('1'), rule('2')];
    await apply(rig, {
      ...{ confirm_seconds: 60, token, rules },
      ...on('opt1', { settings: { mask: '255.255.255.255', router: 'none' }, reservations }),
    });
    rig.edit((text) =>
      text
        .replace('<hostname>a<', '<hostname>changed<')
        .replace('<hostname>fw<', '<hostname>fw2<')
        .replace('<gateway>none<', '<gateway>10.10.1.7<')
        .replace('<destination_port>5432<', '<destination_port>5433<'),
    );
    const answer = (await post(rig, 'rollback', { owner: 'home', token })) as { left: { object: string }[] };
    expect(answer.left).toHaveLength(3);
    expect(JSON.stringify(answer.left)).toContain('10.10.1.11');
    for (const kept of ['<hostname>changed<', '<hostname>fw2<', '<destination_port>5433<'])
      expect(rig.text()).toContain(kept);
    expect(section(rig)).toContain('<gateway>10.10.1.7<');
    expect(section(rig)).not.toContain('<hostname>b<');
    expect(section(rig)).not.toContain('255.255.255.255');
    expect((await get(rig)).rules).toHaveLength(1);
  });

  it('takes redirects back, and leaves and names one that somebody else changed meanwhile', async () => {
    const rig = await start();
    const before = natOf(rig);
    const token = newToken();
    const redirects = [redirect('1'), redirect('2', { destination_port: '80' })];
    await apply(rig, { confirm_seconds: 60, token, redirects });
    rig.edit((text) => text.replace('<local-port>8443<', '<local-port>8444<'));
    const answer = (await post(rig, 'rollback', { owner: 'home', token })) as { left: { object: string }[] };
    expect(answer.left).toMatchObject([{ object: '[slash32:home:nat/1]' }]);
    expect(natOf(rig)).toHaveLength(before.length + 1);
    expect(natOf(rig).slice(0, before.length)).toEqual(before);
    expect(rig.text().match(/<name>slash32<\/name>/g)).toHaveLength(1);
  });

  it.each([
    ['something else to change', { reservations: [] }, true],
    ['nothing else to change', {}, false],
  ])('leaves a setting that another owner asks for too, who has %s', async (_name, more, changes) => {
    const rig = await start();
    const token = newToken();
    const settings = { mask: '255.255.255.255', deny_unknown: true };
    await apply(rig, { confirm_seconds: 60, token, ...on('opt1', { settings }) });
    const theirs = { owner: 'work', ...on('opt1', { settings: { mask: settings.mask }, ...more }) };
    expect(await apply(rig, theirs)).toMatchObject({ result: changes ? 'applied' : 'nothing' });
    const left = [{ where: 'opt1', object: 'mask', message: expect.stringMatching(/^work wants it/) }];
    expect(await post(rig, 'rollback', { owner: 'home', token })).toMatchObject({ result: 'rolled_back', left });
    expect(section(rig)).toContain('255.255.255.255');
    expect(section(rig)).not.toContain('denyunknown');
  });

  it.each([
    ['first', ['home', 'work']],
    ['last', ['work', 'home']],
  ])(
    'takes a setting back that another owner asks for too, when both are undone, this one %s',
    async (_name, order) => {
      const rig = await start();
      const before = section(rig);
      const token = { home: newToken(), work: newToken() };
      const settings = { mask: '255.255.255.255' };
      await apply(rig, { confirm_seconds: 60, token: token.home, ...on('opt1', { settings }) });
      const theirs = { owner: 'work', ...on('opt1', { settings, reservations: [] }) };
      expect(await apply(rig, { confirm_seconds: 60, token: token.work, ...theirs })).toMatchObject({
        result: 'applied',
      });
      for (const owner of order as ('home' | 'work')[])
        expect(await post(rig, 'rollback', { owner, token: token[owner] })).toMatchObject({ result: 'rolled_back' });
      expect(section(rig)).toBe(before);
    },
  );

  it('is rolled back by the firewall itself when nobody confirms', async () => {
    const rig = await start();
    const before = bare(rig);
    const token = newToken();
    await apply(rig, { confirm_seconds: 1, token, ...WEB });
    await expect.poll(() => section(rig), { interval: 100 }).not.toContain('default/web');
    await expect.poll(() => post(rig, 'confirm', { owner: 'home', token })).toEqual({ result: 'expired', left: [] });
    expect(await post(rig, 'rollback', { owner: 'home', token })).toEqual({ result: 'expired', left: [] });
    expect(bare(rig)).toBe(before);
    expect(await get(rig)).toMatchObject({ pending: [], applies: [{ outcome: 'expired' }] });
    expect(await apply(rig, WEB)).toMatchObject({ result: 'applied' });
  });

  it('can be rolled back and done again with another token', async () => {
    const rig = await start();
    const token = newToken();
    await apply(rig, { confirm_seconds: 60, token, ...WEB });
    await post(rig, 'rollback', { owner: 'home', token });
    expect(await apply(rig, { confirm_seconds: 60, token: newToken(), ...WEB })).toMatchObject({ result: 'applied' });
  });
});
