import type { InterfaceGroup, RuleAlias, RuleInterface } from '../../../model/rules.js';
import { textOf, type XmlElement } from '../../../xml/element.js';
import { hasStaticAddress, placeKind } from '../config/interfaces.js';

/**
 * The networks behind a name of `<interfaces>`. OPNsense makes an alias `__NAME_network` of each of them, assigned interface,
 * group or not, enabled or not (DynamicAliases/InterfaceNetworkAliases.php, 25.7 to 26.7), and fills it from the devices.
 */
export interface Standing {
  readonly id: string;
  readonly networks: readonly string[];
  /** Why they are not all known here: a clause for people. */
  readonly unknown: string | undefined;
  /** Whether others may stand there than those that a configuration names, without any save. */
  readonly varies: boolean;
}

/** Devices that VPNs make, by the group that OPNsense puts them into when they come up. */
const VPN_DEVICES: Readonly<Record<string, RegExp>> = { openvpn: /^ovpn[cs]\d/, wireguard: /^wg\d/ };
/** Devices whose address whoever is at their other end decides, or the settings of a VPN do. */
const TUNNEL = /^(ovpn[cs]|wg|tun|tap|ipsec|gif|gre|ppp|pppoe|l2tp|pptp|zt|tailscale)\d/;

/** The interfaces that are in a group which OPNsense registered by itself, and why there may be more in it. */
export function vpnGroup(id: string, devices: ReadonlyMap<string, string>): Pick<InterfaceGroup, 'members' | 'unseen'> {
  const devicesOf = Object.hasOwn(VPN_DEVICES, id) ? VPN_DEVICES[id] : undefined;
  return {
    members: [...devices].flatMap(([device, name]) => (devicesOf?.test(device) === true ? [name] : [])),
    unseen: `the networks of the interface group ${id} are not known here`,
  };
}

/** The networks behind each element of `<interfaces>`. */
export function readStanding(
  elements: readonly XmlElement[],
  interfaces: readonly RuleInterface[],
  groups: readonly InterfaceGroup[],
): Standing[] {
  const byId = new Map(interfaces.map((one) => [one.id, one]));
  const names = new Map(groups.map((group) => [group.id, group]));
  return elements.map((element) => {
    const id = element.name;
    const kind = placeKind(element);
    if (kind === 'group') return ofGroup(id, names.get(id), byId);
    const one = byId.get(id);
    if (one === undefined) return { id, networks: [], unknown: undefined, varies: false };
    const hidden = one.unknownFamilies.length > 0 || (one.networks.length === 0 && TUNNEL.test(textOf(element, 'if')));
    return {
      id,
      networks: one.networks,
      unknown: hidden ? `the network of ${id} is not known here` : undefined,
      varies: kind === 'assigned' && !hasStaticAddress(element),
    };
  });
}

/** The same where only interfaces and groups are known, of the running firewall. */
export function standingOf(interfaces: readonly RuleInterface[], groups: readonly InterfaceGroup[]): Standing[] {
  const byId = new Map(interfaces.map((one) => [one.id, one]));
  return [
    ...interfaces.map(({ id, networks }) => ({ id, networks, unknown: undefined, varies: false })),
    ...groups.map((group) => ofGroup(group.id, group, byId)),
  ];
}

/** The alias that OPNsense makes of it. */
export function standingAlias({ id, networks, unknown, varies }: Standing): RuleAlias {
  return { name: `__${id}_network`, kind: 'addresses', entries: networks, unknown, neverPublic: true, varies };
}

/** What its members bring is theirs to tell, so that a group varies by those alone that are no interface here. */
function ofGroup(id: string, group: InterfaceGroup | undefined, byId: ReadonlyMap<string, RuleInterface>): Standing {
  const members = (group?.members ?? []).flatMap((member) => byId.get(member) ?? []);
  const hidden = members.filter((one) => one.unknownFamilies.length > 0).map((one) => one.id);
  const ofMembers = hidden.length === 0 ? undefined : `the network of ${hidden.join(', ')} is not known here`;
  return {
    id,
    networks: [...new Set(members.flatMap((one) => one.networks))],
    unknown: group?.unseen ?? ofMembers,
    varies: group?.unseen !== undefined,
  };
}
