import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { skipReason } from '../engine/support.js';
import {
  applyOf,
  CONFIG,
  entry,
  get,
  newToken,
  on,
  phpRig,
  post,
  type Rig,
  revisionOf,
  send,
  simulatorRig,
  USERS,
} from './scene.js';
import { STATE } from './state-schema.js';

const noPhp = await skipReason();
const RIGS = [
  ['simulator', simulatorRig, undefined],
  ['php', phpRig, noPhp],
] as const;

/** `<opt1>` of config.xml without blanks. */
function section(rig: Rig, id = 'opt1'): string {
  return (new RegExp(`<dhcpd>[\\s\\S]*?(<${id}>[\\s\\S]*?</${id}>)`).exec(rig.text())?.[1] ?? '').replace(
    />\s+</g,
    '><',
  );
}

const bare = (text: string): string =>
  text.replace(/>\s+</g, '><').replace(/<revision>.*<\/revision>|<owners>.*<\/owners>/g, '');

describe.each(RIGS)('the plugin as the %s plays it', (_name, start, reason) => {
  beforeEach(({ skip }) => skip(reason !== undefined, reason));

  it('answers state/get in exactly the documented form', async () => {
    const rig = await start();
    await post(
      rig,
      'apply',
      applyOf(rig, {
        confirm_seconds: 60,
        token: newToken(),
        ...on('opt1', { reservations: [entry('web', 11)] }),
        aliases: [alias('s32_web')],
        rules: [rule('1')],
      }),
    );

    const answer = await get(rig);

    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(STATE);
    expect(validate(answer) ? [] : validate.errors).toEqual([]);
    expect(answer).toMatchObject({
      revision: revisionOf(rig),
      scope: { interfaces: ['opt1', 'opt2'], max_confirm_seconds: 600 },
      owners: [{ owner: 'home', host: 'incus1' }],
      pending: [{ owner: 'home' }],
      aliases: [{ owner: 'home', name: 's32_web' }],
      rules: [{ owner: 'home', interface: 'opt1', sequence: 1000 }],
    });
  });

  it('shows the DHCP settings in scope only, with keys blanked', async () => {
    const rig = await start();
    const { dhcpd } = await get(rig);
    expect(dhcpd).toContain('<bootfilename>own.img</bootfilename>');
    expect(dhcpd).not.toContain('very-secret');
    expect(dhcpd).not.toContain('<opt3>');
  });

  it('creates in address order, and leaves foreign entries as and where they are', async () => {
    const rig = await start();
    const answer = await post(
      rig,
      'apply',
      applyOf(rig, on('opt1', { reservations: [entry('web', 155), entry('db', 11)] })),
    );

    expect(answer).toMatchObject({
      result: 'applied',
      changed: {
        reservations: { created: 2, updated: 0, deleted: 0, adopted: 0, released: 0 },
        settings: 0,
        aliases: 0,
        rules: 0,
      },
      reloaded: ['dhcpd', 'neighbours'],
      confirm: null,
      notes: [],
      revision: revisionOf(rig),
    });
    expect([...section(rig).matchAll(/<ipaddr>([^<]*)/g)].map((found) => found[1])).toEqual([
      '10.10.1.11',
      '10.10.1.150',
      '10.10.1.155',
      '10.10.1.160',
    ]);
    expect(section(rig)).toContain('<descr>By hand &amp; kept</descr><bootfilename>own.img</bootfilename>');
  });

  it('writes every setting as the design says, keeps other options, and takes them away again', async () => {
    const rig = await start();
    const before = bare(section(rig));
    const settings = {
      range: { from: '10.10.1.254', to: '10.10.1.254' },
      mask: '255.255.255.255',
      deny_unknown: true,
      mac_allow: '02:00:00:00:00:00',
      static_arp: true,
      router: '10.10.1.9',
    };
    expect(await post(rig, 'apply', applyOf(rig, on('opt1', { settings })))).toMatchObject({
      result: 'applied',
      changed: { settings: 6 },
    });
    for (const tag of [
      '<range><from>10.10.1.254</from><to>10.10.1.254</to></range>',
      '<item><number>1</number><type>ip-address</type><value>255.255.255.255</value></item>',
      '<item><number>252</number><type>text</type><value>kept</value></item>',
      '<denyunknown>1</denyunknown>',
      '<mac_allow>02:00:00:00:00:00</mac_allow>',
      '<staticarp>1</staticarp>',
      '<gateway>10.10.1.9</gateway>',
    ])
      expect(section(rig)).toContain(tag);

    const back = {
      range: { from: '10.10.1.200', to: '10.10.1.240' },
      mask: null,
      deny_unknown: false,
      mac_allow: null,
      static_arp: false,
      router: null,
    };
    await post(rig, 'apply', applyOf(rig, on('opt1', { settings: back })));
    expect(bare(section(rig))).toBe(before);
  });

  it('changes an own entry in place, deletes what the list does not name, and hands over what is released', async () => {
    const rig = await start();
    await post(
      rig,
      'apply',
      applyOf(rig, on('opt1', { reservations: [entry('a', 11), entry('b', 12), entry('c', 13)] })),
    );
    const answer = await post(
      rig,
      'apply',
      applyOf(
        rig,
        on('opt1', {
          reservations: [entry('a', 11, { at: 0, ipaddr: '10.10.1.21' })],
          release: [entry('c', 13, { at: 2, descr: 'c' })],
        }),
      ),
    );
    expect(answer).toMatchObject({
      result: 'applied',
      changed: { reservations: { updated: 1, deleted: 1, released: 1 } },
    });
    expect(section(rig)).toContain('<descr>c</descr>');
    expect(section(rig)).not.toContain('10.10.1.12<');
  });

  it('takes a foreign entry over only when it is adopted by name, and keeps its other fields', async () => {
    const rig = await start();
    const mine = entry('hand', 150, { at: 0, mac: '52:54:00:01:00:01' });
    expect(await post(rig, 'apply', applyOf(rig, on('opt1', { reservations: [mine] })))).toMatchObject({
      result: 'refused',
      code: 'foreign',
    });
    expect(
      await post(
        rig,
        'apply',
        applyOf(rig, on('opt1', { reservations: [mine], adopt: [{ at: 0, mac: '52:54:00:01:00:99' }] })),
      ),
    ).toMatchObject({ result: 'refused', code: 'foreign' });
    expect(
      await post(
        rig,
        'apply',
        applyOf(rig, on('opt1', { reservations: [mine], adopt: [{ at: 0, mac: '52:54:00:01:00:01' }] })),
      ),
    ).toMatchObject({ result: 'applied', changed: { reservations: { adopted: 1 } } });
    expect(section(rig)).toMatch(/a2432d30\]<\/descr><bootfilename>own\.img/);
  });

  it('does nothing and saves nothing when all is as it should be', async () => {
    const rig = await start();
    await post(
      rig,
      'apply',
      applyOf(rig, on('opt1', { settings: { mask: '255.255.255.255' }, reservations: [entry('web', 11)] })),
    );
    const before = rig.text();
    const again = applyOf(
      rig,
      on('opt1', { settings: { mask: '255.255.255.255' }, reservations: [entry('web', 11, { at: 0 })] }),
    );
    expect(await post(rig, 'apply', again)).toEqual({ result: 'nothing', revision: revisionOf(rig) });
    expect(rig.text()).toBe(before);
  });

  it('reloads nothing when only a description changes', async () => {
    const rig = await start();
    await post(rig, 'apply', applyOf(rig, on('opt1', { reservations: [entry('web', 11)] })));
    const descr = 'web [slash32:home:default/web/eth0:a2432d30:retired=2026-11-22T030000Z]';
    const answer = await post(
      rig,
      'apply',
      applyOf(rig, on('opt1', { reservations: [entry('web', 11, { at: 0, descr })] })),
    );
    expect(answer).toMatchObject({ result: 'applied', reloaded: [] });
  });

  it('checks a dry run and writes nothing', async () => {
    const rig = await start();
    const answer = await post(
      rig,
      'apply',
      applyOf(rig, { dry_run: true, ...on('opt1', { reservations: [entry('web', 11)] }) }),
    );
    expect(answer).toMatchObject({
      result: 'checked',
      revision: revisionOf(rig),
      would_reload: ['dhcpd', 'neighbours'],
    });
    expect(rig.text()).not.toContain('default/web');
  });

  it('answers a moved revision with a conflict that carries the new one', async () => {
    const rig = await start();
    const body = applyOf(rig, on('opt1', { reservations: [entry('web', 11)] }));
    rig.edit((text) => text.replace('<hostname>fw<', '<hostname>fw2<'));
    expect(await post(rig, 'apply', body)).toEqual({ result: 'conflict', revision: revisionOf(rig) });
    expect(await post(rig, 'apply', { ...body, base_revision: revisionOf(rig) })).toMatchObject({ result: 'applied' });
  });

  it('refuses another configuration under the same owner id until it takes over', async () => {
    const rig = await start();
    await post(rig, 'apply', applyOf(rig, on('opt1', { reservations: [entry('web', 11)] })));
    const other = (): Record<string, unknown> =>
      applyOf(rig, { fingerprint: 'b'.repeat(32), ...on('opt1', { reservations: [] }) });
    expect(await post(rig, 'apply', other())).toMatchObject({ result: 'refused', code: 'owner' });
    expect(await post(rig, 'apply', { ...other(), take_over: true })).toMatchObject({ result: 'applied' });
    expect(await get(rig)).toMatchObject({ owners: [{ owner: 'home', fingerprint: 'b'.repeat(32) }] });
  });

  it.each([
    ['an interface out of scope', 'scope', on('opt3', { reservations: [] })],
    ['a rule out of scope', 'scope', { rules: [rule('1', { interface: 'opt3' })] }],
    ['more time to confirm than allowed', 'confirm_time', { confirm_seconds: 601, token: 'c'.repeat(64) }],
    ['waiting without a token', 'invalid', { confirm_seconds: 60 }],
    ['an unknown field', 'invalid', { supprise: true }],
    ['an owner with a blank', 'invalid', { owner: 'a b' }],
    ['a MAC in capitals', 'invalid', on('opt1', { reservations: [entry('web', 11, { mac: '10:66:6A:00:00:01' })] })],
    ['an address that is none', 'invalid', on('opt1', { reservations: [entry('web', 11, { ipaddr: '10.10.1.999' })] })],
    [
      'an address outside the network',
      'invalid',
      on('opt1', { reservations: [entry('web', 11, { ipaddr: '10.10.2.11' })] }),
    ],
    ["the firewall's own address", 'invalid', on('opt1', { reservations: [entry('web', 1)] })],
    ['the broadcast address', 'invalid', on('opt1', { reservations: [entry('web', 255)] })],
    ['a host name with a quote', 'invalid', on('opt1', { reservations: [entry('web', 11, { hostname: 'a"b' })] })],
    ['a host name with markup', 'invalid', on('opt1', { reservations: [entry('web', 11, { hostname: '<b>' })] })],
    [
      'a line break in a description',
      'invalid',
      on('opt1', { reservations: [entry('web', 11, { descr: 'a\nb [slash32:home:x:]' })] }),
    ],
    [
      'a description of 300 bytes',
      'invalid',
      on('opt1', { reservations: [entry('web', 11, { descr: `${'x'.repeat(300)} [slash32:home:x:]` })] }),
    ],
    ['a description without the marker', 'invalid', on('opt1', { reservations: [entry('web', 11, { descr: 'web' })] })],
    [
      "another owner's marker",
      'invalid',
      on('opt1', { reservations: [entry('web', 11, { descr: 'web [slash32:work:x:]' })] }),
    ],
    [
      'the same MAC twice',
      'invalid',
      on('opt1', { reservations: [entry('a', 11), entry('b', 12, { mac: '10:66:6a:00:00:0b' })] }),
    ],
    ['the same interface twice', 'invalid', { segments: [{ interface: 'opt1' }, { interface: 'opt1' }] }],
    ['a rule without an interface', 'invalid', { rules: [rule('1', { interface: '' })] }],
    [
      'a rule with a quote in its description',
      'invalid',
      { rules: [rule('1', { descr: 'a " b [slash32:home:rule/1]' })] },
    ],
    [
      "another owner's entry",
      'foreign',
      on('opt1', { reservations: [entry('other', 160, { at: 1, mac: '52:54:00:01:00:02' })] }),
    ],
    ['an entry that is not there', 'foreign', on('opt1', { reservations: [entry('web', 11, { at: 9 })] })],
    [
      'a MAC that a foreign entry has',
      'taken',
      on('opt1', { reservations: [entry('web', 11, { mac: '52:54:00:01:00:01' })] }),
    ],
    ['an address that a foreign entry has', 'taken', on('opt1', { reservations: [entry('web', 150)] })],
    ['an alias name that is taken', 'taken', { aliases: [alias('by_hand')] }],
    [
      'static ARP on the interface that the caller comes in on',
      'lockout',
      on('opt2', { settings: { static_arp: true } }),
    ],
    [
      'deny-unknown on the interface that the caller comes in on',
      'lockout',
      on('opt2', { settings: { deny_unknown: true } }),
    ],
  ])('refuses %s, with nothing written', async (_what, code, more) => {
    const rig = await start();
    const before = rig.text();
    const answer = await post(rig, 'apply', applyOf(rig, more));
    expect(answer).toMatchObject({ result: 'refused', code });
    expect(answer.errors).toEqual(
      expect.arrayContaining([{ where: expect.any(String), object: expect.any(String), message: expect.any(String) }]),
    );
    expect(rig.text()).toBe(before);
  });

  it('lets static ARP through where the caller has its entry', async () => {
    const rig = await start();
    const caller = entry('me', 1, { ipaddr: '127.0.0.1' });
    expect(
      await post(rig, 'apply', applyOf(rig, on('opt2', { settings: { static_arp: true }, reservations: [caller] }))),
    ).toMatchObject({ result: 'applied' });
  });

  it('refuses what dhcpd would trip over, in an entry of somebody else too', async () => {
    const broken = CONFIG.replace('<ipaddr>10.10.1.150</ipaddr>', '<ipaddr>10.10.1.999</ipaddr>');
    const rig = await start({ config: broken });
    const answer = await post(rig, 'apply', applyOf(rig, on('opt1', { reservations: [entry('web', 11)] })));
    expect(answer).toMatchObject({ result: 'refused', code: 'dhcpd' });
    expect(JSON.stringify(answer)).toContain('10.10.1.999');
    expect(rig.text()).not.toContain('default/web');
  });

  it('writes, changes and deletes the aliases and rules of the owner, and no others', async () => {
    const rig = await start();
    const first = await post(
      rig,
      'apply',
      applyOf(rig, { aliases: [alias('s32_web'), alias('s32_db')], rules: [rule('1'), rule('2')] }),
    );
    expect(first).toMatchObject({
      result: 'applied',
      changed: { aliases: 2, rules: 2 },
      reloaded: ['aliases', 'filter'],
    });
    const { rules } = (await get(rig)) as { rules: { uuid: string; descr: string }[] };
    expect(
      rules.every((one) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(one.uuid)),
    ).toBe(true);

    const second = await post(
      rig,
      'apply',
      applyOf(rig, {
        aliases: [alias('s32_web', ['10.10.1.12'])],
        rules: [rule('1', { action: 'block', source_net: '10.10.9.0/24' })],
      }),
    );
    expect(second).toMatchObject({ result: 'applied', changed: { aliases: 2, rules: 2 } });
    const after = (await get(rig)) as { aliases: unknown[]; rules: { uuid: string }[] };
    expect(after.aliases).toMatchObject([{ name: 's32_web', content: ['10.10.1.12'] }]);
    expect(after.rules).toMatchObject([{ uuid: rules[0]?.uuid, action: 'block' }]);
    expect(rig.text()).toContain('<name>by_hand</name>');
    expect(rig.text()).toContain('22222222-2222-4222-8222-222222222222');
    expect(rig.text().match(/<name>slash32<\/name>/g)).toHaveLength(1);
  });

  it('keeps a change that is confirmed, and says so again', async () => {
    const rig = await start();
    const token = newToken();
    const applied = await post(
      rig,
      'apply',
      applyOf(rig, { confirm_seconds: 60, token, ...on('opt1', { reservations: [entry('web', 11)] }) }),
    );
    expect(applied).toMatchObject({ result: 'applied', confirm: { seconds: 60 } });
    expect(await post(rig, 'apply', applyOf(rig, on('opt1', { reservations: [] })))).toMatchObject({
      result: 'pending',
      pending: { owner: 'home', id: applied.id },
    });
    expect(await post(rig, 'confirm', { owner: 'work', token })).toMatchObject({ result: 'refused', code: 'owner' });
    expect(await post(rig, 'confirm', { owner: 'home', token: newToken() })).toEqual({ result: 'unknown' });
    expect(await post(rig, 'confirm', { owner: 'home', token })).toEqual({ result: 'confirmed', peer: null });
    expect(await post(rig, 'confirm', { owner: 'home', token })).toEqual({ result: 'already', outcome: 'confirmed' });
    expect(await post(rig, 'rollback', { owner: 'home', token })).toEqual({ result: 'already', outcome: 'confirmed' });
    expect(section(rig)).toContain('default/web');
    expect(await get(rig)).toMatchObject({ pending: [], applies: [{ id: applied.id, outcome: 'confirmed' }] });
  });

  it('puts back everything of a change that is rolled back', async () => {
    const rig = await start();
    await post(
      rig,
      'apply',
      applyOf(rig, {
        ...on('opt1', { reservations: [entry('a', 11), entry('b', 12)] }),
        aliases: [alias('s32_web')],
        rules: [rule('1')],
      }),
    );
    const before = bare(rig.text());
    const token = newToken();
    await post(
      rig,
      'apply',
      applyOf(rig, {
        confirm_seconds: 60,
        token,
        segments: [
          {
            interface: 'opt1',
            settings: { mask: '255.255.255.255', deny_unknown: true },
            reservations: [entry('b', 12, { at: 1, ipaddr: '10.10.1.22' }), entry('c', 13)],
          },
          { interface: 'opt2', settings: { router: 'none' } },
        ],
        aliases: [alias('s32_db')],
        rules: [],
      }),
    );
    expect(bare(rig.text())).not.toBe(before);
    expect(await post(rig, 'rollback', { owner: 'home', token })).toMatchObject({
      result: 'rolled_back',
      left: [],
      revision: revisionOf(rig),
    });
    expect(bare(rig.text())).toBe(before);
    expect(await post(rig, 'rollback', { owner: 'home', token })).toEqual({
      result: 'already',
      outcome: 'rolled_back',
    });
  });

  it('leaves and names what others changed meanwhile', async () => {
    const rig = await start();
    const token = newToken();
    await post(
      rig,
      'apply',
      applyOf(rig, {
        confirm_seconds: 60,
        token,
        ...on('opt1', { settings: { mask: '255.255.255.255' }, reservations: [entry('a', 11), entry('b', 12)] }),
      }),
    );
    rig.edit((text) => text.replace('<hostname>a<', '<hostname>changed<').replace('<hostname>fw<', '<hostname>fw2<'));
    const answer = (await post(rig, 'rollback', { owner: 'home', token })) as { left: { object: string }[] };
    expect(answer.left).toHaveLength(1);
    expect(answer.left[0]?.object).toContain('10.10.1.11');
    expect(rig.text()).toContain('<hostname>changed<');
    expect(rig.text()).toContain('<hostname>fw2<');
    expect(section(rig)).not.toContain('<hostname>b<');
    expect(section(rig)).not.toContain('255.255.255.255');
  });

  it('rolls back by itself what nobody confirms', async () => {
    const rig = await start();
    const token = newToken();
    await post(
      rig,
      'apply',
      applyOf(rig, { confirm_seconds: 1, token, ...on('opt1', { reservations: [entry('web', 11)] }) }),
    );
    await expect.poll(() => section(rig), { timeout: 20_000, interval: 100 }).not.toContain('default/web');
    await expect
      .poll(() => post(rig, 'confirm', { owner: 'home', token }), { timeout: 10_000 })
      .toMatchObject({ result: 'expired', left: [] });
    expect(await get(rig)).toMatchObject({ pending: [], applies: [{ outcome: 'expired' }] });
  }, 40_000);

  it('keeps the changes of two owners apart', async () => {
    const rig = await start();
    await post(rig, 'apply', applyOf(rig, on('opt1', { reservations: [entry('web', 11)] })));
    const theirs = {
      at: 2,
      mac: '52:54:00:01:00:02',
      ipaddr: '10.10.1.161',
      hostname: 'other',
      descr: 'other [slash32:work:default/other/eth0:00000001]',
    };
    expect(
      await post(rig, 'apply', applyOf(rig, { owner: 'work', ...on('opt1', { reservations: [theirs] }) })),
    ).toMatchObject({ result: 'applied', changed: { reservations: { updated: 1, deleted: 0 } } });
    expect(section(rig)).toContain('default/web');
  });

  it('sends away who has no key, a wrong one or no privilege, and a read-only user who writes', async () => {
    const rig = await start();
    const { key, secret } = USERS.slash32;
    const status = async (user: Parameters<typeof send>[4], verb = 'get', body?: string) =>
      (await send(rig, body === undefined ? 'GET' : 'POST', verb, body, user)).status;
    expect((await fetch(`${rig.url}/api/slash32/state/get`, { redirect: 'manual' })).status).toBe(302);
    expect(await status({ ...USERS.slash32, key, secret: `${secret}x` })).toBe(401);
    expect(await status(USERS.nobody)).toBe(403);
    expect(await status(USERS.admin)).toBe(200);
    expect(await status(USERS.reader)).toBe(200);
    expect(await status(USERS.reader, 'apply', JSON.stringify(applyOf(rig)))).toBe(500);
    expect((await send(rig, 'GET', 'nothing')).status).toBe(404);
  });

  it('answers a GET on a writing call with failed', async () => {
    const rig = await start();
    for (const verb of ['apply', 'confirm', 'rollback'])
      expect((await send(rig, 'GET', verb)).body).toEqual({ result: 'failed' });
  });
});

function alias(name: string, content: readonly string[] = ['10.10.1.11']): Record<string, unknown> {
  return { name, type: 'host', content, descr: `test [slash32:home:alias/${name}]` };
}

function rule(id: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    descr: `test [slash32:home:rule/${id}]`,
    interface: 'opt1',
    action: 'pass',
    direction: 'in',
    ipprotocol: 'inet',
    protocol: 'TCP',
    source_net: 'any',
    source_not: false,
    source_port: '',
    destination_net: '10.10.1.12',
    destination_not: false,
    destination_port: '5432',
    icmptype: '',
    log: false,
    quick: true,
    enabled: true,
    sequence: 1000,
    ...more,
  };
}
