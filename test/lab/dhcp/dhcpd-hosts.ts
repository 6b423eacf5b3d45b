import { childrenOf, textAt, type XmlElement } from './xml-tree.js';

/** Fields of a static map that change its host block in ways this lab does not follow. */
const UNKNOWN_FIELDS = [
  'filename',
  'rootpath',
  'ddnsdomain',
  'tftp',
  'winsserver',
  'ntpserver',
  'domainsearchlist',
] as const;

/**
 * The `host s_IF_N` blocks of one interface, printed outside its subnet as OPNsense does: in ISC they are global, so a client
 * known on one interface counts as known on all of them.
 */
export function hostBlocks(id: string, dhcp: XmlElement): string {
  const maps = childrenOf(dhcp, 'staticmap');
  const [only] = maps;
  if (maps.length === 1 && only !== undefined && only.children.length === 0) {
    return '';
  }
  return maps.map((map, index) => hostBlock(`s_${id}_${index}`, map, dhcp)).join('');
}

function hostBlock(name: string, map: XmlElement, dhcp: XmlElement): string {
  const used = UNKNOWN_FIELDS.filter((field) => textAt(map, field) !== '');
  if (used.length > 0) {
    throw new Error(`the lab's dhcpd.conf generator does not know <${used.join('>, <')}> in host ${name}`);
  }
  return [
    `\nhost ${name} {\n`,
    line('hardware ethernet', textAt(map, 'mac')),
    line('option dhcp-client-identifier', quote(textAt(map, 'cid'))),
    line('fixed-address', textAt(map, 'ipaddr')),
    hostNameLines(textAt(map, 'hostname')),
    line('option routers', otherThan(textAt(map, 'gateway'), textAt(dhcp, 'gateway'), 'none')),
    line('option domain-name', quote(otherThan(textAt(map, 'domain'), textAt(dhcp, 'domain')))),
    line('default-lease-time', otherThan(textAt(map, 'defaultleasetime'), textAt(dhcp, 'defaultleasetime'))),
    line('max-lease-time', otherThan(textAt(map, 'maxleasetime'), textAt(dhcp, 'maxleasetime'))),
    '}\n',
  ].join('');
}

function hostNameLines(hostname: string): string {
  if (hostname === '') {
    return '';
  }
  return `${line('option host-name', quote(hostname.replace(/[ .]/g, '_')))}  set hostname-override = config-option host-name;\n`;
}

function line(name: string, value: string): string {
  return value === '' ? '' : `  ${name} ${value};\n`;
}

function quote(value: string): string {
  return value === '' ? '' : `"${value}"`;
}

function otherThan(value: string, ...same: readonly string[]): string {
  return same.includes(value) ? '' : value;
}
