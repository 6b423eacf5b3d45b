import type { Pair, PeerAnswer, SharedAddress } from '../../../model/pair.js';
import { pairOf } from '../config/carp.js';
import { gapOf, SYNC_SETTING, unchosen } from '../config/sync-items.js';
import { peerAnswer, peerReason } from './peer.js';
import type { WireState } from './wire.js';
import type { WireHa } from './wire-pair.js';

/**
 * How the firewall stands in its pair. A plugin older than 1.5 tells of IPv4 addresses only, one by one, and looks at no push.
 * Pure.
 */
export function readPair(state: WireState): Pair {
  return state.ha === undefined ? olderPair(state) : tellingPair(state.ha);
}

function tellingPair({ peer, push, role, addresses, items, missing, debts, unwatched }: WireHa): Pair {
  return {
    role,
    addresses: addresses.map(({ interface: id, address, status }) => ({
      interface: id,
      address,
      status: word(status),
    })),
    peer: peer === null || peer === '' ? undefined : peer,
    pushes: push,
    missing: (items === undefined ? missing : [...new Set([...missing, ...unchosen(items)])]).map(gapOf),
    debts: debts.map(({ id, owner, what, since, ...why }) => ({
      id,
      owner,
      what,
      since: instant(since),
      open: why.code === 'open',
      message: peerReason(why),
    })),
    unwatched: unwatched.map(({ id, owner, until }) => ({ id, owner, until: instant(until) })),
    remedy: SYNC_SETTING,
  };
}

function olderPair({ interfaces, peer }: WireState): Pair {
  const addresses = interfaces
    .filter((one) => one.enabled)
    .flatMap(({ id, vips }) =>
      vips
        .filter((vip) => vip.mode === 'carp')
        .map(({ address, status }): SharedAddress => ({ interface: id, address, status: word(status ?? '') })),
    );
  return { ...pairOf(addresses), peer: peer === null || peer === '' ? undefined : peer };
}

/** What the peer did with an apply; undefined where it was not asked. */
export function rememberedPeer(peer: WireState['applies'][number]['peer'], plugin: string): PeerAnswer | undefined {
  return peer === null || peer === undefined ? undefined : peerAnswer(peer, plugin);
}

function word(status: string): string | undefined {
  return status === '' ? undefined : status.toLowerCase();
}

function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
