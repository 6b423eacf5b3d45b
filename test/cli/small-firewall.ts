import { pluginSettings } from './transports.js';

/** A firewall with a WAN and some segments, and whatever else a test writes into it. */
export interface SmallFirewall {
  /** Names of the segments by the number of their interface: `{ 1: 'dmz' }` is opt1, 10.10.1.1/24, DHCP from .200 to .240. */
  readonly segments: Readonly<Record<number, string>>;
  /** Interfaces that the plugin may write. */
  readonly scope: readonly string[];
  /** Where the plugin lets redirects stand; default: everywhere. */
  readonly publishes?: readonly string[];
  /** More elements of an interface's DHCP, by its number. */
  readonly dhcp?: Readonly<Record<number, string>>;
  /** Elements of `<system>`, of `<filter>`, of `<nat>`, of `<OPNsense>`, and beside them. */
  readonly system?: string;
  readonly filter?: string;
  readonly nat?: string;
  readonly own?: string;
  readonly more?: string;
}

/** Its config.xml. */
export function smallFirewall({ segments, scope, publishes, dhcp = {}, ...rest }: SmallFirewall): string {
  const each = (make: (id: string, name: string) => string): string =>
    Object.entries(segments)
      .map(([id, name]) => make(id, name))
      .join('');
  return `<?xml version="1.0"?>
<opnsense>
  <system><hostname>fw</hostname><domain>home.arpa</domain>${rest.system ?? ''}</system>
  <interfaces>
    <wan><if>em0</if><descr>WAN</descr><enable>1</enable><ipaddr>192.0.2.2</ipaddr><subnet>24</subnet></wan>
    ${each((id, name) => `<opt${id}><if>em${id}</if><descr>${name}</descr><enable>1</enable><ipaddr>10.10.${id}.1</ipaddr><subnet>24</subnet></opt${id}>`)}
  </interfaces>
  <dhcpd>${each((id) => `<opt${id}><enable>1</enable><range><from>10.10.${id}.200</from><to>10.10.${id}.240</to></range>${dhcp[Number(id)] ?? ''}</opt${id}>`)}</dhcpd>
  <nat>${rest.nat ?? ''}</nat>
  <filter>${rest.filter ?? ''}</filter>
  ${rest.more ?? ''}
  <OPNsense>${rest.own ?? ''}${pluginSettings(scope, publishes)}</OPNsense>
  <revision><username>root@192.168.1.10</username><description>made changes</description><time>1795319363.77</time></revision>
</opnsense>
`;
}
