import type { FindingOf } from '../../findings/catalogue.js';
import type { FirewallInterface } from '../../model/firewall.js';
import type { Instance } from '../../model/instance.js';
import type { Policy } from '../../model/policy.js';
import type { Segment } from '../../model/segment.js';
import type { PublishScope, WriteScope } from '../../model/write-scope.js';
import type { Layer2 } from '../layer2/types.js';

/** One NIC with the address that it has once the plan is applied. */
export interface Member {
  /** `project/name`. */
  readonly instance: string;
  readonly project: string;
  /** `project/name/nic`. */
  readonly nic: string;
  readonly segment: string;
  readonly interface: string;
  readonly address: string;
}

/** Everything that a policy is resolved against. */
export interface PolicyScene {
  /** Id of the slash32 service whose entries these are. */
  readonly owner: string;
  readonly policy: Policy;
  readonly segments: readonly Segment[];
  readonly interfaces: readonly FirewallInterface[];
  /** Interfaces that may be written, and what a person does to let another one be; undefined where every one may. */
  readonly writable?: WriteScope | undefined;
  /** Where redirects may stand; undefined where they may everywhere. */
  readonly publishable?: PublishScope | undefined;
  /** Aliases that the firewall makes by itself of networks on its interfaces that no saved configuration tells. */
  readonly varyingNetworks: readonly string[];
  readonly instances: readonly Instance[];
  /** Of the managed segments, those whose NICs have an address. */
  readonly members: readonly Member[];
  readonly layer2: Layer2;
  /** Segments of which nothing is planned, with the sentence that says why. */
  readonly leftAlone: ReadonlyMap<string, string>;
  /**
   * For aliases on the firewall, by the key of their marker: addresses in them of instances that this reading did not show. Tags of
   * those are not known, so they stay where they are.
   */
  readonly kept: ReadonlyMap<string, ReadonlySet<string>>;
  /** Projects whose instances stay in the aliases that they are in, and what aliases hold now, by the key of their marker. */
  readonly held?: {
    readonly projects: ReadonlySet<string>;
    readonly standing: ReadonlyMap<string, ReadonlySet<string>>;
    /** Instances, as `project/name`, that come into no alias where they are not yet, and leave one when they lose their tag. */
    readonly gainNothing: ReadonlySet<string>;
  };
  /** Addresses of both nodes of a high-availability pair, as far as they are named; absent where none are. */
  readonly nodeAddresses?: readonly string[] | undefined;
  /** Whose ways to the firewall itself must stay open; absent where that is not asked. */
  readonly waysIn?: readonly WayIn[] | undefined;
}

/** Somebody who must still reach the firewall's own services after a change. */
export interface WayIn {
  readonly address: string;
  /** For people: `slash32 itself`, `in protect`. */
  readonly who: string;
  /** Its services that he uses, by their TCP ports. */
  readonly ports: readonly number[];
}

/** A problem of the policy as it meets this inventory: the rest goes on, and nothing is opened by it. */
export interface PolicyFinding extends FindingOf<'policy'> {
  /** `warning` may be meant so; `error` keeps the whole policy from being applied. */
  readonly severity: 'warning' | 'error';
  /** `policy.yaml:14:3`, or the instance; what it is about. */
  readonly where: string;
}
