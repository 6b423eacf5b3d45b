import { json, readOnlyError, type SimReply, type SimRequest } from '../exchange.js';
import type { StateRow } from '../pf/list.js';
import { rowsOf } from '../pf/table.js';
import type { SimState } from '../state.js';
import { isReadOnly } from '../users.js';
import { applyChange, idOf } from './apply.js';
import { strangerTo } from './checks.js';
import { push } from './ha.js';
import type { SimPlugin } from './model.js';
import { readState } from './read.js';
import { keep, revisionOf, rollBack, unixNow } from './settle.js';

const LARGEST_BODY = 16 * 1024 * 1024;
const MOST_CONTAINERS = 500_000;

/** `slash32/state/get`. */
export function stateGet(state: SimState, request: SimRequest): SimReply {
  return json(readState(state, pluginOf(state), request));
}

/** `slash32/state/connections`. */
export function stateConnections(state: SimState): SimReply {
  const rows = rowsOf(state.pf);
  if (rows === undefined) return json({ result: 'failed', message: 'The firewall did not list its states.' });
  return json({ result: 'ok', connections: rows.map(connectionRow) });
}

function connectionRow({
  id,
  direction,
  proto,
  src_addr,
  src_port,
  dst_addr,
  dst_port,
  nat_addr,
  nat_port,
}: StateRow): Record<string, unknown> {
  return { id, direction, proto, src_addr, src_port, dst_addr, dst_port, nat_addr, nat_port };
}

/** `slash32/state/apply`. */
export function stateApply(state: SimState, request: SimRequest): SimReply {
  return writing(request, () => applyChange(state, pluginOf(state), request));
}

/** `slash32/state/confirm`. */
export function stateConfirm(state: SimState, request: SimRequest): SimReply {
  return writing(request, () => settle(state, request, true));
}

/** `slash32/state/rollback`. */
export function stateRollback(state: SimState, request: SimRequest): SimReply {
  return writing(request, () => settle(state, request, false));
}

function writing(request: SimRequest, work: () => Record<string, unknown>): SimReply {
  if (request.method !== 'POST') return json({ result: 'failed' });
  if (isReadOnly(request.user)) return readOnlyError(request.user);
  if (Buffer.byteLength(request.body) > LARGEST_BODY) {
    const message = 'The body is larger than 16 MB. Nothing was changed.';
    return json({ result: 'refused', code: 'invalid', errors: [{ where: 'body', object: 'length', message }] });
  }
  if (request.body.split(/[[{]/).length > MOST_CONTAINERS + 1) {
    const message = 'The body holds too many lists and objects. Nothing was changed.';
    return json({ result: 'refused', code: 'invalid', errors: [{ where: 'body', object: 'content', message }] });
  }
  return json(isJson(request) ? work() : { result: 'failed' });
}

/** An object or a list; anything else never reaches the plugin. */
function isJson({ body, contentType }: SimRequest): boolean {
  if (!/^application\/json/i.test(contentType)) return false;
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

function settle(state: SimState, request: SimRequest, confirms: boolean): Record<string, unknown> {
  const plugin = pluginOf(state);
  const { owner, token } = request.fields;
  if (typeof owner !== 'string' || typeof token !== 'string' || owner === '' || token === '') {
    const errors = [{ where: 'body', object: '', message: 'It takes an owner and a token, both text.' }];
    return { result: 'refused', code: 'invalid', errors };
  }
  const stranger = strangerTo(plugin, owner, request.user.name);
  if (stranger !== undefined) return { result: 'refused', ...stranger };
  const id = idOf(token);
  const line = plugin.applies.find((each) => each.id === id);
  if (line === undefined) return { result: 'unknown' };
  if (line.owner !== owner) {
    const errors = [{ where: 'owner', object: owner, message: 'The change with this token belongs to another owner.' }];
    return { result: 'refused', code: 'owner', errors };
  }
  const pending = plugin.pending.get(owner);
  if (pending?.id === id) {
    if (confirms) {
      keep(plugin, pending);
      return { result: 'confirmed', peer: push(state, plugin, line, unixNow()) };
    }
    const left = rollBack(state, plugin, pending, 'rolled_back');
    return { result: 'rolled_back', left, revision: revisionOf(state) };
  }
  if (line.outcome === 'expired') return { result: 'expired', left: line.left };
  return { result: 'already', outcome: line.outcome };
}

/** The routes exist only where the plugin is installed. */
function pluginOf(state: SimState): SimPlugin {
  if (state.plugin === undefined) throw new RangeError('os-slash32 is not installed');
  return state.plugin;
}
