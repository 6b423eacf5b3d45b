import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import { bypasses, forcedGateways } from './automatic-ways.js';
import { anyEnd, automaticDraft, type RuleDraft } from './draft.js';
import type { Gateways } from './gateways.js';
import type { Places } from './interfaces.js';
import { blocksIpv6, type Release } from './release.js';
import { isSet } from './values.js';

const PRIVATE = {
  inet: '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,127.0.0.0/8,100.64.0.0/10,169.254.0.0/16',
  inet6: 'fd00::/8,fe80::/10',
} as const;
/** One of them is a private network as well, by version. */
const EITHER = '::/128,::1/128';

/**
 * The rules that OPNsense adds by itself, from the settings of a config.xml (filter.lib.inc, filter_core_rules_system, 26.7.2),
 * those for DHCP excepted: see automatic-dhcp.ts. In order within their priority.
 */
export function automaticRules(root: XmlElement, places: Places, gateways: Gateways, release: Release): RuleDraft[] {
  const system = child(root, 'system');
  const off = blocksIpv6(root, release);
  const asks = (name: string) => release.isOld || !isSet(textOf(system, name));
  return [
    ...(off
      ? [automaticDraft({ id: 'automatic/no-ipv6', description: 'Block all IPv6', action: 'block', family: 'inet6' })]
      : []),
    automaticDraft({
      id: 'automatic/default-deny',
      description: 'Default deny / state violation rule',
      action: 'block',
      quick: false,
      family: 'inet46',
    }),
    ...(off || !asks('no_ipv6_rfc4890_req') ? [] : neededIcmp6(release)),
    ...(asks('no_port0_block') ? portZero() : []),
    ...carp(root, off),
    ...lockouts(system, asks),
    ...bogonsAndPrivate(root, places, off, release),
    automaticDraft({
      id: 'automatic/out',
      description: 'let out anything from firewall host itself',
      priority: 5,
      direction: 'out',
      quick: false,
    }),
    ...bypasses(root, gateways, places),
    ...antiLockout(root),
    ...forcedGateways(root, places, gateways, off),
  ];
}

function neededIcmp6({ isOld }: Release): RuleDraft[] {
  const base = { description: 'IPv6 RFC4890 requirements (ICMP)', family: 'inet6', protocol: 'ipv6-icmp' } as const;
  const essential = '128,133,134,135,136';
  const rule = (id: string, over: Partial<RuleDraft>) =>
    automaticDraft({ ...base, ...over, id: `automatic/icmp6-${id}` });
  const local = 'fe80::/10';
  return [
    rule('needed', { icmp6Types: isOld ? '1,2,135,136' : '1,2,3,4,135,136' }),
    rule('out', {
      icmp6Types: '128,129,133,134,135,136',
      direction: 'out',
      source: anyEnd('(self)'),
      destination: anyEnd('fe80::/10,ff02::/16'),
    }),
    rule('local', { icmp6Types: essential, source: anyEnd(local), destination: anyEnd('fe80::/10,ff02::/16') }),
    rule('from-multicast', { icmp6Types: essential, source: anyEnd('ff02::/16'), destination: anyEnd(local) }),
    rule('from-unset', { icmp6Types: essential, source: anyEnd('::'), destination: anyEnd('ff02::/16') }),
  ];
}

function portZero(): RuleDraft[] {
  const base = {
    description: 'block all targeting port 0',
    action: 'block',
    family: 'inet46',
    protocol: 'tcp/udp',
  } as const;
  return [
    automaticDraft({ ...base, id: 'automatic/from-port-0', source: anyEnd('any', '0') }),
    automaticDraft({ ...base, id: 'automatic/to-port-0', destination: anyEnd('any', '0') }),
  ];
}

function carp(root: XmlElement, ipv6Off: boolean): RuleDraft[] {
  const used = childrenNamed(child(root, 'virtualip'), 'vip').some((vip) => textOf(vip, 'mode') === 'carp');
  if (!used) return [];
  return (ipv6Off ? ['224.0.0.18'] : ['ff02::12', '224.0.0.18']).map((to) =>
    automaticDraft({
      id: `automatic/carp ${to}`,
      description: 'CARP defaults',
      protocol: 'carp',
      direction: 'any',
      destination: anyEnd(to),
    }),
  );
}

