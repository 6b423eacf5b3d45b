import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/model/connections.js';
import { chooseClosed } from '../../../src/policy/cut/choose.js';
import { wayMatch } from '../../../src/policy/cut/match.js';
import { closedWays, closesNothing } from '../../../src/policy/cut/ways.js';
import { evaluate } from '../../../src/policy/evaluate/evaluate.js';
import { type PreparedRuleSet, prepare } from '../../../src/policy/evaluate/prepare.js';
import type { Evaluation, Flow } from '../../../src/policy/evaluate/types.js';
import { change, packet } from './arbitrary.js';

type Packet = typeof packet extends import('fast-check').Arbitrary<infer One> ? One : never;

const isClosed = ({ verdict }: Evaluation): boolean => verdict === 'block' || verdict === 'reject';

/** The state of a packet that passed on the first rule set, and what becomes of its way on the second one. */
function fate(before: PreparedRuleSet, after: PreparedRuleSet, one: Packet) {
  const numbered = one.protocol === 'tcp' || one.protocol === 'udp';
  const isIcmp = one.protocol === 'icmp';
  const flow: Flow = numbered ? one : { ...one, port: undefined, sourcePort: undefined };
  const [was, is] = [evaluate(before, flow), evaluate(after, flow)];
  const number = numbered ? one.port : isIcmp && !one.from.address.includes(':') ? one.icmpType : isIcmp ? 128 : 0;
  const asked = { address: one.to.address, port: number ?? 0 };
  const landing = ({ redirected }: Evaluation) =>
    redirected === undefined ? asked : { address: redirected.to, port: redirected.port ?? asked.port };
  const [to, elsewhere] = [landing(was), landing(is)];
  const stays = to.address === elsewhere.address && to.port === elsewhere.port;
  const connection: Connection = {
    id: '1/1',
    direction: 'in',
    protocol: one.protocol === 'icmp' && one.from.address.includes(':') ? 'ipv6-icmp' : one.protocol,
    from: { address: one.from.address, port: numbered ? (one.sourcePort ?? 0) : 0 },
    asked,
    to,
  };
  const closes = !isClosed(was) && (isClosed(is) || (is.verdict === 'pass' && !stays));
  return { connection, closes, verdicts: [was.verdict, is.verdict] };
}

const packets = fc.array(packet, { minLength: 20, maxLength: 20 });
// ICMP of IPv6 has other types
const fixed = (one: Packet): Packet =>
  one.protocol === 'icmp' && one.from.address.includes(':') ? { ...one, icmpType: 128 } : one;

describe('the ways that a change closes', () => {
  it('hold exactly the packets that passed before, or may have, and do so no more', () => {
    fc.assert(
      fc.property(change, packets, ([before, after], all) => {
        const isIn = wayMatch(closedWays(before, after).closed);
        const [old, now] = [prepare(before), prepare(after)];
        for (const one of all.map(fixed)) {
          const { connection, closes, verdicts } = fate(old, now, one);
          expect({ connection, verdicts, cut: isIn(connection) }).toEqual({ connection, verdicts, cut: closes });
          // nobody knows whose way one is that leads where no redirect of now leads
          expect(isIn({ ...connection, to: { address: '10.0.1.99', port: 9 } })).toBe(false);
        }
      }),
      { numRuns: Number(process.env.SLASH32_CUT_RUNS ?? 30) },
    );
  });

  it('are doubtful only where it is not known whether a packet passes afterwards', () => {
    fc.assert(
      fc.property(change, packets, ([before, after], all) => {
        const isIn = wayMatch(closedWays(before, after).perhaps);
        const [old, now] = [prepare(before), prepare(after)];
        for (const one of all.map(fixed)) {
          const { connection, verdicts } = fate(old, now, one);
          if (isIn(connection)) expect(verdicts).toEqual(['pass', 'unknown']);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('are none where nothing changes', () => {
    fc.assert(
      fc.property(change, ([before]) => {
        expect(closesNothing(closedWays(before, structuredClone(before)))).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it('end with both states of each connection, and no state of any other', () => {
    fc.assert(
      fc.property(change, packets, ([before, after], all) => {
        const ways = closedWays(before, after);
        const [old, now] = [prepare(before), prepare(after)];
        const fates = all.map(fixed).map((one) => fate(old, now, one));
        const states = fates.flatMap(({ connection }, at): Connection[] => [
          { ...connection, id: `${at}/1` },
          { ...connection, id: `${at}/2`, direction: 'out', asked: connection.to },
        ]);
        const ended = new Set(chooseClosed(ways, states).states.map((state) => state.id));
        const keyOf = ({ protocol, from, to }: Connection): string => JSON.stringify([protocol, from, to]);
        const open = new Set(fates.filter((one) => !one.closes).map(({ connection }) => keyOf(connection)));
        fates.forEach(({ connection, closes }, at) => {
          expect(ended.has(`${at}/1`)).toBe(closes);
          // two ways in may lead to one way out, by a redirect
          expect(ended.has(`${at}/2`)).toBe(closes && !open.has(keyOf(connection)));
        });
      }),
      { numRuns: 25 },
    );
  });
});
