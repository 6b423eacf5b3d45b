import { expect, it } from 'vitest';
import {
  alias,
  apply,
  applyOf,
  bare,
  entry,
  get,
  natOf,
  newToken,
  on,
  post,
  published,
  redirect,
  revisionOf,
  rule,
  section,
} from './calls.js';
import { describeRigs } from './rigs.js';
import { CONFIG } from './scene.js';

const NONE = { created: 0, updated: 0, deleted: 0, adopted: 0, released: 0 };
const HAND = entry('hand', 150, { at: 0, mac: '52:54:00:01:00:01' });

describeRigs('state/apply', (start) => {
  it('creates in address order, and leaves foreign entries as and where they are', async () => {
    const rig = await start();
    const answer = await apply(rig, on('opt1', { reservations: [entry('web', 155), entry('db', 11)] }));
    expect(answer).toMatchObject({
      result: 'applied',
      changed: { reservations: { ...NONE, created: 2 }, settings: 0, aliases: 0, rules: 0, redirects: 0 },
      reloaded: ['dhcpd', 'neighbours'],
      confirm: null,
      notes: [],
      revision: revisionOf(rig),
    });
    expect([...section(rig).matchAll(/<ipaddr>10\.10\.1\.(\d+)/g)].map((found) => Number(found[1]))).toEqual([
      11, 150, 155, 160,
    ]);
    expect(section(rig)).toContain('<descr>By hand &amp; kept</descr><bootfilename>own.img</bootfilename>');
  });

  it('changes an own entry in place, deletes what the list does not name, and hands over what is released', async () => {
    const rig = await start();
    await apply(rig, on('opt1', { reservations: [entry('a', 11), entry('b', 12), entry('c', 13)] }));
    rig.edit((text) => text.replace('<hostname>a<', '<tftp>own.example</tftp><hostname>a<'));
    const reservations = [entry('a', 11, { at: 0, ipaddr: '10.10.1.21' })];
    const release = [entry('c', 13, { at: 2, descr: 'c' })];
    expect(await apply(rig, on('opt1', { reservations, release }))).toMatchObject({
      changed: { reservations: { ...NONE, updated: 1, deleted: 1, released: 1 } },
    });
    expect(section(rig)).toContain('<ipaddr>10.10.1.21</ipaddr><tftp>own.example</tftp>');
    expect(section(rig)).toContain('<descr>c</descr>');
    expect(section(rig)).not.toContain('10.10.1.12<');
  });

  it('takes a foreign entry over only when it is adopted with its MAC, however that is written', async () => {
    const rig = await start();
    const adopting = (mac: string) => apply(rig, on('opt1', { reservations: [HAND], adopt: [{ at: 0, mac }] }));
    expect(await apply(rig, on('opt1', { reservations: [HAND] }))).toMatchObject({ code: 'foreign' });
    expect(await adopting('52:54:00:01:00:99')).toMatchObject({ code: 'foreign' });
    expect(await adopting('52-54-00-01-00-01')).toMatchObject({ changed: { reservations: { ...NONE, adopted: 1 } } });
    expect(section(rig)).toMatch(/a2432d30\]<\/descr><bootfilename>own\.img/);
  });

  it("takes another owner's entry over only when it is adopted by name", async () => {
    const rig = await start();
    const reservations = [entry('other', 160, { at: 1, mac: '52:54:00:01:00:02' })];
    expect(await apply(rig, on('opt1', { reservations }))).toMatchObject({ code: 'foreign' });
    const adopt = [{ at: 1, mac: '52:54:00:01:00:02' }];
    expect(await apply(rig, on('opt1', { reservations, adopt }))).toMatchObject({ result: 'applied' });
  });

  it('sets the ARP entry of a single reservation, and takes it away', async () => {
    const rig = await start();
    await apply(rig, on('opt1', { reservations: [entry('web', 11, { arp: true })] }));
    expect(section(rig)).toContain('<arp_table_static_entry>1</arp_table_static_entry>');
    await apply(rig, on('opt1', { reservations: [entry('web', 11, { at: 0 })] }));
    expect(section(rig)).not.toContain('arp_table_static_entry');
  });

  it('writes every setting as it should, keeps other options, and takes them away again', async () => {
    const rig = await start();
    const before = section(rig);
    const settings = {
      range: { from: '10.10.1.254', to: '10.10.1.254' },
      mask: '255.255.255.255',
      routes: '20:0a:0a:01:09:00:00:00:00:00:0a:0a:01:09',
      deny_unknown: true,
      mac_allow: '02:00:00:00:00:00',
      static_arp: true,
      router: '10.10.1.9',
    };
    expect(await apply(rig, on('opt1', { settings }))).toMatchObject({ changed: { settings: 7 } });
    for (const tag of [
      '<range><from>10.10.1.254</from><to>10.10.1.254</to></range>',
      '<item><number>1</number><type>ip-address</type><value>255.255.255.255</value></item>',
      '<item><number>121</number><type>string</type><value>20:0a:0a:01:09:00:00:00:00:00:0a:0a:01:09</value></item>',
      '<item><number>252</number><type>text</type><value>kept</value></item>',
      '<denyunknown>1</denyunknown>',
      '<mac_allow>02:00:00:00:00:00</mac_allow>',
      '<staticarp>1</staticarp>',
      '<gateway>10.10.1.9</gateway>',
    ])
      expect(section(rig)).toContain(tag);
    const range = { from: '10.10.1.200', to: '10.10.1.240' };
    const none = { mask: null, routes: null, deny_unknown: false, mac_allow: null, static_arp: false, router: null };
    await apply(rig, on('opt1', { settings: { range, ...none } }));
    expect(section(rig)).toBe(before);
  });

  it('switches DHCP off and on, and reloads the filter for it', async () => {
    const rig = await start();
    const reloaded = ['filter', 'dhcpd', 'neighbours'];
    expect(await apply(rig, on('opt1', { settings: { enabled: false } }))).toMatchObject({ reloaded });
    expect(section(rig)).not.toContain('<enable>');
    expect(await apply(rig, on('opt1', { settings: { enabled: true } }))).toMatchObject({ reloaded });
    expect(section(rig)).toContain('<enable>1</enable>');
  });

  it('says who did what in the history of OPNsense itself', async () => {
    const rig = await start();
    await apply(rig, { message: 'sync <1> & "2"', ...on('opt1', { reservations: [entry('web', 11)] }) });
    const [revision = ''] = /<revision>[\s\S]*<\/revision>/.exec(rig.text()) ?? [];
    expect(revision).toContain('<username>slash32@127.0.0.1</username>');
    expect(revision).toContain('<description>sync &lt;1&gt; &amp; "2"</description>');
  });

  it('does nothing and saves nothing when all is as it should be', async () => {
    const rig = await start();
    const settings = { mask: '255.255.255.255' };
    await apply(rig, on('opt1', { settings, reservations: [entry('web', 11)] }));
    const before = rig.text();
    const again = on('opt1', { settings, reservations: [entry('web', 11, { at: 0 })] });
    expect(await apply(rig, again)).toEqual({ result: 'nothing', revision: revisionOf(rig) });
    expect(await apply(rig, {})).toMatchObject({ result: 'nothing' });
    expect(rig.text()).toBe(before);
  });

  it('reloads nothing when only a description changes', async () => {
    const rig = await start();
    await apply(rig, on('opt1', { reservations: [entry('web', 11)] }));
    const descr = 'web [slash32:home:default/web/eth0:a2432d30:retired=2026-11-22T030000Z]';
    const reservations = [entry('web', 11, { at: 0, descr })];
    expect(await apply(rig, on('opt1', { reservations }))).toMatchObject({ result: 'applied', reloaded: [] });
  });

  it('checks a dry run, writes nothing, and neither remembers its owner nor uses up its token', async () => {
    const rig = await start();
    const before = rig.text();
    const token = newToken();
    const more = { confirm_seconds: 60, token, ...on('opt1', { reservations: [entry('web', 11)] }) };
    expect(await apply(rig, { dry_run: true, ...more })).toMatchObject({
      result: 'checked',
      revision: revisionOf(rig),
      changed: { reservations: { ...NONE, created: 1 } },
      would_reload: ['dhcpd', 'neighbours'],
    });
    expect(rig.text()).toBe(before);
    expect(await get(rig)).toMatchObject({ owners: [], pending: [], applies: [] });
    expect(await apply(rig, more)).toMatchObject({ result: 'applied', confirm: { seconds: 60 } });
  });

  it('answers a moved revision with a conflict that carries the new one', async () => {
    const rig = await start();
    const body = applyOf(rig, on('opt1', { reservations: [entry('web', 11)] }));
    rig.edit((text) => text.replace('<hostname>fw<', '<hostname>fw2<'));
    expect(await post(rig, 'apply', body)).toEqual({ result: 'conflict', revision: revisionOf(rig) });
    expect(await post(rig, 'apply', { ...body, base_revision: revisionOf(rig) })).toMatchObject({ result: 'applied' });
  });

  it('lets one of two applies on the same revision through, and gives the other a conflict', async () => {
    const rig = await start();
    const mine = applyOf(rig, on('opt1', { reservations: [entry('web', 11)] }));
    const theirs = applyOf(rig, { owner: 'lab', aliases: [alias('lab_a', { descr: '[slash32:lab:alias/a]' })] });
    const answers = await Promise.all([post(rig, 'apply', mine), post(rig, 'apply', theirs)]);
    expect(answers.map(({ result }) => result).sort()).toEqual(['applied', 'conflict']);
    const conflict = answers.find(({ result }) => result === 'conflict');
    expect(conflict).toMatchObject({ revision: revisionOf(rig) });
  });

  it('refuses another configuration under the same owner id until it takes over', async () => {
    const rig = await start();
    await apply(rig, on('opt1', { reservations: [entry('web', 11)] }));
    const other = { fingerprint: 'b'.repeat(32), ...on('opt1', { reservations: [] }) };
    expect(await apply(rig, other)).toMatchObject({ result: 'refused', code: 'owner' });
    expect(await apply(rig, { ...other, take_over: true })).toMatchObject({ result: 'applied' });
    expect(await get(rig)).toMatchObject({ owners: [{ owner: 'home', fingerprint: 'b'.repeat(32) }] });
  });

  it('keeps the changes of two owners apart', async () => {
    const rig = await start();
    await apply(rig, on('opt1', { reservations: [entry('web', 11)] }));
    const descr = 'other [slash32:work:default/other/eth0:00000001]';
    const theirs = entry('other', 161, { at: 2, mac: '52:54:00:01:00:02', descr });
    expect(await apply(rig, { owner: 'work', ...on('opt1', { reservations: [theirs] }) })).toMatchObject({
      changed: { reservations: { ...NONE, updated: 1 } },
    });
    expect(section(rig)).toContain('default/web');
  });

  it('writes, changes and deletes the aliases and rules of the owner, and no others', async () => {
    const rig = await start();
    const aliases = [alias('s32_web'), alias('s32_db')];
    expect(await apply(rig, { aliases, rules: [rule('1'), rule('2')] })).toMatchObject({
      changed: { aliases: 2, rules: 2 },
      reloaded: ['aliases', 'filter'],
    });
    const { rules } = (await get(rig)) as { rules: { uuid: string }[] };
    for (const { uuid } of rules)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const changed = rule('1', { action: 'block', source_net: '10.10.9.0/24' });
    expect(
      await apply(rig, { aliases: [alias('s32_web', { content: ['10.10.1.12'] })], rules: [changed] }),
    ).toMatchObject({ changed: { aliases: 2, rules: 2 } });
    expect(await get(rig)).toMatchObject({
      aliases: [{ name: 's32_web', content: ['10.10.1.12'] }],
      rules: [{ uuid: rules[0]?.uuid, action: 'block' }],
    });
    expect(rig.text()).toContain('<name>by_hand</name>');
    expect(rig.text()).toContain('22222222-2222-4222-8222-222222222222');
    expect(rig.text().match(/<name>slash32<\/name>/g)).toHaveLength(1);
  });

  it('writes, changes and deletes the redirects of the owner, and no others', async () => {
    const rig = await start();
    const foreign = natOf(rig);
    const redirects = [redirect('1'), redirect('2', { destination_port: '8000-8004', local_port: 9000, log: true })];
    expect(await apply(rig, { redirects })).toMatchObject({
      changed: { aliases: 0, rules: 0, redirects: 2 },
      reloaded: ['filter'],
    });
    const [first, second] = natOf(rig).slice(foreign.length);
    for (const field of [
      '<disabled>0</disabled>',
      '<interface>wan</interface>',
      '<ipprotocol>inet</ipprotocol>',
      '<protocol>tcp</protocol>',
      '<source><network>any</network>',
      '<destination><network>wanip</network><port>443</port>',
      '<target>10.10.1.11</target>',
      '<local-port>8443</local-port>',
      '<category>slash32</category>',
      '<natreflection>disable</natreflection>',
      '<descr>test [slash32:home:nat/1]</descr>',
    ])
      expect(first).toContain(field);
    expect(second).toContain('<port>8000-8004</port>');
    expect(rig.text().match(/<name>slash32<\/name>/g)).toHaveLength(1);
    const before = (await get(rig)).redirects as { uuid: string }[];
    expect(await apply(rig, { redirects: [redirect('2', { target: '10.10.1.12' })] })).toMatchObject({
      changed: { redirects: 2 },
    });
    expect(await get(rig)).toMatchObject({ redirects: [{ uuid: before[1]?.uuid, target: '10.10.1.12' }] });
    expect(natOf(rig).slice(0, foreign.length)).toEqual(foreign);
    expect(await apply(rig, { redirects: [redirect('2', { target: '10.10.1.12' })] })).toMatchObject({
      result: 'nothing',
    });
    expect(await apply(rig, { redirects: [] })).toMatchObject({ changed: { redirects: 1 } });
    expect(natOf(rig)).toEqual(foreign);
  });

  it('makes the first redirect where the configuration has no NAT at all', async () => {
    const rig = await start({ config: CONFIG.replace(/<nat>[\s\S]*<\/nat>/, '') });
    expect(await apply(rig, { redirects: [redirect('1')] })).toMatchObject({ changed: { redirects: 1 } });
    expect(natOf(rig)).toHaveLength(1);
  });

  it('takes back what somebody set on a rule or redirect of ours, and leaves the rest of it alone', async () => {
    const rig = await start();
    const wanted = { rules: [rule('1')], redirects: [redirect('1')] };
    await apply(rig, wanted);
    const odd =
      '<gateway>WAN_GW</gateway><statetype>none</statetype><tcpflags_any>1</tcpflags_any><divert-to>ips</divert-to>';
    rig.edit((text) =>
      text
        .replace(
          '<destination_port>5432<',
          `${odd}<interfacenot>1</interfacenot><tag>mine</tag><destination_port>5432<`,
        )
        .replace('<local-port>8443<', '<tagged>x</tagged><poolopts>random</poolopts><tag>theirs</tag><local-port>8443<')
        .replace('<natreflection>disable<', '<natreflection>purenat<')
        .replace('<category>slash32<', '<category>other,slash32<'),
    );
    expect(await apply(rig, wanted)).toMatchObject({ changed: { rules: 1, redirects: 1 } });
    for (const gone of [
      'WAN_GW',
      '<statetype>none',
      '<tcpflags_any>1',
      'ips',
      '<tagged>x',
      'random',
      '<interfacenot>1',
    ])
      expect(rig.text()).not.toContain(gone);
    for (const kept of [
      '<tag>mine<',
      '<tag>theirs<',
      '<natreflection>disable<',
      '<statetype>keep<',
      '<category>other,slash32<',
    ])
      expect(rig.text()).toContain(kept);
    expect(await apply(rig, wanted)).toMatchObject({ result: 'nothing' });
  });

  it('writes exclusions and lists of ICMP types as OPNsense has them', async () => {
    const rig = await start();
    const content = ['10.10.1.0/24', '!10.10.1.66'];
    const pings = rule('1', { protocol: 'ICMP', destination_port: '', icmptype: 'echoreq,unreach' });
    await apply(rig, { aliases: [alias('s32_nets', { type: 'network', content })], rules: [pings] });
    expect(await get(rig)).toMatchObject({ aliases: [{ content }], rules: [{ icmptype: 'echoreq,unreach' }] });
    expect(rig.text()).toContain('10.10.1.0/24\n!10.10.1.66<');
  });

  it('lets a rule on WAN come and go with its alias, as long as it leads to hosts in scope and nowhere else', async () => {
    const rig = await start();
    const rules = [published('1', { destination_net: 's32_web' })];
    expect(await apply(rig, { aliases: [alias('s32_web')], rules })).toMatchObject({ changed: { rules: 1 } });
    const content = (...hosts: string[]) => ({ aliases: [alias('s32_web', { content: hosts })] });
    const before = rig.text();
    expect(await apply(rig, content('10.10.1.11', '10.10.3.11'))).toMatchObject({ code: 'scope' });
    expect(await apply(rig, content('10.10.1.1'))).toMatchObject({ code: 'scope' });
    expect(await apply(rig, { aliases: [alias('s32_web', { type: 'network' })] })).toMatchObject({ code: 'scope' });
    expect(rig.text()).toBe(before);
    expect(await apply(rig, content('10.10.1.12'))).toMatchObject({ result: 'applied' });
    expect(await apply(rig, { aliases: [], rules: [] })).toMatchObject({ changed: { aliases: 1, rules: 1 } });
  });

  it.each([
    ['a rule', '<destination_net>10.10.1.11<', '<destination_net>any<', { rules: [] }],
    [
      'a rule that comes back into it',
      '<destination_net>10.10.1.11<',
      '<destination_net>any<',
      { rules: [published('1')] },
    ],
    ['a redirect', '<target>10.10.1.11<', '<target>10.10.3.11<', { redirects: [] }],
  ])('does not touch %s that somebody made lead out of scope', async (_what, from, to, more) => {
    const rig = await start();
    await apply(rig, { rules: [published('1')], redirects: [redirect('1')] });
    rig.edit((text) => text.replace(from, to));
    expect(await apply(rig, more)).toMatchObject({ result: 'refused', code: 'scope' });
  });

  it('switches an alias or redirect off, and on again', async () => {
    const rig = await start();
    const off = { aliases: [alias('s32_web', { enabled: false })], redirects: [redirect('1', { enabled: false })] };
    await apply(rig, off);
    expect(await get(rig)).toMatchObject({ redirects: [{ enabled: false }] });
    expect(rig.text()).toMatch(/<enabled>0<\/enabled>\s*<name>s32_web</);
    expect(await apply(rig, { aliases: [alias('s32_web')], redirects: [redirect('1')] })).toMatchObject({
      changed: { aliases: 1, redirects: 1 },
    });
  });

  it('reloads the filter too when the ports of an alias change: those stand in the rules themselves', async () => {
    const rig = await start();
    const ports = (...content: string[]) => ({ aliases: [alias('s32_p', { type: 'port', content })] });
    expect(await apply(rig, ports('80'))).toMatchObject({ reloaded: ['aliases', 'filter'] });
    expect(await apply(rig, ports('80', '81'))).toMatchObject({ reloaded: ['aliases', 'filter'] });
  });

  it('notes a host name that another entry has too, and goes on', async () => {
    const rig = await start();
    const answer = await apply(rig, on('opt1', { reservations: [entry('Hand', 11)] }));
    expect(answer).toMatchObject({ result: 'applied', notes: [expect.stringContaining('10.10.1.150')] });
    expect(await get(rig)).toMatchObject({ applies: [{ notes: answer.notes }] });
  });

  it('renews the stamp of the models that it writes, or OPNsense would go on with what it has in its cache', async () => {
    const rig = await start();
    const stamps = () => [...rig.text().matchAll(/<(\w+) persisted_at="([\d.]+)"/g)].map(([, name, at]) => [name, at]);
    await apply(rig, { rules: [rule('1')] });
    const first = stamps();
    expect(first.map(([name]) => name)).toEqual(expect.arrayContaining(['Alias', 'Filter']));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await apply(rig, { rules: [rule('1', { log: true })] });
    for (const [index, [name, at]] of stamps().entries()) expect([name, at]).not.toEqual(first[index]);
  });

  it('leaves an interface, aliases and rules alone that are not named', async () => {
    const rig = await start();
    await apply(rig, { ...on('opt1', { reservations: [entry('web', 11)] }), aliases: [alias('s32_web')], rules: [] });
    const before = bare(rig);
    expect(await apply(rig, on('opt2', {}))).toMatchObject({ result: 'nothing' });
    expect(await apply(rig, on('opt1', { settings: {} }))).toMatchObject({ result: 'nothing' });
    expect(bare(rig)).toBe(before);
  });

  it('puts everything back when dhcpd does not come up, and says why', async () => {
    const rig = await start();
    const before = bare(rig);
    rig.breakDhcpd();
    const token = newToken();
    const more = { confirm_seconds: 60, token, ...on('opt1', { reservations: [entry('web', 11)] }) };
    expect(await apply(rig, more)).toMatchObject({
      result: 'restored',
      reason: expect.stringMatching(/dhcpd/i),
      left: [],
      revision: revisionOf(rig),
    });
    expect(bare(rig)).toBe(before);
    expect(await get(rig)).toMatchObject({ pending: [], applies: [{ outcome: 'restored' }] });
    expect(await post(rig, 'confirm', { owner: 'home', token })).toEqual({ result: 'already', outcome: 'restored' });
  });
});
