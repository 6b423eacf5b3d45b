import { type Family, parseIp } from '../../../model/ip.js';
import type { Detour, RuleRoute, Way } from '../../../model/rules.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';

/** A gateway that OPNsense knows, in force: configured and switched on with an address, or made of an interface. */
export interface Gateway {
  readonly name: string;
  readonly interface: string;
  readonly family: Family;
  /** Whether its address comes from outside with that of its interface. */
  readonly dynamic: boolean;
  /** Its own address, where it is configured. */
  readonly address?: string;
  readonly default: boolean;
}

/** Which interfaces lead to a gateway, as far as config.xml says. */
export interface Gateways {
  /** By name; those that rules and routes can use. */
  readonly byName: ReadonlyMap<string, Gateway>;
  /** The gateway of each interface and family, as the firewall's own rules take it (Gateways.php, getInterfaceGateway). */
  readonly ofInterface: Readonly<Record<Family, ReadonlyMap<string, Gateway>>>;
  /** Gateway groups by name, with the gateways in force of all their tiers. */
  readonly groups: ReadonlyMap<string, readonly Gateway[]>;
  /** Interfaces with a gateway, of either family. */
  readonly interfaces: ReadonlySet<string>;
  /** Interfaces with a default gateway; all with a gateway when none is marked so. */
  readonly defaults: ReadonlySet<string>;
  readonly routes: readonly RuleRoute[];
  readonly notes: readonly string[];
}

const FROM_OUTSIDE = new Set(['dhcp', 'ppp', 'pppoe', 'pptp', 'l2tp', 'dhcp6', 'slaac', 'track6', '6rd', '6to4']);
const WITH_GATEWAY: Readonly<Record<Family, ReadonlySet<string>>> = {
  inet: new Set(['dhcp', 'ppp', 'pppoe', 'pptp', 'l2tp']),
  inet6: new Set(['dhcp6', 'slaac', '6rd', '6to4']),
};
const FAMILIES = ['inet', 'inet6'] as const;
/** Names that every OPNsense has for "nowhere". */
const NOWHERE: Readonly<Record<string, Family>> = { Null4: 'inet', Null6: 'inet6' };

/** Whether an interface's address setting means that the address comes from outside. */
export function comesFromOutside(setting: string): boolean {
  return FROM_OUTSIDE.has(setting.toLowerCase());
}

/**
 * Gateways and static routes of a config.xml (model Gateways.xml, and `<gateways>` of older versions where that has none). Of a
 * `partial` one, which an older plugin has made, the addresses of gateways are not there, and each is taken to have one.
 */
export function readGateways(root: XmlElement, partial = false): Gateways {
  const model = childrenNamed(child(child(root, 'OPNsense'), 'Gateways'), 'gateway_item');
  const items = model.length > 0 ? model : childrenNamed(child(root, 'gateways'), 'gateway_item');
  const elements = child(root, 'interfaces')?.children ?? [];
  const all = [...configured(items, elements, partial), ...dynamic(items, elements)];
  const byName = new Map(all.map((one) => [one.name, one]));
  const ofInterface = { inet: byInterface(all, elements, 'inet'), inet6: byInterface(all, elements, 'inet6') };
  const interfaces = new Set([...ofInterface.inet.keys(), ...ofInterface.inet6.keys()]);
  const marked = all.filter((one) => one.default).map((one) => one.interface);
  return {
    byName,
    ofInterface,
    groups: readGroups(root, byName),
    interfaces,
    defaults: marked.length > 0 ? new Set(marked) : interfaces,
    ...readRoutes(root, byName),
  };
}

/** How a rule's gateway reaches pf; undefined where nothing of that name is in force, so that OPNsense writes none. */
export function hopOf(
  { byName, groups }: Gateways,
  name: string,
): { readonly family: Family; readonly detour: Detour } | undefined {
  const members = groups.get(name);
  const [first] = members ?? [];
  if (members !== undefined && first !== undefined) {
    const same = members.filter((one) => one.family === first.family);
    return { family: first.family, detour: detourTo(`the gateway group ${JSON.stringify(name)}`, same) };
  }
  const gateway = byName.get(name);
  if (gateway !== undefined)
    return { family: gateway.family, detour: detourTo(`the gateway ${JSON.stringify(name)}`, [gateway]) };
  const nowhere = Object.hasOwn(NOWHERE, name) ? NOWHERE[name] : undefined;
  return nowhere === undefined
    ? undefined
    : { family: nowhere, detour: { name: `${name}, which is nowhere`, ways: [] } };
}

/** A detour over some gateways. */
export function detourTo(name: string, gateways: readonly Gateway[]): Detour {
  return { name, ways: gateways.map(wayTo) };
}

function wayTo({ interface: id, name, address }: Gateway): Way {
  return { interface: id, gateway: name, ...(address === undefined ? {} : { address }) };
}

