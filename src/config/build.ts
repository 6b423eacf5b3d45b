import { basename, dirname, join, resolve } from 'node:path';
import { type AddressRange, parseRange } from '../model/address.js';
import { NO_POLICY, type Policy } from '../model/policy.js';
import type { Segment } from '../model/segment.js';
import { buildSchedule, buildService } from './build-service.js';
import { parseDuration } from './duration.js';
import { normalizeFingerprint } from './ends.js';
import type { RawConfig, RawIncus, RawOpnsense, RawRanges, RawSegment } from './raw.js';
import { isSecretReference } from './secret-reference.js';
import type { Config, SourceConfig, TargetConfig } from './types.js';

/** The policy of a configuration and of the files beside it. */
export interface DeclaredPolicy {
  readonly policy: Policy;
  /** SHA-256 of the files beside it. */
  readonly digest: string;
}

/**
 * The configuration of a file that passed every check. Relative paths are taken from `folder`, the absolute path of
 * the file's folder; `notes` is what was read as something else than it says. Throws a RangeError for values that the checks should have refused (a defect, not an input error).
 */
export function buildConfig(
  raw: RawConfig,
  file: string,
  folder: string,
  notes: readonly string[] = [],
  declared: DeclaredPolicy = { policy: NO_POLICY, digest: '' },
): Config {
  const path = (text: string): string => resolve(folder, text);
  const stateFile =
    raw.state_file === undefined ? defaultStateFile(resolve(folder, basename(file))) : path(raw.state_file);
  return {
    file,
    notes,
    policyDigest: declared.digest,
    source: buildSource(raw.incus, path),
    target: buildTarget(raw.opnsense, path),
    plan: {
      owner: raw.owner,
      segments: Object.entries(raw.segments).map(([name, segment]) => buildSegment(name, segment)),
      protect: [...new Set(raw.protect)],
      ...(raw.node_addresses.length === 0 ? {} : { nodeAddresses: [...new Set(raw.node_addresses)] }),
      exclude: raw.exclude,
      ...(raw.opnsense.instances.length === 0 ? {} : { firewallInstances: raw.opnsense.instances }),
      retainSeconds: seconds(raw.retain),
      quarantineSeconds: seconds(raw.quarantine),
      policy: declared.policy,
      cut: raw.cut,
      limits: { share: raw.limits.share, shareFrom: raw.limits.share_from, total: raw.limits.total },
      shares: {
        project: raw.limits.project_share,
        pins: raw.limits.pin_share,
        instanceNics: raw.limits.instance_nics,
        instanceAddresses: raw.limits.instance_addresses,
      },
    },
    schedule: buildSchedule(raw.schedule),
    service: buildService(raw.service, stateFile, path),
    stateFile,
  };
}

/** `/etc/slash32/slash32.state.json` for `/etc/slash32/slash32.yaml`. */
export function defaultStateFile(file: string): string {
  return join(dirname(file), `${basename(file).replace(/\.ya?ml$/i, '')}.state.json`);
}

function buildSource(incus: RawIncus, path: (text: string) => string): SourceConfig {
  if (incus.socket !== undefined) return { kind: 'socket', path: path(incus.socket), projects: incus.projects };
  if (incus.url !== undefined)
    return {
      kind: 'https',
      url: new URL(incus.url).origin,
      certFile: path(needed(incus.cert)),
      keyFile: secretPath(needed(incus.key), path),
      fingerprint: normalizeFingerprint(needed(incus.fingerprint)),
      projects: incus.projects,
    };
  const file = needed(incus.file);
  return { kind: 'file', path: file === '-' ? file : path(file), complete: incus.complete };
}

function buildTarget(opnsense: RawOpnsense, path: (text: string) => string): TargetConfig {
  if (opnsense.transport === 'file') return { transport: 'file', path: path(needed(opnsense.path)) };
  return {
    transport: opnsense.transport,
    url: new URL(needed(opnsense.url)).origin,
    keyFile: secretPath(needed(opnsense.key_file), path),
    caFile: opnsense.ca_file === undefined ? undefined : path(opnsense.ca_file),
    fingerprint: opnsense.fingerprint === undefined ? undefined : normalizeFingerprint(opnsense.fingerprint),
    allowUntestedVersion: opnsense.allow_untested_version,
    ...(opnsense.confirm_within === undefined ? {} : { confirmSeconds: seconds(opnsense.confirm_within) }),
  };
}

function buildSegment(name: string, raw: RawSegment): Segment {
  const pins = Object.entries(raw.pins).map(([project, value]) => [project, ranges(value)] as const);
  return {
    name,
    network: raw.network ?? name,
    ...(raw.vlan === undefined ? {} : { vlan: raw.vlan }),
    interface: raw.interface,
    pool: ranges(raw.pool ?? []),
    pins: Object.fromEntries(pins),
    manage: raw.manage,
    fallback: raw.default,
    infrastructure: raw.infrastructure,
    rangeAddress: raw.range_address,
    router: raw.router,
    arpEntries: raw.arp_entries,
  };
}

function ranges(raw: RawRanges): AddressRange[] {
  const texts = typeof raw === 'string' ? [raw] : raw;
  return texts.map((text) => needed(parseRange(text)));
}

function secretPath(reference: string, path: (text: string) => string): string {
  return isSecretReference(reference) ? reference : path(reference);
}

function seconds(duration: string | 0): number {
  return needed(parseDuration(String(duration)));
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('a value that the checks let pass cannot be used');
  return value;
}
