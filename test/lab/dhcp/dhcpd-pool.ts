import { elementAt, isSet, textAt, type XmlElement } from './xml-tree.js';

/** Tags that change the generated file in ways this lab does not follow. */
const UNKNOWN_FEATURES = ['failover_peerip', 'ddnsupdate', 'netboot', 'omapi', 'wpad', 'tftp', 'ldap'] as const;

/** @throws Error when the interface uses a feature that the lab's generator leaves out. */
export function refuseUnknownFeatures(id: string, dhcp: XmlElement): void {
  const used = UNKNOWN_FEATURES.filter((name) => textAt(dhcp, name) !== '');
  if (used.length > 0) {
    throw new Error(`the lab's dhcpd.conf generator does not know <${used.join('>, <')}> of ${id}`);
  }
}

/** One `class` for each MAC (or MAC prefix) in the allow and deny lists of all pools, each only once. */
export function classBlocks(pools: readonly XmlElement[]): string {
  const macs = new Set(pools.flatMap((pool) => [...macList(pool, 'mac_allow'), ...macList(pool, 'mac_deny')]));
  return [...macs]
    .map(
      (mac) => `class "${className(mac)}" {
  match if substring (hardware, 1, ${mac.split(':').length}) = ${mac};
}
`,
    )
    .join('');
}

/** The `pool` block: who may have an address of the range, and the range itself. */
export function poolBlock(pool: XmlElement, dhcp: XmlElement): string {
  const gateway = textAt(pool, 'gateway');
  const ownGateway = pool !== dhcp && gateway !== '' && gateway !== 'none' && gateway !== textAt(dhcp, 'gateway');
  return [
    '  pool {\n',
    ...macList(pool, 'mac_allow').map((mac) => `    allow members of "${className(mac)}";\n`),
    ...macList(pool, 'mac_deny').map((mac) => `    deny members of "${className(mac)}";\n`),
    isSet(pool, 'denyunknown') ? '    deny unknown-clients;\n' : '',
    isSet(pool, 'ignoreuids') ? '    ignore-client-uids true;\n' : '',
    ownGateway ? `    option routers ${gateway};\n` : '',
    rangeLine(pool),
    '  }\n\n',
  ].join('');
}

function rangeLine(pool: XmlElement): string {
  // A missing or doubled <range> gives `range  ;`, which dhcpd refuses: the fault must show here as it would there.
  const from = elementAt(pool, 'range', 'from')?.text ?? '';
  const to = elementAt(pool, 'range', 'to')?.text ?? '';
  return `    range ${from} ${to};\n`;
}

function macList(pool: XmlElement, name: string): readonly string[] {
  return [...new Set(textAt(pool, name).split(','))].filter((mac) => mac !== '');
}

function className(mac: string): string {
  return mac.replaceAll(':', '');
}
