import { json, readOnlyError, type SimReply, type SimRequest } from './exchange.js';
import { parseConfig, textAt } from './node.js';
import type { SimState } from './state.js';
import { isReadOnly } from './users.js';

/** `core/backup/providers`. */
export function providers(): SimReply {
  return json({ items: { this: { description: 'This Firewall', dirname: '/conf/backup' } } });
}

/** `core/backup/backups/<host>`, newest first. */
export function backups(state: SimState, host: string): SimReply {
  if (host !== 'this') return json({ items: [] });
  const items = state.disk.backups().map((backup) => ({
    time: backup.time,
    time_iso: new Date(Number(backup.time) * 1000).toISOString().replace(/\.\d+Z$/, '+00:00'),
    description: backup.description,
    username: backup.username,
    filesize: backup.filesize,
    id: backup.id,
  }));
  return json({ items });
}

/** `core/backup/download/<host>[/<id>]`: the newest BACKUP, not the live file; nothing at all for an unknown one. */
export function download(state: SimState, host: string, id: string | undefined): SimReply {
  const chosen = host === 'this' ? (id ?? state.disk.backups()[0]?.id ?? '') : '';
  const text = state.disk.backup(chosen);
  if (text === undefined) return { status: 200, type: 'text/html; charset=UTF-8', body: '' };
  const system = parseConfig(/<system>[\s\S]*?<\/system>/.exec(text)?.[0] ?? '<system/>');
  const name = `config-${textAt(system, 'hostname')}.${textAt(system, 'domain')}-${chosen.slice('config-'.length)}`;
  const headers = {
    'content-disposition': `attachment; filename=${encodeURIComponent(name)}`,
    pragma: 'no-cache',
    expires: '0',
  };
  return { status: 200, type: 'application/octet-stream', body: text, headers };
}

/** `core/backup/revertBackup/<id>`: restores that file at once and applies nothing. */
export function revertBackup(state: SimState, request: SimRequest, id: string): SimReply {
  if (isReadOnly(request.user)) return readOnlyError(request.user);
  if (request.method !== 'POST') return json({ status: 'failed' });
  const text = state.disk.backup(id);
  if (text === undefined) return json({ status: 'not_found' });
  const description = `${request.path} made changes`;
  state.disk.save(parseConfig(text), { username: `${request.user.name}@${request.remoteAddress}`, description });
  return json({ status: 'reverted' });
}

/** `core/backup/deleteBackup/<id>`. */
export function deleteBackup(state: SimState, request: SimRequest, id: string): SimReply {
  if (isReadOnly(request.user)) return readOnlyError(request.user);
  if (request.method !== 'POST') return json({ status: 'failed' });
  return json({ status: state.disk.removeBackup(id) ? 'deleted' : 'not_found' });
}
