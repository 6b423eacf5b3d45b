import { Slash32Error } from '../../errors/slash32-error.js';
import { isRecord } from '../../schema/record.js';
import { filledString } from '../shared/guards.js';
import type { IncusClient } from './client.js';
import { INCUS_URLS } from './urls.js';

/** How long an operation may have been under way that is still taken for a move; one that hangs moves nothing. */
const LONGEST_MS = 24 * 3_600_000;

/** What Incus calls the operation that moves an instance, as was recorded. */
const MIGRATING = 'Migrating instance';

/** A target of a move by its name, as the list of instances has it. */
interface Target {
  readonly project: string;
  readonly name: string;
}

/**
 * Those of some instances, named like targets of a move, for which no move is under way: no operation of their project moves anything
 * or names them. Nobody where that cannot be seen.
 */
export async function withoutMove(
  client: IncusClient,
  targets: readonly Target[],
  now: Date,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const running = await readRunning(client, signal);
  if (running === undefined) return new Set();
  const recent = running.filter(({ since }) => since === undefined || now.getTime() - since < LONGEST_MS);
  return new Set(
    targets
      .filter((target) => !recent.some((operation) => concerns(operation, target)))
      .map(({ project, name }) => `${project}/${name}`),
  );
}

interface Operation {
  readonly description: string;
  readonly since: number | undefined;
  /** URLs of the instances that it is about. */
  readonly instances: readonly string[];
}

function concerns({ description, instances }: Operation, { project, name }: Target): boolean {
  return instances.some((url) => {
    const [path = '', query = ''] = url.split('?', 2);
    if ((new URLSearchParams(query).get('project') ?? 'default') !== project) return false;
    return description === MIGRATING || path.endsWith(`/${name}`);
  });
}

async function readRunning(client: IncusClient, signal: AbortSignal): Promise<Operation[] | undefined> {
  try {
    const answer = await client.get(INCUS_URLS.operations, signal);
    if (!isRecord(answer)) return undefined;
    const lists = [answer.running, answer.pending].flatMap((list) => (Array.isArray(list) ? list : []));
    return lists.filter(isRecord).map(readOperation);
  } catch (error) {
    if (error instanceof Slash32Error && !signal.aborted) return undefined;
    throw error;
  }
}

function readOperation(raw: Record<string, unknown>): Operation {
  const since = Date.parse(filledString(raw.created_at) ?? '');
  const resources = isRecord(raw.resources) ? raw.resources.instances : undefined;
  return {
    description: filledString(raw.description) ?? '',
    since: Number.isNaN(since) ? undefined : since,
    instances: Array.isArray(resources) ? resources.filter((url) => typeof url === 'string') : [],
  };
}
