import { afterAll, beforeAll, expect, it } from 'vitest';
import { alias, apply, applyOf, entry, get, newToken, on, placesOf, post, rule, section } from './calls.js';
import { FORM, HARMLESS, OBJECTS, REDIRECTS, RESERVATIONS, SETTINGS, SITUATION } from './refusals.js';
import { describeRigs, type Rig } from './rigs.js';
import { CONFIG } from './scene.js';

describeRigs('a refusal', (_start, keep, isPlayed) => {
  let rig: Rig;
  beforeAll(async () => {
    if (isPlayed) rig = await keep();
  });
  afterAll(() => rig?.close());

  it.each([...FORM, ...RESERVATIONS, ...SETTINGS, ...OBJECTS, ...REDIRECTS, ...SITUATION])(
    'meets %s (%s), names the place, and leaves everything as it was',
    async (_what, code, where, more) => {
      const before = rig.text();
      const answer = await apply(rig, more);
      expect(answer).toMatchObject({ result: 'refused', code });
      expect(placesOf(answer)).toContain(where);
      expect(rig.text()).toBe(before);
    },
  );

  it('names everything that is wrong, and says how much more there is than it names', async () => {
    const reservations = Array.from({ length: 200 }, (_none, n) => entry(`a${n}`, 11, { mac: `x${n}` }));
    const answer = await apply(rig, on('opt1', { reservations }));
    expect(answer).toMatchObject({ result: 'refused', code: 'invalid' });
    expect((answer.errors as unknown[]).length).toBeGreaterThan(40);
    expect((answer.errors as unknown[]).length).toBeLessThanOrEqual(51);
    expect(JSON.stringify(answer).length).toBeLessThan(20_000);
  });

  it('meets 20,001 entries of all kinds together', async () => {
    const many = Array.from({ length: 10_001 }, () => entry('a', 11));
    const segments = ['opt1', 'opt2'].map((id) => ({ interface: id, reservations: many }));
    expect(await apply(rig, { segments })).toMatchObject({ result: 'refused', code: 'invalid' });
  });

  it('leaves no trace in the history', async () => {
    expect(await get(rig)).toMatchObject({ applies: [], owners: [], pending: [] });
  });
});

describeRigs('no refusal', (start) => {
  it.each(HARMLESS)('meets %s', async (_what, more) => {
    const rig = await start();
    expect(await apply(rig, { dry_run: true, ...more })).toMatchObject({ result: 'checked' });
  });
});

