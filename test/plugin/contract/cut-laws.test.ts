import fc from 'fast-check';
import { expect, it } from 'vitest';
import { connectionsOf } from '../../../src/firewall/opnsense/http/states.js';
import { wireCut } from '../../../src/firewall/opnsense/plugin/cut.js';
import { chooseClosed } from '../../../src/policy/cut/choose.js';
import { closedWays } from '../../../src/policy/cut/ways.js';
import { evaluate } from '../../../src/policy/evaluate/evaluate.js';
import { type PreparedRuleSet, prepare } from '../../../src/policy/evaluate/prepare.js';
import { stateRows } from '../../../src/sim/opnsense/pf/list.js';
import { pfctlText, plainState, type SimPfState } from '../../../src/sim/opnsense/pf/states.js';
import { change, packet } from '../../policy/cut/arbitrary.js';
import { apply, rule } from './calls.js';
import { describeRigs } from './rigs.js';

type Packet = typeof packet extends fc.Arbitrary<infer One> ? One : never;

/** Both states that a packet of before left, of which every third one has no way in any more. */
function statesOf(before: PreparedRuleSet, one: Packet, at: number): SimPfState[] {
  const numbered = one.protocol === 'tcp' || one.protocol === 'udp';
  const isIcmp = one.protocol === 'icmp';
  const { redirected } = evaluate(before, numbered ? one : { ...one, port: undefined, sourcePort: undefined });
  const number = numbered ? (one.port ?? 0) : isIcmp ? 8 : 0;
  const protocol = isIcmp && one.from.address.includes(':') ? 'ipv6-icmp' : one.protocol;
  const from = { address: one.from.address, port: numbered ? (one.sourcePort ?? 0) : isIcmp ? 4711 : 0 };
  const asked = { address: one.to.address, port: isIcmp && protocol === 'ipv6-icmp' ? 128 : number };
  const to = redirected === undefined ? asked : { address: redirected.to, port: redirected.port ?? asked.port };
  const entry = { ...plainState(2 * at, 'in', protocol, from, to), wire: { from, to: asked } };
  const exit = plainState(2 * at + 1, 'out', protocol, from, to);
  return at % 3 === 0 ? [exit] : [entry, exit];
}

/** Some changes that close something, each with states of before, and the ids of those that end. */
function* closings(most: number) {
  const packets = fc.array(packet, { minLength: 25, maxLength: 25 });
  let found = 0;
  for (const [[before, after], all] of fc.sample(fc.tuple(change, packets), { numRuns: 60, seed: 32 })) {
    const ready = prepare(before);
    const states = all.flatMap((one, index) => statesOf(ready, one, index));
    const ways = closedWays(before, after);
    const { connections } = connectionsOf(stateRows(pfctlText(states)));
    const chosen = new Set(chooseClosed(ways, connections).states.map((one) => one.id));
    if (chosen.size === 0) continue;
    yield { states, ways, chosen };
    found += 1;
    if (found === most) return;
  }
}

const CLOSINGS = [...closings(8)];

describeRigs('the plugin chooses open connections', (start) => {
  it('as slash32 itself does, for any change', async () => {
    const rig = await start();
    let number = 1000;
    for (const { states, ways, chosen } of CLOSINGS) {
      number += 1;
      rig.setStates(states);
      const cut = wireCut({ apply: ways, undo: { closed: [], perhaps: [] } });
      const answer = await apply(rig, { rules: [rule('1', { sequence: number })], cut });
      expect(answer).toMatchObject({ result: 'applied' });
      const left = states.map((one) => `${one.id}/${one.creator}`).filter((id) => !chosen.has(id));
      expect(rig.states()).toEqual(left.sort());
    }
    expect(number).toBe(1008);
  });
});
