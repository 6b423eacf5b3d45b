import { expect, it } from 'vitest';
import { apply, bare, entry, type Fields, get, newToken, on, placesOf, post } from './calls.js';
import { describeRigs, type Rig } from './rigs.js';
import { CONFIG } from './scene.js';

const MAP = '<staticmap><mac>52:54:00:03:00:07</mac><ipaddr>10.10.3.7</ipaddr></staticmap>';
const LEFT = `<opt3>${MAP}<staticarp>1</staticarp></opt3></dhcpd>`;
const WEB = on('opt1', { reservations: [entry('web', 11)] });
/** Where DHCP is on nowhere, the first apply starts it. */
const OFF = CONFIG.replace(/(<opt[12]>\s*)<enable>1<\/enable>(\s*<range>)/g, '$1$2');
const START = on('opt1', { settings: { enabled: true }, reservations: [entry('web', 11)] });

/** Somebody sets static ARP on opt3, which is out of scope and has DHCP off, and applies nothing. */
function leave(rig: Rig): void {
  rig.edit((text) => text.replace('</dhcpd>', LEFT));
}

/** Interfaces whose device is in static ARP mode. */
async function closed(rig: Rig): Promise<string[]> {
  const { interfaces } = (await get(rig)) as { interfaces: { id: string; static_arp: boolean | null }[] };
  return interfaces.filter((one) => one.static_arp === true).map(({ id }) => id);
}

describeRigs('static ARP that was left set on an interface and is not in force', (start) => {
  it('is told, with who would be answered there and who is met there now', async () => {
    const rig = await start();
    rig.setHosts([
      { interface: 'opt3', device: 'em3', address: '10.10.3.50', mac: '52:54:00:03:00:50' },
      { interface: 'opt1', device: 'em1', address: '10.10.1.50', mac: '52:54:00:01:00:50' },
    ]);
    expect(await get(rig)).toMatchObject({ restarts: [] });
    leave(rig);
    expect(await get(rig)).toMatchObject({
      restarts: [
        {
          interface: 'opt3',
          what: 'closes',
          served: false,
          answered: [{ address: '10.10.3.7', mac: '52:54:00:03:00:07' }],
          neighbours: [{ address: '10.10.3.50', mac: '52:54:00:03:00:50' }],
        },
      ],
    });
    expect(await closed(rig)).toEqual([]);
  });

  it.each([
    ['DHCP is on elsewhere', CONFIG, WEB],
    ['the apply starts DHCP', OFF, START],
  ])('refuses an apply that would put it in force, unless that is accepted, where %s', async (_what, config, more) => {
    const rig = await start({ config });
    leave(rig);
    const before = rig.text();
    for (const other of [{}, { dry_run: true }, { accept_static_arp: ['opt2'] }]) {
      const refused = await apply(rig, { ...more, ...other });
      expect(refused).toMatchObject({ result: 'refused', code: 'restart' });
      expect(placesOf(refused)).toEqual(['dhcpd/opt3']);
    }
    expect(rig.text()).toBe(before);
    expect(await closed(rig)).toEqual([]);

    expect(await apply(rig, { ...more, accept_static_arp: ['opt3'] })).toMatchObject({ result: 'applied' });
    expect(await closed(rig)).toEqual(['opt3']);
    expect(await get(rig)).toMatchObject({ restarts: [] });
    expect(await apply(rig, on('opt1', { reservations: [entry('web', 12)] }))).toMatchObject({ result: 'applied' });
  });

  it('is no obstacle where nothing restarts DHCP', async () => {
    const rig = await start();
    await apply(rig, WEB);
    leave(rig);
    const renamed = entry('web', 11, { at: 0, descr: 'w [slash32:home:default/web/eth0:a2432d30]' });
    expect(await apply(rig, on('opt1', { reservations: [renamed] }))).toMatchObject({ result: 'applied' });
    expect(await closed(rig)).toEqual([]);
  });

  it('is refused on the interface that the caller comes in on, whatever is accepted', async () => {
    const rig = await start();
    rig.edit((text) =>
      text.replace('<opt2>\n      <enable>1</enable>\n', '<opt2><enable>1</enable><staticarp>1</staticarp>'),
    );
    const refused = await apply(rig, { ...WEB, accept_static_arp: ['opt2'] });
    expect(refused).toMatchObject({ result: 'refused', code: 'lockout' });
    expect(placesOf(refused)).toEqual(['opt2']);
  });

  it.each([
    ['rolled back', CONFIG, WEB],
    ['rolled back and leaves DHCP off everywhere', OFF, START],
  ])(
    'goes out of force again when the apply is %s, though config.xml has it set as before',
    async (_what, config, more) => {
      const rig = await start({ config });
      leave(rig);
      const before = bare(rig);
      const token = newToken();
      await apply(rig, { ...more, accept_static_arp: ['opt3'], confirm_seconds: 60, token });
      expect(await closed(rig)).toEqual(['opt3']);
      expect(await post(rig, 'rollback', { owner: 'home', token })).toMatchObject({ result: 'rolled_back', left: [] });
      expect(await closed(rig)).toEqual([]);
      expect(bare(rig)).toBe(before);
    },
  );

  it('goes out of force again when dhcpd does not come up', async () => {
    const rig = await start();
    leave(rig);
    rig.breakDhcpd();
    expect(await apply(rig, { ...WEB, accept_static_arp: ['opt3'] })).toMatchObject({ result: 'restored' });
    expect(await closed(rig)).toEqual([]);
  });
});

