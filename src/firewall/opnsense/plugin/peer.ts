import type { PeerAnswer } from '../../../model/pair.js';
import type { WirePeer } from './wire-pair.js';

/** What an answer of the peer means, and what to do about it. */
interface PeerWord {
  readonly meaning: string;
  readonly remedy: string;
}

const STATUS = 'System: High Availability: Status';
const SETTINGS = 'System: High Availability: Settings';
/** The firewall keeps it as a debt until a push was seen to arrive. */
const AGAIN = `then synchronize under ${STATUS}`;

/**
 * Every word with which os-slash32 says what became of a push, apart from `done` and `open`: what it means for the peer, and what a
 * person does. The plugin's own message names what it saw.
 */
export const PEER_WORDS: Readonly<Record<string, PeerWord>> = {
  backup: {
    meaning:
      'this node is not the master any more, so it hands nothing over: the change stands here alone, and the master goes on without it',
    remedy:
      'point slash32 at the master and apply there; the next synchronisation of the master replaces what stands here',
  },
  'unknown-role': {
    meaning:
      'it cannot be seen whether this node is the master, so it hands nothing over: the change stands here alone',
    remedy: 'look at Interfaces: Virtual IPs: Status on the firewall',
  },
  'no-peer': {
    meaning: 'no other node is named, so the change stands on this one alone',
    remedy: `name it under ${SETTINGS}, Synchronize Config, or switch the push off under Services: slash32: Settings`,
  },
  items: {
    meaning: 'the synchronisation leaves out what the change is made of',
    remedy: `choose what is named under ${SETTINGS}, Services to synchronize, ${AGAIN}`,
  },
  unreachable: {
    meaning: 'the peer could not be reached, so it goes on with what it had',
    remedy: `when it can be reached: ${STATUS}, Synchronize`,
  },
  login: {
    meaning: 'the peer refused the login or the privilege, so it goes on with what it had',
    remedy: `correct the user and the password under ${SETTINGS}, or give that user the privilege System: XMLRPC Library on the peer, ${AGAIN}`,
  },
  'no-plugin': {
    meaning: 'the peer has no os-slash32, so nobody there can say what it has',
    remedy: `install os-slash32 on the peer, ${AGAIN}`,
  },
  'old-plugin': {
    meaning: 'os-slash32 on the peer is older than 1.5, so it cannot say what it has',
    remedy: `update os-slash32 on the peer, ${AGAIN}`,
  },
  'changed-there': {
    meaning:
      'somebody changed on the peer what the push would have replaced, so nothing was pushed and nothing of theirs is lost',
    remedy: `look at both nodes, keep what is right on the master, ${AGAIN}`,
  },
  differs: {
    meaning: 'the peer answered and holds something else than what was sent',
    remedy: `take away there what is named, or synchronize again under ${STATUS}`,
  },
  dhcpd: {
    meaning:
      'the peer has the configuration and its DHCP server does not run with it: after a failover nobody gets an address',
    remedy: 'correct on the peer what its DHCP log names (Services: ISC DHCPv4: Log File), and start it there',
  },
  'no-dhcpd': {
    meaning: 'the peer has no ISC DHCP: after a failover nobody gets an address',
    remedy: `install os-isc-dhcp on the peer, ${AGAIN}`,
  },
  failed: { meaning: 'the push failed', remedy: `look at System: Log Files: General on the firewall, ${AGAIN}` },
};

const LONGEST = 300;

/** What the peer did, for people: that it took a change is said only where that was seen. */
export function peerAnswer(peer: WirePeer, plugin?: string): PeerAnswer {
  const { code } = peer;
  if (code === undefined) return { taken: false, open: false, message: unseen(peer, plugin) };
  if (code === 'done' && peer.pushed)
    return {
      taken: true,
      open: false,
      message: 'The high-availability peer took the change: it has what was written, and its services run with that.',
    };
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
    message: `The high-availability peer did not take the change: ${peerReason(peer)}`,
  };
}

/** Why the peer has not got something, what that means and what to do, as the end of a sentence. */
export function peerReason({ code, message }: Pick<WirePeer, 'code' | 'message'>): string {
  const word = code === undefined ? undefined : PEER_WORDS[code];
  const seen = oneLine(message);
  if (word === undefined) return sentence(seen || (code === undefined ? 'no reason was given' : oneLine(code)));
  const detail = seen === '' ? '' : ` The firewall says: ${sentence(seen)}`;
  return `${word.meaning}.${detail} What to do: ${word.remedy}.`;
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
