import type { JudgedCall } from '../http/judge.js';
import { unexpected } from '../http/judge.js';

/** One save of the firewall's configuration, as its history shows it. */
export interface Save {
  /** Name of the backup file, `config-1795316375.4441.xml`. */
  readonly id: string;
  /** ISO 8601 with the firewall's offset, as written. */
  readonly time: string;
  readonly user: string;
  readonly description: string;
}

/** The description that OPNsense gives to an XML-RPC write of `<dhcpd>`. */
export const RPC_WRITE = 'Merged dhcpd config sections from XMLRPC client.';

/**
 * Reads the answer of `core/backup/backups/this`, newest first. OPNsense sorts by a time of two decimals, which two
 * saves can share; the file name carries more, so it decides.
 */
export function readHistory(answer: unknown, call: JudgedCall): Save[] {
  const items = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>).items : undefined;
  if (!Array.isArray(items)) throw unexpected(call, 'list of backups');
  const saves = items.map((item: unknown): Save => {
    const row = typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {};
    if (typeof row.id !== 'string' || !/^[\w.-]+\.xml$/.test(row.id)) throw unexpected(call, 'usable backup name');
    return { id: row.id, time: text(row.time_iso), user: text(row.username), description: text(row.description) };
  });
  return saves
    .map((save, index) => ({ save, index, order: orderOf(save.id) }))
    .sort((left, right) => compareOrder(right.order, left.order) || left.index - right.index)
    .map(({ save }) => save);
}

/**
 * The saves that were not there at an earlier reading of the history, newest first. Asked by name and not by time, because
 * a firewall's clock can be set back.
 */
export function newSaves(history: readonly Save[], known: ReadonlySet<string>): readonly Save[] {
  return history.filter((save) => !known.has(save.id));
}

/** `2026-11-22T02:59:35+00:00, syncadmin@127.0.0.1: "/api/… made changes"`. */
export function describeSave(save: Save): string {
  return `${save.time}, ${save.user || 'unknown user'}: "${save.description}"`;
}

function orderOf(id: string): readonly [number, number] {
  const match = /^config-(\d+(?:\.\d+)?)(?:_(\d+))?\.xml$/.exec(id);
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
}

function compareOrder(left: readonly [number, number], right: readonly [number, number]): number {
  return left[0] - right[0] || left[1] - right[1];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : '';
}