describeRigs('a refusal that depends on the firewall', (start) => {
  it('meets every write on the CARP backup', async () => {
    const rig = await start();
    rig.becomeBackup();
    const answer = await apply(rig, on('opt1', { reservations: [entry('web', 11)] }));
    expect(answer).toMatchObject({ result: 'refused', code: 'backup_node' });
    expect(await apply(rig, { aliases: [alias('s32_web')] })).toMatchObject({ code: 'backup_node' });
    expect(await apply(rig, { rules: [rule('1')] })).toMatchObject({ code: 'backup_node' });
    expect(await apply(rig, on('opt2', { settings: { router: 'none' } }))).toMatchObject({ code: 'backup_node' });
    const meant = { ...on('opt2', { settings: { router: 'none' } }), on_backup: true };
    expect(await apply(rig, meant)).toMatchObject({ result: 'applied' });
  });

  it('meets deleting an alias that something still uses', async () => {
    const rig = await start();
    await apply(rig, { aliases: [alias('s32_web')], rules: [rule('1', { source_net: 's32_web' })] });
    expect(await apply(rig, { aliases: [] })).toMatchObject({ result: 'refused', code: 'foreign' });
    expect(await apply(rig, { aliases: [], rules: [] })).toMatchObject({ changed: { aliases: 1, rules: 1 } });
  });

  it('meets touching a rule of the owner on an interface that is out of scope by now', async () => {
    const mine = '<rule uuid="33333333-3333-4333-8333-333333333333"><enabled>1</enabled><action>pass</action>';
    const end = '<interface>opt3</interface><description>x [slash32:home:rule/9]</description></rule></rules>';
    const rig = await start({ config: CONFIG.replace('</rules>', mine + end) });
    expect(await apply(rig, { rules: [] })).toMatchObject({ result: 'refused', code: 'scope' });
    expect(await apply(rig, { aliases: [alias('s32_web')] })).toMatchObject({ result: 'applied' });
  });

  it('does not meet a block that stands there already and lets the caller through', async () => {
    const block = '<rule uuid="33333333-3333-4333-8333-333333333333"><enabled>1</enabled><sequence>1</sequence>';
    const rest =
      '<action>block</action><interface>opt2</interface><description>[slash32:lab:rule/1]</description></rule>';
    const rig = await start({ config: CONFIG.replace('</rules>', `${block}${rest}</rules>`) });
    expect(await apply(rig, { rules: [rule('1')] })).toMatchObject({ result: 'applied' });
  });

  it('does not meet what an entry has already: a name or an address that a new one could not get', async () => {
    const config = CONFIG.replace('<hostname>other<', '<hostname>o_ther.x<').replace('10.10.1.160<', '10.10.1.210<');
    const rig = await start({ config });
    const descr = 'changed [slash32:work:default/other/eth0:00000001]';
    const kept = entry('o_ther.x', 210, { at: 1, mac: '52:54:00:01:00:02', descr });
    expect(await apply(rig, { owner: 'work', ...on('opt1', { reservations: [kept] }) })).toMatchObject({
      result: 'applied',
    });
  });

  it('meets the MAC of a device of the firewall itself, and one of nobody unless the entry has it already', async () => {
    const rig = await start({ config: CONFIG.replace('52:54:00:01:00:02', '02:00:00:00:00:00') });
    const { interfaces } = (await get(rig)) as { interfaces: { mac: string }[] };
    const own = interfaces.map(({ mac }) => mac).find((mac) => mac !== '');
    expect(own).toBeDefined();
    const answer = await apply(rig, on('opt1', { reservations: [entry('web', 11, { mac: own })] }));
    expect(answer).toMatchObject({ result: 'refused', code: 'invalid' });
    expect(placesOf(answer)).toEqual(['segments/0/reservations/0/mac']);
    const descr = 'changed [slash32:work:default/other/eth0:00000001]';
    const kept = entry('other', 160, { at: 1, mac: '02:00:00:00:00:00', descr });
    expect(await apply(rig, { owner: 'work', ...on('opt1', { reservations: [kept] }) })).toMatchObject({
      result: 'applied',
    });
  });

  it('meets what dhcpd would trip over, in an entry of somebody else too', async () => {
    const rig = await start({ config: CONFIG.replace('<ipaddr>10.10.1.150<', '<ipaddr>10.10.1.999<') });
    const answer = await apply(rig, on('opt1', { reservations: [entry('web', 11)] }));
    expect(answer).toMatchObject({ result: 'refused', code: 'dhcpd' });
    expect(JSON.stringify(answer)).toContain('10.10.1.999');
    expect(section(rig)).not.toContain('default/web');
  });

  it('meets what dhcpd would trip over on another interface', async () => {
    const broken = '<opt3><enable>1</enable><range><from>10.10.9.1</from><to>10.10.9.2</to></range></opt3></dhcpd>';
    const rig = await start({ config: CONFIG.replace('</dhcpd>', broken) });
    expect(await apply(rig, on('opt1', { reservations: [entry('web', 11)] }))).toMatchObject({ code: 'dhcpd' });
  });

  it('meets switching the dynamic range off, without which dhcpd does not start', async () => {
    const rig = await start();
    expect(await apply(rig, on('opt1', { settings: { range: null } }))).toMatchObject({ code: 'dhcpd' });
  });

  it('does not meet static ARP where the caller has its entry, until that entry goes or gets another MAC', async () => {
    const rig = await start();
    const me = entry('me', 1, { ipaddr: '127.0.0.1' });
    const settings = { static_arp: true };
    expect(await apply(rig, on('opt2', { settings, reservations: [me] }))).toMatchObject({ result: 'applied' });
    expect(await apply(rig, on('opt2', { reservations: [] }))).toMatchObject({ code: 'lockout' });
    expect(await apply(rig, on('opt2', { settings: { static_arp: false }, reservations: [] }))).toMatchObject({
      result: 'applied',
    });
    rig.setHosts([{ interface: 'opt2', device: 'em2', address: '127.0.0.1', mac: '52:54:00:99:99:99' }]);
    expect(await apply(rig, on('opt2', { settings, reservations: [me] }))).toMatchObject({ code: 'lockout' });
  });

  it('meets static ARP where the entry of the caller has no MAC, and so covers nobody', async () => {
    const map =
      '<opt2><enable>1</enable><staticmap><ipaddr>127.0.0.1</ipaddr><hostname>me</hostname></staticmap></opt2>';
    const rig = await start({ config: CONFIG.replace('</dhcpd>', `${map}</dhcpd>`) });
    for (const settings of [{ static_arp: true }, { deny_unknown: true }])
      expect(await apply(rig, on('opt2', { settings }))).toMatchObject({ code: 'lockout' });
  });

  it('meets an option 121 that is no list of routes', async () => {
    const rig = await start();
    for (const routes of ['21:0a:0a:01:01:00:00:00:00', '20:0a:0a:01:01:00', '0a.0a', '20:0A:0a:01:01:00:00:00:00'])
      expect(await apply(rig, on('opt1', { settings: { routes } }))).toMatchObject({ code: 'invalid' });
  });

  it('meets more time than the setting allows', async () => {
    const rig = await start({ maxConfirmSeconds: 30 });
    const body = { token: newToken(), ...on('opt1', { reservations: [entry('web', 11)] }) };
    expect(await apply(rig, { ...body, confirm_seconds: 31 })).toMatchObject({ code: 'confirm_time' });
    expect(await apply(rig, { ...body, confirm_seconds: 30 })).toMatchObject({ result: 'applied' });
  });

  it('comes after a conflict: what is wrong with an old revision may not be wrong any more', async () => {
    const rig = await start();
    const body = applyOf(rig, on('opt3', { reservations: [] }));
    rig.edit((text) => text.replace('<hostname>fw<', '<hostname>fw2<'));
    expect(await post(rig, 'apply', body)).toMatchObject({ result: 'conflict' });
  });
});
