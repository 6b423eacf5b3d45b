import { expect, it } from 'vitest';
import type { Change } from '../../../../src/model/change.js';
import { buildSampleConfig } from '../../../../src/sim/opnsense/sample-config.js';
import { apply, observe, startRig } from './rig.js';

const ON: Change = {
  kind: 'setting',
  setting: 'enabled',
  before: false,
  after: true,
  segment: 'servers',
  interface: 'opt1',
  reason: 'a test',
};

function withoutDhcp(): string {
  return buildSampleConfig({ users: [] }).replace(/<dhcpd>[\s\S]*<\/dhcpd>/, (text) =>
    text.replace(/<enable>1<\/enable>/g, ''),
  );
}

it('a first start of DHCP that fails names the one command that makes its folders', async () => {
  const { sim, target } = await startRig({ config: withoutDhcp() });
  sim.breakDhcpd(true);
  await expect(apply(target, await observe(target), [ON])).rejects.toMatchObject({
    code: 'S32_DHCP_DOWN',
    hint: expect.stringContaining('`pluginctl -c dhcp`'),
  });
});

it('a later start that fails does not', async () => {
  const { sim, target } = await startRig();
  const base = await observe(target);
  sim.breakDhcpd(true);
  const change: Change = { ...ON, setting: 'mask', before: null, after: '255.255.255.255' };
  await expect(apply(target, base, [change])).rejects.toMatchObject({
    code: 'S32_DHCP_DOWN',
    hint: expect.not.stringContaining('pluginctl'),
  });
});
