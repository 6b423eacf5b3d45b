import { beforeEach, describe, expect, it } from 'vitest';
import type { Change, Reservation, SettingValue } from '../../../src/model/change.js';
import type { Observed } from '../../../src/model/firewall.js';
import type { ObservedReservation, SegmentState } from '../../../src/model/segment.js';
import { skipReason } from '../../plugin/engine/support.js';
import { apiRig, fileRig, phpRig, pluginRig, type Rig } from './rigs.js';

const never = new AbortController().signal;
const quiet = (): void => {};
const observe = (rig: Rig): Promise<Observed> => rig.target.observe(never, quiet);
const segment = (seen: Observed, id: string): SegmentState => {
  const state = seen.segments.find((one) => one.interface === id);
  if (!state) throw new Error(`no ${id}`);
  return state;
};
const apply = (rig: Rig, base: Observed, changes: readonly Change[], signal = never) =>
  rig.target.apply({ base, changes, message: 'test', progress: quiet, signal });

const WEB: Reservation = {
  mac: '10:66:6a:00:00:01',
  address: '10.3.0.50',
  hostname: 'web',
  description: 'web <b>&amp; "co"</b> ü ’ ]]> [slash32:home:default/web/eth0:a2432d30]',
  arpEntry: false,
};

function change(
  action: 'create' | 'update' | 'delete',
  before: ObservedReservation | undefined,
  after: Reservation | undefined,
): Change {
  return {
    kind: 'reservation',
    action,
    segment: 'lab',
    interface: 'opt3',
    nic: 'default/web/eth0',
    before,
    after,
    reason: 'test',
  };
}

function setting(value: SettingValue): Change {
  return { ...value, kind: 'setting', segment: 'lab', interface: 'opt3', reason: 'test' };
}

const bare = ({ position, ...rest }: ObservedReservation): Omit<ObservedReservation, 'position'> => rest;

const SETTINGS: readonly SettingValue[] = [
  { setting: 'mask', before: null, after: '255.255.255.255' },
  { setting: 'deny_unknown', before: false, after: true },
  { setting: 'mac_allow', before: null, after: '02:00:00:00:00:00' },
  { setting: 'static_arp', before: 'off', after: 'on' },
  { setting: 'router', before: null, after: '10.3.0.9' },
  {
    setting: 'range',
    before: { from: '10.3.0.210', to: '10.3.0.240' },
    after: { from: '10.3.0.254', to: '10.3.0.254' },
  },
];

function inverse(value: SettingValue): SettingValue {
  return { setting: value.setting, before: value.after, after: value.before } as SettingValue;
}

const noPhp = await skipReason();

