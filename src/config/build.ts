import { basename, dirname, join, resolve } from 'node:path';
import { sourceKind } from '../inventory/registry.js';
import type { ConfiguredSource, Paths } from '../inventory/source-kind.js';
import { type AddressRange, parseRange } from '../model/address.js';
import { NO_POLICY, type Policy } from '../model/policy.js';
import type { Segment } from '../model/segment.js';
import { normalizeFingerprint } from '../schema/fingerprint.js';
import { buildSchedule, buildService } from './build-service.js';
import { parseDuration } from './duration.js';
import type { RawConfig, RawOpnsense, RawRanges, RawSegment } from './raw.js';
import { isSecretReference } from './secret-reference.js';
import { sourceKeyOf } from './source-key.js';
import type { Config, TargetConfig } from './types.js';

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
  const paths: Paths = {
    file: (text) => (text === '-' ? text : path(text)),
    secret: (text) => (isSecretReference(text) ? text : path(text)),
  };
  const stateFile =
    raw.state_file === undefined ? defaultStateFile(resolve(folder, basename(file))) : path(raw.state_file);
  return {
    file,
    notes,
    policyDigest: declared.digest,
    source: buildSource(raw, paths),
    target: buildTarget(raw.opnsense, paths),
    plan: {
      owner: raw.owner,
      segments: Object.entries(raw.segments).map(([name, segment]) => buildSegment(name, segment)),
      protect: [...new Set(raw.protect)],
      ...(raw.node_addresses.length === 0 ? {} : { nodeAddresses: [...new Set(raw.node_addresses)] }),
      exclude: raw.exclude,
      ...(Object.keys(raw.hostnames).length === 0 ? {} : { hostnames: raw.hostnames }),
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

function buildSource(raw: object, paths: Paths): ConfiguredSource {
  const { key, value } = needed(sourceKeyOf(raw));
  return needed(sourceKind(key)).build(value, paths);
}

function buildTarget(opnsense: RawOpnsense, paths: Paths): TargetConfig {
  if (opnsense.transport === 'file') return { transport: 'file', path: paths.file(needed(opnsense.path)) };
  return {
    transport: opnsense.transport,
    url: new URL(needed(opnsense.url)).origin,
    keyFile: paths.secret(needed(opnsense.key_file)),
    caFile: opnsense.ca_file === undefined ? undefined : paths.file(opnsense.ca_file),
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

function seconds(duration: string | 0): number {
  return needed(parseDuration(String(duration)));
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('a value that the checks let pass cannot be used');
  return value;
}
