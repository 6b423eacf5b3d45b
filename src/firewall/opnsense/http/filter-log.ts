import { Slash32Error } from '../../../errors/slash32-error.js';
import type { FirewallInterface, LoggedPacket } from '../../../model/firewall.js';
import type { OpnsenseClient } from './client.js';

/** Rows that OPNsense is asked for at most; it reads its log backwards, so more take long. */
const MOST_ROWS = 10_000;

/**
 * The newest packets that the firewall's rules logged, newest first (`diagnostics/firewall/log`, docs/facts.md, "OPNsense: calls and privileges").
 * Interfaces are named by id where the device is known. Rows that are no packets are passed over.
 */
export async function readFilterLog(
  client: OpnsenseClient,
  interfaces: readonly FirewallInterface[],
  limit: number,
  signal: AbortSignal,
): Promise<LoggedPacket[]> {
  const path = `/api/diagnostics/firewall/log?limit=${Math.min(limit, MOST_ROWS)}`;
  const answer = await client.get(path, { signal, slow: true });
  if (!Array.isArray(answer)) {
    const { where, host } = client.describe('GET', path);
    throw new Slash32Error('S32_OPNSENSE_BAD_ANSWER', {
      message: `${host} did not answer with a list of packets.`,
      where,
    });
  }
  const ids = new Map(interfaces.map((one) => [one.device, one.id]));
  return answer.flatMap((row: unknown) => packetOf(row, ids) ?? []);
}

function packetOf(row: unknown, ids: ReadonlyMap<string, string>): LoggedPacket | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...row };
  const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
  const from = text('src');
  const to = text('dst');
  if (from === '' || to === '' || text('interface') === '') return undefined;
  const port = /^\d{1,5}$/.test(text('dstport')) ? Number(text('dstport')) : undefined;
  return {
    at: text('__timestamp__'),
    interface: ids.get(text('interface')) ?? text('interface'),
    direction: text('dir') === 'out' ? 'out' : 'in',
    action: text('action'),
    protocol: text('protoname').toLowerCase(),
    from,
    to,
    port,
    rule: text('rid'),
  };
}
