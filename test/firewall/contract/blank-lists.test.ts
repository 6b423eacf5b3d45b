import { beforeEach, describe, expect, it } from 'vitest';
import type { Change, SettingValue } from '../../../src/model/change.js';
import type { Observed } from '../../../src/model/firewall.js';
import { skipReason } from '../../plugin/engine/support.js';
import { apiRig, type Edit, fileRig, phpRig, pluginRig, type Rig } from './rigs.js';

const never = new AbortController().signal;
const quiet = (): void => {};
const noPhp = await skipReason();

const WEB = {
  mac: '10:66:6a:00:00:01',
  address: '10.3.0.50',
  hostname: 'web',
  description: 'web [slash32:home:default/web/eth0:a2432d30]',
  arpEntry: false,
};
const MASK: SettingValue = { setting: 'mask', before: null, after: '255.255.255.255' };
const OCTETS = '20:0a:03:00:01:00:00:00:00:00:0a:03:00:01';
const ROUTES: SettingValue = { setting: 'routes', before: null, after: OCTETS };
const UNROUTE: SettingValue = { setting: 'routes', before: OCTETS, after: null };
const UNMASK: SettingValue = { setting: 'mask', before: '255.255.255.255', after: null };

/** Gives opt3 other content; what the sample has there goes. */
function opt3(inner: string): Edit {
  const range = '<range><from>10.3.0.210</from><to>10.3.0.240</to></range>';
  return (text) => text.replace(/(<dhcpd>[\s\S]*<opt3>)[\s\S]*?(<\/opt3>)/, `$1<enable>1</enable>${range}${inner}$2`);
}

const FORMS: Readonly<Record<string, readonly [inner: string, blank: string]>> = {
  'a blank item': ['<numberoptions><item/></numberoptions>', '<item/>'],
  'a blank mapping': ['<staticmap/>', '<staticmap/>'],
  both: ['<numberoptions><item/></numberoptions><pool/><staticmap/>', '<staticmap/>'],
};

function setting(value: SettingValue): Change {
  return { ...value, kind: 'setting', segment: 'lab', interface: 'opt3', reason: 'test' };
}

function reservation(before: Observed | undefined): Change {
  const mine = before?.segments.flatMap((one) => one.reservations).find((one) => one.mac === WEB.mac);
  const base = {
    kind: 'reservation',
    segment: 'lab',
    interface: 'opt3',
    nic: 'default/web/eth0',
    reason: 'test',
  } as const;
  return before === undefined
    ? { ...base, action: 'create', before: undefined, after: WEB }
    : { ...base, action: 'delete', before: mine, after: undefined };
}

function apply(rig: Rig, base: Observed, changes: readonly Change[], places: Observed['places']) {
  return rig.target.apply({
    base,
    changes,
    ...(places === undefined ? {} : { places }),
    message: 'test',
    progress: quiet,
    signal: never,
  });
}

/** How often a text stands in the DHCP settings of opt3, whatever the layout. */
async function count(rig: Rig, part: string): Promise<number> {
  const dhcpd = /<dhcpd>[\s\S]*<\/dhcpd>/.exec(await rig.text())?.[0] ?? '';
  const opt3 = /<opt3>[\s\S]*<\/opt3>/.exec(dhcpd)?.[0] ?? '';
  return opt3.replaceAll(/\s+/g, '').split(part).length - 1;
}

describe.each([
  ['file', fileRig, undefined, true],
  ['api', apiRig, undefined, true],
  ['plugin', pluginRig, undefined, false],
  ['plugin (PHP)', phpRig, noPhp, false],
] as const)('the %s target', (_, start, reason, bringsBack) => {
  beforeEach(({ skip }) => skip(reason !== undefined, reason));

  it.each(Object.entries(FORMS))(
    'makes room for an entry where %s stands for none, and goes back',
    async (_name, form) => {
      const [inner, blank] = form;
      const rig = await start(opt3(inner));
      const before = await rig.target.observe(never, quiet);

      const changes = [setting(MASK), setting(ROUTES), reservation(undefined)];
      expect(rig.target.check(before, changes)).toEqual([]);
      await apply(rig, before, changes, before.places);

      const full = await rig.target.observe(never, quiet);
      expect(full.segments.find((one) => one.interface === 'opt3')).toMatchObject({
        mask: '255.255.255.255',
        routes: OCTETS,
        reservations: [{ mac: WEB.mac, address: WEB.address, position: 0 }],
      });
      expect(await count(rig, '<item/>')).toBe(0);
      expect(await count(rig, '<staticmap/>')).toBe(0);

      await apply(rig, full, [setting(UNMASK), setting(UNROUTE), reservation(full)], before.places);
      const after = await rig.target.observe(never, quiet);
      expect(after.segments).toEqual(before.segments);
      if (bringsBack) expect(await count(rig, blank)).toBe(1);
    },
  );
});
