import { createHash, randomBytes } from 'node:crypto';
import type { SimRequest } from '../exchange.js';
import { copyOf, type SimNode } from '../node.js';
import type { SimState } from '../state.js';
import { findBlanks, makeWay } from './blanks.js';
import { notesOf, type Refusal, refuseRequest, refuseResult } from './checks.js';
import { noteClaims } from './claims.js';
import { endAfterUndo, endConnections, leavesPolicy, policyDigest } from './cut.js';
import { countsOf, servicesOf, summaryLine, touchesDhcp } from './effects.js';
import { writeReservations } from './entries.js';
import { readApply } from './form.js';
import type { ApplyLine, Complaint, NodeChange, PendingApply, PluginApply, SimPlugin } from './model.js';
import { renewStamps, writeObjects } from './objects.js';
import { closingInterfaces, dormantOf } from './restart.js';
import { opened, reload, revisionOf, rollBack, unixNow } from './settle.js';
import { writeSettings } from './slots.js';
import { dropEmpty, undo } from './undo.js';

/** `state/apply`. */
export function applyChange(state: SimState, plugin: SimPlugin, request: SimRequest): Record<string, unknown> {
  const read = readApply(request.fields, plugin.tellsPair);
  if ('errors' in read) return refused({ code: 'invalid', errors: read.errors });
  const { apply } = read;
  plugin.watcher.before?.();
  const waiting = plugin.pending.get(apply.owner);
  if (waiting !== undefined) return { result: 'pending', pending: summaryOf(waiting) };
  const revision = revisionOf(state);
  if (revision !== apply.base_revision) return { result: 'conflict', revision };
  const before = state.disk.view();
  const root = state.disk.read();
  const refusal = refuseRequest(state, plugin, root, apply, request.user.name);
  if (refusal !== undefined) return refused(refusal);
  const notes = notesOf(root, apply);
  const changes = edit(root, apply);
  const result = refuseResult(before, root, apply, { state, plugin, changes, caller: callerOf(request) });
  if (result !== undefined) return refused(result);
  if (changes.length === 0) {
    if (apply.dry_run !== true) noteClaims(plugin, root, apply, changes, undefined, unixNow());
    return { result: 'nothing', revision };
  }
  if (apply.dry_run === true)
    return { result: 'checked', revision, changed: countsOf(changes), would_reload: servicesOf(changes), notes };
  const used = plugin.applies.some((line) => line.id === idOf(apply.token ?? ''));
  if (used) return refused({ code: 'invalid', errors: [USED] });
  return save(state, plugin, request, apply, root, changes, notes);
}

const USED: Complaint = { where: 'token', object: '', message: 'This token was used before.' };

/** What others may see of an apply that waits. */
export function summaryOf(pending: {
  owner: string;
  id: string;
  since: number;
  deadline: number;
}): Record<string, unknown> {
  const { owner, id, since, deadline } = pending;
  return { owner, id, since, deadline, seconds_left: Math.max(0, deadline - unixNow()) };
}

/** The id of the apply that a token belongs to. */
export function idOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}

function edit(root: SimNode, apply: PluginApply): NodeChange[] {
  const blanks = findBlanks(root, apply);
  const segments = (apply.segments ?? []).flatMap((segment) => {
    const settings = writeSettings(root, segment.interface, segment.settings ?? {});
    const reservations = writeReservations(root, segment, apply.owner);
    dropEmpty(root, segment.interface);
    return [...settings, ...reservations];
  });
  const objects = writeObjects(root, apply);
  return [...segments, ...objects, ...makeWay(root, blanks)];
}

