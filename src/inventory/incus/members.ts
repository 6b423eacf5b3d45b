import { Slash32Error } from '../../errors/slash32-error.js';
import { isRecord } from '../../schema/record.js';
import { filledString } from '../shared/guards.js';
import type { IncusClient } from './client.js';
import { INCUS_URLS } from './urls.js';

/**
 * Why a cluster cannot be believed: a member that is not online, whose instances are then listed without their
 * devices or not at all. Undefined when every member is online.
 */
export async function readClusterFault(client: IncusClient, signal: AbortSignal): Promise<string | undefined> {
  const members = await readMembers(client, signal);
  if (typeof members === 'string') return members;
  if (!Array.isArray(members) || members.length === 0) return 'the list of cluster members is empty';
  const away = members.map(describeMember).filter((text) => text !== undefined);
  if (away.length === 0) return undefined;
  return `not every cluster member is online: ${away.join(', ')}`;
}

function describeMember(member: unknown): string | undefined {
  if (!isRecord(member)) return 'one without a name';
  const status = filledString(member.status) ?? 'unknown';
  return status === 'Online' ? undefined : `${filledString(member.server_name) ?? 'unnamed'} (${status})`;
}

async function readMembers(client: IncusClient, signal: AbortSignal): Promise<unknown> {
  try {
    return await client.get(INCUS_URLS.members, signal);
  } catch (error) {
    if (!(error instanceof Slash32Error)) throw error;
    if (error.code !== 'S32_INCUS_FORBIDDEN' && error.code !== 'S32_INCUS_REFUSED') throw error;
    return `the state of the cluster members cannot be read: ${error.message}`;
  }
}
