import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readObservedPolicy } from '../../../src/firewall/opnsense/policy/read.js';
import { parseConfigXml } from '../../../src/firewall/opnsense/xml/parse.js';
import { alias, apply, get, published, redirect, rule } from './calls.js';
import { anyConfig } from './configs.js';
import { describeRigs, type Rig } from './rigs.js';
import { CONFIG } from './scene.js';

const SCENARIO = readFileSync(new URL('../../fixtures/opnsense/config/scenario.xml', import.meta.url), 'utf8');
const VERSION = '26.7.2';
const RUNS = { numRuns: Number(process.env.SLASH32_AGREE_RUNS ?? 40), seed: 32 };

/** What the plugin tells of the policy, read as slash32 reads a config.xml. */
async function told(rig: Rig): Promise<unknown> {
  const { policy, version = VERSION } = (await get(rig)) as { policy: string; version?: string };
  return readObservedPolicy(parseConfigXml(policy), { version });
}

function whole(rig: Rig): unknown {
  return readObservedPolicy(parseConfigXml(rig.text()), { version: VERSION });
}

describeRigs('the policy in state/get', (start, keep) => {
  it('gives the same rule set as the whole configuration of a firewall full of rules', async () => {
    const rig = await start();
    rig.edit(() => SCENARIO);
    expect(await told(rig)).toEqual(whole(rig));
  });

  it('gives the same rule set and the same entries of ours after an apply', async () => {
    const rig = await start();
    await apply(rig, {
      aliases: [alias('s32_web'), alias('s32_nets', { type: 'network', content: ['10.1.0.0/16', '!10.1.0.1'] })],
      rules: [rule('1'), published('2', { destination_net: 's32_web' })],
      redirects: [redirect('1')],
    });
    const seen = await told(rig);
    expect(seen).toEqual(whole(rig));
    expect(seen).toMatchObject({
      aliases: [{ entry: { name: 's32_web' } }, { entry: { name: 's32_nets' } }],
      rules: [{ key: 'rule/1', odd: [] }, { key: 'rule/2' }],
      redirects: [{ key: 'nat/1', enabled: true, odd: [] }],
    });
  });

  it('gives the same rule set as the whole of any configuration', async () => {
    const rig = await keep();
    try {
      await fc.assert(
        fc.asyncProperty(anyConfig(), async (config) => {
          rig.edit(() => config);
          expect(await told(rig)).toEqual(whole(rig));
        }),
        { ...RUNS, endOnFailure: true },
      );
    } finally {
      await rig.close();
    }
  });

  it('tells no secret', async () => {
    const secrets = ['hunter1', 'hunter2', 'hunter3', 'hunter4', 'hunter5', 'hunter6', 'hunter7'];
    const url = `<alias uuid="77777777-7777-4777-8777-777777777777"><enabled>1</enabled><name>feed</name><type>urltable</type>
      <content>https://user:hunter1@example.org/list?key=hunter1
by_hand</content><password>hunter2</password><username>hunter3</username><authtype>Basic</authtype><description>feed</description></alias>`;
    const config = CONFIG.replace('<aliases>', `<aliases>${url}`)
      .replace('<hostname>fw<', '<user><password>hunter4</password></user><hostname>fw<')
      .replace('<if>em0</if>', '<if>em0</if><password>hunter5</password>')
      .replace('<dhcpd>', '<dhcpd><opt9><ddnsdomainkey>hunter6</ddnsdomainkey></opt9>')
      .replace('</opnsense>', '<ipsec><phase1><pre-shared-key>hunter7</pre-shared-key></phase1></ipsec></opnsense>');
    const rig = await start({ config });
    const { policy } = (await get(rig)) as { policy: string };
    for (const secret of secrets) expect(policy).not.toContain(secret);
    expect(await told(rig)).toEqual(whole(rig));
    expect(policy).toContain('by_hand');
  });
});

describeRigs('a redirect of ours that stands', (start) => {
  it('keeps nothing from being applied when somebody takes the same packets later, unless it changes', async () => {
    const rig = await start();
    await apply(rig, { redirects: [redirect('1')] });
    const other =
      '<rule uuid="99999999-9999-4999-8999-999999999999"><interface>wan</interface><protocol>tcp</protocol><destination><network>wanip</network><port>443</port></destination><target>10.10.3.11</target><descr>later</descr></rule>';
    rig.edit((text) => text.replace(/<nat>/, `<nat>${other}`));

    expect(await apply(rig, { redirects: [redirect('1')], rules: [rule('1')] })).toMatchObject({ result: 'applied' });
    expect(
      await apply(rig, { redirects: [redirect('1', { destination_port: '440-450' })], rules: [rule('1')] }),
    ).toMatchObject({
      result: 'refused',
      errors: [{ where: 'redirects/0/destination_port' }],
    });
  });
});