function save(
  state: SimState,
  plugin: SimPlugin,
  request: SimRequest,
  apply: PluginApply,
  root: SimNode,
  changes: readonly NodeChange[],
  found: readonly string[],
): Record<string, unknown> {
  const seconds = apply.confirm_seconds ?? 0;
  const id = idOf(apply.token ?? randomBytes(32).toString('hex'));
  const revisionBefore = apply.base_revision;
  const user = `${request.user.name}@${callerOf(request)}`;
  renewStamps(root, changes);
  state.disk.save(copyOf(root), { username: user, description: apply.message ?? 'slash32' });
  if (!plugin.owners.has(apply.owner) && !plugin.users.has(apply.owner))
    plugin.users.set(apply.owner, request.user.name);
  plugin.owners.set(apply.owner, { fingerprint: apply.fingerprint, host: apply.host ?? '', seen: unixNow() });
  const cut = apply.cut === undefined ? undefined : { undo: apply.cut.undo, policy: policyDigest(root) };
  const line: ApplyLine = {
    id,
    owner: apply.owner,
    at: unixNow(),
    user,
    host: apply.host ?? '',
    outcome: seconds === 0 ? 'kept' : 'pending',
    summary: summaryLine(changes),
    revision_before: revisionBefore,
    revision_after: revisionOf(state),
    notes: found,
    left: [],
  };
  plugin.applies.unshift(line);
  const dormant = touchesDhcp(changes) ? dormantOf(apply, closingInterfaces(state, root)) : [];
  if (touchesDhcp(changes)) reload(state, opened(root, changes));
  if (state.dhcpdFault !== undefined) return restore(state, line, changes, { dormant, cut });
  const reloaded = servicesOf(changes);
  const isLoaded = reloaded.includes('aliases') || reloaded.includes('filter');
  const notes = [...found, ...(isLoaded ? endConnections(state, apply.cut?.apply) : [])];
  line.notes = notes;
  noteClaims(plugin, root, apply, changes, id, unixNow());
  plugin.isCut = plugin.cutAfterApply;
  plugin.cutAfterApply = false;
  const deadline = seconds === 0 ? undefined : wait(state, plugin, apply.owner, id, seconds, { changes, dormant, cut });
  plugin.watcher.after?.(apply);
  return {
    result: 'applied',
    id,
    revision_before: revisionBefore,
    revision: line.revision_after,
    changed: countsOf(changes),
    reloaded,
    notes,
    confirm: deadline === undefined ? null : { seconds, deadline },
  };
}

function wait(
  state: SimState,
  plugin: SimPlugin,
  owner: string,
  id: string,
  seconds: number,
  made: Pick<PendingApply, 'changes' | 'dormant' | 'cut'>,
): number {
  const since = unixNow();
  const expire = (): void => {
    const pending = plugin.pending.get(owner);
    if (pending?.id === id) rollBack(state, plugin, pending, 'expired');
  };
  const timer = setTimeout(expire, seconds * 1000);
  timer.unref();
  plugin.pending.set(owner, { id, owner, since, deadline: since + seconds, ...made, timer });
  return since + seconds;
}

function restore(
  state: SimState,
  line: ApplyLine,
  changes: readonly NodeChange[],
  { dormant, cut }: Pick<PendingApply, 'dormant' | 'cut'>,
): Record<string, unknown> {
  const reason = `dhcpd does not run after its restart: ${state.dhcpdFault}`;
  const root = state.disk.read();
  const { left } = undo(root, changes);
  renewStamps(root, changes);
  state.disk.save(root, { username: '(slash32)', description: `slash32: undid change ${line.id} of ${line.owner}` });
  reload(state, [...dormant, ...opened(root, changes)]);
  line.notes = [...line.notes, ...endAfterUndo(state, cut, leavesPolicy(changes, left))];
  line.outcome = 'restored';
  return { result: 'restored', id: line.id, reason, left, revision: revisionOf(state) };
}

function refused({ code, errors }: Refusal): Record<string, unknown> {
  return { result: 'refused', code, errors };
}

function callerOf({ remoteAddress }: SimRequest): string {
  return remoteAddress.replace(/^::ffff:/, '');
}
