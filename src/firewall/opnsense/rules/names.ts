import type { InterfaceGroup, RuleAlias, RuleInterface } from '../../../model/rules.js';

/** What the names in rules can stand for, and what else decides how a rule is read. */
export interface Names {
  /** Enabled interfaces: OPNsense leaves rules on any other one out. */
  readonly interfaces: ReadonlyMap<string, RuleInterface>;
  /** Interface groups that are set up, with their place in the order. */
  readonly groups: ReadonlyMap<string, GroupName>;
  readonly aliases: ReadonlyMap<string, RuleAlias>;
  /** Interface keys by device (`em2` → `opt1`), since automatic rules name devices. */
  readonly devices: ReadonlyMap<string, string>;
  /** Interface keys that exist, enabled or not. */
  readonly known: ReadonlySet<string>;
}

/** An interface group and its sequence among groups. */
export interface GroupName extends InterfaceGroup {
  readonly sequence: number;
  /** Made by a person under Interfaces > Groups, and not by OPNsense for a VPN. */
  readonly declared: boolean;
}

/** Whether rules can stand on the name: an enabled interface or a group that is set up. */
export function canStandOn(names: Names, name: string): boolean {
  return names.interfaces.has(name) || names.groups.has(name);
}

const WELL_KNOWN_PORTS: Readonly<Record<string, number>> = {
  'afs3-fileserver': 7000,
  aol: 5190,
  auth: 113,
  'avt-profile-1': 5004,
  cvsup: 5999,
  domain: 53,
  'domain-s': 853,
  ftp: 21,
  hbci: 3000,
  http: 80,
  https: 443,
  igmpv3lite: 465,
  imap: 143,
  imaps: 993,
  'ipsec-msft': 10000,
  'ipsec-nat-t': 4500,
  isakmp: 500,
  l2f: 1701,
  ldap: 389,
  ldaps: 636,
  'microsoft-ds': 445,
  'ms-streaming': 1755,
  'ms-wbt-server': 3389,
  msnp: 1863,
  'nat-stun-port': 3478,
  'netbios-dgm': 138,
  'netbios-ns': 137,
  'netbios-ssn': 139,
  nntp: 119,
  ntp: 123,
  openvpn: 1194,
  pop3: 110,
  pop3s: 995,
  pptp: 1723,
  radius: 1812,
  'radius-acct': 1813,
  rfb: 5900,
  sip: 5060,
  'sip-tls': 5061,
  smtp: 25,
  snmp: 161,
  snmptrap: 162,
  ssh: 22,
  submission: 587,
  submissions: 465,
  telnet: 23,
  teredo: 3544,
  tftp: 69,
  urd: 465,
  wins: 1512,
};

/** The port of a number or of a name that OPNsense knows (PortField.php, 26.7.2); undefined for anything else. */
export function portNumber(text: string): number | undefined {
  const named = Object.hasOwn(WELL_KNOWN_PORTS, text) ? WELL_KNOWN_PORTS[text] : undefined;
  if (named !== undefined) return named;
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65535 ? port : undefined;
}

const ICMP_TYPES: Readonly<Record<string, number>> = {
  echorep: 0,
  unreach: 3,
  squench: 4,
  redir: 5,
  althost: 6,
  echoreq: 8,
  routeradv: 9,
  routersol: 10,
  timex: 11,
  paramprob: 12,
  timereq: 13,
  timerep: 14,
  inforeq: 15,
  inforep: 16,
  maskreq: 17,
  maskrep: 18,
  trace: 30,
  dataconv: 31,
  mobredir: 32,
  'ipv6-where': 33,
  'ipv6-here': 34,
  mobregreq: 35,
  mobregrep: 36,
  skip: 39,
  photuris: 40,
};

const ICMP6_TYPES: Readonly<Record<string, number>> = {
  unreach: 1,
  toobig: 2,
  timex: 3,
  paramprob: 4,
  echoreq: 128,
  echorep: 129,
  listqry: 130,
  listenrep: 131,
  listendone: 132,
  routersol: 133,
  routeradv: 134,
  neighbrsol: 135,
  neighbradv: 136,
  redir: 137,
  routrrenum: 138,
  niqry: 139,
  nirep: 140,
  mtraceresp: 200,
  mtrace: 201,
};

/** ICMP types of a comma list of pf's names or numbers (pf.conf(5), icmp(4), icmp6(4)); undefined for one that is neither. */
export function icmpTypes(list: string, version: 4 | 6): (number | undefined)[] {
  const table = version === 4 ? ICMP_TYPES : ICMP6_TYPES;
  return splitList(list).map((name) =>
    /^\d{1,3}$/.test(name) ? Number(name) : Object.hasOwn(table, name) ? table[name] : undefined,
  );
}

/** The comma list of pf's names for ICMP types of IPv4; a type without a name is given as its number. */
export function icmpTypeNames(types: readonly number[]): string {
  const names = Object.entries(ICMP_TYPES);
  return types.map((type) => names.find(([, number]) => number === type)?.[0] ?? String(type)).join(',');
}

/** The parts of a comma list, without blanks and empty parts. */
export function splitList(list: string): string[] {
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
