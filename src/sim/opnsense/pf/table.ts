import { type StateRow, stateRows } from './list.js';
import { pfctlText, type SimPfState } from './states.js';

/** The states that the simulated pf keeps, whatever its rules say now. */
export interface SimStateTable {
  states: readonly SimPfState[];
  /** Looks after each state that was ended. */
  watcher: (state: SimPfState) => void;
  /** Whether the list is not answered. */
  isLost: boolean;
}

/** A table without states. */
export function emptyTable(): SimStateTable {
  return { states: [], watcher: () => undefined, isLost: false };
}

/** What OPNsense's own list says, through what pfctl prints; undefined where there is no answer. */
export function rowsOf(table: SimStateTable): StateRow[] | undefined {
  return table.isLost ? undefined : stateRows(pfctlText(table.states));
}

/** `pfctl -k id -k ID/CREATOR`: one state or none. */
export function killState(table: SimStateTable, id: string, creator: string): string {
  const found = table.states.filter((one) => sameHex(one.id, id) && sameHex(one.creator, creator));
  table.states = table.states.filter((one) => !found.includes(one));
  for (const one of found) table.watcher(one);
  return `killed ${found.length} states\n`;
}

function sameHex(one: string, other: string): boolean {
  return /^[0-9a-f]+$/i.test(other) && BigInt(`0x${one}`) === BigInt(`0x${other}`);
}
