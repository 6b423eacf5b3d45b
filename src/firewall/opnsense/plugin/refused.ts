import { type ProblemDetails, Slash32Error } from '../../../errors/slash32-error.js';
import type { WireApplied, WireComplaint } from './wire.js';

const CODES: Readonly<Record<string, Slash32Error['code']>> = {
  invalid: 'S32_PLUGIN_INVALID',
  scope: 'S32_PLUGIN_SCOPE',
  confirm_time: 'S32_PLUGIN_CONFIRM_TIME',
  owner: 'S32_PLUGIN_OWNER',
  user: 'S32_PLUGIN_USER',
  foreign: 'S32_PLUGIN_FOREIGN',
  taken: 'S32_PLUGIN_TAKEN',
  lockout: 'S32_PLUGIN_LOCKOUT',
  restart: 'S32_PLUGIN_RESTART',
  dhcpd: 'S32_DHCP_FAULT',
  model: 'S32_PLUGIN_MODEL',
  watchdog: 'S32_PLUGIN_WATCHDOG',
  backup_node: 'S32_PLUGIN_BACKUP_NODE',
};

const SHOWN = 20;
const LONGEST = 300;

/** The error for an answer that says that nothing was written: a refusal, a conflict, a change that waits. */
export function refusalOf(
  answer: Extract<WireApplied, { result: 'refused' | 'conflict' | 'pending' }>,
  where: string,
): Slash32Error {
  const nothing: Pick<ProblemDetails, 'where' | 'effect' | 'written'> = {
    where,
    effect: 'Nothing was written and no service was touched.',
    written: 'nothing',
  };
  if (answer.result === 'conflict')
    return new Slash32Error('S32_CONFLICT', {
      ...nothing,
      message: 'Somebody else saved the configuration of the firewall after it was read.',
    });
  if (answer.result === 'pending')
    return new Slash32Error('S32_PLUGIN_PENDING', {
      ...nothing,
      message: 'Another change of this owner waits on the firewall to be confirmed.',
      hint: 'Confirm it or roll it back under Services: slash32: Status on the firewall, or with slash32 confirm or slash32 rollback where it was made; or wait until the firewall has undone it.',
    });
  const known = CODES[answer.code];
  const unknown = known === undefined ? `${oneLine(answer.code)}: ` : '';
  const reasons = complaints(answer.errors);
  return new Slash32Error(known ?? 'S32_PLUGIN_REFUSED', {
    ...nothing,
    message: `The firewall refuses the apply. ${unknown}${reasons === '' ? 'It gives no reason.' : reasons}`,
  });
}

/** Complaints for people: one in the sentence, several on lines of their own. */
export function complaints(list: readonly WireComplaint[]): string {
  const lines = list.map(complaint);
  if (lines.length <= 1) return lines.join('');
  const more = lines.length > SHOWN ? [`and ${lines.length - SHOWN} more`] : [];
  return [...lines.slice(0, SHOWN), ...more].map((line) => `\n  ${line}`).join('');
}

/** One complaint on one line. */
export function complaint({ where, object, message }: WireComplaint): string {
  const place = [where, object].map(oneLine).filter((part) => part !== '');
  return place.length === 0 ? oneLine(message) : `${place.join(', ')}: ${oneLine(message)}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, LONGEST);
}
