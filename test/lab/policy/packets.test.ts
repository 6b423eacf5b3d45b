import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readObservedPolicy } from '../../../src/firewall/opnsense/policy/read.js';
import { parseConfigXml } from '../../../src/firewall/opnsense/xml/parse.js';
import type { RuleSet } from '../../../src/model/rules.js';
import { LAB_INSTANCES } from '../dhcp/managed-config.js';
import { nftRuleset } from './nftables.js';
import { COMPILED } from './policy-scenarios.js';
import { disagreements, expectations, labelOf, PATIENT_MS } from './probes.js';
import { reachDisagreements } from './reach-view.js';
import { DEVICES, type PacketRig, packetRigSkipReason, startPacketRig } from './rig.js';
import { HAND_WRITTEN, type Scenario } from './scenarios.js';
import { SPOILED } from './spoiled.js';
import { applied, firewallWith } from './worlds.js';

const SCENARIOS = [...HAND_WRITTEN, ...COMPILED];
const skipReason = packetRigSkipReason();

describe('rules on real packets', () => {
  beforeEach(({ skip }) => skip(skipReason !== undefined, skipReason));

  let rig: PacketRig;
  let zone = 0;

  beforeAll(async () => {
    if (skipReason !== undefined) return;
    rig = await startPacketRig(await applied(await firewallWith({})));
  });

  afterAll(async () => {
    await rig?.stop();
  });

  function load(ruleSet: RuleSet): Promise<void> {
    zone += 1;
    return rig.load(nftRuleset(ruleSet, { devices: DEVICES, zone }));
  }

  it('every client holds its own address as a /32 that dhcpd gave it', () => {
    expect([...rig.leases].map(([name, lease]) => [name, lease?.address, lease?.prefix])).toEqual(
      LAB_INSTANCES.map(({ name, address }) => [name, address, 32]),
    );
  });

  it.each(SCENARIOS)('what passes passes and what is dropped is dropped: $name', async (scenario: Scenario) => {
    const ruleSet = await ruleSetOf(scenario);
    await load(ruleSet);
    const expected = expectations(ruleSet, rig.ends);
    expect(await disagreements(rig, expected)).toEqual([]);
    const answerers = new Map(expected.map((one) => [labelOf(one), one.answerer]));
    expect(scenario.known.map(([probe]) => [probe, answerers.get(probe)])).toEqual(scenario.known);
    expect(reachDisagreements(ruleSet, expected)).toEqual([]);
  });

  it.each(SPOILED)('the packets tell when $what', async ({ scenario, spoil, seen }) => {
    const ruleSet = await ruleSetOf(scenarioNamed(scenario));
    await load(spoil(ruleSet));
    const probes = expectations(ruleSet, rig.ends).filter((one) => labelOf(one) === seen);
    expect(probes).toHaveLength(1);
    await expect.poll(() => disagreements(rig, probes, [PATIENT_MS])).toHaveLength(1);
  });
});

async function ruleSetOf(scenario: Scenario): Promise<RuleSet> {
  return readObservedPolicy(parseConfigXml(await scenario.config())).ruleSet;
}

function scenarioNamed(start: string): Scenario {
  const [found, second] = SCENARIOS.filter((one) => one.name.startsWith(start));
  if (found === undefined || second !== undefined) throw new Error(`not one scenario starts with ${start}`);
  return found;
}
