import type { PeerAnswer } from '../../../model/pair.js';
import type { WirePeer } from './wire-pair.js';

/** What an answer of the peer means, and what to do about it. */
interface PeerWord {
  readonly meaning: string;
  readonly remedy: string;
}

const STATUS = 'System: High Availability: Status';
const SETTINGS = 'System: High Availability: Settings';
/** What is owed stays owed until it was seen to arrive. */
const AGAIN = 'the firewall tries again by itself until the peer was seen to have it';

/**
 * Every word with which os-slash32 says what became of a push, apart from `done` and `open`: what it means for the peer, where the
 * plugin says nothing more exact, and what a person does.
 */
export const PEER_WORDS: Readonly<Record<string, PeerWord>> = {
  backup: {
    meaning: 'this node is not the master, so it sends nothing',
    remedy:
      'the change stands on this node alone, and the master goes on without it: point slash32 at the master and apply there. The next synchronisation of the master replaces what stands here',
  },
  'unknown-role': {
    meaning: 'it cannot be seen whether this node is the master, so it sends nothing',
    remedy: 'the change stands on this node alone: look at Interfaces: Virtual IPs: Status on the firewall',
  },
  'no-peer': {
    meaning: 'no other node is named, so nothing was sent',
    remedy: `name it under ${SETTINGS}, Synchronize Config, or switch the push off under Services: slash32: Settings`,
  },
  items: {
    meaning: 'the synchronisation leaves out some of what the change is made of',
    remedy: `choose what is named under ${SETTINGS}, Services; ${AGAIN}`,
  },
  unreachable: {
    meaning: 'the peer does not answer, so it goes on with what it had',
    remedy: `bring it back; ${AGAIN}`,
  },
  login: {
    meaning: 'the peer refused the login or the privilege, so it goes on with what it had',
    remedy: `correct user and password under ${SETTINGS}, or give that user the privilege XMLRPC Library on the peer; ${AGAIN}`,
  },
  'no-plugin': {
    meaning: 'the peer has no os-slash32, so nobody can say what it has',
    remedy: `install os-slash32 on the peer; ${AGAIN}`,
  },
  'old-plugin': {
    meaning: 'the peer has another version of os-slash32, so nobody can say what it has',
    remedy: `install the same os-slash32 on both nodes; ${AGAIN}`,
  },
  'changed-there': {
    meaning: 'what somebody saved on the peer would have been overwritten, so nothing was sent',
    remedy: `look at both nodes, carry over to the master what is right, then Synchronize under ${STATUS}`,
  },
  differs: {
    meaning: 'the peer was asked and does not have what stands here',
    remedy: `take away there what it still has, or Synchronize under ${STATUS}`,
  },
  dhcpd: {
    meaning: 'the peer has it, and its DHCP server does not run with it: after a failover nobody gets an address',
    remedy: 'correct on the peer what its DHCP log names (Services: ISC DHCPv4: Log File), and start it there',
  },
  'no-dhcpd': {
    meaning: 'the peer has no ISC DHCP: after a failover nobody gets an address',
    remedy: `install os-isc-dhcp on the peer; ${AGAIN}`,
  },
  unseen: {
    meaning: 'the configuration was sent, and nobody saw what of it arrived',
    remedy: AGAIN,
  },
  failed: {
    meaning: 'the push failed',
    remedy: `look at System: Log Files: General on the firewall; ${AGAIN}`,
  },
};

/** What was sent without anybody having seen it arrive. */
const UNSEEN = new Set(['no-plugin', 'unseen']);
const LONGEST = 600;

/** What the peer did, for people: that it took a change is said only where that was seen. */
export function peerAnswer(peer: WirePeer, plugin?: string): PeerAnswer {
  const { code } = peer;
  if (code === undefined) return { taken: false, open: false, message: unseen(peer, plugin) };
  if (code === 'done' && peer.pushed) return { taken: true, open: false, message: taken(oneLine(peer.message)) };
  if (code === 'open' || peer.open === true)
    return {
      taken: false,
      open: true,
      message:
        'The change is confirmed; the high-availability peer has not answered yet: slash32 status says what it did.',
    };
  return {
    taken: false,
    open: false,
    message: `${UNSEEN.has(code) ? 'It is not known whether the high-availability peer has the change' : 'The high-availability peer did not take the change'}: ${peerReason(peer)}`,
  };
}

/** A node that became backup sends nothing and starts no services there: it reads that the master has the same. */
function taken(message: string): string {
  return message === ''
    ? 'The high-availability peer took the change: it has what was written, and its services run with that.'
    : `The high-availability peer has the change. ${sentence(message)}`;
}

/** Why the peer has not got something, what that means and what to do, as the end of a sentence. */
export function peerReason({ code, message }: Pick<WirePeer, 'code' | 'message'>): string {
  const word = code === undefined ? undefined : PEER_WORDS[code];
  const seen = oneLine(message) || word?.meaning || (code === undefined ? 'no reason was given' : oneLine(code));
  return word === undefined ? sentence(seen) : `${sentence(seen)} What to do: ${word.remedy}.`;
}

/** A plugin without codes has not looked: OPNsense calls a refused login a success as well. */
function unseen({ pushed, message }: WirePeer, plugin: string | undefined): string {
  const name = plugin === undefined ? 'os-slash32' : `os-slash32 ${plugin}`;
  if (pushed)
    return `The firewall asked its high-availability peer to take the change, and nobody saw whether it did: ${name} does not look. Update os-slash32 on both nodes to 1.5.`;
  return `The high-availability peer did not take the change: ${sentence(oneLine(message) || 'no reason was given')}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, LONGEST);
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
