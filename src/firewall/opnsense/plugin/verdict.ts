import { Slash32Error } from '../../../errors/slash32-error.js';
import type { Verdict } from '../../../model/firewall.js';
import { peerAnswer } from './peer.js';
import { complaint, complaints } from './refused.js';
import type { WireSettled } from './wire.js';

/** What an answer of `confirm` or `rollback` says. Throws `S32_PLUGIN_NOT_OURS` or `S32_PLUGIN_USER` where the firewall refuses. */
export function verdictOf(answer: WireSettled, where: string): Verdict {
  switch (answer.result) {
    case 'confirmed':
      return confirmedBy(answer.peer);
    case 'rolled_back':
    case 'expired':
      return { outcome: answer.result, left: answer.left.map(complaint) };
    case 'already':
      return { outcome: 'already', how: answer.outcome };
    case 'unknown':
      return { outcome: 'unknown' };
    case 'refused':
      if (answer.code === 'user')
        throw new Slash32Error('S32_PLUGIN_USER', {
          message: `The firewall refuses: ${complaints(answer.errors ?? []) || 'the owner is bound to the key of another user.'}`,
          where,
          effect: 'The change stands as it did; unconfirmed, the firewall rolls it back by itself.',
        });
      throw new Slash32Error('S32_PLUGIN_NOT_OURS', {
        message: `The firewall refuses: the change belongs to another owner (${answer.code.slice(0, 40)}).`,
        where,
        effect: 'The change stands as it did.',
      });
    case 'failed':
      throw new Slash32Error('S32_PLUGIN_FAILED', {
        message: answer.message ?? 'The firewall says that it failed, without a reason.',
        where,
        effect: 'It is not known how the change stands now.',
      });
  }
}

/** Whether an outcome of the firewall's history means that the change is there for good. */
export function isKept(outcome: string): boolean {
  return outcome === 'confirmed' || outcome === 'kept';
}

function confirmedBy(peer: Extract<WireSettled, { result: 'confirmed' }>['peer']): Verdict {
  if (peer === null || peer === undefined) return { outcome: 'confirmed', notes: [] };
  const answer = peerAnswer(peer);
  return { outcome: 'confirmed', notes: [answer.message, ...(peer.notes ?? [])], peer: answer };
}
