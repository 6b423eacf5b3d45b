import { count } from '../names.js';
import type { OpenConnection, PlanConnections } from '../policy/types.js';

/** What becomes of the open connections of what a plan closes, one sentence each without its end. */
export function connectionLines({
  outcome,
  reason = '',
  count: many,
  perhaps,
  unread,
  first,
}: PlanConnections): string[] {
  if (outcome === 'stays') return [`open connections of what is closed go on: ${reason}`];
  if (outcome === 'unknown') return [`which open connections end is not known: ${reason}`];
  const lines = [
    many === 0 ? 'ends no open connection' : `ends ${count(many, 'open connection')}: ${listed(first, many)}`,
  ];
  if (perhaps > 0)
    lines.push(`${count(perhaps, 'open connection')} may go on: it is not known whether the way is closed`);
  if (unread > 0) lines.push(`${count(unread, 'state')} of the firewall could not be read, and so go on`);
  return lines;
}

function listed(first: readonly OpenConnection[], many: number): string {
  const rest = many - first.length;
  return `${first.map(connectionText).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}

function connectionText({ protocol, from, to, asked, fromName, toName }: OpenConnection): string {
  const redirected = asked === undefined ? '' : ` by ${asked}`;
  return `${named(from, fromName)} → ${named(to, toName)} ${protocol}${redirected}`;
}

function named(address: string, name: string | undefined): string {
  return name === undefined ? address : `${name} (${address})`;
}
