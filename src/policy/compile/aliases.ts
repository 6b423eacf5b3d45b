import type { FirewallInterface } from '../../model/firewall.js';
import { networkOf, parseIp, parseSpan } from '../../model/ip.js';
import type { Place, Selector } from '../../model/policy.js';
import { type AliasEntry, policyDescription } from '../../model/policy-entries.js';
import type { PortPart } from '../../model/rules.js';
import { NOT_PUBLIC } from '../../model/special-networks.js';
import { asSelector } from '../resolve/findings.js';
import { aliasKeyOf, type Resolver } from '../resolve/resolve.js';
import type { PolicyScene } from '../resolve/types.js';
import { type AliasKind, aliasName } from './alias-names.js';
import { shortDigest } from './digest.js';
import { localStanding, networkStanding, ownAddresses, type Standing, uncovered } from './own-addresses.js';
import type { PortGroup } from './ports.js';
import type { CompiledAlias } from './types.js';

/** Gives each thing that rules name an alias, once, and keeps what was asked for. */
export interface AliasMaker {
  /** The alias of a selector that stands for instances, a segment or a network. */
  forSelector(selector: Selector): string;
  /** Everything that is not the internet. */
  forLocal(): string;
  /** One span as it is, several as an alias; undefined for every port. */
  forPorts(group: PortGroup): PortPart | undefined;
  /** All that were asked for, by name. */
  made(): readonly CompiledAlias[];
}

/** Makes aliases for a scene; `foreign` are the names that somebody else's aliases have. */
export function createAliasMaker(scene: PolicyScene, resolver: Resolver, foreign: ReadonlySet<string>): AliasMaker {
  const made = new Map<string, CompiledAlias>();
  const hostAliases = new Map<string, string>();
  const own = ownAddresses(scene);
  const excluded = [...new Set([...own, ...(scene.nodeAddresses ?? [])])];

  function make(
    kind: AliasKind,
    id: string,
    type: AliasEntry['type'],
    content: readonly string[],
    text: string,
    place?: Place,
    standing: (content: readonly string[]) => Standing | undefined = () => undefined,
  ): string {
    const name = aliasName(scene.owner, kind, id, foreign);
    const key = aliasKeyOf(kind, id);
    const entry: AliasEntry = {
      name,
      type,
      content: [...new Set(content)].sort(),
      description: policyDescription(text, scene.owner, key),
    };
    const before = made.get(name);
    if (before !== undefined && before.key !== key) throw new RangeError(`two aliases are called ${name}`);
    made.set(name, { key, place, what: text, entry, ...standing(entry.content) });
    return name;
  }

  function hosts(selector: Selector, kind: AliasKind, id: string, text: string): string {
    const key = aliasKeyOf(kind, id);
    const before = hostAliases.get(key);
    const name = before ?? makeHosts(selector, kind, id, text);
    hostAliases.set(key, name);
    const known = made.get(name);
    // several statements name it, and the last one is the place that is told
    if (before !== undefined && known !== undefined) made.set(name, { ...known, place: selector.place });
    return name;
  }

  function makeHosts(selector: Selector, kind: AliasKind, id: string, text: string): string {
    const { members, segments, networks } = resolver.resolve(selector);
    const addresses = members.map((member) => member.address);
    if (segments.length + networks.length === 0) return make(kind, id, 'host', addresses, text, selector.place);
    const content = [...addresses, ...segments.flatMap(segmentContent), ...networks.flatMap(networkContent)];
    const named = content.filter((item) => item.includes('/'));
    return make(kind, id, 'network', content, text, selector.place, (written) =>
      networkStanding(written, named, scene),
    );
  }

  function segmentContent(name: string): string[] {
    const segment = scene.segments.find((one) => one.name === name);
    const network = networkOn(scene.interfaces.find((one) => one.id === segment?.interface));
    return network === undefined ? [] : networkContent(network);
  }

  /** What is let into a network is not let into the firewall, unless its address is the one that was named. */
  function networkContent(network: string): string[] {
    const span = parseSpan(network);
    if (span === undefined || span.prefix === 32) return [network];
    const inside = excluded.filter((address) => {
      const ip = parseIp(address);
      return ip !== undefined && ip.family === span.family && ip.value >= span.first && ip.value <= span.last;
    });
    return [network, ...inside.map((address) => `!${address}`)];
  }

  return {
    forSelector(selector) {
      switch (selector.kind) {
        case 'group': {
          const group = scene.policy.groups.find((one) => one.name === selector.group);
          return hosts(
            group === undefined ? selector : asSelector(group),
            'group',
            selector.group,
            `group ${selector.group}`,
          );
        }
        case 'tag':
          return hosts(selector, 'tag', selector.tag, `tag ${selector.tag}`);
        case 'project':
          return hosts(selector, 'project', selector.project, `project ${selector.project}`);
        case 'segment':
          return hosts(selector, 'segment', selector.segment, `segment ${selector.segment}`);
        case 'instances':
          return hosts(selector, 'instances', shortDigest(selector.pattern), selector.pattern);
        case 'network':
          return hosts(selector, 'network', shortDigest(selector.network), selector.network);
        default:
          throw new RangeError(`${selector.text} has no alias`);
      }
    },
    forLocal() {
      const standing = scene.interfaces.flatMap((one) => networkOn(one) ?? []);
      const networks = [...NOT_PUBLIC.inet, ...standing];
      const content = [...networks, ...uncovered(own, networks), ...scene.varyingNetworks];
      return make(
        'local',
        'local',
        'network',
        content,
        'everything that is not the internet',
        undefined,
        localStanding,
      );
    },
    forPorts({ protocol, spans }) {
      const [only, more] = spans;
      if (only === undefined) return undefined;
      if (more === undefined) return { kind: 'ports', ...only };
      const content = spans.map(({ from, to }) => (from === to ? String(from) : `${from}:${to}`));
      const text = `${protocol === 'udp' ? 'udp' : 'tcp'} ${content.join(' ')}`;
      return {
        kind: 'alias',
        name: make('ports', shortDigest(content.join(' ')), 'port', content, `ports ${text.slice(4)}`),
      };
    },
    made: () => [...made.values()].sort((a, b) => (a.entry.name < b.entry.name ? -1 : 1)),
  };
}

/** The IPv4 network that stands on an interface: `10.2.0.0/24`; undefined where it has no static address. */
export function networkOn(one: FirewallInterface | undefined): string | undefined {
  if (one?.address === undefined || one.prefix === undefined) return undefined;
  const ip = parseIp(one.address);
  if (ip === undefined || ip.family !== 'inet') return undefined;
  const { first, prefix } = networkOf(ip, one.prefix);
  const text = [24, 16, 8, 0].map((shift) => Math.floor(Number(first) / 2 ** shift) % 256).join('.');
  return `${text}/${prefix}`;
}
