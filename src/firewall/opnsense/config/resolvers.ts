import { parseAddress } from '../../../model/address.js';
import type { Resolvers } from '../../../model/firewall.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import { isEmpty } from '../isc/values.js';

/**
 * What DHCP names as resolvers where an interface names none (plugin net/isc-dhcp, dhcpd.inc): the firewall's own address there
 * where something on it answers on port 53, else those of System: Settings: General. Only Unbound and Dnsmasq tell OPNsense on
 * which port they answer, and whether they run at the moment is not asked. Pure.
 */
export function readResolvers(root: XmlElement): Resolvers {
  const unbound = child(child(child(root, 'OPNsense'), 'unboundplus'), 'general');
  const dnsmasq = child(root, 'dnsmasq');
  if (answers(unbound, 'enabled') || answers(dnsmasq, 'enable')) return 'firewall';
  const texts = childrenNamed(child(root, 'system'), 'dnsserver').map((one) => one.text.trim());
  if (isEmpty(texts[0] ?? '')) return [];
  return texts.filter((text) => parseAddress(text) !== undefined);
}

/** Both models take an empty port for 53; a port of 0 is Dnsmasq's way to answer no DNS. */
function answers(settings: XmlElement | undefined, flag: string): boolean {
  if (isEmpty(textOf(settings, flag))) return false;
  const port = textOf(settings, 'port');
  return port === '' || port === '53';
}
