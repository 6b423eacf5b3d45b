import { randomBytes } from 'node:crypto';
import { node, type SimNode } from './node.js';
import { serialize } from './serialize.js';
import type { SimUser } from './users.js';

/** One segment of the sample configuration. */
export interface SampleSegment {
  /** Interface id, for example `opt1`. */
  readonly id: string;
  readonly description: string;
  /** The firewall's address; the subnet is the /24 (or `prefix`) around it. */
  readonly address: string;
  readonly prefix?: number;
  /** Foreign static mappings to make, from the 200th address of the subnet downwards; default 2. */
  readonly foreign?: number;
  /** Whether DHCP is switched on; default true. */
  readonly enabled?: boolean;
}

/** What the sample configuration is made of. */
export interface SampleOptions {
  readonly users: readonly SimUser[];
  /** Default: `opt1` to `opt3` as 10.1.0.1/24, 10.2.0.1/24 and 10.3.0.1/24. */
  readonly segments?: readonly SampleSegment[];
}

/** The three segments that the demo works on. */
export const SAMPLE_SEGMENTS: readonly SampleSegment[] = [
  { id: 'opt1', description: 'edge', address: '10.1.0.1' },
  { id: 'opt2', description: 'servers', address: '10.2.0.1' },
  { id: 'opt3', description: 'lab', address: '10.3.0.1' },
];

/** A config.xml as a stock OPNsense would hold it, with users, certificates and secrets (all made up) and ISC DHCP. */
export function buildSampleConfig(options: SampleOptions): string {
  const segments = options.segments ?? SAMPLE_SEGMENTS;
  return serialize(
    node('opnsense', [
      node('theme', 'opnsense'),
      system(options.users),
      interfaces(segments),
      node('dhcpd', [...segments.map(section)]),
      node('unbound', [node('enable', '1')]),
      node('nat', [node('outbound', [node('mode', 'automatic')])]),
      node('filter', [rule('lan', 'Default allow LAN to any rule')]),
      secrets(),
      node('widgets', [node('sequence', 'system_information-container:00000000-col3:show')]),
    ]),
  );
}

function system(users: readonly SimUser[]): SimNode {
  return node('system', [
    node('optimization', 'normal'),
    node('hostname', 'fw'),
    node('domain', 'internal'),
    node('dnsallowoverride', '1'),
    node('group', [
      node('name', 'admins'),
      node('scope', 'system'),
      node('gid', '1999'),
      node('member', '0'),
      node('priv', 'page-all'),
    ]),
    node('user', [
      node('name', 'root'),
      node('descr', 'System Administrator'),
      node('scope', 'system'),
      node('password', hash()),
      node('uid', '0'),
    ]),
    ...users.map((user, index) =>
      node('user', [
        node('name', user.name),
        node('scope', 'user'),
        node('uid', String(2000 + index)),
        node('password', hash()),
        node('priv', user.privileges.join(',')),
        node('apikeys', `${user.key}|$6$${token(8)}$${token(60)}`),
      ]),
    ),
    node('timezone', 'Etc/UTC'),
    node('webgui', [node('protocol', 'https'), node('ssl-certref', '65f0a1b2c3d4e')]),
    node('backupcount', '60'),
  ]);
}

function interfaces(segments: readonly SampleSegment[]): SimNode {
  const others = [
    assigned('wan', 'vtnet0', 'WAN', '192.0.2.2', 24),
    assigned('lan', 'vtnet1', 'LAN', '192.168.1.1', 24),
  ];
  const ours = segments.map((segment, index) =>
    assigned(segment.id, `vtnet${index + 2}`, segment.description, segment.address, segment.prefix ?? 24),
  );
  const loopback = node('lo0', [
    node('internal_dynamic', '1'),
    node('if', 'lo0'),
    node('descr', 'Loopback'),
    node('enable', '1'),
    node('ipaddr', '127.0.0.1'),
    node('type', 'none'),
    node('virtual', '1'),
    node('subnet', '8'),
  ]);
  return node('interfaces', [...others, ...ours, loopback]);
}

function assigned(id: string, device: string, description: string, address: string, prefix: number): SimNode {
  return node(id, [
    node('if', device),
    node('descr', description),
    node('enable', '1'),
    node('spoofmac'),
    node('ipaddr', address),
    node('subnet', String(prefix)),
  ]);
}

function section(segment: SampleSegment): SimNode {
  const range = [node('from', hostOf(segment, 210)), node('to', hostOf(segment, 240))];
  const maps = Array.from({ length: segment.foreign ?? 2 }, (_none, index) => foreignMap(segment, index));
  return node(segment.id, [
    ...(segment.enabled === false ? [] : [node('enable', '1')]),
    node('ddnsdomainalgorithm', 'hmac-md5'),
    node('numberoptions', [node('item')]),
    node('range', range),
    node('winsserver'),
    node('dnsserver'),
    node('ntpserver'),
    ...maps,
  ]);
}

function foreignMap(segment: SampleSegment, index: number): SimNode {
  const number = index.toString(16).padStart(4, '0');
  const part = segment.id.replace(/\D/g, '').padStart(2, '0').slice(-2);
  return node('staticmap', [
    node('mac', `52:54:00:${part}:${number.slice(0, 2)}:${number.slice(2)}`),
    node('cid'),
    node('ipaddr', hostOf(segment, 200 - index)),
    node('hostname', `hand-${segment.description}-${index}`),
    node('descr', `Entered by hand & kept (Büro ${index})`),
    node('filename'),
    node('winsserver'),
    node('dnsserver'),
    node('ntpserver'),
  ]);
}

/** The `number`-th address counted from the firewall's own minus one; wraps into larger subnets by number. */
function hostOf(segment: SampleSegment, number: number): string {
  const size = 2 ** (32 - (segment.prefix ?? 24));
  const parts = segment.address.split('.').map(Number);
  const own = parts.reduce((sum, part) => sum * 256 + part, 0);
  const base = Math.floor(own / size) * size;
  const host = base + (((number % size) + size) % size || 2);
  return [24, 16, 8, 0].map((shift) => Math.floor(host / 2 ** shift) % 256).join('.');
}

function rule(on: string, description: string): SimNode {
  return node('rule', [
    node('type', 'pass'),
    node('interface', on),
    node('ipprotocol', 'inet'),
    node('descr', description),
    node('source', [node('network', on)]),
    node('destination', [node('any', '1')]),
  ]);
}

/** Made-up secrets of every kind that a real config.xml holds, so that a leak shows; `<constructor>` as in stock files. */
function secrets(): SimNode {
  return node('OPNsense', [
    node('wireguard', [
      node('server', [
        node('servers', [
          node('server', [node('name', 'wg0'), node('privkey', token(32))], {
            uuid: '5f4b5a2e-6d0a-4f64-9f3f-6b4c8f1e2d3c',
          }),
        ]),
      ]),
    ]),
    node('IPsec', [node('preSharedKeys', [node('preSharedKey', [node('Key', token(24))])])]),
    node('captiveportal', [node('templates', [node('template', [node('constructor', 'lan')])])], { version: '1.0.4' }),
  ]);
}

function hash(): string {
  return `$2y$10$${token(40).replaceAll(/[+/=]/g, '.').slice(0, 53)}`;
}

function token(bytes: number): string {
  return randomBytes(bytes).toString('base64');
}
