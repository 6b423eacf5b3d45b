import { shortDigest } from './digest.js';

/** OPNsense: a letter or one underscore first, fewer than 32 characters of A-Z, a-z, 0-9 and _ (facts/opnsense.md §3). */
const LONGEST = 31;

/**
 * The name of an alias: `s32_OWNER_NAME`. It begins as no interface, reserved word or built-in alias does; what does not fit
 * into a name, or is too long, is replaced by a digest of the whole, and so is a name that a foreign alias bears. It depends
 * on its own parts alone, never on what other names there are in the policy.
 */
export function aliasName(owner: string, what: string, foreign: ReadonlySet<string>): string {
  const whole = `s32_${owner}_${what}`;
  const plain = whole.toLowerCase().replace(/[^a-z0-9_]/g, '_');
  const fits = plain === whole && plain.length <= LONGEST;
  const name = fits ? plain : withDigest(plain, whole);
  return foreign.has(name) ? withDigest(plain, `${whole} `) : name;
}

function withDigest(plain: string, whole: string): string {
  const digest = shortDigest(whole).slice(0, 8);
  return `${plain.slice(0, LONGEST - digest.length - 1)}_${digest}`;
}
