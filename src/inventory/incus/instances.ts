import type { Instance } from '../../model/instance.js';
import { isRecord } from '../../schema/record.js';
import { filledString, isTruthy, stringMap } from '../shared/guards.js';
import { readTags } from '../shared/words.js';
import type { NetworkTypes } from './networks.js';
import { readNics } from './nics.js';

/** Incus gives this name to the target of a move to another pool or member until it is complete (docs/facts.md, "Incus: events"). */
const MOVE_GHOST = /^move-of-\d+$/;

/** What became of one object of the list. */
export type InstanceReading =
  | { readonly kind: 'instance'; readonly instance: Instance; readonly leftOut: readonly string[] }
  /** The half-made target of a move, or somebody's instance of such a name: the instance itself may be listed, or not any more. */
  | { readonly kind: 'moving'; readonly project: string; readonly name: string; readonly otherwise: InstanceReading }
  /** It exists, but its NICs are not known (docs/facts.md, "Incus: instances and NICs"; an offline cluster member's look like this). */
  | { readonly kind: 'opaque'; readonly project: string; readonly name: string; readonly missing: string }
  /** Not even its project is known, so nothing of the list can be believed. */
  | { readonly kind: 'unusable'; readonly missing: string };

/** Reads one instance object as Incus lists it (`recursion=1` or more; further fields are ignored). */
export function readInstance(raw: unknown, networks: NetworkTypes): InstanceReading {
  if (!isRecord(raw)) return { kind: 'unusable', missing: 'its fields' };
  const name = filledString(raw.name);
  const project = filledString(raw.project);
  if (name === undefined || project === undefined) {
    return { kind: 'unusable', missing: name === undefined ? '`name`' : `\`project\` of ${name}` };
  }
  const otherwise = readNamed(raw, project, name, networks);
  return MOVE_GHOST.test(name) ? { kind: 'moving', project, name, otherwise } : otherwise;
}

function readNamed(
  raw: Record<string, unknown>,
  project: string,
  name: string,
  networks: NetworkTypes,
): InstanceReading {
  const config = readConfig(raw);
  const devices = readDevices(raw.expanded_devices);
  const type = raw.type;
  const status = filledString(raw.status);
  if (config === undefined) return { kind: 'opaque', project, name, missing: '`config`' };
  if (devices === undefined) return { kind: 'opaque', project, name, missing: '`expanded_devices`' };
  if (type !== 'container' && type !== 'virtual-machine')
    return { kind: 'opaque', project, name, missing: 'a known `type`' };
  if (status === undefined) return { kind: 'opaque', project, name, missing: '`status`' };
  const { nics, sideNics, leftOut } = readNics({ project, devices, config }, networks);
  const instance: Instance = {
    project,
    name,
    uuid: filledString(config['volatile.uuid']),
    type,
    status: status.toLowerCase(),
    ignored: isTruthy(config['user.slash32.ignore']),
    pinnedAddress: filledString(config['user.slash32.ipv4']?.trim()),
    tags: readTags(config['user.slash32.tags']),
    nics,
    ...(sideNics.length === 0 ? {} : { sideNics }),
    ...(isTruthy(config['volatile.container.oci']) ? { hostAsks: true } : {}),
    ...(isTruthy(config['user.slash32.source_routing']) ? { sourceRouting: true } : {}),
    ...createdOf(raw.created_at),
    ...hostOf(raw.location),
  };
  return { kind: 'instance', instance, leftOut };
}

/** The year 1 is what Incus says of what it does not know. */
function createdOf(text: unknown): Pick<Instance, 'createdAt'> {
  const at = Date.parse(filledString(text) ?? '');
  return Number.isNaN(at) || at <= 0 ? {} : { createdAt: new Date(at).toISOString() };
}

/** `none` is what Incus says where there is no cluster. */
function hostOf(location: unknown): Pick<Instance, 'host'> {
  const host = filledString(location);
  return host === undefined || host === 'none' ? {} : { host };
}

/** `expanded_config` has the profiles' keys under the instance's own; both must be there, or keys would be missed silently. */
function readConfig(raw: Record<string, unknown>): Readonly<Record<string, string>> | undefined {
  const own = stringMap(raw.config);
  const expanded = stringMap(raw.expanded_config);
  if (own === undefined || expanded === undefined) return undefined;
  return { ...expanded, ...own };
}

function readDevices(value: unknown): Readonly<Record<string, Readonly<Record<string, string>>>> | undefined {
  if (!isRecord(value)) return undefined;
  if (Object.values(value).some((device) => stringMap(device) === undefined)) return undefined;
  return value as Readonly<Record<string, Readonly<Record<string, string>>>>;
}
