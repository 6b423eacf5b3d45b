/** What a source says there is. No field of one particular hypervisor's answer appears here. */

/** A network device of an instance that stands on a bridge. */
export interface Nic {
  /** Device name, for example `eth0`; unique inside its instance. */
  readonly name: string;
  /** Name of the bridge network it is attached to. */
  readonly network: string;
  /** Canonical MAC address; undefined when the source has not assigned one. */
  readonly mac: string | undefined;
  /** Whether its bridge port is isolated from the other isolated ports. */
  readonly isolated: boolean;
  /** Address that the NIC itself asks for (Incus: `ipv4.address`). */
  readonly pinnedAddress: string | undefined;
}

/** A container or virtual machine with those of its NICs that stand on bridges. */
export interface Instance {
  readonly project: string;
  readonly name: string;
  /** Identity that survives renames and moves (Incus: `volatile.uuid`); undefined when the source has none. */
  readonly uuid: string | undefined;
  readonly type: 'container' | 'virtual-machine';
  /** Lower-case state as the source names it, for example `running`, `stopped`. */
  readonly status: string;
  /** Whether its owner asked to be left alone (`user.slash32.ignore`). */
  readonly ignored: boolean;
  /** Address that the instance asks for (`user.slash32.ipv4`), exactly as written. */
  readonly pinnedAddress: string | undefined;
  /** Tags that it claims (`user.slash32.tags`), as written: only the policy says whether it may. Sorted, each once. */
  readonly tags: readonly string[];
  readonly nics: readonly Nic[];
}

/** How far a project was seen. Where `complete` is false, nothing of that project may be deleted, and `reason` says why. */
export interface ProjectView {
  readonly name: string;
  readonly complete: boolean;
  readonly reason: string | undefined;
}

/** What one reading of a source found. */
export interface Inventory {
  /** Where it was read, for people: `unix:/var/lib/incus/unix.socket`, `https://…`, a file name. */
  readonly source: string;
  readonly instances: readonly Instance[];
  /** Every project that was looked at, also empty ones. */
  readonly projects: readonly ProjectView[];
  /**
   * True when `projects` names every project that exists, so that a project missing from it is known to be gone.
   * False for a restricted view or a declared subset: an entry of an unlisted project is then left alone.
   */
  readonly allProjects: boolean;
  /** Things a person should know about the reading itself, one sentence each. */
  readonly notes: readonly string[];
}

/** `project/name`, how an instance is named everywhere. */
export function instanceName(instance: { readonly project: string; readonly name: string }): string {
  return `${instance.project}/${instance.name}`;
}

/** `project/name/nic`, how a NIC is named everywhere. */
export function nicName(instance: { readonly project: string; readonly name: string }, nic: string): string {
  return `${instance.project}/${instance.name}/${nic}`;
}
