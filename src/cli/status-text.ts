import { clockTime } from '../model/clock-time.js';
import { laid } from '../plan/render/columns.js';
import type { Paint } from '../plan/render/text.js';
import { visible } from '../plan/render/visible.js';
import type { OtherFile, PartStatus, ServiceStatus, StreamStatus } from '../service/types/status.js';

/** One line: what it is about, what there is to say, and whether that is good or somebody should look. */
interface Row {
  readonly name: string;
  readonly text: string;
  readonly tone?: 'good' | 'warn';
}

/** The service at a glance, for a terminal. */
export function renderStatus(status: ServiceStatus, paint: Paint, now: Date, columns?: number): string {
  const rows: readonly Row[] = [
    { name: 'service', text: `${status.owner}, slash32 ${status.version}, up since ${when(status.startedAt, now)}` },
    { name: 'source', text: status.source },
    { name: 'firewall', text: status.target },
    { name: 'now', text: doing(status, now) },
    lastSuccess(status, now),
    drift(status),
    stream(status.stream, now),
    ...status.schedules.map((one) => ({
      name: one.name,
      text: `next ${when(one.nextAt, now)} (${one.cron}, ${one.timezone})`,
    })),
    ...pairRows(status, now),
    ...troubles(status, now),
  ];
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.flatMap(({ name, text, tone }) => {
    const clean = visible(text.replace(/\s*\n\s*/g, ' '));
    const [first = '', ...rest] = laid(`${name.padEnd(width)}  ${clean}`, columns, width + 2);
    const painted = tone === undefined ? (one: string): string => one : paint[tone];
    return [`${first.slice(0, width + 2)}${painted(first.slice(width + 2))}`, ...rest.map(painted)];
  });
  return `${lines.join('\n')}\n`;
}

function doing(status: ServiceStatus, now: Date): string {
  const queued = status.queued > 0 ? `, ${status.queued} more asked for` : '';
  if (status.running !== undefined) return `run ${status.running} is under way${queued}`;
  if (status.nextRunAt !== undefined) return `next run ${when(status.nextRunAt, now)}${queued}`;
  return `waits for a change${queued}`;
}

function lastSuccess({ lastSuccessAt }: ServiceStatus, now: Date): Row {
  if (lastSuccessAt === undefined) return { name: 'last success', text: 'never', tone: 'warn' };
  return { name: 'last success', text: when(lastSuccessAt, now) };
}

function drift({ drift: changes }: ServiceStatus): Row {
  const name = 'firewall differs';
  if (changes === undefined) return { name, text: 'not known yet' };
  if (changes === 0) return { name, text: 'no', tone: 'good' };
  return { name, text: `by ${changes} change${changes === 1 ? '' : 's'}`, tone: 'warn' };
}

function stream(status: StreamStatus, now: Date): Row {
  const name = 'events';
  if (status.state === 'off') return { name, text: 'none: the source announces nothing' };
  const since = `since ${when(status.since, now)}`;
  if (status.state === 'up') {
    const last = status.lastEventAt === undefined ? '' : `, last event ${when(status.lastEventAt, now)}`;
    return { name, text: `connected ${since}${last}`, tone: 'good' };
  }
  const why = status.failure === undefined ? '' : `: ${status.failure.message}`;
  return { name, text: `not connected ${since}${why}`, tone: 'warn' };
}