/** Those with an address of their own; a name that stands twice means the last one. */
function configured(items: readonly XmlElement[], elements: readonly XmlElement[], partial: boolean): Gateway[] {
  return items.flatMap((item): Gateway[] => {
    const on = elements.find((one) => one.name === textOf(item, 'interface'));
    const hasAddress =
      parseIp(textOf(item, 'gateway')) !== undefined || (partial && child(item, 'gateway') === undefined);
    if (isOn(item, 'disabled') || on === undefined || !hasAddress) return [];
    if (partial && comesFromOutside(textOf(on, familyOf(item) === 'inet' ? 'ipaddr' : 'ipaddrv6'))) return [];
    const address = textOf(item, 'gateway');
    return [{ ...shared(item), family: familyOf(item), dynamic: false, ...(address === '' ? {} : { address }) }];
  });
}

/** Those of interfaces that get their address from outside, or that are a gateway themselves; an item only gives them a name. */
function dynamic(items: readonly XmlElement[], elements: readonly XmlElement[]): Gateway[] {
  const named = items.filter((item) => parseIp(textOf(item, 'gateway')) === undefined);
  return elements.flatMap((element) =>
    FAMILIES.flatMap((family): Gateway[] => {
      if (child(element, 'enable') === undefined) return [];
      const setting = textOf(element, family === 'inet' ? 'ipaddr' : 'ipaddrv6');
      const device = textOf(element, 'if');
      const has = WITH_GATEWAY[family].has(setting) || isOn(element, 'gateway_interface') || /^ovpnc/.test(device);
      if (!has) return [];
      const item = named.find((one) => textOf(one, 'interface') === element.name && familyOf(one) === family);
      if (item !== undefined) return isOn(item, 'disabled') ? [] : [{ ...shared(item), family, dynamic: true }];
      const description = textOf(element, 'descr') || element.name;
      const name = `${description}_${parseIp(setting) === undefined && setting !== '' ? setting : 'GW'}`.toUpperCase();
      return [{ name, interface: element.name, family, dynamic: true, default: false }];
    }),
  );
}

function shared(item: XmlElement): Pick<Gateway, 'name' | 'interface' | 'default'> {
  return { name: textOf(item, 'name'), interface: textOf(item, 'interface'), default: isOn(item, 'defaultgw') };
}

function familyOf(item: XmlElement): Family {
  return textOf(item, 'ipprotocol') === 'inet6' ? 'inet6' : 'inet';
}

/** A static one counts for its interface only where the interface names it. */
function byInterface(all: readonly Gateway[], elements: readonly XmlElement[], family: Family): Map<string, Gateway> {
  const found = new Map<string, Gateway>();
  for (const element of elements) {
    if (child(element, 'enable') === undefined) continue;
    const chosen = textOf(element, family === 'inet' ? 'gateway' : 'gatewayv6');
    const isStatic = parseIp(textOf(element, family === 'inet' ? 'ipaddr' : 'ipaddrv6'))?.family === family;
    if (isStatic && (chosen === '' || chosen === 'none')) continue;
    const own = all.filter((one) => one.interface === element.name && one.family === family);
    const gateway = own.find((one) => one.name === chosen) ?? own.find((one) => one.dynamic);
    if (gateway !== undefined) found.set(element.name, gateway);
  }
  return found;
}

/** `<item>` holds names with commas from 26.7 on, one for each tier, and one `NAME|TIER` for each gateway before. */
function readGroups(root: XmlElement, byName: ReadonlyMap<string, Gateway>): Map<string, readonly Gateway[]> {
  const elements = childrenNamed(child(root, 'gateways'), 'gateway_group');
  return new Map(
    elements.map((element) => {
      const items = element.children.filter((one) => /^item\d?$/.test(one.name)).map((one) => one.text);
      const names = items.flatMap((text) => text.split(',')).map((text) => text.replace(/\|.*$/, '').trim());
      return [textOf(element, 'name'), names.flatMap((name) => byName.get(name) ?? [])];
    }),
  );
}

function readRoutes(root: XmlElement, byName: ReadonlyMap<string, Gateway>): Pick<Gateways, 'routes' | 'notes'> {
  const routes = childrenNamed(child(root, 'staticroutes'), 'route').filter(
    (route) => !isOn(route, 'disabled') && textOf(route, 'enabled') !== '0',
  );
  const lost = routes.filter((route) => !byName.has(textOf(route, 'gateway'))).map((route) => textOf(route, 'network'));
  return {
    routes: routes.flatMap((route) => {
      const gateway = byName.get(textOf(route, 'gateway'));
      if (gateway === undefined) return [];
      return [{ network: textOf(route, 'network'), interface: gateway.interface, gateway: gateway.name }];
    }),
    notes:
      lost.length === 0
        ? []
        : [
            `The routes to ${lost.join(', ')} use gateways that are not in the configuration, so they are taken to lead to the internet's way.`,
          ],
  };
}

function isOn(element: XmlElement, name: string): boolean {
  const text = textOf(element, name);
  return text !== '' && text !== '0';
}
