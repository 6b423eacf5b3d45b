import type { Flow } from '../../../../src/policy/evaluate/types.js';
import { type Json, recordedRows } from './scenario.js';

/** The rules of every class that were made for the recording, in the order in which OPNsense lists them. */
export const RECORDED = recordedRows('ord-search');

/** The interface group of the recording. */
export const GROUP = { ifname: 'Incus', members: 'opt1,opt2,opt3', sequence: '' };

const FLOATING = ['MVC-not', 'MVC-float-900', 'MVC-float-all-950', 'LEGACY floating'];
const GROUPED = [...FLOATING, 'MVC-group-300', 'LEGACY group'];
const HUNDREDS = [...GROUPED, 'MVC-if-100', 'MVC-if-100b'];
const ALIASED = [...HUNDREDS, 'uses alias', 'two aliases', 'port alias'];
const BLOCKED = [...ALIASED, 'MVC-if-500', 'MVC-block'];

/** One question about the recorded rules. */
export interface Case {
  readonly it: string;
  /** Rules that are switched off, by description. */
  readonly off?: readonly string[];
  /** Fields that are other than recorded, by description. */
  readonly change?: Readonly<Record<string, Json>>;
  readonly rows?: readonly Json[];
  readonly groups?: readonly Json[];
  readonly from?: string;
  readonly to?: string;
  readonly flow?: Partial<Flow>;
  readonly is: string;
}

const DENY = 'Default deny / state violation rule';
const OUT = 'let out anything from firewall host itself';
const opt = (interfaces: string): Json => ({ interface: interfaces });