function troubles(status: ServiceStatus, now: Date): Row[] {
  const { pause, hold, waiting, cutOff, disk, failures, configuration } = status;
  const rows: Row[] = [];
  const add = (name: string, text: string): void => void rows.push({ name, text, tone: 'warn' });
  if (disk !== undefined) add('disk', `${disk.message} Nothing is applied meanwhile. ${disk.hint}`);
  if (cutOff !== undefined) {
    const isOver = new Date(cutOff.undoneAt).getTime() <= now.getTime();
    const undoes = `${isOver ? 'by now it has put back' : 'it puts back'} plan ${cutOff.checksum} at ${when(cutOff.undoneAt, now)}`;
    add('cut off', `cannot reach the firewall since ${when(cutOff.since, now)}; ${undoes}. ${cutOff.reason}`);
  }
  if (pause !== undefined) add('paused', `since ${when(pause.since, now)} by ${pause.by}: ${pause.reason}`);
  if (hold !== undefined)
    add('held', `plan ${hold.checksum} since ${when(hold.since, now)}: ${hold.reason}; slash32 release-hold`);
  if (waiting !== undefined)
    add('not confirmed', `plan ${waiting.checksum} is undone ${when(waiting.undoneAt, now)} unless: slash32 confirm`);
  for (const part of status.parts ?? []) add('waits for a person', partText(part, now));
  for (const { message } of status.throttled ?? []) add('kept waiting', message);
  if (failures > 0) add('failing', `${failures} run${failures === 1 ? '' : 's'} in a row: slash32 show last`);
  const { onDisk } = configuration;
  if (onDisk !== undefined) add('configuration', onDiskText(onDisk, configuration.readAt, now));
  else if (configuration.failure !== undefined)
    add('configuration', `the new one is not used: ${configuration.failure.message}`);
  return rows;
}

function onDiskText({ since, failure, holds }: OtherFile, readAt: string, now: Date): string {
  const what = `the file is another one since ${when(since, now)}; the service uses the one that it read at ${when(readAt, now)}`;
  const effect = holds ? ' and applies nothing by itself, since the command line has applied another one' : '';
  if (failure === undefined) return `${what}${effect}: systemctl reload slash32, or SIGHUP`;
  const remedy =
    failure.code === 'S32_SERVE_RESTART' ? failure.hint : 'Mend it, then: systemctl reload slash32, or SIGHUP';
  return `${what}${effect}. It is not taken as it is: ${failure.message} ${remedy}`;
}

function partText({ id, project, segment, since, reasons, approvable }: PartStatus, now: Date): string {
  const whose = [...(project === undefined ? [] : [`project ${project}`]), ...(segment === undefined ? [] : [segment])];
  const who = whose.length === 0 ? 'the policy' : whose.join(' on ');
  const remedy = approvable ? `slash32 apply --approve ${id}` : 'nothing overrides it';
  return `${who}, since ${when(since, now)}: ${reasons.join(' ')} (${remedy})`;
}

/** The pair of firewalls: how the node stands, what the other one did, and what may be in force there after a failover. */
function pairRows({ pair }: ServiceStatus, now: Date): Row[] {
  if (pair === undefined) return [];
  const { role, peer, pushes, missing, debts, unwatched, last } = pair;
  const behind = role === 'backup' || role === 'unknown';
  const other = peer === undefined ? 'no other node is named' : `the other node is ${peer}`;
  const push = peer === undefined || pushes !== false ? '' : ', and nothing is handed over by itself';
  const rows: Row[] = [{ name: 'pair', text: `${ROLES[role]}; ${other}${push}`, tone: behind ? 'warn' : 'good' }];
  if (last !== undefined)
    rows.push({
      name: 'other node',
      text: `${last.checksum === undefined ? `change ${last.id}` : `plan ${last.checksum}`}${last.at === undefined ? '' : ` at ${when(last.at, now)}`}: ${last.message}`,
      tone: last.taken ? 'good' : 'warn',
    });
  const add = (name: string, text: string): void => void rows.push({ name, text, tone: 'warn' });
  for (const name of missing) add('not synchronised', name);
  for (const debt of debts)
    if (debt.id !== last?.id)
      add('not taken', `${debt.id} of ${debt.owner}, ${debt.what} here at ${when(debt.since, now)}: ${debt.message}`);
  for (const one of unwatched)
    add('unwatched', `${one.id} of ${one.owner} came from the other node unconfirmed, and nobody here undoes it`);
  return rows;
}

const ROLES = {
  master: 'this node is master',
  backup: 'this node is backup, so nothing is written to it',
  unknown: 'it cannot be seen whether this node is master, so nothing is written to it',
  none: 'no address is shared',
} as const;

/** A time as a clock shows it, with its distance: `03:00:00 (in 4 h)`. */
function when(iso: string, now: Date): string {
  const at = new Date(iso);
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  if (seconds === 0) return `${clockTime(at)} (now)`;
  return `${clockTime(at)} (${seconds > 0 ? `in ${distance(seconds)}` : `${distance(-seconds)} ago`})`;
}

function distance(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
