import type { InfrastructureService, SegmentDefault } from '../model/policy.js';
import type { ManageStep } from '../model/segment.js';

/** slash32.yaml after validation against the schema, defaults filled in, nothing else changed: keys as in the file. */

/** One range or several, as written. */
export type RawRanges = string | readonly string[];

/** `opnsense:`; which keys are there depends on the transport. */
export interface RawOpnsense {
  readonly transport: 'file' | 'api' | 'plugin';
  readonly path?: string;
  readonly url?: string;
  readonly key_file?: string;
  readonly ca_file?: string;
  readonly fingerprint?: string;
  readonly instances: readonly string[];
  readonly allow_untested_version: boolean;
  readonly confirm_within?: string | 0;
}

/** One entry of `segments:`. */
export interface RawSegment {
  readonly network?: string;
  readonly vlan?: number;
  readonly interface: string;
  readonly pool?: RawRanges;
  readonly pins: Readonly<Record<string, RawRanges>>;
  readonly manage: readonly ManageStep[];
  readonly default: SegmentDefault;
  readonly infrastructure: readonly InfrastructureService[];
  readonly range_address?: string;
  readonly router?: string;
  readonly arp_entries: boolean;
}

/** `schedule:`. */
export interface RawSchedule {
  readonly reconcile: string;
  readonly drift: string;
  readonly timezone?: string;
}

/** `service:`. */
export interface RawService {
  readonly listen: string;
  readonly socket?: string;
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly tokens?: string;
  readonly journal: { readonly file?: string; readonly megabytes: number; readonly keep: number };
  readonly hooks: {
    readonly incus: readonly string[];
    readonly generic: readonly string[];
    readonly window: string | 0;
  };
  readonly debounce: string | 0;
  readonly log: { readonly format: 'human' | 'json'; readonly level: 'info' | 'debug' };
}

/** The whole file; beside these keys that of the one source. */
export interface RawConfig {
  readonly version?: number;
  readonly owner: string;
  readonly opnsense: RawOpnsense;
  readonly segments: Readonly<Record<string, RawSegment>>;
  readonly protect: readonly string[];
  readonly node_addresses: readonly string[];
  readonly exclude: readonly string[];
  readonly hostnames: Readonly<Record<string, string>>;
  readonly retain: string | 0;
  readonly quarantine: string | 0;
  readonly cut: 'closed' | 'never';
  readonly limits: {
    readonly share: number;
    readonly share_from: number;
    readonly total: number;
    readonly project_share: number;
    readonly pin_share: number;
    readonly instance_nics: number;
    readonly instance_addresses: number;
  };
  readonly schedule: RawSchedule;
  readonly service: RawService;
  readonly state_file?: string;
}
