import { parseSpan } from '../../../model/ip.js';
import { child, textOf, type XmlElement } from '../../../xml/element.js';
import { anyEnd, automaticDraft, type RuleDraft } from './draft.js';
import { detourTo, type Gateways } from './gateways.js';
import type { Places } from './interfaces.js';
import { isSet } from './values.js';

/** "Bypass firewall rules for traffic on the same interface" (pf.inc): between a network and those behind a router on it. */
export function bypasses(root: XmlElement, { routes }: Gateways, places: Places): RuleDraft[] {
  if (child(child(root, 'filter'), 'bypassstaticroutes') === undefined) return [];
  return routes.flatMap(({ network, interface: id }, at) => {
    const family = parseSpan(network)?.family;
    const place = places.interfaces.find((one) => one.id === id);
    if (family === undefined || place?.addresses.some((text) => text.includes(':') === (family === 'inet6')) !== true)
      return [];
    return [
      [anyEnd(id), anyEnd(network)],
      [anyEnd(network), anyEnd(id)],
    ].map(([source, destination], side) =>
      automaticDraft({
        id: `automatic/bypass ${at + 1}.${side + 1}`,
        description: 'pass traffic between statically routed subnets',
        priority: 10,
        quick: false,
        interfaces: [id],
        family,
        source: source ?? anyEnd(),
        destination: destination ?? anyEnd(),
        tcpFlags: 'any',
      }),
    );
  });
}

/**
 * "let out anything from firewall host itself (force gw)": packets from an interface's own address go to its gateway, except into
 * its own network, whatever routing says.
 */
export function forcedGateways(root: XmlElement, places: Places, gateways: Gateways, ipv6Off: boolean): RuleDraft[] {
  if (isSet(textOf(child(root, 'system'), 'pf_disable_force_gw'))) return [];
  const elements = child(root, 'interfaces')?.children ?? [];
  const families = ipv6Off ? (['inet'] as const) : (['inet', 'inet6'] as const);
  return places.interfaces.flatMap((one) => {
    const element = elements.find((candidate) => candidate.name === one.id);
    if (child(element, 'internal_dynamic') !== undefined || textOf(element, 'if') === 'lo0') return [];
    return families.flatMap((family): RuleDraft[] => {
      const gateway = gateways.ofInterface[family].get(one.id);
      const own = one.addresses.filter((text) => text.includes(':') === (family === 'inet6'));
      const has = one.unknownFamilies.includes(family) || own.some((text) => !/^fe80:/i.test(text));
      if (gateway === undefined || !has) return [];
      return [
        automaticDraft({
          id: `automatic/force-gateway ${family} ${one.id}`,
          description: 'let out anything from firewall host itself (force gw)',
          priority: 10_000,
          direction: 'out',
          quick: false,
          family,
          source: anyEnd(`(${textOf(element, 'if')})`),
          destination: { net: one.id, not: true, port: '' },
          sentTo: detourTo(`the gateway ${JSON.stringify(gateway.name)}`, [gateway]),
        }),
      ];
    });
  });
}
