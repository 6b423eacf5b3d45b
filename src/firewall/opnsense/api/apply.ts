import { Slash32Error } from '../../../errors/slash32-error.js';
import type { ApplyRequest, ApplyResult, FirewallInterface } from '../../../model/firewall.js';
import type { PolicyChange } from '../../../model/policy-entries.js';
import type { OpnsenseClient } from '../http/client.js';
import { listed, partial } from '../http/effects.js';
import { buildCandidate } from '../isc/candidate.js';
import { describeSave, newSaves, readHistory } from './history.js';
import { PATHS, type Reading, revisionOf } from './observe.js';
import { applyPolicy } from './policy/apply.js';
import { refuseEverywhere } from './policy/calls.js';
import type { Written } from './read-back.js';
import { configureNeighbours, dhcpState, restartDhcp } from './services.js';
import { isRunning, type Wait } from './settle.js';
import type { Snapshot } from './snapshot.js';
import { type Tree, toTree, treeChild } from './tree.js';
import { undoWrite } from './undo.js';
import { sendAndVerify } from './write.js';
import { planWrite, writtenInterfaces } from './write-plan.js';

/** What an apply needs besides the request. */
export interface ApplyContext {
  readonly client: OpnsenseClient;
  readonly reading: Reading;
  readonly wait: Wait;
}

/**
 * Writes, verifies and puts in force: DHCP with eight calls, and then, each kind by itself, the policy, since a rule may pass
 * what an address that is not reserved yet would get. A signal stops it up to the first write; from there it goes through to
 * the end, since stopping would leave settings written that are not in force. A rule without an interface is a RangeError.
 */
export async function applyChanges(context: ApplyContext, request: ApplyRequest): Promise<ApplyResult> {
  const policy = request.policy ?? [];
  if (policy.length === 0) return await applyDhcp(context, request);
  refuseEverywhere(policy);
  const { client, reading } = context;
  refuseRedirects(policy, reading.observed.policy?.noRedirects, client);
  const dhcp = request.changes.length === 0 ? undefined : await applyDhcp(context, request);
  if (dhcp === undefined) await refuseConflict(client, reading, request.signal);
  const result = await applyPolicy(
    {
      client,
      before: reading.snapshot.policy,
      category: reading.snapshot.category,
      known: reading.known,
      progress: request.progress,
      done: dhcp === undefined ? '' : 'The DHCP settings are written and in force.',
    },
    policy,
  );
  return { ...result, notes: [...(dhcp?.notes ?? []), ...result.notes] };
}

/** A plan has none of them; whoever sends one must not find half of it written. */
function refuseRedirects(
  policy: readonly PolicyChange[],
  reason: string | undefined,
  client: Pick<OpnsenseClient, 'describe'>,
): void {
  if (reason === undefined || !policy.some((change) => change.kind === 'redirect')) return;
  throw new Slash32Error('S32_OPNSENSE_NO_ENDPOINT', {
    message: `${reason}. Nothing was written.`,
    where: client.describe('POST', '/api/firewall/d_nat/add_rule').where,
  });
}

async function applyDhcp(context: ApplyContext, request: ApplyRequest): Promise<ApplyResult> {
  const { client, reading } = context;
  const { source, root } = reading.snapshot;
  const candidate = buildCandidate(source, root, reading.interfaces, request.changes, request.places);
  const [fault] = candidate.faults;
  if (fault !== undefined)
    throw new Slash32Error('S32_DHCP_FAULT', {
      message: candidate.faults.map((each) => `${each.interface}, ${each.object}: ${each.message}`).join(' '),
      where: `dhcpd/${fault.interface}`,
    });
  const wanted = toTree(candidate.root);
  const write = planWrite(reading.snapshot.tree, wanted);
  if (write === undefined) return { revision: reading.observed.revision, notes: [] };
  const written: Written = {
    base: reading.snapshot,
    known: reading.known,
    wanted,
    interfaces: writtenInterfaces(write),
  };
  request.progress('Checking that the firewall can be written');
  const before = await dhcpState(client, { signal: request.signal });
  await refuseConflict(client, reading, request.signal);
  if (request.signal.aborted)
    throw new Slash32Error('S32_OPNSENSE_INTERRUPTED', { message: 'Interrupted before anything was sent.' });
  request.progress(`Writing the DHCP settings of ${listed(written.interfaces)}`);
  const verified = await sendAndVerify(client, write, written, request.progress);
  const notes = await putInForce(context, written, verified.snapshot, before, request.progress);
  return { revision: revisionOf(verified.snapshot), notes: [...verified.notes, ...notes] };
}

async function refuseConflict(client: OpnsenseClient, reading: Reading, signal: AbortSignal): Promise<void> {
  const described = client.describe('GET', PATHS.backups);
  const history = readHistory(await client.get(PATHS.backups, { signal }), described);
  const saves = newSaves(history, reading.known);
  if (saves.length === 0 && history[0]?.id === reading.snapshot.id) return;
  throw new Slash32Error('S32_CONFLICT', {
    message: `The firewall was saved since it was read: ${saves.map(describeSave).join('; ') || 'its history is another one now'}.`,
    where: described.where,
  });
}

const FIRST_START =
  'Where ISC DHCP was installed after the last start of the firewall, its folders are missing: run `pluginctl -c dhcp` there, once, and apply again. ' +
  'Otherwise see Services > ISC DHCPv4 > Log File for the line that dhcpd refused.';

async function putInForce(
  context: ApplyContext,
  written: Written,
  now: Snapshot,
  before: string,
  progress: (step: string) => void,
): Promise<string[]> {
  const { client } = context;
  const done = `The DHCP settings of ${listed(written.interfaces)} are written and verified (${now.id}).`;
  progress('Restarting DHCP');
  try {
    await restartDhcp(client);
  } catch (error) {
    const effect = `${done} DHCP may still run with the former ones: its restart is not confirmed. The ARP entries are not set.`;
    throw partial(error, 'Restarting DHCP', effect);
  }
  let running: boolean;
  try {
    running = await isRunning(client, context.wait);
  } catch (error) {
    const effect = `${done} DHCP was told to restart, but its state is not known. The ARP entries are not set.`;
    throw partial(error, 'Asking for the state of DHCP', effect);
  }
  if (!running && needsDhcp(context.reading.interfaces, written.wanted)) {
    progress('DHCP does not run: writing the former settings back');
    const undone = await undoWrite({ client, written, now, interfaces: context.reading.interfaces });
    const note = before === 'running' ? '' : ` It did not run before either (${before}).`;
    throw new Slash32Error('S32_DHCP_DOWN', {
      message: `dhcpd does not run after its restart with the new settings.${note}`,
      where: `dhcpd/${written.interfaces.join(', dhcpd/')}`,
      ...(before === 'running' ? {} : { hint: FIRST_START }),
      ...undone,
    });
  }
  progress('Setting the ARP entries');
  try {
    await configureNeighbours(client);
  } catch (error) {
    throw partial(
      error,
      'Setting the ARP entries',
      `${done} DHCP runs with them. The static ARP entries are not set yet.`,
    );
  }
  return running ? [] : ['DHCP is switched off on every interface, so dhcpd does not run.'];
}

/** Whether any interface that is on and has an address is to get DHCP. */
export function needsDhcp(interfaces: readonly FirewallInterface[], root: Tree): boolean {
  const sections = treeChild(root, 'dhcpd')?.children ?? [];
  const on = new Set(sections.filter((section) => treeChild(section, 'enable') !== undefined).map(({ name }) => name));
  return interfaces.some((known) => known.enabled && known.address !== undefined && on.has(known.id));
}
