import { childOf, copyOf, setText, textAt } from '../node.js';
import { serialize } from '../serialize.js';
import type { SimState } from '../state.js';
import { ALIASES, entriesOf } from './entries.js';

/** `filter reload skip_alias`: rules and redirects as they are saved, beside tables as they were. */
export function reloadRules(state: SimState): void {
  state.inForce = { ...state.inForce, rules: state.disk.view() };
  for (const look of state.reloadWatchers) look();
}

/** What `alias/reconfigure` does: the rules first, then the tables (docs/facts.md, "OPNsense: rules and aliases"). */
export function reloadAliases(state: SimState): void {
  reloadRules(state);
  state.inForce = { ...state.inForce, tables: state.disk.view() };
  for (const look of state.reloadWatchers) look();
}

/** The config.xml that pf would be in step with; a table that was never filled is empty. */
export function inForceText({ inForce }: SimState): string {
  const root = copyOf(inForce.rules);
  const filled = new Map(entriesOf(inForce.tables, ALIASES).map((alias) => [textAt(alias, 'name'), alias]));
  for (const alias of entriesOf(root, ALIASES)) {
    if (textAt(alias, 'type') === 'port') continue;
    setText(alias, 'content', childOf(filled.get(textAt(alias, 'name')), 'content')?.text ?? '');
  }
  return serialize(root);
}