describeRigs('static ARP that an apply asks for', (start) => {
  const ask = (more: Fields = {}): Fields =>
    on('opt1', { settings: { static_arp: true, ...more }, reservations: [entry('web', 11)] });

  it.each([
    ['DHCP is on', CONFIG, ask()],
    ['the apply starts DHCP', OFF, ask({ enabled: true })],
  ])('goes out of force again when it is rolled back, where %s', async (_what, config, more) => {
    const rig = await start({ config });
    const token = newToken();
    expect(await apply(rig, { ...more, confirm_seconds: 60, token })).toMatchObject({ result: 'applied' });
    expect(await closed(rig)).toEqual(['opt1']);
    expect(await post(rig, 'rollback', { owner: 'home', token })).toMatchObject({ result: 'rolled_back' });
    expect(await closed(rig)).toEqual([]);
  });

  it('stays in force where it was before an apply that is rolled back', async () => {
    const rig = await start();
    await apply(rig, ask());
    const token = newToken();
    await apply(rig, {
      ...on('opt1', { reservations: [entry('web', 11), entry('db', 12)] }),
      confirm_seconds: 60,
      token,
    });
    await post(rig, 'rollback', { owner: 'home', token });
    expect(await closed(rig)).toEqual(['opt1']);
  });

  it('needs no word where it was set and not in force, if the apply names it', async () => {
    const rig = await start();
    rig.edit((text) =>
      text.replace('<opt1>\n      <enable>1</enable>\n', '<opt1><enable>1</enable><staticarp>1</staticarp>'),
    );
    expect(await apply(rig, WEB)).toMatchObject({ result: 'refused', code: 'restart' });
    expect(await apply(rig, ask())).toMatchObject({ result: 'applied' });
    expect(await closed(rig)).toEqual(['opt1']);
  });
});

describeRigs('what somebody saved under <dhcpd> and did not apply', (start) => {
  const OPT2 = '<opt2>\n      <enable>1</enable>\n';
  const OPT3 = '<opt3><enable>1</enable><range><from>10.10.3.200</from><to>10.10.3.210</to></range></opt3></dhcpd>';

  it.each([
    ['other ranges', '127.0.9.9', '127.0.9.8', [{ interface: 'opt2', what: 'ranges', served: true }]],
    ['DHCP switched off', OPT2, '<opt2>', [{ interface: 'opt2', what: 'stops', served: false }]],
    ['DHCP switched on', '</dhcpd>', OPT3, [{ interface: 'opt3', what: 'starts', served: true }]],
    ['a mapping alone, which no range shows', '<hostname>hand<', '<hostname>hand2<', []],
  ])('is told until the next restart: %s', async (_what, before, after, restarts) => {
    const rig = await start();
    rig.edit((text) => text.replace(before, after));
    expect(await get(rig)).toMatchObject({ restarts });
    await apply(rig, WEB);
    expect(await get(rig)).toMatchObject({ restarts: [] });
  });
});
