import type { SimUser } from './users.js';

/**
 * Which addresses a privilege opens: the patterns of OPNsense's ACL files, the same on 25.7, 26.1 and 26.7 for all that is here
 * (docs/facts.md, "OPNsense: calls and privileges"). They name actions with underscores, and what they do not name is closed whatever it does.
 */
const PATTERNS: Readonly<Record<string, readonly string[]>> = {
  'page-all': ['*'],
  'page-diagnostics-arptable': [
    'ui/diagnostics/interface/arp/*',
    'api/diagnostics/interface/get_arp*',
    'api/diagnostics/interface/search_arp*',
  ],
  'page-diagnostics-configurationhistory': ['ui/core/backup/history*', 'api/core/backup/*'],
  'page-diagnostics-logs-firewall-dynamic': [
    'ui/diagnostics/firewall/log*',
    'api/diagnostics/firewall/stream_log',
    'api/diagnostics/firewall/log*',
    'api/diagnostics/interface/get_interface_names',
    'api/diagnostics/dns/reverse_lookup*',
    'api/diagnostics/lvtemplate/*',
  ],
  'page-diagnostics-showstates': [
    'api/diagnostics/firewall/query_states*',
    'api/diagnostics/firewall/del_state*',
    'api/diagnostics/firewall/kill_states*',
    'api/diagnostics/firewall/flush_sources*',
    'api/diagnostics/firewall/flush_states*',
  ],
  'page-filter-api': ['ui/firewall/filter/*', 'api/firewall/filter/*'],
  'page-firewall-alias-edit': ['ui/firewall/alias/*', 'api/firewall/alias/*'],
  'page-firewall-categories': ['ui/firewall/category/*', 'api/firewall/category/*'],
  'page-firewall-nat-portforward-edit': [
    'ui/firewall/d_nat/*',
    'api/firewall/d_nat/*',
    'api/firewall/category/search_item*',
  ],
  'page-interfaces-groups-edit': ['ui/firewall/group', 'api/firewall/group/*'],
  'page-interfaces-neighbor': ['ui/interfaces/neighbor', 'api/interfaces/neighbor/*'],
  'page-services-dnsforwarder': ['ui/dnsmasq/*', 'api/dnsmasq/*'],
  'page-services-slash32': ['ui/slash32/*', 'api/slash32/settings/*', 'api/slash32/status/*'],
  'page-services-slash32-api': ['api/slash32/state/*'],
  'page-status-dhcpleases': ['ui/dhcpv4/leases', 'api/dhcpv4/leases/*'],
  'page-status-interfaces': ['ui/interfaces/overview', 'api/interfaces/overview/*'],
  'page-status-services': ['ui/core/service', 'api/core/service/*'],
  'page-xmlrpclibrary': ['xmlrpc.php*'],
};

/** Open to everybody who is known. */
const ALWAYS = ['index.php?logout', 'api/core/menu/*'];

/** Whether a user may ask for a request URI, as it was sent: OPNsense compares it letter by letter. */
export function mayCall(user: Pick<SimUser, 'privileges'>, uri: string): boolean {
  const masks = user.privileges.flatMap((privilege) => PATTERNS[privilege] ?? []);
  return [...masks, ...ALWAYS].some((mask) => matches(uri, mask));
}

/** A star stands for anything; behind a slash, `&` or `?` at the end, also for the address without them. */
function matches(uri: string, mask: string): boolean {
  const expression = mask
    .replaceAll('.', '\\.')
    .replaceAll('?', '\\?')
    .replaceAll('*', '.*')
    .replace(/([/&?])\.\*$/, '($1.*)?');
  return new RegExp(`^/${expression}$`).test(uri.replace(/#.*$/, ''));
}
