import { sourceKind } from '../inventory/registry.js';
import { formatRange, subnetOf, usableRange } from '../model/address.js';
import type { FirewallInterface } from '../model/firewall.js';
import type { SegmentState } from '../model/segment.js';
import { proposePool, SMALLEST_POOL } from './pool.js';

/** One segment for a new slash32.yaml. */
export interface NewSegment {
  readonly network: string;
  readonly interface: FirewallInterface;
  /** What the firewall says about DHCP there; undefined when it has no settings yet. */
  readonly state: SegmentState | undefined;
}

/** Keys of one end as in slash32.yaml, written in the given order. */
export type NewKeys = Readonly<Record<string, string | boolean | readonly string[]>>;

/** What `slash32 init` found out. */
export interface NewConfig {
  readonly owner: string;
  readonly source: { readonly kind: string; readonly keys: NewKeys };
  readonly opnsense: NewKeys;
  /** At least one. */
  readonly segments: readonly NewSegment[];
  readonly protect: readonly string[];
  /** Where editors find the schema of the file. */
  readonly schema?: string;
  /** Keys of the systemd unit's configuration. */
  readonly service?: { readonly state_file: string; readonly socket: string };
}

/**
 * A commented slash32.yaml that passes `checkConfig`, provided that its two ends do. Every segment starts with
 * `manage: [reservations]`, which changes nothing for clients that are not instances.
 */
export function renderConfig(input: NewConfig): string {
  const title = sourceKind(input.source.kind)?.title ?? input.source.kind;
  return [
    ...(input.schema === undefined ? [] : [`# yaml-language-server: $schema=${input.schema}`]),
    `# slash32.yaml: which ${title} networks stand on which interfaces of OPNsense.`,
    '# Every key: docs/reference/configuration.md. Next: slash32 check, slash32 plan, slash32 apply.',
    'version: 1',
    '',
    '# Marks every entry on the firewall as ours. Do not change it later: what it owns would be orphaned.',
    `owner: ${scalar(input.owner)}`,
    '',
    '# Where the instances are.',
    ...mapping(input.source.kind, input.source.keys),
    '',
    '# The firewall. Secrets stay in files: never write one here.',
    ...mapping('opnsense', input.opnsense),
    '',
    '# What is not named here is never changed.',
    'segments:',
    ...segmentNames(input.segments).flatMap(([name, segment]) => renderSegment(name, segment)),
    '# Addresses that must never be cut off: your workstation, monitoring, the other firewall of a pair.',
    '# Fill it in before you widen `manage` to deny_unknown or static_arp.',
    input.protect.length === 0
      ? 'protect: [] # for example [10.0.0.2]'
      : `protect: [${input.protect.map(scalar).join(', ')}]`,
    '',
    '# Instances to leave alone, as project/name with * for any text.',
    'exclude: []',
    '',
    '# A missing instance keeps its reservation for `retain`; its address then goes to nobody else for `quarantine`.',
    'retain: 24h',
    'quarantine: 7d',
    '',
    `# For \`slash32 serve\`: when it looks by the clock, besides looking when something reports a change, and where it listens.`,
    '# schedule: { reconcile: "0 3 * * *", timezone: Europe/Berlin }',
    ...(input.service === undefined
      ? ['# service: { listen: "127.0.0.1:3232" }']
      : [
          '# service: { listen: "127.0.0.1:3232" } besides its socket',
          `state_file: ${scalar(input.service.state_file)}`,
          `service: { socket: ${scalar(input.service.socket)} }`,
        ]),
    '',
  ].join('\n');
}

function renderSegment(name: string, segment: NewSegment): string[] {
  const { interface: item } = segment;
  const subnet = item.address === undefined ? '' : `, ${item.address}/${item.prefix ?? '?'}`;
  return [
    `  # ${comment(item.description)} (${comment(item.device)}${subnet})`,
    `  ${scalar(name)}:`,
    `    network: ${scalar(segment.network)}`,
    `    interface: ${scalar(item.id)}`,
    ...renderPool(segment),
    '    # Widen one at a time, and read each plan: it lists what the step would cut off.',
    '    # mask: /32 leases. deny_unknown: no lease for anyone else. static_arp: no traffic from anyone else. rules: the policy.',
    '    manage: [reservations] # then: mask, deny_unknown, static_arp; rules for a policy',
    '',
  ];
}

function renderPool(segment: NewSegment): string[] {
  const { interface: item } = segment;
  const pool = proposePool(item, segment.state);
  if (pool !== undefined)
    return [
      '    # Addresses are picked here: the largest run that DHCP leaves free. Take out what is set by hand on a machine.',
      `    pool: ${formatRange(pool)}`,
    ];
  if (item.address === undefined || item.prefix === undefined) return [];
  return [
    `    # No free run of ${SMALLEST_POOL} addresses: every free address of the subnet is used. To choose some of them:`,
    `    # pool: ${formatRange(usableRange(subnetOf(item.address, item.prefix)))}`,
  ];
}

/** Names that are allowed and not used twice, after the networks. */
function segmentNames(segments: readonly NewSegment[]): [string, NewSegment][] {
  const used = new Set<string>();
  return segments.map((segment) => {
    const plain = segment.network
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 50);
    const base = plain === '' ? segment.interface.id : plain;
    let name = base;
    for (let count = 2; used.has(name); count += 1) name = `${base}-${count}`;
    used.add(name);
    return [name, segment];
  });
}

function mapping(name: string, fields: NewKeys): string[] {
  const lines = Object.entries(fields).map(([key, value]) => `  ${key}: ${renderValue(value)}`);
  return [`${name}:`, ...lines];
}

function renderValue(value: string | boolean | readonly string[]): string {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? scalar(value) : `[${value.map(scalar).join(', ')}]`;
}

/** Plain where YAML cannot misread it, else double-quoted: a JSON string is a YAML 1.2 scalar. */
function scalar(text: string): string {
  const plain =
    /^[A-Za-z/]([A-Za-z0-9/._:-]*[A-Za-z0-9/._-])?$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return plain || /^\d+\.\d+\.\d+\.\d+$/.test(text) ? text : JSON.stringify(text);
}

function comment(text: string): string {
  return text.replace(/[^\P{C}]|[\u2028\u2029]/gu, ' ').trim();
}
