import type { Place } from '../../model/policy.js';
import type { AliasEntry, RedirectEntry, RuleEntry } from '../../model/policy-entries.js';
import type { PolicyFinding } from '../resolve/types.js';

/** What a compiled entry is called among those of its owner, and which line of the policy asked for it. */
interface Compiled {
  /** What the marker says after the owner. */
  readonly key: string;
  /** Undefined for what no line asks for (infrastructure, the default of a segment). */
  readonly place: Place | undefined;
  /** A clause for people: `web to db tcp/5432`. */
  readonly what: string;
}

export interface CompiledAlias extends Compiled {
  readonly entry: AliasEntry;
  /** The content to write where that stands there now: as it stands where both are the same to packets. Default: the entry's. */
  readonly settle?: (standing: readonly string[]) => readonly string[];
  /** Of its content, what is left out of it for this node of a pair alone, and may be missing. */
  readonly own?: readonly string[];
}

/** Where among the rules of its interface a rule belongs. */
export type RuleZone = 'infrastructure' | 'statement' | 'default';

export interface CompiledRule extends Compiled {
  readonly zone: RuleZone;
  /** Its sequence is given when it is held against what stands on the firewall. */
  readonly entry: Omit<RuleEntry, 'sequence'>;
}

export interface CompiledRedirect extends Compiled {
  readonly entry: Omit<RedirectEntry, 'sequence'>;
}

/** A policy as entries of a firewall. */
export interface CompiledPolicy {
  readonly aliases: readonly CompiledAlias[];
  readonly rules: readonly CompiledRule[];
  readonly redirects: readonly CompiledRedirect[];
  readonly findings: readonly PolicyFinding[];
  /** Publishes of which nothing is written; each is among the findings too. */
  readonly leftOut: readonly LeftOutPublish[];
}

/** A publish that is not there once the policy is applied, and why. */
export interface LeftOutPublish {
  readonly name: string;
  /** `policy.yaml:14:3`. */
  readonly where: string;
  readonly message: string;
}

/** What compiling needs beside the scene. */
export interface CompileInput {
  /** Names of aliases on the firewall that are not ours. */
  readonly foreignAliases: ReadonlySet<string>;
  /** Redirects, by their key, that the firewall does not take, and why: what they publish is left out as a whole. */
  readonly unpublished?: ReadonlyMap<string, string> | undefined;
}
