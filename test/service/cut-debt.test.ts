import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import type { Connection, Connections } from '../../src/model/connections.js';
import { type CutDebt, EMPTY_LEDGER } from '../../src/model/ledger.js';
import type { RuleSet } from '../../src/model/rules.js';
import type { PlannedCut } from '../../src/plan/policy/cut.js';
import { closedWays } from '../../src/policy/cut/ways.js';
import { debtNotes, owedBy, payDebts, withDebts } from '../../src/service/cut-debt.js';
import { BASE, end, rule, ruleSet } from '../policy/evaluate/builders.js';

const NOW = new Date('2026-11-23T08:00:00Z');
const to = (span: string) => end({ kind: 'addresses', span });
const DNS = rule('dns', { interfaces: ['a'], destination: to('10.0.2.9') });
const SIX = rule('six', { interfaces: ['a'], family: 'inet6', destination: to('fd00:2::9') });
const OPEN = ruleSet({ rules: [...BASE, DNS, SIX] });
const SHUT = ruleSet({ rules: BASE });
const CUT: PlannedCut = { ways: closedWays(OPEN, SHUT), undo: undefined, stays: undefined, asks: undefined };

function state(id: string, direction: 'in' | 'out', from: string, goal: string): Connection {
  const asked = { address: goal, port: 53 };
  return { id, direction, protocol: 'udp', from: { address: from, port: 40_000 }, asked, to: asked };
}

const FOUR = [state('a/1', 'in', '10.0.1.10', '10.0.2.9'), state('b/1', 'out', '10.0.1.10', '10.0.2.9')];
const OTHER = state('o/1', 'in', '10.0.2.9', '10.0.1.10');

/** A firewall that keeps these states, with the ids of those that were ended. */
function firewall(states: readonly Connection[]) {
  const ended: string[] = [];
  const connections: Connections = {
    list: async () => ({ connections: states.filter((one) => !ended.includes(one.id)), unread: 0 }),
    end: async (ids) => void ended.push(...ids),
  };
  return { connections, ended };
}

const quiet = (): void => {};

/** What stands in a state file of a debt that was written to it. */
function kept(connections: Connections, cut: PlannedCut = CUT): CutDebt[] {
  const debt = owedBy(cut, connections, NOW);
  return debt === undefined ? [] : JSON.parse(JSON.stringify([debt]));
}

describe('what an apply owes until it has ended the open connections of what it closed', () => {
  it('is ended by the next run, both states of each connection and no other', async () => {
    const { connections, ended } = firewall([...FOUR, OTHER]);
    const paid = await payDebts(connections, kept(connections), SHUT, quiet);
    expect(ended).toEqual(['a/1', 'b/1']);
    expect(paid).toEqual({ notes: ['Ended 1 open connection of what was closed.'], left: [] });
  });

  it.each<[string, RuleSet]>([
    ['was opened again since, or never written', OPEN],
    ['passes by another rule now', ruleSet({ rules: [...BASE, rule('hand', { interfaces: ['a'] })] })],
  ])('goes on where the way %s', async (_what, rules) => {
    const { connections, ended } = firewall([...FOUR, OTHER]);
    expect(await payDebts(connections, kept(connections), rules, quiet)).toEqual({ notes: [], left: [] });
    expect(ended).toEqual([]);
  });

  it('keeps the ways of both families through a file', () => {
    const { connections } = firewall([]);
    const families = kept(connections).flatMap((debt) => debt.ways?.map((table) => table.family));
    const cut = closedWays(OPEN, SHUT).closed.map((table) => table.family);
    expect(families).toEqual(cut);
    expect(cut).toContain('inet');
  });

  it('is left where the firewall does not answer, and paid by the run after that', async () => {
    const { connections, ended } = firewall(FOUR);
    const broken: Connections = {
      ...connections,
      list: async () => {
        throw new Slash32Error('S32_OPNSENSE_FORBIDDEN', { message: 'No right.' });
      },
    };
    const first = await payDebts(broken, kept(connections), SHUT, quiet);
    expect(first.notes).toEqual([expect.stringContaining('is not known: No right.')]);
    await payDebts(connections, first.left, SHUT, quiet);
    expect(ended).toEqual(['a/1', 'b/1']);
  });

  it('is left where the rules are not known, and said', async () => {
    const { connections, ended } = firewall(FOUR);
    const debts = kept(connections);
    const paid = await payDebts(connections, debts, undefined, quiet);
    expect(paid.left).toEqual(debts);
    expect(paid.notes).toEqual([
      expect.stringMatching(/^Open connections of what the apply of 2026-11-23.* may go on: which/),
    ]);
    expect(ended).toEqual([]);
  });

  it.each<[string, CutDebt[], Connections | undefined]>([
    ['there was too much to remember', [{ since: '2026-11-23T08:00:00Z' }], firewall([]).connections],
    ['nothing can be ended from here', kept(firewall([]).connections), undefined],
  ])('is forgotten where %s, and that is said', async (_what, debts, connections) => {
    const paid = await payDebts(connections, debts, SHUT, quiet);
    expect(paid.left).toEqual([]);
    expect(paid.notes).toHaveLength(1);
  });

  it.each<[string, PlannedCut | undefined, Connections | undefined]>([
    ['no policy was written', undefined, firewall([]).connections],
    ['nothing is closed', { ...CUT, ways: closedWays(SHUT, OPEN) }, firewall([]).connections],
    ['they are to go on', { ...CUT, stays: 'cut: never' }, firewall([]).connections],
    ['the firewall ends them in the apply itself', CUT, { list: firewall([]).connections.list }],
    ['nobody can', CUT, undefined],
  ])('is nothing where %s', (_what, cut, connections) => {
    expect(owedBy(cut, connections, NOW)).toBeUndefined();
  });

  it('is in the ledger until it is paid, the newest five, and a plan says so', () => {
    const debts = [1, 2, 3, 4, 5, 6].map((hour): CutDebt => ({ since: `2026-11-23T0${hour}:00:00Z` }));
    const owing = withDebts(EMPTY_LEDGER, debts);
    expect(owing.cutDebts).toEqual(debts.slice(1));
    expect(debtNotes(owing)).toHaveLength(5);
    expect(withDebts(owing, [])).toEqual(EMPTY_LEDGER);
  });
});
