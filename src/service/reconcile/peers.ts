import type { Observed } from '../../model/firewall.js';
import type { PeerAnswer } from '../../model/pair.js';
import { applyId } from '../../secrets/apply-id.js';
import type { PeerMoment } from '../../state/service-state.js';
import type { LastChange } from '../types/status.js';

/** More are not remembered; the firewall lists no more than that either. */
const MOST = 20;
const FIRST_LOOK_MS = 5_000;
const LONGEST_LOOK_MS = 600_000;

/** Who asked the other node for what. */
export interface Asked {
  readonly token: string;
  readonly checksum: string;
  readonly runId: string | undefined;
}

/** What is remembered once the other node was asked to take a change; newest first. Pure. */
export function withAnswer(
  peers: readonly PeerMoment[],
  answer: PeerAnswer,
  { token, checksum, runId }: Asked,
  now: Date,
): readonly PeerMoment[] {
  const id = applyId(token);
  const moment = { id, checksum, ...(runId === undefined ? {} : { runId }), at: now.toISOString(), ...plain(answer) };
  return [moment, ...peers.filter((one) => one.id !== id)].slice(0, MOST);
}

/** What the firewall says now of changes that the other node was asked to take. */
export interface FollowUp {
  readonly peers: readonly PeerMoment[];
  /** What is another answer than the last one, one sentence each. */
  readonly notes: readonly string[];
}

/** Holds what is remembered against what the firewall says now. The same list where nothing is new. Pure. */
export function followUp(peers: readonly PeerMoment[], { memory }: Observed): FollowUp {
  const notes: string[] = [];
  const next = peers.map((one) => {
    const said = memory?.applies.find((line) => line.id === one.id)?.peer;
    if (said === undefined || isSame(one, said)) return one;
    if (!said.open) notes.push(`What the other node did with plan ${one.checksum}${ofRun(one)}: ${said.message}`);
    return { ...one, ...plain(said) };
  });
  return next.every((one, at) => one === peers[at]) ? { peers, notes } : { peers: next, notes };
}

/** The newest change that the other node was asked to take: the service's own, or a newer one that somebody made by hand. Pure. */
export function lastChange(peers: readonly PeerMoment[], { memory }: Observed, owner: string): LastChange | undefined {
  const [newest] = peers;
  const lines = memory?.applies ?? [];
  // a reading that is older than the change, or a list that has forgotten it
  if (newest !== undefined && !lines.some((line) => line.id === newest.id)) return newest;
  const line = lines.find((one) => one.owner === owner && one.peer !== undefined);
  if (line?.peer === undefined) return newest;
  return peers.find((one) => one.id === line.id) ?? { id: line.id, ...plain(line.peer) };
}

/** How long until somebody looks what the other node did, after so many looks in vain; undefined where its answer is known. */
export function nextLook(peers: readonly PeerMoment[], looks: number): number | undefined {
  if (!peers.some((one) => one.open) && (looks > 0 || peers[0]?.taken !== false)) return undefined;
  return Math.min(LONGEST_LOOK_MS, FIRST_LOOK_MS * 2 ** looks);
}

function ofRun({ runId }: PeerMoment): string {
  return runId === undefined ? '' : ` (run ${runId})`;
}

function isSame(one: PeerMoment, said: PeerAnswer): boolean {
  return one.taken === said.taken && one.open === said.open && one.message === said.message;
}

function plain({ taken, open, message }: PeerAnswer): PeerAnswer {
  return { taken, open, message };
}
