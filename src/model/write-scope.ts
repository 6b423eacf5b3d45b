import type { SettingName } from './change.js';

/** Which interfaces may be written, where not every one of them may. */
export interface WriteScope {
  readonly interfaces: readonly string[];
  /** What a person does on the firewall to let another one be written, as the end of a sentence: `add it under …`. */
  readonly remedy: string;
}

/** Where redirects may stand, where not everywhere they may. */
export interface PublishScope {
  readonly places: readonly PublishPlace[];
  /** Where a person adds another one, as the end of a sentence: `on the firewall under …`. */
  readonly remedy: string;
}

/** Ports of an interface. */
export interface PublishPlace {
  readonly interface: string;
  readonly protocol: 'tcp' | 'udp';
  readonly from: number;
  readonly to: number;
}

/** Settings that the firewall's side cannot write yet, though this version knows them. */
export interface Unwritable {
  readonly settings: readonly SettingName[];
  /** What a person does about it, as the end of a sentence: `update os-slash32 on the firewall`. */
  readonly remedy: string;
}

/** Owners for each of whom the key of one user alone may act; for one that is not named, every key may. */
export interface OwnerBindings {
  readonly rows: readonly { readonly owner: string; readonly user: string }[];
  /** Where a person changes that, as the end of a sentence: `on the firewall under …`. */
  readonly remedy: string;
}
