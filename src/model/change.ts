import type { AddressRange } from './address.js';
import type { ObservedReservation, PoolAccess } from './segment.js';

/** A reservation as slash32 writes it. `mac`, `address` and `hostname` are canonical; `description` carries the marker. */
export interface Reservation {
  readonly mac: string;
  readonly address: string;
  readonly hostname: string;
  readonly description: string;
  readonly arpEntry: boolean;
}

/** `adopt` takes over a foreign entry; `retire` and `restore` set and clear the mark of a missing instance; `release` gives an entry up. */
export type ReservationAction = 'create' | 'update' | 'adopt' | 'retire' | 'restore' | 'release' | 'delete';

/** One change of one reservation. `before` names the entry by its position at the observed revision. */
export interface ReservationChange {
  readonly kind: 'reservation';
  readonly action: ReservationAction;
  readonly segment: string;
  readonly interface: string;
  /** `project/name/nic` of the NIC that the entry is for. */
  readonly nic: string;
  /** Undefined exactly for `create`. */
  readonly before: ObservedReservation | undefined;
  /** Undefined exactly for `delete`. Fields that slash32 does not know stay as they are in the entry. */
  readonly after: Reservation | undefined;
  /** One sentence: why this change, why this address. */
  readonly reason: string;
  /** The rule that asks for it, where that is one of the new ones. */
  readonly rule?: NewRule;
}

/** A DHCP setting of an interface and its value; null takes the setting away. */
export type SettingValue =
  | { readonly setting: 'enabled'; readonly before: boolean; readonly after: boolean }
  | { readonly setting: 'range'; readonly before: AddressRange | null; readonly after: AddressRange | null }
  | { readonly setting: 'mask'; readonly before: string | null; readonly after: string | null }
  | { readonly setting: 'deny_unknown'; readonly before: boolean; readonly after: boolean }
  | { readonly setting: 'mac_allow'; readonly before: string | null; readonly after: string | null }
  | { readonly setting: 'static_arp'; readonly before: 'on' | 'off' | 'dark'; readonly after: 'on' | 'off' }
  /** Option 121 as octets, or `invalid` for one that cannot be read. */
  | { readonly setting: 'routes'; readonly before: string | null; readonly after: string | null }
  | { readonly setting: 'router'; readonly before: string | null; readonly after: string | null }
  | { readonly setting: 'pools'; readonly before: readonly PoolAccess[]; readonly after: readonly PoolAccess[] };

export type SettingName = SettingValue['setting'];

/** What a newer slash32 wants of a segment that an older one left alone: it waits for a person's yes where the segment stands. */
export const NEW_RULES = ['extra-pools', 'oci-routes', 'cut', 'unique-names', 'vlan-nics'] as const;
export type NewRule = (typeof NEW_RULES)[number];

/** One change of one DHCP setting of an interface. */
export type SettingChange = SettingValue & {
  readonly kind: 'setting';
  readonly segment: string;
  readonly interface: string;
  readonly reason: string;
  /** The rule that asks for it, where that is one of the new ones. */
  readonly rule?: NewRule;
};

export type Change = ReservationChange | SettingChange;
