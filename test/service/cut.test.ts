import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import type { Connection, Connections } from '../../src/model/connections.js';
import type { Observed, Target } from '../../src/model/firewall.js';
import type { RuleSet } from '../../src/model/rules.js';
import type { PlannedCut } from '../../src/plan/policy/cut.js';
import { closedWays } from '../../src/policy/cut/ways.js';
import { endAfterFailure, endClosed } from '../../src/service/cut.js';
import { BASE, end, rule, ruleSet } from '../policy/evaluate/builders.js';

const OPEN = ruleSet({
  rules: [...BASE, rule('dns', { interfaces: ['a'], destination: end({ kind: 'addresses', span: '10.0.2.9' }) })],
});
const SHUT = ruleSet({ rules: BASE });
const CUT: PlannedCut = { ways: closedWays(OPEN, SHUT), undo: undefined, stays: undefined, asks: undefined };

function state(id: string, direction: 'in' | 'out', from: [string, number], to: [string, number]): Connection {
  const [one, other] = [from, to].map(([address, port]) => ({ address, port }));
  if (one === undefined || other === undefined) throw new Error(id);
  return { id, direction, protocol: 'udp', from: one, asked: other, to: other };
}

const CLIENT: [string, number] = ['10.0.1.10', 40_000];
const SERVER: [string, number] = ['10.0.2.9', 53];
const BOTH = [state('a/1', 'in', CLIENT, SERVER), state('b/1', 'out', CLIENT, SERVER)];
const OTHER = state('o/1', 'in', ['10.0.2.9', 40_000], ['10.0.1.10', 80]);

/** A firewall that keeps states, and makes `back` of each that is ended. */
function firewall(states: readonly Connection[], back: (id: string) => readonly Connection[] = () => []) {
  let now = [...states];
  const rounds: string[][] = [];
  const connections: Connections = {
    list: async () => ({ connections: now, unread: 0 }),
    end: async (ids) => {
      rounds.push([...ids]);
      now = [...now.filter((one) => !ids.includes(one.id)), ...ids.flatMap(back)];
    },
  };
  return { connections, rounds, left: () => now.map((one) => one.id) };
}

const quiet = (): void => {};

async function notesOf(...asked: Parameters<typeof endClosed>): Promise<readonly string[]> {
  return (await endClosed(...asked)).notes;
}

describe('ending open connections after an apply', () => {
  it('ends both states of each closed connection and no other, and looks again', async () => {
    const { connections, rounds, left } = firewall([...BOTH, OTHER]);
    expect(await notesOf(connections, CUT, quiet)).toEqual(['Ended 1 open connection of what was closed.']);
    expect(rounds).toEqual([['a/1', 'b/1']]);
    expect(left()).toEqual(['o/1']);
  });

  it('ends what an answer that was under way brought back, also the other way round', async () => {
    const again = [state('c/1', 'out', SERVER, CLIENT), state('d/1', 'out', CLIENT, SERVER)];
    const { connections, rounds, left } = firewall([...BOTH, OTHER], (id) => (id === 'b/1' ? again : []));
    expect(await notesOf(connections, CUT, quiet)).toEqual(['Ended 1 open connection of what was closed.']);
    expect(rounds).toHaveLength(2);
    expect(left()).toEqual(['o/1']);
  });

  it('gives up on one that comes back each time, and says so', async () => {
    const { connections, rounds } = firewall(BOTH, (id) => BOTH.filter((one) => one.id === id));
    expect(await notesOf(connections, CUT, quiet)).toEqual([expect.stringContaining('came back each time')]);
    expect(rounds).toHaveLength(5);
  });

  it('says that it is not known where the firewall does not answer, and throws nothing', async () => {
    const broken: Connections = {
      list: async () => {
        throw new Slash32Error('S32_OPNSENSE_FORBIDDEN', { message: 'The key lacks page-diagnostics-showstates.' });
      },
      end: async () => {},
    };
    expect(await notesOf(broken, CUT, quiet)).toEqual([
      expect.stringMatching(
        /^Whether the open connections .* is not known: The key lacks page-diagnostics-showstates\./,
      ),
    ]);
  });

  it('says that they go on where they do', async () => {
    const { connections, rounds } = firewall(BOTH);
    const stays = { ...CUT, stays: 'the configuration says so (cut: never)' };
    expect(await notesOf(connections, stays, quiet)).toEqual([
      'Open connections of what was closed go on: the configuration says so (cut: never).',
    ]);
    expect(rounds).toEqual([]);
  });

  it.each([
    ['nothing was closed', { ...CUT, ways: closedWays(SHUT, OPEN) }],
    ['no policy was written', undefined],
  ])('does nothing where %s', async (_name, cut) => {
    const { connections, rounds } = firewall(BOTH);
    expect(await notesOf(connections, cut, quiet)).toEqual([]);
    expect(rounds).toEqual([]);
  });

  it('leaves it to a firewall that ends them in the apply itself', async () => {
    const { connections } = firewall(BOTH);
    expect(await notesOf({ list: connections.list }, CUT, quiet)).toEqual([]);
  });
});

describe('an apply that failed half-way', () => {
  const observed = (rules: RuleSet) =>
    ({ policy: { ruleSet: rules, aliases: [], rules: [], redirects: [] } }) as unknown as Observed;

  /** What is left of the states when the firewall holds `now` after a failure with `written`. */
  async function leftAfter(now: RuleSet, written: 'nothing' | 'unknown'): Promise<readonly string[]> {
    const { connections, left } = firewall([...BOTH, OTHER]);
    const failure = new Slash32Error('S32_OPNSENSE_READ_BACK', { message: 'It stopped.', written });
    const target = { observe: async () => observed(now), connections } as unknown as Target;
    await endAfterFailure({ target, progress: quiet }, { observed: observed(OPEN) }, CUT, failure);
    return left();
  }

  it('ends what is closed by then, since the next apply finds no difference there', async () => {
    expect(await leftAfter(SHUT, 'unknown')).toEqual(['o/1']);
  });

  it('ends nothing that is still open', async () => {
    expect(await leftAfter(OPEN, 'unknown')).toEqual(['a/1', 'b/1', 'o/1']);
  });

  it('ends nothing where nothing was written', async () => {
    expect(await leftAfter(SHUT, 'nothing')).toEqual(['a/1', 'b/1', 'o/1']);
  });
});
