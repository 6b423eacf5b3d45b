import { type FindingCode, severityOf } from '../../findings/catalogue.js';
import type { Plan } from '../../plan/types.js';
import type { PeerMoment } from '../../state/service-state.js';
import type { Finding } from '../types/finding.js';
import type { Failure } from '../types/run.js';
import type { CutOffStatus, Hold, OtherFile, Pause, StreamStatus, WaitingStatus } from '../types/status.js';
import { otherFileRemedy, otherFileText } from './other-file.js';

/** What findings are made of. */
export interface Facts {
  /** Of the last reading of everything. */
  readonly plan: Plan | undefined;
  readonly pause: Pause | undefined;
  readonly hold: Hold | undefined;
  readonly waiting: WaitingStatus | undefined;
  readonly cutOff: CutOffStatus | undefined;
  readonly otherFile?: OtherFile | undefined;
  /** When the configuration was read, and why a newer one or a certificate is not taken. */
  readonly configuration?: { readonly readAt: string; readonly failure: Failure | undefined };
  readonly stream: StreamStatus;
  readonly blindSince: string | undefined;
  /** The command that asks whether a change closes the way from here to the firewall. */
  readonly wayIn: string;
  /** How many runs of triggers have failed in a row, and how the last one did. */
  readonly failures: number;
  readonly failure: Failure | undefined;
  /** Why the journal or the state file cannot be written. */
  readonly disk: Failure | undefined;
  /** What the other node of a pair did with the last change; absent where it was never asked. */
  readonly peer?: PeerMoment | undefined;
}

/** Who made the pause when it was the service itself. */
export const OURSELVES = 'slash32';

/** A finding before it has its id. */
export type Draft = Omit<Finding, 'id' | 'since'> & { readonly since?: string };

export function ofTheService(facts: Facts): Draft[] {
  return [
    ...ofGuards(facts),
    ...ofTheConfiguration(facts),
    ...ofThePeer(facts),
    ...ofTheStream(facts),
    ...ofFailures(facts),
  ];
}

/** What the plan of the last reading does not say yet: it may be older than the change. */
function ofThePeer({ peer, plan }: Facts): Draft[] {
  if (peer === undefined || peer.taken) return [];
  const code = peer.open ? 'ha-open' : 'ha-debt';
  if (plan?.warnings.some((one) => one.code === code && one.message.includes(peer.id))) return [];
  const message = `Plan ${peer.checksum}: ${peer.message}`;
  return [draft(code, message, undefined, { object: peer.id, since: peer.at })];
}

/** Nobody came to confirm it: mostly since the change itself kept him from coming. */
function heldRemedy({ reason }: Hold, wayIn: string): string {
  const release = 'slash32 release-hold';
  if (!/not confirmed in time|time to confirm/.test(reason)) return release;
  return `It probably closed the way in: ${wayIn} says so. Then: ${release}`;
}

function ofGuards({ pause, hold, waiting, cutOff, wayIn }: Facts): Draft[] {
  const drafts: Draft[] = [];
  if (cutOff !== undefined)
    drafts.push(
      draft(
        'cut-off',
        `The firewall cannot be reached since ${cutOff.since}; it puts back plan ${cutOff.checksum} at ${cutOff.undoneAt}. ${cutOff.reason}`,
        `Wait: it comes back by itself. The change probably closed the way in: ${wayIn}, then slash32 release-hold.`,
        { object: cutOff.checksum, since: cutOff.since },
      ),
    );
  if (hold !== undefined)
    drafts.push(
      draft('plan-held', `The plan ${hold.checksum} is held: ${hold.reason}.`, heldRemedy(hold, wayIn), {
        object: hold.checksum,
        since: hold.since,
      }),
    );
  if (pause !== undefined && pause.by === OURSELVES)
    drafts.push(
      draft('writes-reversed', pause.reason, 'Find the other one and end it, then: slash32 resume', {
        since: pause.since,
      }),
    );
  if (pause !== undefined)
    drafts.push(
      draft('applying-paused', `Applying was paused by ${pause.by}: ${pause.reason}`, 'slash32 resume', {
        since: pause.since,
      }),
    );
  if (waiting !== undefined)
    drafts.push(
      draft(
        'apply-waiting',
        `The apply of plan ${waiting.checksum} waits to be confirmed; the firewall undoes it at ${waiting.undoneAt}.`,
        'slash32 confirm, or slash32 rollback',
        { object: waiting.checksum },
      ),
    );
  return drafts;
}

/** A file that could not be taken is one finding, and not two. */
function ofTheConfiguration({ otherFile, configuration }: Facts): Draft[] {
  if (configuration === undefined) return [];
  const { readAt, failure } = configuration;
  if (otherFile !== undefined) {
    const message = otherFileText(otherFile, readAt);
    const old = draft('configuration-old', message, otherFileRemedy(otherFile), { since: otherFile.since });
    return [otherFile.holds ? { ...old, severity: 'error' } : old];
  }
  if (failure === undefined) return [];
  return [draft('configuration-refused', failure.message, failure.hint, { object: failure.code })];
}

function ofTheStream({ stream, blindSince }: Facts): Draft[] {
  const drafts: Draft[] = [];
  if (stream.state === 'down')
    drafts.push(
      draft(
        'events-down',
        stream.failure?.message ??
          'The event stream of the source is not connected; changes are seen by the clock only.',
        stream.failure?.hint,
        {
          since: stream.since,
        },
      ),
    );
  if (blindSince !== undefined)
    drafts.push(
      draft(
        'events-blind',
        'The event stream is connected, but changes were found that no event had announced.',
        'Look whether the certificate of slash32 may see the events of its projects; runs by the clock go on.',
        { since: blindSince },
      ),
    );
  return drafts;
}

function ofFailures({ failures, failure, disk }: Facts): Draft[] {
  const drafts: Draft[] = [];
  if (failure !== undefined) {
    const message = `${failure.message} ${failure.effect}`;
    const failing = draft('run-failing', message, failure.hint, { object: failure.code });
    drafts.push(failure.retryable && failures < 3 ? { ...failing, severity: 'warning' } : failing);
  }
  if (disk !== undefined)
    drafts.push(
      draft('disk-unwritable', `${disk.message} Nothing is applied until it can be written.`, disk.hint, {
        object: disk.where ?? disk.code,
      }),
    );
  return drafts;
}

export function draft(
  code: FindingCode<'service'>,
  message: string,
  remedy: string | undefined,
  part: { readonly segment?: string; readonly object?: string; readonly since?: string } = {},
): Draft {
  return {
    code,
    severity: severityOf(code),
    segment: part.segment,
    object: part.object,
    message,
    remedy,
    ...(part.since === undefined ? {} : { since: part.since }),
  };
}
