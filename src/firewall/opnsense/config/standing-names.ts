import type { StandingName } from '../../../model/firewall.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';

/**
 * Names that the firewall's own DNS answers with somebody else's address: its own name, and the host overrides of Unbound
 * (`OPNsense/unboundplus`, with their aliases) and of Dnsmasq (`dnsmasq`). Of overrides only those in a domain in which DHCP
 * clients are registered: that of the firewall, of an interface's DHCP settings, or of Unbound's `regdhcpdomain`. Whether the
 * resolver is on is not asked: it may be switched on later, and the names stand. Pure.
 */
export function readStandingNames(root: XmlElement): StandingName[] {
  const system = child(root, 'system');
  const domains = clientDomains(root);
  const names: StandingName[] = [];
  const write = (name: string, domain: string, holder: string): void => {
    if (name === '' || name === '*' || !(domain === '' || domains.has(domain.toLowerCase()))) return;
    names.push({ name, holder });
  };
  write(textOf(system, 'hostname'), '', 'the firewall itself');

  const unbound = child(child(root, 'OPNsense'), 'unboundplus');
  const overrides = new Map<string, XmlElement>();
  for (const host of childrenNamed(child(unbound, 'hosts'), 'host')) {
    if (textOf(host, 'enabled') === '0') continue;
    overrides.set(host.attributes.uuid ?? '', host);
    write(textOf(host, 'hostname'), textOf(host, 'domain'), override(textOf(host, 'server'), 'Unbound'));
  }
  for (const alias of childrenNamed(child(unbound, 'aliases'), 'alias')) {
    const host = overrides.get(textOf(alias, 'host'));
    if (textOf(alias, 'enabled') === '0' || host === undefined) continue;
    const domain = textOf(alias, 'domain') || textOf(host, 'domain');
    write(textOf(alias, 'hostname'), domain, override(textOf(host, 'server'), 'Unbound'));
  }
  for (const host of childrenNamed(child(root, 'dnsmasq'), 'hosts')) {
    const holder = override(textOf(host, 'ip'), 'Dnsmasq');
    write(textOf(host, 'host'), textOf(host, 'domain'), holder);
    for (const full of `${textOf(host, 'cnames')},${textOf(host, 'aliases')}`.split(',')) {
      const [name = '', ...rest] = full.trim().split('.');
      write(name, rest.join('.'), holder);
    }
  }
  return names;
}

function override(address: string, server: string): string {
  return `${address === '' ? 'somebody' : address} (host override of ${server})`;
}

function clientDomains(root: XmlElement): ReadonlySet<string> {
  const general = child(child(child(root, 'OPNsense'), 'unboundplus'), 'general');
  return new Set(
    [
      textOf(child(root, 'system'), 'domain'),
      textOf(general, 'regdhcpdomain'),
      ...(child(root, 'dhcpd')?.children ?? []).map((section) => textOf(section, 'domain')),
    ]
      .filter((domain) => domain !== '')
      .map((domain) => domain.toLowerCase()),
  );
}
