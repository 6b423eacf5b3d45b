import { shortDigest } from './digest.js';

/** OPNsense: a letter or one underscore first, fewer than 32 characters of A-Z, a-z, 0-9 and _ (docs/facts.md, "OPNsense: rules and aliases"). */
const LONGEST = 31;

/** What an alias is for; each kind has names of its own, so that no two things get one. */
export type AliasKind = 'group' | 'tag' | 'project' | 'segment' | 'instances' | 'network' | 'ports' | 'local';

const PREFIX: Readonly<Record<AliasKind, string>> = {
  group: '',
  tag: 'tag_',
  project: 'project_',
  segment: 'segment_',
  instances: 'i_',
  network: 'n_',
  ports: 'p_',
  local: '',
};

/** Names of groups that could be those of something else. */
const AMBIGUOUS = /^(tag|project|segment|i|n|p)_|^local$/;

/**
 * The name of an alias: `s32_OWNER_NAME`, with the kind before the name where it is no group. It begins as no interface, reserved
 * word or built-in alias does; what does not fit into a name, or is too long, gets a digest of the whole at its end, and so does a
 * name that a foreign alias bears. It depends on its own parts alone, never on what other names there are in the policy.
 */
export function aliasName(owner: string, kind: AliasKind, name: string, foreign: ReadonlySet<string>): string {
  const whole = `s32_${owner}_${PREFIX[kind]}${name}`;
  const plain = whole.replace(/[^A-Za-z0-9_]/g, '_');
  const isUnclear = kind === 'group' && AMBIGUOUS.test(name);
  const fits = plain === whole && plain.length <= LONGEST && !isUnclear;
  const chosen = fits ? plain : withDigest(plain, `${kind} ${whole}`);
  return foreign.has(chosen) ? withDigest(plain, `${kind} ${whole} `) : chosen;
}

function withDigest(plain: string, whole: string): string {
  const digest = shortDigest(whole).slice(0, 8);
  return `${plain.slice(0, LONGEST - digest.length - 1)}_${digest}`;
}
