/** The one privilege that the plugin's API needs. */
export const PLUGIN_PRIVILEGE = 'page-services-slash32-api';

/** Which privilege a call needs, by the start of its path (docs/facts.md, "OPNsense: calls and privileges": the ACL patterns of OPNsense match the URI). */
const NEEDED: readonly (readonly [string, string])[] = [
  ['/api/core/backup/', 'page-diagnostics-configurationhistory'],
  ['/api/interfaces/overview/', 'page-status-interfaces'],
  ['/api/dhcpv4/leases/', 'page-status-dhcpleases'],
  ['/api/dhcpv4/service/', 'page-all'],
  ['/api/diagnostics/interface/get_arp', 'page-diagnostics-arptable'],
  ['/api/interfaces/neighbor_settings/', 'page-all'],
  ['/api/firewall/filter/', 'page-filter-api'],
  ['/api/firewall/alias/', 'page-firewall-alias-edit'],
  ['/api/firewall/category/', 'page-firewall-categories'],
  ['/api/firewall/d_nat/', 'page-firewall-nat-portforward-edit'],
  ['/api/diagnostics/firewall/query_states', 'page-diagnostics-showstates'],
  ['/api/diagnostics/firewall/del_state/', 'page-diagnostics-showstates'],
  ['/api/diagnostics/firewall/', 'page-diagnostics-logs-firewall-dynamic'],
  ['/xmlrpc.php', 'page-xmlrpclibrary'],
  ['/api/slash32/', PLUGIN_PRIVILEGE],
];

/** The least privilege that OPNsense lets make the call at `path`. */
export function privilegeFor(path: string): string {
  return NEEDED.find(([start]) => path.startsWith(start))?.[1] ?? 'page-all';
}