function lockouts(system: XmlElement | undefined, asks: (name: string) => boolean): RuleDraft[] {
  const rules: RuleDraft[] = [];
  const ssh = textOf(child(system, 'ssh'), 'port') || '22';
  const web = webPort(system);
  if (asks('no_sshlockout')) {
    for (const port of [ssh, web]) {
      rules.push(
        automaticDraft({
          id: `automatic/banned ${port}`,
          description: 'sshlockout',
          action: 'block',
          protocol: 'tcp',
          source: anyEnd('<sshlockout>'),
          destination: anyEnd('(self)', port),
        }),
      );
    }
  }
  if (asks('no_virusprot')) {
    const source = anyEnd('<virusprot>');
    rules.push(
      automaticDraft({ id: 'automatic/overload', description: 'virusprot overload table', action: 'block', source }),
    );
  }
  return rules;
}

function bogonsAndPrivate(root: XmlElement, places: Places, ipv6Off: boolean, { unspecified }: Release): RuleDraft[] {
  const elements = child(root, 'interfaces')?.children ?? [];
  const families = ipv6Off ? (['inet'] as const) : (['inet', 'inet6'] as const);
  return places.interfaces.flatMap((one) => {
    const element = elements.find((candidate) => candidate.name === one.id);
    if (isSet(textOf(element, 'virtual'))) return [];
    const rule = (what: string, family: 'inet' | 'inet6', from: string) =>
      automaticDraft({
        id: `automatic/${what} ${family} ${one.id}`,
        description: `Block ${what} networks from ${one.description}`,
        priority: 5,
        action: 'block',
        interfaces: [one.id],
        family,
        source: anyEnd(from),
      });
    return families.flatMap((family) => [
      ...(isSet(textOf(element, 'blockbogons'))
        ? [rule('bogon', family, family === 'inet' ? '<bogons>' : '<bogonsv6>')]
        : []),
      ...(isSet(textOf(element, 'blockpriv')) ? privateRules(family, rule, unspecified) : []),
    ]);
  });
}

function privateRules(
  family: 'inet' | 'inet6',
  rule: (what: string, family: 'inet' | 'inet6', from: string) => RuleDraft,
  unspecified: Release['unspecified'],
): RuleDraft[] {
  if (family === 'inet') return [rule('private', family, PRIVATE.inet)];
  if (unspecified !== undefined) return [rule('private', family, `${PRIVATE.inet6},${unspecified}`)];
  const either = rule('private either', family, EITHER);
  const doubt = 'which of :: and ::1 it names depends on the version of OPNsense, which is not known here';
  return [rule('private', family, PRIVATE.inet6), { ...either, unknowns: [doubt] }];
}

/** The interface and ports that the anti-lockout rule keeps open; undefined when it is off. */
export function antiLockoutOf(
  root: XmlElement,
): { readonly interface: string; readonly ports: readonly string[] } | undefined {
  const web = child(child(root, 'system'), 'webgui');
  if (child(web, 'noantilockout') !== undefined) return undefined;
  const ids = (child(root, 'interfaces')?.children ?? [])
    .filter((one) => !isSet(textOf(one, 'virtual')))
    .map((one) => one.name);
  const opts = ids.filter((id) => /^opt\d+$/.test(id)).sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)));
  const primary = [...ids.filter((id) => id === 'lan'), ...opts, ...ids.filter((id) => id === 'wan')][0];
  if (primary === undefined) return undefined;
  const [http, ...rest] = adminPorts(root).map(String);
  const redirect = textOf(web, 'protocol') === 'https' && child(web, 'disablehttpredirect') === undefined ? ['80'] : [];
  return { interface: primary, ports: [...new Set([http ?? '', ...redirect, ...rest])] };
}

/** TCP ports on which the web server and, where it is on, SSH answer. */
export function adminPorts(root: XmlElement): number[] {
  const system = child(root, 'system');
  const ssh = child(system, 'ssh');
  const shell = child(ssh, 'enabled') === undefined ? [] : [textOf(ssh, 'port') || '22'];
  return [webPort(system), ...shell].map(Number);
}

function antiLockout(root: XmlElement): RuleDraft[] {
  const kept = antiLockoutOf(root);
  return (kept?.ports ?? []).map((port) =>
    automaticDraft({
      id: `automatic/anti-lockout ${port}`,
      description: 'anti-lockout rule',
      priority: 5,
      interfaces: kept === undefined ? [] : [kept.interface],
      protocol: 'tcp',
      destination: anyEnd('(self)', port),
    }),
  );
}

function webPort(system: XmlElement | undefined): string {
  const web = child(system, 'webgui');
  return textOf(web, 'port') || (textOf(web, 'protocol') === 'http' ? '80' : '443');
}
