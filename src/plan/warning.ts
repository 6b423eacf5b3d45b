import type { PolicyFindingCode } from '../policy/resolve/types.js';

/** Something a person should know before saying yes. */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
}

export type WarningCode =
  | 'project-incomplete'
  | 'orphaned'
  | 'kept'
  | 'copy-deleted'
  | 'not-isolated'
  | 'mac-filtering'
  | 'second-way'
  | 'second-nic'
  | 'vlan'
  | 'ipv4-filtering'
  | 'ipv6-filtering'
  | 'no-route'
  | 'setting-stuck'
  | 'nobody-protected'
  | 'dhcp-off'
  | 'static-arp-idle'
  | 'first-dhcp-start'
  | 'no-nics'
  | 'adoptable'
  | 'no-address'
  | 'foreign-duplicate'
  | 'name-taken'
  | 'address-changes'
  | 'range-vanishes'
  | 'leases-cut-off'
  | 'leases-unseen'
  | 'mac-list-vanishes'
  | 'mask-changeover'
  | 'neighbours-cut-off'
  | 'restart-closes'
  | 'restart-opens'
  | 'restart-unseen'
  | 'restart-serves'
  | 'extra-pools'
  | 'pools-close'
  | 'new-rule'
  | 'carp-router'
  | 'deny-unknown-hole'
  | 'in-range'
  | 'risky-foreign'
  | 'policy-unseen'
  | 'rules-refused'
  | 'group-closed'
  | 'no-effect'
  | 'alias-kept'
  | 'server-elsewhere'
  | 'test-of-nobody'
  | PolicyFindingCode
  | 'source-note'
  | 'firewall-note';
