/**
 * Tags that OPNsense's legacy code always reads as a list, even when there is one: those of `listtags()` in
 * src/etc/inc/config.inc that can stand below `<dhcpd>`, and the others whose handling shows in the sections that
 * slash32 keeps of a config.xml.
 */
const LIST_TAGS: ReadonlySet<string> = new Set([
  'acls',
  'alias',
  'config',
  'dnsserver',
  'dnsupdate',
  'domainoverrides',
  'group',
  'hosts',
  'item',
  'key',
  'member',
  'ntpserver',
  'option',
  'pool',
  'priv',
  'row',
  'rule',
  'service',
  'staticmap',
  'user',
  'vip',
  'vlan',
  'winsserver',
]);

/** Whether legacy code reads the tag as a list. */
export function isListTag(name: string): boolean {
  return LIST_TAGS.has(name);
}
