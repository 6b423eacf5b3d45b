import { Slash32Error } from '../../../errors/slash32-error.js';
import type { FirewallInterface } from '../../../model/firewall.js';
import type { OpnsenseClient } from '../http/client.js';
import { asSlash32, listed } from '../http/effects.js';
import { PATHS } from './observe.js';
import { staticArpOf } from './overview.js';
import type { Written } from './read-back.js';
import { rowsOf, textField } from './rows.js';
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

/** What an undo goes by. */
export interface UndoContext {
  readonly client: OpnsenseClient;
  readonly written: Written;
  /** The configuration after our write. */
  readonly now: Snapshot;
  /** Interfaces as they were before it. */
  readonly interfaces: readonly FirewallInterface[];
}

/**
 * Writes the former settings of the written interfaces back, because dhcpd does not run with the new ones, and restarts
 * it. A device that went into static ARP mode meanwhile is taken out of it again: OPNsense does that at a start of DHCP
 * only, by what its section says, so the sections go without static ARP until the last start is over.
 */
export async function undoWrite(context: UndoContext): Promise<Undone> {
  const { client, written, now } = context;
  const names = listed(written.interfaces);
  const back = `The former settings of ${names} were written back`;
  const former = withFormer(written, now.tree);
  const seen = await newlyClosed(client, context.interfaces).catch(() => undefined);
  const closed = seen ?? [];
  try {
    if (needsOpening(former, closed)) {
      await write(client, now.tree, withoutStaticArp(now.tree, closed));
      await restartDhcp(client);
    }
    const opened = needsOpening(former, closed) ? withoutStaticArp(now.tree, closed) : now.tree;
    await write(client, opened, withoutStaticArp(former, closed));
  } catch (error) {
    return stillNew(names, asSlash32(error).message);
  }
  try {
    await restartDhcp(client);
    await write(client, withoutStaticArp(former, closed), former);
    await configureNeighbours(client);
    const left = seen === undefined ? UNSEEN : await leftClosed(context, closed);
    if ((await dhcpState(client)) === 'running')
      return { effect: `${back}, and DHCP runs with them again.${left}`, written: 'nothing' };
    return { effect: `${back}, but DHCP does not run with them either.${left}`, written: 'nothing' };
  } catch (error) {
    return {
      effect: `${back}; whether DHCP runs with them is not known: ${asSlash32(error).message}`,
      written: 'unknown',
    };
  }
}

const UNSEEN = ' Whether an interface went into static ARP mode is not known: the interfaces could not be read.';

async function leftClosed({ client, interfaces }: UndoContext, closed: readonly string[]): Promise<string> {
  if (closed.length === 0) return '';
  const left = await newlyClosed(client, interfaces).catch(() => undefined);
  return left === undefined ? UNSEEN : stillClosed(left);
}

async function write(client: OpnsenseClient, current: Tree, wanted: Tree): Promise<void> {
  const struct = planWrite(current, wanted);
  if (struct === undefined) return;
  const answer = await callRpc(client, 'opnsense.restore_config_section', [struct], { slow: true });
  if (answer === true) return;
  throw new Slash32Error('S32_OPNSENSE_BAD_ANSWER', { message: 'OPNsense did not confirm it.' });
}

/** Interfaces whose device is in static ARP mode now and was not before. */
async function newlyClosed(client: OpnsenseClient, before: readonly FirewallInterface[]): Promise<string[]> {
  const rows = rowsOf(await client.post(PATHS.overview, { rowCount: '-1' }), client.describe('POST', PATHS.overview));
  const open = new Set(before.filter((one) => one.staticArp === false).map((one) => one.id));
  return rows
    .filter((row) => staticArpOf(row) === true)
    .flatMap((row) => {
      const id = textField(row, 'identifier');
      return open.has(id) ? [id] : [];
    });
}

/** Whether the start of DHCP with the former settings would pass one of these interfaces over. */
function needsOpening(former: Tree, closed: readonly string[]): boolean {
  const sections = treeChild(former, 'dhcpd')?.children ?? [];
  const isOn = sections.some((section) => treeChild(section, 'enable') !== undefined);
  return closed.some((id) => !isOn || !sections.some((section) => section.name === id));
}

function withoutStaticArp(root: Tree, ids: readonly string[]): Tree {
  const dhcpd = treeChild(root, 'dhcpd');
  if (dhcpd === undefined || ids.length === 0) return root;
  const children = dhcpd.children.map((section) =>
    ids.includes(section.name)
      ? { ...section, children: section.children.filter((child) => child.name !== 'staticarp') }
      : section,
  );
  return { ...root, children: root.children.map((child) => (child === dhcpd ? { ...dhcpd, children } : child)) };
}

function stillClosed(ids: readonly string[]): string {
  if (ids.length === 0) return '';
  return (
    ` ${listed(ids)} went into static ARP mode and could not be taken out of it: whoever has no reservation there is cut off. ` +
    'Clear static ARP there under Services: ISC DHCPv4 and save, with DHCP on for at least one interface.'
  );
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
