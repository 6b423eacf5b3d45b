import { beforeEach, describe, expect, it } from 'vitest';
import type { Change, SettingValue } from '../../../src/model/change.js';
import type { Observed } from '../../../src/model/firewall.js';
import type { PoolAccess } from '../../../src/model/segment.js';
import { skipReason } from '../../plugin/engine/support.js';
import { apiRig, type Edit, fileRig, phpRig, pluginRig, type Rig } from './rigs.js';

const never = new AbortController().signal;
const quiet = (): void => {};
const noPhp = await skipReason();

/** Two further pools on opt3, one of them limited already, in the form of OPNsense's page. */
const withPools: Edit = (text) =>
  text.replace(
    /(<dhcpd>[\s\S]*<opt3>)/,
    `$1<pool><ddnsdomainalgorithm>hmac-md5</ddnsdomainalgorithm><range><from>10.3.0.100</from><to>10.3.0.110</to></range><winsserver/></pool>` +
      `<pool><denyunknown>1</denyunknown><mac_allow>52:54:00</mac_allow><range><from>10.3.0.120</from><to>10.3.0.130</to></range></pool>`,
  );

const OPEN: readonly PoolAccess[] = [
  { from: '10.3.0.100', to: '10.3.0.110', denyUnknown: false, macAllow: null },
  { from: '10.3.0.120', to: '10.3.0.130', denyUnknown: true, macAllow: '52:54:00' },
];
const CLOSED = OPEN.map((pool) => ({ ...pool, denyUnknown: true, macAllow: '02:00:00:00:00:00' }));

function apply(rig: Rig, base: Observed, value: SettingValue) {
  const change: Change = { ...value, kind: 'setting', segment: 'lab', interface: 'opt3', reason: 'test' };
  return rig.target.apply({ base, changes: [change], message: 'test', progress: quiet, signal: never });
}

const poolsOf = (seen: Observed) => seen.segments.find((one) => one.interface === 'opt3')?.pools;

describe.each([
  ['file', fileRig, undefined],
  ['api', apiRig, undefined],
  ['plugin', pluginRig, undefined],
  ['plugin (PHP)', phpRig, noPhp],
] as const)('the %s target', (_, start, reason) => {
  beforeEach(({ skip }) => skip(reason !== undefined, reason));

  it('closes further pools and opens them again, and leaves the rest of them alone', async () => {
    const rig = await start(withPools);
    const before = await rig.target.observe(never, quiet);
    expect([poolsOf(before), before.unwritable]).toEqual([OPEN, undefined]);

    await apply(rig, before, { setting: 'pools', before: OPEN, after: CLOSED });
    const closed = await rig.target.observe(never, quiet);
    expect(poolsOf(closed)).toEqual(CLOSED);
    expect((await rig.text()).replaceAll(/\s+/g, '')).toContain(
      '<pool><ddnsdomainalgorithm>hmac-md5</ddnsdomainalgorithm>',
    );

    await apply(rig, closed, { setting: 'pools', before: CLOSED, after: OPEN });
    expect((await rig.target.observe(never, quiet)).segments).toEqual(before.segments);
  });
});
