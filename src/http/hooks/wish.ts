import { parseJson } from './json.js';

/** What a generic webhook may say. */
export interface Wish {
  /** For people, printable, 200 characters at most. */
  readonly reason: string;
  readonly urgent: boolean;
}

const LONGEST_REASON = 200;
const SILENT: Wish = { reason: 'generic webhook', urgent: false };

/** What the body of a generic webhook says; one that says nothing readable is a wish to look again all the same. */
export function readWish(body: string): Wish {
  const wish = parseJson(body);
  if (typeof wish !== 'object' || wish === null) return SILENT;
  const said = 'reason' in wish && typeof wish.reason === 'string' ? wish.reason : '';
  const printable = said.slice(0, 2 * LONGEST_REASON).replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, ' ');
  const reason = [...printable].slice(0, LONGEST_REASON).join('');
  return {
    reason: reason.trim() === '' ? SILENT.reason : reason,
    urgent: 'urgent' in wish && wish.urgent === true,
  };
}
