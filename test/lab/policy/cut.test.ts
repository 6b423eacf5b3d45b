import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RuleSet } from '../../../src/model/rules.js';
import { chooseClosed } from '../../../src/policy/cut/choose.js';
import { closedWays } from '../../../src/policy/cut/ways.js';
import { BASE, end, place, rule, ruleSet } from '../../policy/evaluate/builders.js';
import { labSkipReason } from '../require-lab.js';
import { nftRuleset } from './nftables.js';
import { type ConnectionsRig, startConnectionsRig } from './open-connections.js';
import { packetRigSkipReason } from './rig.js';

const CLIENT = '10.10.1.11';
const NEIGHBOUR = '10.10.1.12';
const SERVER = { address: '10.10.2.9', port: 7000 };
/** One for all rulesets: what an older one let pass goes on, as the states of pf do. */
const ZONE = 1;
const DEVICES = new Map([
  ['a', 'ra'],
  ['b', 'rb'],
]);
const PATIENT_MS = 8000;
/** An answer within one segment takes a millisecond, and a repeated packet of TCP a fifth of a second. */
const CUT_MS = 2000;

function world(clients: readonly string[]): RuleSet {
  const statement = rule('clients to server', {
    interfaces: ['a'],
    family: 'inet',
    protocols: ['tcp'],
    source: end({ kind: 'alias', name: 'clients' }),
    destination: end({ kind: 'addresses', span: SERVER.address }),
    destinationPorts: [{ kind: 'ports', from: SERVER.port, to: SERVER.port }],
  });
  return ruleSet({
    interfaces: [place('a', ['10.10.1.0/24']), place('b', ['10.10.2.0/24'])],
    groups: [],
    aliases: [{ name: 'clients', kind: 'addresses', entries: clients, unknown: undefined }],
    rules: [...BASE, statement],
    fallback: 'block',
  });
}

const skipReason = packetRigSkipReason() ?? labSkipReason(['conntrack']);

describe('an open connection of a way that is closed, on real packets', () => {
  beforeEach(({ skip }) => skip(skipReason !== undefined, skipReason));

  const [before, after] = [world([CLIENT, NEIGHBOUR]), world([NEIGHBOUR])];
  const load = (wanted: RuleSet): Promise<void> => rig.load(nftRuleset(wanted, { devices: DEVICES, zone: ZONE }));
  let rig: ConnectionsRig;

  beforeAll(async () => {
    if (skipReason !== undefined) return;
    rig = await startConnectionsRig([CLIENT, NEIGHBOUR], SERVER.address);
    await load(before);
    await rig.open([CLIENT, NEIGHBOUR], SERVER);
  });

  afterAll(async () => {
    await rig?.stop();
  });

  it('goes on over new rules, ends when it is cut, and its neighbour goes on', async () => {
    await load(after);
    expect([await rig.say(CLIENT, PATIENT_MS), await rig.say(NEIGHBOUR, PATIENT_MS)]).toEqual([true, true]);

    const { states } = chooseClosed(closedWays(before, after), await rig.list());
    expect(states.map(({ from, to }) => [from.address, to])).toEqual([[CLIENT, SERVER]]);
    for (const state of states) await rig.end(state, ZONE);

    expect(await rig.say(NEIGHBOUR, PATIENT_MS)).toBe(true);
    expect(await rig.say(CLIENT, CUT_MS)).toBe(false);
    expect(await rig.say(NEIGHBOUR, PATIENT_MS)).toBe(true);
  });
});
