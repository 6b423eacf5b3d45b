import type { RuleRoute } from '../../../model/rules.js';
import { child, childrenNamed, textOf, type XmlElement } from '../xml/element.js';

/** Which interfaces lead to a gateway, as far as config.xml says. */
export interface Gateways {
  /** Interfaces with a gateway. */
  readonly interfaces: ReadonlySet<string>;
  /** Interfaces with a default gateway; all with a gateway when none is marked so. */
  readonly defaults: ReadonlySet<string>;
  readonly routes: readonly RuleRoute[];
  readonly notes: readonly string[];
}

const FROM_OUTSIDE = new Set(['dhcp', 'ppp', 'pppoe', 'pptp', 'l2tp', 'dhcp6', 'slaac', 'track6', '6rd', '6to4']);
const WITH_GATEWAY = new Set(['dhcp', 'ppp', 'pppoe', 'pptp', 'l2tp', 'dhcp6', 'slaac', '6rd', '6to4']);

/** Whether an interface's address setting means that the address comes from outside. */
export function comesFromOutside(setting: string): boolean {
  return FROM_OUTSIDE.has(setting.toLowerCase());
}

/** Gateways and static routes of a config.xml (model Gateways.xml, and `<gateways>` of older versions). */
export function readGateways(root: XmlElement): Gateways {
  const items = [
    ...childrenNamed(child(child(root, 'OPNsense'), 'Gateways'), 'gateway_item'),
    ...childrenNamed(child(root, 'gateways'), 'gateway_item'),
  ].filter((item) => !isOn(item, 'disabled'));
  const byName = new Map(items.map((item) => [textOf(item, 'name'), textOf(item, 'interface')]));
  const interfaces = new Set<string>();
  for (const element of child(root, 'interfaces')?.children ?? []) {
    const chosen = [textOf(element, 'gateway'), textOf(element, 'gatewayv6')].some(
      (name) => name !== '' && name !== 'none',
    );
    const given = [textOf(element, 'ipaddr'), textOf(element, 'ipaddrv6')].some((text) => WITH_GATEWAY.has(text));
    if (chosen || given) interfaces.add(element.name);
  }
  const marked = items.filter((item) => isOn(item, 'defaultgw')).map((item) => textOf(item, 'interface'));
  const routes = childrenNamed(child(root, 'staticroutes'), 'route').filter(
    (route) => !isOn(route, 'disabled') && textOf(route, 'enabled') !== '0',
  );
  const lost = routes.filter((route) => !byName.has(textOf(route, 'gateway'))).map((route) => textOf(route, 'network'));
  return {
    interfaces,
    defaults: marked.length > 0 ? new Set(marked) : interfaces,
    routes: routes.flatMap((route) => {
      const way = byName.get(textOf(route, 'gateway'));
      return way === undefined ? [] : [{ network: textOf(route, 'network'), interface: way }];
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
