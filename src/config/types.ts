import type { ConfiguredSource } from '../inventory/source-kind.js';
import type { PlanSettings } from '../model/settings.js';

/** The firewall that is written to. Paths are absolute once loaded. */
export type TargetConfig =
  | { readonly transport: 'file'; readonly path: string }
  | {
      readonly transport: 'api' | 'plugin';
      /** An origin, without a slash at the end. */
      readonly url: string;
      /**
       * The file that OPNsense offers for download with a new API key: two lines, `key=…` and `secret=…`. An absolute
       * path, `credential:NAME` or `env:NAME`: read it with `readSecret`.
       */
      readonly keyFile: string;
      readonly caFile: string | undefined;
      /** SHA-256 of the firewall's certificate in DER; pins it instead of a CA. */
      readonly fingerprint: string | undefined;
      readonly allowUntestedVersion: boolean;
      /** With `plugin`: seconds to confirm an apply; undefined is the default. */
      readonly confirmSeconds?: number;
    };

/** Runs of the service by the clock: cron expressions of five fields; undefined is never. */
export interface ScheduleConfig {
  readonly reconcile: string | undefined;
  readonly drift: string | undefined;
  /** A name of the IANA time zone database; undefined is the machine's own. */
  readonly timezone: string | undefined;
}

/** How `slash32 serve` listens, remembers and speaks. Paths are absolute once loaded. */
export interface ServiceConfig {
  /** Undefined listens on no TCP port. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  /** Unix socket of mode 0660, whose users need no API token; undefined has none. */
  readonly socket: string | undefined;
  /** The key is a path, `credential:NAME` or `env:NAME`. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** API tokens, hashed. */
  readonly tokensFile: string;
  /** Whether applying is paused, what is held. */
  readonly stateFile: string;
  /** Signatures of webhooks that came lately. */
  readonly seenFile: string;
  readonly journal: { readonly file: string; readonly maxBytes: number; readonly keep: number };
  readonly hooks: {
    /** Secrets in the path of the Incus webhook, as references for `readSecret`; none switches it off. */
    readonly incus: readonly string[];
    /** Keys of the generic webhook's HMAC; two are valid while one is replaced. */
    readonly generic: readonly string[];
    /** How old a generic webhook may be. */
    readonly windowSeconds: number;
  };
  readonly debounceSeconds: number;
  readonly log: { readonly format: 'human' | 'json'; readonly level: 'info' | 'debug' };
}

/** slash32.yaml, checked and with every default filled in. */
export interface Config {
  /** The file it was read from. */
  readonly file: string;
  /** What was read as something else than it says, for whoever looks: a file of an older schema. One sentence each. */
  readonly notes: readonly string[];
  /** SHA-256 of the policy files' texts; empty without any. */
  readonly policyDigest: string;
  /** Where the inventory comes from. */
  readonly source: ConfiguredSource;
  readonly target: TargetConfig;
  readonly plan: PlanSettings;
  readonly schedule: ScheduleConfig;
  readonly service: ServiceConfig;
  /** Where slash32 keeps its ledger. */
  readonly stateFile: string;
}
