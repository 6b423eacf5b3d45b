import type { ClosedWays, Connection, ConnectionEnd, Connections, WayTable } from '../model/connections.js';
import { formatIp, type IpSpan, parseSpan } from '../model/ip.js';
import type { CutDebt, Ledger, OwedTable } from '../model/ledger.js';
import type { RuleSet } from '../model/rules.js';
import { instant } from '../plan/instant.js';
import { needsConnections, type PlannedCut } from '../plan/policy/cut.js';
import { evaluate } from '../policy/evaluate/evaluate.js';
import { type PreparedRuleSet, prepare } from '../policy/evaluate/prepare.js';
import { hasPorts } from '../policy/evaluate/protocol.js';
import { endWays } from './cut.js';

/** A state file stays small: what takes more than this is not remembered, only that it was. */
const LONGEST = 1_000_000;
/** Runs that are cut short one after the other; an older debt is most of the time part of a newer one. */
const MOST = 5;

/** What an apply owes until it has ended the open connections of what it closes; undefined where nothing is to be ended from here. */
export function owedBy(
  cut: PlannedCut | undefined,
  connections: Connections | undefined,
  now: Date,
): CutDebt | undefined {
  if (cut === undefined || connections?.end === undefined || !needsConnections(cut)) return undefined;
  const ways = cut.ways.closed.map(owedTable);
  const since = instant(now.getTime());
  return JSON.stringify(ways).length > LONGEST ? { since } : { since, ways };
}

/** The ledger with these debts in the place of those it has. */
export function withDebts(ledger: Ledger, debts: readonly CutDebt[]): Ledger {
  const { cutDebts: _before, ...rest } = ledger;
  return debts.length === 0 ? rest : { ...rest, cutDebts: debts.slice(-MOST) };
}

/** What a person should know of a debt before it is paid. */
export function debtNotes({ cutDebts = [] }: Ledger): string[] {
  return cutDebts.map(
    ({ since }) =>
      `Open connections of what the apply of ${since} closed may go on: it was cut short before it had ended them. The next apply ends those whose way is closed still.`,
  );
}

/** What came of debts: sentences, and those that another run may still pay. */
export interface Paid {
  readonly notes: readonly string[];
  readonly left: readonly CutDebt[];
}

/**
 * Ends the open connections that earlier runs owe, of ways that are still closed on `rules`, as they are now: what somebody has opened
 * again since, or what was never written, goes on. Throws nothing.
 */
export async function payDebts(
  connections: Connections | undefined,
  debts: readonly CutDebt[],
  rules: RuleSet | undefined,
  progress: (step: string) => void,
): Promise<Paid> {
  if (debts.length === 0) return { notes: [], left: [] };
  if (connections?.end === undefined) return { notes: debts.map(lost('none can be ended from here')), left: [] };
  if (rules === undefined || (rules.refused ?? []).length > 0)
    return { notes: debts.map(lost('which rules are in force now is not known')), left: debts };
  const prepared = prepare(rules);
  const notes: string[] = [];
  const left: CutDebt[] = [];
  for (const debt of debts) {
    if (debt.ways === undefined) {
      notes.push(lost('there were too many different ways to remember')(debt));
      continue;
    }
    const ways: ClosedWays = { closed: debt.ways.map(wayTable), perhaps: [] };
    const paid = await endWays(connections, ways, progress, stillClosed(prepared));
    notes.push(...paid.notes);
    if (!paid.isDone) left.push(debt);
  }
  return { notes, left };
}

function lost(why: string): (debt: CutDebt) => string {
  return ({ since }) => `Open connections of what the apply of ${since} closed may go on: ${why}.`;
}

/** Whether the rules as they are now surely let a connection's packets through no more. */
function stillClosed(prepared: PreparedRuleSet): (connection: Connection, asked: ConnectionEnd) => boolean {
  return ({ protocol, from }, asked) => {
    if (from.address.includes(':') !== asked.address.includes(':')) return false;
    const { verdict } = evaluate(prepared, {
      from: { address: from.address },
      to: { address: asked.address },
      protocol,
      ...(hasPorts(protocol) ? { port: asked.port, sourcePort: from.port } : { icmpType: asked.port }),
    });
    return verdict === 'block' || verdict === 'reject';
  };
}

function owedTable({ family, rows }: WayTable): OwedTable {
  return {
    family,
    rows: rows.map(({ from, groups }) => ({
      from: from.map(spanText),
      groups: groups.map(({ to, services }) => ({ to: to.map(spanText), services })),
    })),
  };
}

function wayTable({ family, rows }: OwedTable): WayTable {
  return {
    family,
    rows: rows.map(({ from, groups }) => ({
      from: from.flatMap(spanOf),
      groups: groups.map(({ to, services }) => ({ to: to.flatMap(spanOf), services })),
    })),
  };
}

function spanText({ family, first, last }: IpSpan): string {
  return `${formatIp({ family, value: first })}-${formatIp({ family, value: last })}`;
}

function spanOf(text: string): IpSpan[] {
  const span = parseSpan(text);
  return span === undefined ? [] : [span];
}
