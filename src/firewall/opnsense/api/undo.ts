import type { OpnsenseClient } from '../http/client.js';
import { asSlash32, listed } from '../http/effects.js';
import type { Written } from './read-back.js';
import { callRpc } from './rpc.js';
import { configureNeighbours, dhcpState, restartDhcp } from './services.js';
import type { Snapshot } from './snapshot.js';
import { groupChildren, type Tree, treeChild } from './tree.js';
import { planWrite } from './write-plan.js';

/** What the firewall is like after an undo, for the error that follows. */
export interface Undone {
  readonly effect: string;
  readonly written: 'nothing' | 'unknown';
}

/**
 * Writes the former settings of the written interfaces back, because dhcpd does not run with the new ones, and restarts
 * it. `now` is the state after our write.
 */
export async function undoWrite(client: OpnsenseClient, written: Written, now: Snapshot): Promise<Undone> {
  const names = listed(written.interfaces);
  const back = `The former settings of ${names} were written back`;
  try {
    const former = planWrite(now.tree, withFormer(written, now.tree));
    const answer =
      former === undefined || (await callRpc(client, 'opnsense.restore_config_section', [former], { slow: true }));
    if (answer !== true) return stillNew(names, 'OPNsense did not confirm it.');
  } catch (error) {
    return stillNew(names, asSlash32(error).message);
  }
  try {
    await restartDhcp(client);
    await configureNeighbours(client);
    if ((await dhcpState(client)) === 'running')
      return { effect: `${back}, and DHCP runs with them again.`, written: 'nothing' };
    return { effect: `${back}, but DHCP does not run with them either.`, written: 'nothing' };
  } catch (error) {
    return {
      effect: `${back}; whether DHCP runs with them is not known: ${asSlash32(error).message}`,
      written: 'unknown',
    };
  }
}

function stillNew(names: string, reason: string): Undone {
  return {
    effect: `The new settings of ${names} are written, DHCP is down, and writing the former ones back failed: ${reason}`,
    written: 'unknown',
  };
}

/** The configuration as it is now, with the written interfaces as they were before. */
function withFormer(written: Written, now: Tree): Tree {
  const section = treeChild(now, 'dhcpd');
  const before = treeChild(written.base.tree, 'dhcpd');
  if (section === undefined) return now;
  const ours = new Set(written.interfaces);
  const former =
    before === undefined ? [] : [...groupChildren(before)].flatMap(([name, group]) => (ours.has(name) ? group : []));
  const children = [...section.children.filter((child) => !ours.has(child.name)), ...former];
  return { ...now, children: now.children.map((child) => (child === section ? { ...section, children } : child)) };
}
