import { describe, expect, it } from 'vitest';
import { PEER_WORDS, peerAnswer } from '../../../../src/firewall/opnsense/plugin/peer.js';
import { verdictOf } from '../../../../src/firewall/opnsense/plugin/verdict.js';
import type { WirePeer } from '../../../../src/firewall/opnsense/plugin/wire-pair.js';

/** Every word that the contract with the plugin has for what became of a push. */
const CODES = [
  ...['done', 'open', 'backup', 'unknown-role', 'no-peer', 'items', 'unreachable', 'login', 'no-plugin', 'old-plugin'],
  ...['changed-there', 'unseen', 'differs', 'dhcpd', 'no-dhcpd', 'failed'],
];

function said(peer: WirePeer): string {
  const verdict = verdictOf({ result: 'confirmed', peer }, 'here');
  return verdict.outcome === 'confirmed' ? verdict.notes.join(' ') : verdict.outcome;
}

describe('what the peer of a pair did', () => {
  it.each(CODES.filter((code) => !['done', 'open'].includes(code)))('is told as what it is: %s', (code) => {
    const text = said({ pushed: false, message: 'seen there', code });

    const isSeen = !['no-plugin', 'unseen'].includes(code);
    expect(text.startsWith('The high-availability peer did not take the change: ')).toBe(isSeen);
    expect(text.startsWith('It is not known whether the high-availability peer has the change: ')).toBe(!isSeen);
    expect(text).toContain('seen there');
    expect(text).toContain(`What to do: ${PEER_WORDS[code]?.remedy}.`);
    expect(said({ pushed: false, message: '', code })).toContain(PEER_WORDS[code]?.meaning);
  });

  it('has a sentence of its own for each word', () => {
    expect(Object.keys(PEER_WORDS).sort()).toEqual(CODES.filter((code) => !['done', 'open'].includes(code)).sort());
    expect(new Set(Object.values(PEER_WORDS).map(({ meaning }) => meaning)).size).toBe(CODES.length - 2);
  });

  it.each<[string, WirePeer, boolean]>([
    ['it was seen to be done', { pushed: true, message: '', code: 'done' }, true],
    [
      'the word is done and the plugin does not say that it was pushed',
      { pushed: false, message: '', code: 'done' },
      false,
    ],
    ['it was pushed with another word', { pushed: true, message: '', code: 'differs' }, false],
    ['it was pushed with a word that nobody knows', { pushed: true, message: '', code: 'later' }, false],
    ['a plugin says so that does not look', { pushed: true, message: '' }, false],
  ])('is called taken only where that was seen: %s', (_what, peer, taken) => {
    expect(peerAnswer(peer).taken).toBe(taken);
    expect(said(peer).includes('took the change')).toBe(taken);
  });

  it('is not known with a plugin that does not look', () => {
    expect(said({ pushed: true, message: '' })).toMatch(
      /asked its .* peer to take the change, and nobody saw whether it did/,
    );
    expect(said({ pushed: false, message: 'no route' })).toBe(
      'The high-availability peer did not take the change: no route.',
    );
  });

  it('is said to have the same where a node that became backup has read that', () => {
    const text = said({ pushed: true, message: 'It has the same', code: 'done' });
    expect(text).toBe('The high-availability peer has the change. It has the same.');
  });

  it('is open until the peer answers', () => {
    expect(peerAnswer({ pushed: false, message: '', code: 'open', open: true })).toMatchObject({
      taken: false,
      open: true,
      message: expect.stringMatching(
        /^The change is confirmed; .*has not answered yet: slash32 status says what it did\.$/,
      ),
    });
  });

  it('passes on a word of a later plugin with what it says', () => {
    expect(said({ pushed: false, message: 'the moon is full', code: 'moon' })).toBe(
      'The high-availability peer did not take the change: the moon is full.',
    );
    expect(said({ pushed: false, message: '', code: 'moon' })).toContain('moon');
  });
});
