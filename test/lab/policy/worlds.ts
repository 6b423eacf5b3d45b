import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editPolicy } from '../../../src/firewall/opnsense/policy/edit.js';
import { parseConfigXml } from '../../../src/firewall/opnsense/xml/parse.js';
import type { AliasEntry, PolicyChange, RedirectEntry, RuleEntry } from '../../../src/model/policy-entries.js';
import type { Endpoint, EndpointPart } from '../../../src/model/rules.js';
import { listed, slash32, writeInventory } from '../../cli/harness.js';
import { LAB_INSTANCES, unmanagedConfig } from '../dhcp/managed-config.js';

/** Parts of a config.xml that somebody else wrote. */
export interface Foreign {
  /** `<rule>` elements of `<filter>`, the older format. */
  readonly legacy?: string;
  /** `<rule>` elements of the model's rules. */
  readonly model?: string;
  /** `<alias>` elements. */
  readonly aliases?: string;
  /** Children of `<nat>`. */
  readonly nat?: string;
  /** Children of `<ifgroups>`, and of `<interfaces>` for them. */
  readonly groups?: string;
  readonly groupInterfaces?: string;
}

/** The firewall before slash32, as the DHCP lab has it, with a way to the internet behind its WAN and with foreign rules. */
export async function firewallWith(foreign: Foreign): Promise<string> {
  const model =
    `<Firewall><Filter><rules>${foreign.model ?? ''}</rules></Filter>` +
    `<Alias><aliases>${foreign.aliases ?? ''}</aliases></Alias></Firewall>` +
    '<Gateways><gateway_item uuid="7d3e0b52-9a55-4bd2-8f6e-3f1c2a9b7e10"><name>WAN_GW</name><interface>wan</interface>' +
    '<gateway>192.0.2.1</gateway><defaultgw>1</defaultgw></gateway_item></Gateways>';
  const parts: readonly (readonly [before: string, more: string])[] = [
    ['</wan>', '<gateway>WAN_GW</gateway>'],
    // the router of the lab sends what it says itself by its routes
    ['</system>', '<pf_disable_force_gw>1</pf_disable_force_gw>'],
    ['</interfaces>', foreign.groupInterfaces ?? ''],
    ['</OPNsense>', model],
    [
      '</opnsense>',
      `<filter>${foreign.legacy ?? ''}</filter><nat>${foreign.nat ?? ''}</nat><ifgroups>${foreign.groups ?? ''}</ifgroups>`,
    ],
  ];
  return parts.reduce(
    (text, [before, more]) => {
      if (text.split(before).length !== 2) throw new Error(`the firewall of the DHCP lab has no single ${before}`);
      return text.replace(before, () => `${more}${before}`);
    },
    await unmanagedConfig(),
  );
}

const NETWORKS = ['dmz', 'edge', 'servers'];

/** What `slash32 apply` is told: the fields of all segments, and the rest of slash32.yaml, in YAML. */
export interface Told {
  /** Fields of every segment besides its pool, `default: deny`. */
  readonly segment: string;
  readonly policy: string;
  /** `user.slash32.tags` by instance. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The config.xml after a real `slash32 apply` of the DHCP lab's instances and of a policy. Rejects with its output when it fails. */
export async function applied(before: string, told?: Told): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'slash32-lab-'));
  try {
    await writeFile(join(cwd, 'config.xml'), before);
    await writeFile(join(cwd, 'slash32.yaml'), configuration(told));
    await writeInventory(
      cwd,
      LAB_INSTANCES.map(({ project, name, uuid, segment, mac, address }) =>
        listed(name, {
          project,
          network: NETWORKS[segment - 1] ?? '',
          mac,
          uuid,
          config: {
            'user.slash32.ipv4': address,
            ...(told?.tags?.[name] === undefined ? {} : { 'user.slash32.tags': told.tags[name] }),
          },
        }),
      ),
    );
    const ran = await slash32(['apply', '--yes', '--accept-lockout-risk'], { cwd });
    if (ran.code !== 0) throw new Error(`slash32 apply ended with ${ran.code}:\n${ran.out}${ran.err}`);
    return await readFile(join(cwd, 'config.xml'), 'utf8');
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

function configuration(told: Told | undefined): string {
  const manage = ['reservations', 'mask', 'deny_unknown', 'static_arp', ...(told === undefined ? [] : ['rules'])];
  const fields = told === undefined || told.segment === '' ? '' : `, ${told.segment}`;
  return [
    'owner: lab',
    'incus: { file: instances.json, complete: true }',
    'opnsense: { transport: file, path: config.xml }',
    'segments:',
    ...NETWORKS.map((network, index) => {
      const pool = `10.10.${index + 1}.10-10.10.${index + 1}.90`;
      return `  ${network}: { interface: opt${index + 1}, pool: ${pool}, manage: [${manage.join(', ')}]${fields} }`;
    }),
    told?.policy ?? '',
    '',
  ].join('\n');
}

/** Entries as slash32 would write them, each with a name; rules get a sequence in the order in which they stand here. */
export interface Written {
  readonly aliases?: readonly Pick<AliasEntry, 'name' | 'type' | 'content'>[];
  readonly rules?: readonly Partial<RuleEntry>[];
  readonly redirects?: readonly Partial<RedirectEntry>[];
}

/** A config.xml with these entries written into it by the code that writes policies. */
export function written(before: string, entries: Written): string {
  let count = 0;
  const uuid = () => {
    count += 1;
    return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
  };
  return editPolicy(before, parseConfigXml(before), changes(entries), { uuid, stamp: () => '1795319510.53' });
}

function changes({ aliases = [], rules = [], redirects = [] }: Written): PolicyChange[] {
  const create = { action: 'create', before: undefined, reason: 'the lab asks for it' } as const;
  const named = (key: string) => `of the lab [slash32:lab:${key}]`;
  return [
    ...aliases.map((entry): PolicyChange => {
      const key = `alias/${entry.name}`;
      return { ...create, kind: 'alias', key, after: { ...entry, description: named(key) } };
    }),
    ...rules.map((entry, at): PolicyChange => {
      const key = `rule/${at + 1}`;
      return {
        ...create,
        kind: 'rule',
        key,
        after: { ...RULE, sequence: at + 1, description: named(key), ...entry },
      };
    }),
    ...redirects.map((entry, at): PolicyChange => {
      const key = `nat/${at + 1}`;
      return {
        ...create,
        kind: 'redirect',
        key,
        after: { ...REDIRECT, sequence: at + 1, description: named(key), ...entry },
      };
    }),
  ];
}

/** A source or destination of one part. */
export function end(part: EndpointPart, not = false): Endpoint {
  return { parts: [part], not };
}

/** A source or destination of an address or a network. */
export function at(span: string, not = false): Endpoint {
  return end({ kind: 'addresses', span }, not);
}

/** One port, or those from the first to the last. */
export function ports(from: number, to = from): { readonly kind: 'ports'; readonly from: number; readonly to: number } {
  return { kind: 'ports', from, to };
}

const RULE: RuleEntry = {
  interface: 'opt1',
  action: 'pass',
  family: 'inet',
  protocol: 'any',
  icmpTypes: [],
  source: end({ kind: 'any' }),
  destination: end({ kind: 'any' }),
  ports: undefined,
  log: false,
  sequence: 1,
  description: '',
};

const REDIRECT: RedirectEntry = {
  interface: 'wan',
  protocol: 'tcp',
  destination: end({ kind: 'interface-address', interface: 'wan' }),
  ports: { from: 443, to: 443 },
  target: '10.10.2.11',
  targetPort: 443,
  log: false,
  sequence: 1,
  description: '',
};
