import { dhcpdRefusal } from '../dhcpd.js';
import type { SimNode } from '../node.js';
import type { SimState } from '../state.js';
import { nameErrors, strangeNetworks, takenAliases, usedAliases } from './alias-checks.js';
import { touchesDhcp } from './effects.js';
import { backupErrors } from './ha.js';
import { findLockout } from './lockout.js';
import type { Complaint, NodeChange, PluginApply, SimPlugin } from './model.js';
import { virtualAddresses } from './networks.js';
import { publishErrors } from './publish-checks.js';
import { doubleRedirects, redirectLockouts, takenRedirects } from './redirect-checks.js';
import { closingInterfaces, restartErrors } from './restart.js';
import { scopeErrors, strayErrors, unfitRedirects } from './scope-checks.js';
import { foreignErrors, nobodysMacs, type Place, sharedNames, takenErrors, unfitErrors } from './segment-checks.js';

/** Why an apply is refused. */
export interface Refusal {
  readonly code: string;
  readonly errors: readonly Complaint[];
}

/** What an edited configuration is judged by. */
export interface Circumstances {
  readonly state: SimState;
  readonly plugin: SimPlugin;
  readonly changes: readonly NodeChange[];
  /** Address that the request came from. */
  readonly caller: string;
}

/** What can be said before anything is edited; undefined when nothing speaks against it. */
export function refuseRequest(
  state: SimState,
  plugin: SimPlugin,
  root: SimNode,
  apply: PluginApply,
  user: string,
): Refusal | undefined {
  const stranger = strangerTo(plugin, apply.owner, user);
  if (stranger !== undefined) return stranger;
  const known = plugin.owners.get(apply.owner);
  if (known !== undefined && known.fingerprint !== apply.fingerprint && apply.take_over !== true) {
    const message = `This owner id is used by another configuration, last seen from ${known.host}.`;
    return { code: 'owner', errors: [{ where: 'owner', object: apply.owner, message }] };
  }
  const places = placesOf(root, apply);
  return firstOf([
    ['scope', () => [...scopeErrors(root, plugin.interfaces, apply), ...publishErrors(root, plugin.publishes, apply)]],
    ['confirm_time', () => confirmErrors(plugin, apply)],
    [
      'backup_node',
      () => (plugin.tellsPair ? backupErrors(state, root, apply) : olderBackupErrors(state, plugin, root, apply)),
    ],
    [
      'invalid',
      () => [
        ...unfitRedirects(root, plugin.interfaces, apply),
        ...places.flatMap(unfitErrors),
        ...places.flatMap((place) => nobodysMacs(place, [...state.macs.values()])),
        ...nameErrors(root, apply),
        ...strangeNetworks(root, apply),
        ...doubleRedirects(root, apply),
      ],
    ],
    ['foreign', () => places.flatMap(foreignErrors)],
    ['taken', () => [...places.flatMap(takenErrors), ...takenAliases(root, apply), ...takenRedirects(root, apply)]],
  ]);
}

/** Why this user may not act for an owner; undefined where he may. */
export function strangerTo(plugin: SimPlugin, owner: string, user: string): Refusal | undefined {
  const bound = plugin.users.get(owner);
  if (bound === undefined || bound === user) return undefined;
  const message = `Only the user ${bound} may act for this owner, and the key is of ${user}.`;
  return { code: 'user', errors: [{ where: 'owner', object: owner, message }] };
}

/** What the edited configuration is refused for; `before` is the one that was read. */
export function refuseResult(
  before: SimNode,
  after: SimNode,
  apply: PluginApply,
  { state, plugin, changes, caller }: Circumstances,
): Refusal | undefined {
  const closing = touchesDhcp(changes) ? closingInterfaces(state, after) : [];
  return firstOf([
    ['scope', () => strayErrors(before, after, changes, plugin.interfaces, apply.owner)],
    ['foreign', () => usedAliases(after, changes)],
    [
      'lockout',
      () => [
        ...findLockout(before, after, apply, state, caller, closing),
        ...redirectLockouts(after, apply, changes, caller),
      ],
    ],
    ['restart', () => restartErrors(apply, closing)],
    ['dhcpd', () => (touchesDhcp(changes) ? dhcpdErrors(after) : [])],
  ]);
}

/** What is no obstacle, but should be known. Look before anything is edited. */
export function notesOf(root: SimNode, apply: PluginApply): string[] {
  return placesOf(root, apply).flatMap(sharedNames);
}

function placesOf(root: SimNode, { owner, segments = [] }: PluginApply): Place[] {
  return segments.map((segment, at) => ({ root, owner, segment, where: `segments/${at}` }));
}

function firstOf(checks: readonly (readonly [code: string, find: () => readonly Complaint[]])[]): Refusal | undefined {
  for (const [code, find] of checks) {
    const errors = find();
    if (errors.length > 0) return { code, errors };
  }
  return undefined;
}

function confirmErrors(plugin: SimPlugin, apply: PluginApply): Complaint[] {
  const seconds = apply.confirm_seconds ?? 0;
  if (seconds <= plugin.maxConfirmSeconds) return [];
  const message = `The longest time to confirm is ${plugin.maxConfirmSeconds} seconds.`;
  return [{ where: 'confirm_seconds', object: String(seconds), message }];
}

/** Before 1.5. Aliases are on no interface, so they count as being on all of ours. */
function olderBackupErrors(state: SimState, plugin: SimPlugin, root: SimNode, apply: PluginApply): Complaint[] {
  const named = [...(apply.segments ?? []), ...(apply.rules ?? []), ...(apply.redirects ?? [])].map(
    (one) => one.interface,
  );
  const ids = new Set([...named, ...(apply.aliases === undefined ? [] : plugin.interfaces)]);
  return [...ids].flatMap((id) =>
    virtualAddresses(root, id)
      .filter((address) => state.carp.get(address) === 'BACKUP')
      .map((object) => ({ where: id, object, message: 'This node is the CARP backup.' })),
  );
}

function dhcpdErrors(after: SimNode): Complaint[] {
  const message = dhcpdRefusal(after);
  return message === undefined ? [] : [{ where: 'dhcpd.conf', object: 'dhcpd', message }];
}