/** Every case says what OPNsense does in its name. */
export const CASES: readonly Case[] = [
  {
    it: 'takes floating rules first: a rule for every interface but opt1 holds on opt2',
    from: '10.10.2.20',
    is: 'pass by MVC-not',
  },
  { it: 'keeps a rule for every interface but opt1 away from opt1', is: 'pass by MVC-float-900' },
  { it: 'takes floating rules by sequence', off: ['MVC-float-900'], is: 'pass by MVC-float-all-950' },
  {
    it: 'takes legacy floating rules after all floating rules of the model',
    off: FLOATING.slice(0, 3),
    is: 'block by LEGACY floating',
  },
  {
    it: 'holds a legacy floating rule only on its interfaces',
    off: FLOATING.slice(0, 3),
    from: '10.10.3.20',
    to: '10.10.2.20',
    is: 'pass by MVC-group-300',
  },
  { it: 'takes interface groups after floating rules', off: FLOATING, is: 'pass by MVC-group-300' },
  {
    it: 'takes legacy group rules after those of the model',
    off: [...FLOATING, 'MVC-group-300'],
    is: 'pass by LEGACY group',
  },
  {
    it: 'takes legacy group rules before any interface rule',
    off: [...FLOATING, 'MVC-group-300'],
    from: '10.10.2.20',
    is: 'pass by LEGACY group',
  },
  {
    it: 'holds a group rule only on its members',
    off: FLOATING,
    from: '10.1.1.1',
    flow: { fromInterface: 'lan' },
    is: 'pass by Default allow LAN to any rule',
  },
  {
    it: 'lets an alias called lan stand before the network of lan',
    off: FLOATING,
    from: '192.168.1.10',
    is: `block by ${DENY}`,
  },
  { it: 'takes interface rules by sequence', off: GROUPED, is: 'pass by MVC-if-100' },
  {
    it: 'goes on behind a rule that is not quick',
    off: GROUPED,
    change: { 'MVC-noquick': { action: 'block' } },
    is: 'pass by MVC-if-100',
  },
  {
    it: 'takes equal sequences by uuid',
    off: GROUPED,
    change: { 'MVC-if-100': { uuid: 'f84a214d-4528-42b6-967e-f683da0e9cfd' } },
    is: 'pass by MVC-if-100b',
  },
  {
    it: 'compares the digits of uuids as numbers, as PHP does',
    off: GROUPED,
    change: {
      'MVC-if-100': { uuid: '484a214d-4528-42b6-967e-f683da0e9cfd' },
      'MVC-if-100b': { uuid: '5e22338d-e49b-48f4-a429-7013b94ebf80' },
    },
    is: 'pass by MVC-if-100b',
  },
  {
    it: 'goes to the second of two equal sequences when the first is off',
    off: [...GROUPED, 'MVC-if-100'],
    is: 'pass by MVC-if-100b',
  },
  { it: 'finds a source in an alias', off: HUNDREDS, from: '10.10.1.13', is: 'pass by uses alias' },
  { it: 'finds a source in the second of two aliases', off: HUNDREDS, from: '10.10.1.50', is: 'pass by two aliases' },
  {
    it: 'finds a port in a port alias',
    off: [...HUNDREDS, 'uses alias', 'two aliases'],
    flow: { port: 443 },
    is: 'pass by port alias',
  },
  {
    it: 'finds a port in the range of a port alias',
    off: [...HUNDREDS, 'uses alias', 'two aliases'],
    flow: { port: 8005 },
    is: 'pass by port alias',
  },
  {
    it: 'leaves a port beside the range of a port alias out',
    off: [...HUNDREDS, 'uses alias', 'two aliases'],
    flow: { port: 8011 },
    is: 'pass by MVC-if-500',
  },
  {
    it: 'holds a rule for TCP only for TCP',
    off: [...HUNDREDS, 'uses alias', 'two aliases'],
    flow: { protocol: 'udp', port: 443 },
    is: 'pass by MVC-if-500',
  },
  {
    it: 'holds a port alias only for sources of its rule',
    off: [...HUNDREDS, 'uses alias', 'two aliases'],
    from: '10.10.1.50',
    flow: { port: 443 },
    is: 'pass by MVC-if-500',
  },
  { it: 'takes the block at 700 after the pass at 500', off: [...ALIASED, 'MVC-if-500'], is: 'block by MVC-block' },
  {
    it: 'lets a quick block win over a pass before it that is not quick',
    off: [...ALIASED, 'MVC-if-500'],
    change: { 'MVC-noquick': { action: 'pass' } },
    is: 'block by MVC-block',
  },
  {
    it: 'passes over a disabled rule',
    off: BLOCKED,
    change: { 'MVC-disabled': { action: 'block' } },
    is: 'pass by LEGACY opt1',
  },
  {
    it: 'takes an interface rule of the model before the legacy one',
    off: BLOCKED,
    flow: { port: 53 },
    is: 'pass by MVC-tcp',
  },
  { it: 'reads TCP/UDP as both', off: BLOCKED, flow: { protocol: 'udp', port: 53 }, is: 'pass by MVC-tcp' },
  { it: 'takes legacy interface rules last', off: BLOCKED, is: 'pass by LEGACY opt1' },
  {
    it: 'holds a rule without protocol for ICMP too',
    off: BLOCKED,
    flow: { protocol: 'icmp' },
    is: 'pass by LEGACY opt1',
  },
  {
    it: 'lets the last match decide when no quick rule fits',
    off: [...BLOCKED, 'LEGACY opt1'],
    is: 'pass by MVC-noquick',
  },
  {
    it: 'lets the later of two rules that are not quick decide',
    off: [...BLOCKED, 'LEGACY opt1'],
    change: { 'MVC-disabled': { enabled: '1', quick: '0', action: 'reject' } },
    is: 'reject by MVC-disabled',
  },
  { it: 'denies by default', off: [...BLOCKED, 'LEGACY opt1', 'MVC-noquick'], is: `block by ${DENY}` },
  {
    it: 'denies IPv6 by default where all rules are for IPv4',
    from: '2001:db8::5',
    to: '2001:db8::9',
    flow: { fromInterface: 'opt1' },
    is: `block by ${DENY}`,
  },
  {
    it: 'lets a move change the order',
    rows: [
      ...RECORDED.filter((row) => row.is_automatic === true && row.seq === undefined),
      ...recordedRows('ord-search-after-move'),
    ],
    off: GROUPED,
    is: 'pass by MVC-if-500',
  },
  { it: 'orders sequences only within an interface', off: GROUPED, from: '10.10.2.20', is: 'pass by MVC-opt2-050' },
  {
    it: 'does not lend the rules of one interface to another',
    off: [...GROUPED, 'MVC-opt2-050'],
    from: '10.10.2.20',
    is: `block by ${DENY}`,
  },
  {
    it: 'keeps the web interface open on lan',
    off: FLOATING,
    from: '192.168.1.10',
    to: '192.168.1.1',
    flow: { port: 443 },
    is: 'pass by anti-lockout rule',
  },
  {
    it: 'keeps the web interface open before any floating rule',
    change: { 'MVC-not': { action: 'block' } },
    from: '192.168.1.10',
    to: '192.168.1.1',
    flow: { port: 443 },
    is: 'pass by anti-lockout rule',
  },
  {
    it: 'keeps only the ports of the web interface open',
    off: FLOATING,
    from: '192.168.1.10',
    to: '192.168.1.1',
    flow: { port: 22 },
    is: `block by ${DENY}`,
  },
  {
    it: 'keeps the web interface open only on lan',
    off: [...BLOCKED, 'LEGACY opt1', 'MVC-noquick'],
    to: '192.168.1.1',
    flow: { port: 443 },
    is: `block by ${DENY}`,
  },
  {
    it: 'lets DHCP in on lan',
    off: FLOATING,
    from: '0.0.0.0',
    to: '255.255.255.255',
    flow: { fromInterface: 'lan', protocol: 'udp', port: 67, sourcePort: 68 },
    is: 'pass by allow access to DHCP server',
  },
  { it: 'blocks port 0 before any rule of a user', flow: { port: 0 }, is: 'block by block all targeting port 0' },
  { it: 'lets the firewall itself out', from: '10.10.1.1', flow: { port: 22 }, is: `pass by ${OUT}` },
  {
    it: 'asks the rules for out on the way out',
    off: GROUPED.filter((name) => name !== 'MVC-float-all-950'),
    change: { 'MVC-float-all-950': { direction: 'out', action: 'block' } },
    is: 'block by MVC-float-all-950',
  },
  {
    it: 'asks a rule for both directions on the way in',
    off: GROUPED.filter((name) => name !== 'MVC-float-all-950'),
    change: { 'MVC-float-all-950': { direction: 'any', action: 'reject' } },
    is: 'reject by MVC-float-all-950',
  },
  {
    it: 'does not ask the rules for out on what ends at the firewall',
    off: GROUPED.filter((name) => name !== 'MVC-float-all-950'),
    change: { 'MVC-float-all-950': { direction: 'out', action: 'block' } },
    to: '10.10.3.1',
    is: 'pass by MVC-if-100',
  },
  {
    it: 'leaves a rule on an interface that is gone out',
    off: GROUPED,
    change: { 'MVC-if-100': opt('opt9') },
    is: 'pass by MVC-if-100b',
  },
  {
    it: 'holds a rule with a gone interface on the others, as a floating rule',
    off: GROUPED,
    change: { 'MVC-block': opt('opt9,opt1') },
    is: 'block by MVC-block',
  },
  {
    it: 'takes a rule on two interfaces as floating',
    off: FLOATING,
    change: { 'MVC-block': opt('opt1,opt2') },
    is: 'block by MVC-block',
  },
  {
    it: 'takes a rule without interface as floating',
    off: FLOATING,
    change: { 'MVC-block': opt('') },
    is: 'block by MVC-block',
  },
  {
    it: 'takes a rule on every interface but one as floating',
    off: FLOATING,
    change: { 'MVC-block': { interface: 'opt2', interfacenot: '1' } },
    is: 'block by MVC-block',
  },
  {
    it: 'excludes nothing when two interfaces are excluded at once',
    off: FLOATING,
    change: { 'MVC-block': { interface: 'opt1,opt2', interfacenot: '1' } },
    is: 'block by MVC-block',
  },
  {
    it: 'orders groups by their own sequence before the sequence of rules',
    off: [...FLOATING, 'LEGACY group'],
    groups: [
      { ...GROUP, sequence: '9' },
      { ifname: 'Second', members: 'opt1', sequence: '5' },
    ],
    change: { 'MVC-block': { interface: 'Second', sequence: '999' } },
    is: 'block by MVC-block',
  },
  {
    it: 'fits nothing into an empty alias',
    off: GROUPED,
    change: { 'MVC-if-100': { source_net: 'incus_empty' } },
    is: 'pass by MVC-if-100b',
  },
  {
    it: 'fits everything outside of an empty alias',
    off: GROUPED,
    change: { 'MVC-if-100': { source_net: 'incus_empty', source_not: '1', action: 'block' } },
    is: 'block by MVC-if-100',
  },
  {
    it: 'turns a source around',
    off: GROUPED,
    change: { 'MVC-if-100': { source_net: 'incus_web2', source_not: '1', action: 'block' } },
    is: 'pass by MVC-if-100b',
  },
  {
    it: 'looks through an alias of aliases',
    off: HUNDREDS,
    change: { 'uses alias': { source_net: 'incus_grp', action: 'block' } },
    from: '10.10.1.200',
    is: 'block by uses alias',
  },
  {
    it: 'does not guess what an external alias holds',
    off: HUNDREDS,
    change: { 'uses alias': { source_net: 'incus_ext', action: 'block' } },
    is: 'unknown by nothing',
  },
  {
    it: 'does not care what an external alias holds when the verdict is the same either way',
    off: HUNDREDS,
    change: { 'uses alias': { source_net: 'incus_ext' } },
    is: 'pass by two aliases',
  },
  {
    it: 'does not guess whose MAC address has which address',
    off: HUNDREDS,
    change: { 'uses alias': { source_net: 'incus_mac', action: 'block' } },
    is: 'unknown by nothing',
  },
  {
    it: 'does not guess whether a schedule holds now',
    off: HUNDREDS,
    change: { 'uses alias': { sched: 'nights', action: 'block' } },
    is: 'unknown by nothing',
  },
  {
    it: 'does not guess where a gateway leads',
    off: GROUPED,
    change: { 'MVC-if-100': { gateway: 'VPN' }, 'MVC-if-100b': { action: 'block' } },
    is: 'unknown by nothing',
  },
  {
    it: 'does not take a block for a way to a gateway',
    off: GROUPED,
    change: { 'MVC-if-100': { gateway: 'VPN', action: 'block' } },
    is: 'block by MVC-if-100',
  },
  {
    it: 'leaves a rule with a name that nothing has out',
    off: GROUPED,
    change: { 'MVC-if-100': { source_net: 'no_such_alias' } },
    is: 'pass by MVC-if-100b',
  },
  {
    it: 'leaves a rule that names a port alias as its source out',
    off: GROUPED,
    change: { 'MVC-if-100': { source_net: 'incus_ports' } },
    is: 'pass by MVC-if-100b',
  },
  {
    it: 'reads opt1 as its network',
    off: GROUPED,
    change: { 'MVC-if-100': { source_net: 'opt1', action: 'block' } },
    is: 'block by MVC-if-100',
  },
  {
    it: 'reads opt1ip as the address of the firewall alone',
    off: GROUPED,
    change: { 'MVC-if-100': { source_net: 'opt1ip', action: 'block' } },
    is: 'pass by MVC-if-100b',
  },
  {
    it: 'reads (self) as every address of the firewall',
    off: GROUPED,
    change: { 'MVC-if-100': { destination_net: '(self)', action: 'block' } },
    to: '10.10.3.1',
    is: 'block by MVC-if-100',
  },
  {
    it: 'holds a rule that asks for other TCP flags for no new connection',
    off: GROUPED,
    change: { 'MVC-if-100': { protocol: 'TCP', tcpflags1: 'syn,ack', tcpflags2: 'syn,ack', action: 'block' } },
    is: 'pass by MVC-if-100b',
  },
  {
    it: 'does not promise answers to a rule without state',
    off: GROUPED,
    change: { 'MVC-if-100': { statetype: 'none' } },
    is: 'unknown by nothing',
  },
];
