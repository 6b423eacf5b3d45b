import { INFRASTRUCTURE, SEGMENT_DEFAULTS } from '../model/policy.js';
import { MANAGE_STEPS } from '../model/segment.js';

/** One segment of slash32.yaml: a network of the source and the firewall interface that stands on it. */

const RANGES = {
  type: ['string', 'array'],
  'x-type': 'range, or list of ranges',
  minLength: 1,
  minItems: 1,
  items: {
    type: 'string',
    description: 'A range like `10.2.0.10-10.2.0.250`, or one address.',
    'x-hint': 'Write a range like 10.2.0.10-10.2.0.250.',
  },
  'x-hint': 'Write a range like 10.2.0.10-10.2.0.250, or a list of them.',
} as const;

/** One entry of `segments:`. */
export const SEGMENT_SCHEMA = {
  type: 'object',
  description: 'One segment. Its key is the name that plans and commands use.',
  additionalProperties: false,
  required: ['interface'],
  'x-hint': 'Write for example: servers: { network: servers, interface: opt3 }',
  properties: {
    network: {
      type: 'string',
      minLength: 1,
      pattern: '^[^/\\s]+$',
      'x-hint': 'Write the name of the network as the source has it: a bridge, or what stands in its place.',
      description: "Name of the network of the source. Default: the segment's own name.",
    },
    vlan: {
      type: 'integer',
      minimum: 2,
      maximum: 4094,
      'x-hint':
        'Write the number of a VLAN from 2 to 4094, as the NICs have it in their vlan key. VLAN 1 is where untagged frames go: leave vlan out.',
      description:
        'The VLAN of the bridge on which this segment lies: NICs with this number in their `vlan` key stand on it, and no others. Default: where untagged frames go, for NICs without `vlan`.',
    },
    interface: {
      type: 'string',
      pattern: '^(lan|wan|opt[0-9]+)$',
      description:
        'The OPNsense interface on this network, by its identifier: `lan`, `opt3` (Interfaces › Assignments).',
    },
    pool: {
      ...RANGES,
      description:
        'Where addresses are picked: a range like `10.2.0.10-10.2.0.250`, or a list of them. Default: the whole subnet, without its reserved addresses and the dynamic range.',
    },
    pins: {
      type: 'object',
      default: {},
      description:
        'Per project, further ranges in which its instances may ask for an address of their own. Everyone may ask for a free address of the pool.',
      propertyNames: { pattern: '^[^/\\s]+$', 'x-hint': 'Write the name of a project.' },
      'x-hint': 'Write for example: pins: { default: 10.2.0.5-10.2.0.9 }',
      additionalProperties: { ...RANGES, description: 'A range, or a list of them.' },
    },
    manage: {
      type: 'array',
      default: ['reservations'],
      uniqueItems: true,
      contains: { const: 'reservations' },
      description:
        'How much of the segment is managed. `reservations`: one per instance. `mask`: option 1 = 255.255.255.255. `deny_unknown`: no address for anyone else. `static_arp`: the firewall talks to nobody else. `rules`: what the policy asks for on its interface. Start with the first and widen one at a time.',
      'x-hint': 'Write a list, for example [reservations] or [reservations, mask].',
      items: {
        type: 'string',
        enum: MANAGE_STEPS,
        description: 'One thing to manage.',
      },
    },
    default: {
      type: 'string',
      enum: SEGMENT_DEFAULTS,
      default: 'inherit',
      description:
        'What becomes of packets that no statement names, where `rules` are managed. `inherit`: what the other rules of the firewall say. `watch`: they pass and are logged, to see what `deny` would drop. `deny`: they are dropped and logged.',
      'x-hint': 'Write inherit, watch or deny.',
    },
    infrastructure: {
      type: 'array',
      default: ['dhcp', 'dns', 'ntp'],
      uniqueItems: true,
      description: 'Services of the firewall that instances may use under `watch` and `deny`; `ping` is echo request.',
      'x-hint': 'Write a list, for example [dhcp, dns, ntp].',
      items: { type: 'string', enum: INFRASTRUCTURE, description: 'A service.' },
    },
    range_address: {
      type: 'string',
      description:
        'The one address that stays in the dynamic range under `deny_unknown` (ISC needs a range of one). Default: the last usable address of the subnet.',
    },
    router: {
      type: 'string',
      description:
        'The router that clients are told, where the interface has several CARP addresses. Default: the obvious one.',
    },
    arp_entries: {
      type: 'boolean',
      default: false,
      description:
        'Whether each reservation also gets a static ARP entry while the interface is not in static ARP mode.',
    },
  },
} as const;