describe.each([
  ['file', fileRig, undefined],
  ['api', apiRig, undefined],
  ['plugin', pluginRig, undefined],
  ['plugin (PHP)', phpRig, noPhp],
] as const)('the %s target', (_, start, reason) => {
  beforeEach(({ skip }) => skip(reason !== undefined, reason));

  it('reads the same twice, with the same revision', async () => {
    const rig = await start();

    const first = await observe(rig);
    const { notes: _notes, ...second } = await observe(rig);

    expect(second).toMatchObject({ revision: first.revision, segments: first.segments, interfaces: first.interfaces });
    expect(first.segments.map((one) => one.interface)).toEqual(expect.arrayContaining(['opt1', 'opt2', 'opt3']));
  });

  it('creates, changes and deletes a reservation, and leaves every other as and where it was', async () => {
    const rig = await start();
    const before = await observe(rig);
    const foreign = segment(before, 'opt3').reservations.map(bare);

    const created = await apply(rig, before, [change('create', undefined, WEB)]);
    const second = await observe(rig);
    const mine = segment(second, 'opt3').reservations.find((one) => one.mac === WEB.mac);
    expect(second.revision).toBe(created.revision);
    expect(mine && bare(mine)).toEqual(WEB);

    await apply(rig, second, [
      change('update', mine, { ...WEB, address: '10.3.0.51', hostname: 'site', arpEntry: true }),
    ]);
    const third = await observe(rig);
    const moved = segment(third, 'opt3').reservations.find((one) => one.mac === WEB.mac);
    expect(moved).toMatchObject({ address: '10.3.0.51', hostname: 'site', arpEntry: true });

    await apply(rig, third, [change('delete', moved, undefined)]);
    const last = await observe(rig);
    expect(segment(last, 'opt3').reservations.map(bare)).toEqual(foreign);
    expect(last.segments.filter((one) => one.interface !== 'opt3')).toEqual(
      before.segments.filter((one) => one.interface !== 'opt3'),
    );
  });

  it.each(SETTINGS.map((value) => [value.setting, value] as const))(
    'switches %s on and off again',
    async (_name, value) => {
      const rig = await start();
      const before = await observe(rig);

      await apply(rig, before, [setting(value)]);
      const on = await observe(rig);
      expect(on.segments).not.toEqual(before.segments);
      await apply(rig, on, [setting(inverse(value))]);

      expect((await observe(rig)).segments).toEqual(before.segments);
    },
  );

  it('goes to the full state and back in one apply each', async () => {
    const rig = await start();
    const before = await observe(rig);

    await apply(rig, before, [...SETTINGS.map(setting), change('create', undefined, WEB)]);
    const full = await observe(rig);
    expect(segment(full, 'opt3')).toMatchObject({
      enabled: true,
      range: { from: '10.3.0.254', to: '10.3.0.254' },
      mask: '255.255.255.255',
      denyUnknown: true,
      macAllow: '02:00:00:00:00:00',
      staticArp: 'on',
    });
    const mine = segment(full, 'opt3').reservations.find((one) => one.mac === WEB.mac);
    await apply(rig, full, [...SETTINGS.map(inverse).map(setting), change('delete', mine, undefined)]);

    expect((await observe(rig)).segments).toEqual(before.segments);
  });

  it('writes nothing on a revision that somebody else has moved', async () => {
    const rig = await start();
    const base = await observe(rig);
    await rig.otherSave();
    const text = await rig.text();

    await expect(apply(rig, base, [change('create', undefined, WEB)])).rejects.toMatchObject({
      code: 'S32_CONFLICT',
      written: 'nothing',
    });

    expect(await rig.text()).toBe(text);
  });

  it.each<[string, Change]>([
    [
      'a range outside the network',
      setting({ setting: 'range', before: null, after: { from: '10.99.0.2', to: '10.99.0.9' } }),
    ],
    ['no range at all', setting({ setting: 'range', before: { from: '10.3.0.210', to: '10.3.0.240' }, after: null })],
  ])('names what DHCP would trip over, and refuses to write it: %s', async (_name, bad) => {
    const rig = await start();
    const base = await observe(rig);
    const text = await rig.text();

    expect(rig.target.check(base, [bad])).toMatchObject([{ interface: 'opt3' }]);
    await expect(apply(rig, base, [bad])).rejects.toMatchObject({ code: 'S32_DHCP_FAULT', written: 'nothing' });

    expect(await rig.text()).toBe(text);
  });

  it('writes nothing once it was interrupted', async () => {
    const rig = await start();
    const base = await observe(rig);
    const text = await rig.text();

    await expect(apply(rig, base, [change('create', undefined, WEB)], AbortSignal.abort())).rejects.toMatchObject({
      written: 'nothing',
    });

    expect(await rig.text()).toBe(text);
  });

  it('writes the settings of an interface that had no DHCP section', async () => {
    const rig = await start();
    const base = await observe(rig);
    const on = (value: SettingValue): Change => ({ ...setting(value), interface: 'lan', segment: 'lan' });
    const web: Change = {
      ...change('create', undefined, { ...WEB, address: '192.168.1.50' }),
      interface: 'lan',
      segment: 'lan',
    };
    const range = { from: '192.168.1.254', to: '192.168.1.254' };

    await apply(rig, base, [
      on({ setting: 'enabled', before: false, after: true }),
      on({ setting: 'range', before: null, after: range }),
      web,
    ]);

    expect(segment(await observe(rig), 'lan')).toMatchObject({
      enabled: true,
      range,
      reservations: [{ mac: WEB.mac }],
    });
  });
});
