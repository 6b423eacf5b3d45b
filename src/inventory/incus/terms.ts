import type { Inventory } from '../../model/instance.js';

/** How Incus calls what plans speak of, and what is known of its versions where the one at hand is not told. */
export const INCUS_TERMS: Pick<Inventory, 'terms' | 'filterNote'> = {
  terms: {
    macFilter: 'security.mac_filtering',
    ipv4Filter: 'security.ipv4_filtering',
    filterAddress: 'ipv4.address',
    ipv6Filter: 'security.ipv6_filtering',
    vlan: 'vlan',
    taggedVlans: 'vlan.tagged',
    sourceRouting: 'user.slash32.source_routing=true on it',
  },
  filterNote: 'Incus 6.0, 7.0.0 and 7.0.1, and 7.1 to 7.3 drop what they ask, without a word',
};
