import { Slash32Error } from '../../../errors/slash32-error.js';
import type { Resolvers, RestartEffect } from '../../../model/firewall.js';
import type { XmlElement } from '../../../xml/element.js';
import { readResolvers } from '../config/resolvers.js';
import { compareSeries, type Series, seriesOf } from '../http/version.js';
import type { WireAlias, WireState } from './wire.js';

/** What a person does about a plugin that is older than this program, as the end of a sentence. */
export const UPDATE = 'update os-slash32 on the firewall to 1.5';

const FIRST_PATCH_OF_READ_ONLY = 11;
const SERIES_OF_READ_ONLY: Series = [26, 1];

/** Whether a plugin does not tell what a restart of DHCP sets off: all before 1.2. */
export function isOlder(state: WireState): boolean {
  return state.restarts === undefined;
}

/**
 * Why an older plugin must not be sent these: it would fail at them, or refuse them without saying what to do. Undefined where it
 * takes them. Pure.
 */
export function tooOldFor(state: WireState, aliases: readonly WireAlias[]): string | undefined {
  if (!isOlder(state)) return undefined;
  const name = `os-slash32 ${state.plugin} on the firewall`;
  if (failsOn(state.version)) return `${name} fails at every change on OPNsense ${state.version}: ${UPDATE}.`;
  const alias = aliases.find((one) => one.content.some((item) => /^__.+_network$/.test(item)));
  if (alias === undefined) return undefined;
  return `The alias ${alias.name} names the networks of an interface, which ${name} does not take: ${UPDATE}.`;
}

/** What a person should know about an older plugin before anything is asked of it. */
export function olderNotes(state: WireState): string[] {
  if (!isOlder(state)) return [];
  const lacks = failsOn(state.version)
    ? `fails at every change on OPNsense ${state.version}, so that nothing can be written`
    : 'leaves further address pools open, does not see what a restart of DHCP sets off, and takes no policy that names the networks of interface groups or VPNs';
  return [`os-slash32 ${state.plugin} is older than this slash32. It ${lacks}: ${UPDATE}.`];
}

/**
 * The effects of a restart as an older plugin leaves them: it never takes a device out of static ARP that somebody else had set,
 * so what may close there would stay closed when the change is undone.
 */
export function withoutUndo(state: WireState, effects: readonly RestartEffect[]): readonly RestartEffect[] {
  if (!isOlder(state)) return effects;
  const notUndone = `os-slash32 ${state.plugin} would not end that when it undoes the change: ${UPDATE}`;
  return effects.map((one) => (one.what === 'unseen' && !one.served ? { ...one, notUndone } : one));
}

/** Whether what a plugin shows of the rules names what decides where packets go: gateways' addresses, source NAT, states. */
export function showsWays(policyRoot: XmlElement): boolean {
  return policyRoot.attributes.shows === 'ways';
}

/** What is not known for it, with a plugin that does not show that. */
export function wayNotes(state: WireState, policyRoot: XmlElement | undefined): string[] {
  if (policyRoot === undefined || isOlder(state) || showsWays(policyRoot)) return [];
  return [
    `os-slash32 ${state.plugin} on the firewall does not show what source NAT fits, which gateways have an address, and where rules send answers, so what depends on that is not known: update it.`,
  ];
}

/** What DHCP names as resolvers where an interface names none, with a plugin that shows it. */
export function shownResolvers(state: WireState, policyRoot: XmlElement | undefined): Resolvers {
  if (policyRoot?.attributes.resolvers === 'shown') return readResolvers(policyRoot);
  return { unknown: `os-slash32 ${state.plugin} on the firewall does not show it: ${UPDATE}` };
}

/** What is not known of a pair, with a plugin that does not look at it. */
export function pairNotes({ ha, peer, plugin, interfaces }: WireState): string[] {
  const isPair = (peer ?? '') !== '' || interfaces.some(({ vips }) => vips.some(({ mode }) => mode === 'carp'));
  if (ha !== undefined || !isPair) return [];
  return [
    `os-slash32 ${plugin} on the firewall does not look what the other node of the pair has, nor at shared IPv6 addresses, so what is in force after a failover is not known: update os-slash32 on both nodes to 1.5.`,
  ];
}

/** Why a plugin that does not tell of them ends no open connections, as a clause. */
export function staysOpen(state: WireState): string {
  return `os-slash32 ${state.plugin} on the firewall ends none: ${UPDATE}`;
}

/** The error for what an older plugin must not be sent. */
export function tooOld(message: string, where: string): Slash32Error {
  return new Slash32Error('S32_PLUGIN_API', {
    message,
    where,
    effect: 'Nothing was written and no service was touched.',
    written: 'nothing',
  });
}

/** Whether the old controllers call what OPNsense has from 26.1.11 on only. */
function failsOn(version: string | null): version is string {
  const series = seriesOf(version ?? '');
  if (version === null || series === undefined) return false;
  const order = compareSeries(series, SERIES_OF_READ_ONLY);
  const patch = Number(/^\s*\d+\.\d+\.(\d+)/.exec(version)?.[1] ?? 0);
  return order < 0 || (order === 0 && patch < FIRST_PATCH_OF_READ_ONLY);
}
