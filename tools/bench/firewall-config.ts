import { createHash } from 'node:crypto';
import { childOf, ensureChild, node, parseConfig, type SimNode } from '../../src/sim/opnsense/node.js';
import { buildSampleConfig, type SampleSegment } from '../../src/sim/opnsense/sample-config.js';
import { serialize } from '../../src/sim/opnsense/serialize.js';

/** The three segments of every measurement: a /16 each, so that thousands of instances find an address. */
export const BENCH_SEGMENTS: readonly (SampleSegment & { readonly network: string })[] = [
  { id: 'opt1', description: 'dmz', network: 'dmz', address: '10.101.0.1', prefix: 16 },
  { id: 'opt2', description: 'edge', network: 'edge', address: '10.102.0.1', prefix: 16 },
  { id: 'opt3', description: 'servers', network: 'servers', address: '10.103.0.1', prefix: 16 },
];

const RULES_PER_INSTANCE = 0.48;
const ALIASES_PER_INSTANCE = 0.33;
const HOSTS_PER_INSTANCE = 0.35;
const FOREIGN_PER_INSTANCE = 0.1;
const INSTANCES_PER_CERTIFICATE = 100;

/**
 * A config.xml that has grown with its network, as OPNsense writes it: about 1 KB for each of `count` instances (5 MB at
 * 5,000), made of foreign static mappings, filter rules, aliases, DNS overrides and certificates. None of slash32's own
 * entries. The same count gives the same text but for the random secrets of the sample.
 */
export function buildBenchConfig(count: number): string {
  const foreign = Math.max(2, Math.round((count * FOREIGN_PER_INSTANCE) / BENCH_SEGMENTS.length));
  const segments = BENCH_SEGMENTS.map((segment) => ({ ...segment, foreign: Math.min(foreign, 190) }));
  const root = parseConfig(buildSampleConfig({ users: [], segments }));
  const opnsense = ensureChild(root, 'OPNsense');
  const firewall = ensureChild(opnsense, 'Firewall');
  ensureChild(ensureChild(firewall, 'Filter'), 'rules').children = times(count * RULES_PER_INSTANCE, rule);
  ensureChild(ensureChild(firewall, 'Alias'), 'aliases').children = times(count * ALIASES_PER_INSTANCE, alias);
  const unbound = node('unboundplus', [node('hosts', times(count * HOSTS_PER_INSTANCE, host))], { version: '1.0.14' });
  opnsense.children.push(unbound);
  childOf(root, 'filter')?.children.push(...times((count * RULES_PER_INSTANCE) / 4, legacyRule));
  root.children.push(...times(Math.ceil(count / INSTANCES_PER_CERTIFICATE), certificate));
  return serialize(root);
}

function times(number: number, make: (index: number) => SimNode): SimNode[] {
  return Array.from({ length: Math.max(1, Math.round(number)) }, (_none, index) => make(index));
}

/** A rule of the newer kind, with the fields that OPNsense 26.7 writes for each. */
function rule(index: number): SimNode {
  const fields = {
    enabled: '1',
    statetype: 'keep',
    'state-policy': '',
    sequence: String(index + 1),
    action: 'pass',
    quick: '1',
    interfacenot: '0',
    interface: `opt${(index % 3) + 1}`,
    direction: 'in',
    ipprotocol: 'inet',
    protocol: 'TCP',
    icmptype: '',
    source_net: `hand_${index}`,
    source_not: '0',
    source_port: '',
    destination_net: `hand_${index + 1}`,
    destination_not: '0',
    destination_port: String(1024 + index),
    gateway: '',
    disablereplyto: '0',
    log: '0',
    allowopts: '0',
    nosync: '0',
    statetimeout: '',
    max: '',
    tag: '',
    tagged: '',
    categories: '',
    description: `Entered by hand & kept: rule ${index}`,
  };
  return node('rule', leaves(fields), { uuid: uuid('rule', index) });
}

function legacyRule(index: number): SimNode {
  const any = { any: '1' };
  return node('rule', [
    ...leaves({ type: 'pass', interface: `opt${(index % 3) + 1}`, ipprotocol: 'inet', statetype: 'keep state' }),
    ...leaves({ descr: `Old rule ${index} (Büro)`, direction: 'in', quick: '1', protocol: 'tcp' }),
    node('source', leaves(any)),
    node('destination', [...leaves(any), node('port', String(2000 + index))]),
    node('updated', leaves({ username: 'root@192.168.1.50', time: '1700000000.1234', description: 'made changes' })),
  ]);
}

function alias(index: number): SimNode {
  const content = Array.from({ length: 6 }, (_none, at) => `10.${100 + (at % 4)}.${index % 250}.${at + 10}`).join('\n');
  const fields = { enabled: '1', name: `hand_${index}`, type: 'host', path_expression: '', proto: '', interface: '' };
  const rest = { counters: '0', updatefreq: '', content, password: '', username: '', authtype: '', categories: '' };
  return node('alias', leaves({ ...fields, ...rest, current_items: '6', description: `Hosts of service ${index}` }), {
    uuid: uuid('alias', index),
  });
}

function host(index: number): SimNode {
  const fields = { enabled: '1', hostname: `name-${index}`, domain: 'internal', rr: 'A', mxprio: '', mx: '', ttl: '' };
  return node('host', leaves({ ...fields, server: `10.104.${index % 250}.9`, description: `Override ${index}` }), {
    uuid: uuid('host', index),
  });
}

function certificate(index: number): SimNode {
  const text = Array.from({ length: 40 }, (_none, line) => digest(`certificate ${index} ${line}`)).join('');
  const base64 = Buffer.from(text, 'hex').toString('base64');
  return node('cert', leaves({ refid: digest(`cert ${index}`).slice(0, 13), descr: `Host ${index}`, crt: base64 }), {
    uuid: uuid('cert', index),
  });
}

function leaves(fields: Readonly<Record<string, string>>): SimNode[] {
  return Object.entries(fields).map(([name, text]) => node(name, text));
}

function uuid(kind: string, index: number): string {
  const hex = digest(`${kind} ${index}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
