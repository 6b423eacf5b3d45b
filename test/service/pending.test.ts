import { describe, expect, it } from 'vitest';
import type { ApplyMemory, Observed } from '../../src/model/firewall.js';
import { EMPTY_LEDGER, type Ledger, type Original, type PendingApply } from '../../src/model/ledger.js';
import { applyId } from '../../src/secrets/apply-id.js';
import { fingerprintOf, withInstallation } from '../../src/service/identity.js';
import { ownerNotes, settlePending } from '../../src/service/pending.js';
import { pair } from '../plan/build.js';

const TOKEN = 'ab'.repeat(32);
const ID = applyId(TOKEN);

const MASK: Original = { interface: 'opt1', setting: 'mask', value: null, recordedAt: '2026-11-22T03:00:00Z' };
const RANGE: Original = { interface: 'opt1', setting: 'range', value: null, recordedAt: '2026-11-22T03:00:00Z' };
const FREED = { interface: 'opt1', address: '10.2.0.9', nic: 'default/db/eth0', until: '2026-11-29T03:00:00Z' };

const PENDING: PendingApply = {
  token: TOKEN,
  target: 'https://fw.lan',
  sentAt: '2026-11-22T03:00:00Z',
  confirmSeconds: 120,
  checksum: '0123456789abcdef',
  before: { originals: [RANGE], quarantine: [FREED] },
};

/** After the apply the mask is ours and the range is given back. */
const LEDGER: Ledger = {
  version: 1,
  unfinishedSince: '2026-11-22T03:00:00Z',
  originals: [MASK],
  quarantine: [],
  installation: '0'.repeat(32),
  pending: PENDING,
};

/** Long after the time to confirm. */
const LATER = new Date('2026-11-22T04:00:00Z');

const MEMORY: ApplyMemory = { maxConfirmSeconds: 600, owners: [], waiting: [], applies: [] };

function observed(memory: Partial<ApplyMemory> | undefined): Observed {
  return {
    transport: 'plugin',
    target: 'https://fw.lan',
    revision: 'r',
    version: '26.7.2',
    interfaces: [],
    segments: [],
    otherDhcp: [],
    leases: [],
    neighbours: [],
    ownAddress: undefined,
    peerAddress: undefined,
    notes: [],
    ...(memory === undefined ? {} : { memory: { ...MEMORY, ...memory } }),
  };
}

const listed = (outcome: string) => ({ applies: [{ id: ID, owner: 'home', outcome }] });

describe('the ledger after an apply that the last run left unconfirmed', () => {
  it.each([
    ['was rolled back', 'rolled_back', 'before'],
    ['was confirmed', 'confirmed', 'after'],
  ])('remembers by which configuration the firewall is in step when it %s', (_what, outcome, configuration) => {
    const pending = { ...PENDING, before: { ...PENDING.before, configuration: 'before' } };
    const ledger = { ...LEDGER, configuration: 'after', pending };
    expect(settlePending(ledger, observed(listed(outcome)), LATER).ledger.configuration).toBe(configuration);
  });

  it('keeps the token where the apply came to this node of a pair without its watch, and says that it is in force', () => {
    const unwatched = [{ id: ID, owner: 'home', until: '2026-11-22T03:02:00Z' }];
    const settled = settlePending(LEDGER, { ...observed({}), pair: pair({ unwatched }) }, LATER);

    expect(settled.ledger).toEqual({ ...LEDGER, unfinishedSince: undefined });
    expect(settled.notes).toEqual([
      expect.stringMatching(/it is in force here, and nobody undoes it\. slash32 confirm keeps it/),
    ]);
    expect(settled.waiting).toBeUndefined();
  });

  it('forgets an apply that this node of a pair does not know, and says that the other one may have got it', () => {
    const addresses = [{ interface: 'lan', address: '192.168.1.1', status: 'master' }];
    const said = (seen: Observed): string => settlePending(LEDGER, seen, LATER).notes.join();

    expect(said({ ...observed({}), pair: pair({ addresses }) })).toContain('or the other node of the pair got it');
    expect(said({ ...observed({}), pair: pair() })).not.toContain('other node');
    expect(said(observed({}))).not.toContain('other node');
  });

  it.each(['confirmed', 'kept'])('keeps what the apply made of it when the firewall says %s', (outcome) => {
    const { ledger, notes, waiting } = settlePending(LEDGER, observed(listed(outcome)), LATER);
    const settled = { id: ID, checksum: PENDING.checksum, how: 'confirmed' };
    expect(ledger).toEqual({ ...EMPTY_LEDGER, originals: [MASK], installation: LEDGER.installation, settled });
    expect(notes.join()).toContain('was confirmed');
    expect(waiting).toBeUndefined();
  });

  it.each([
    ['rolled_back', 'was rolled back'],
    ['expired', 'not confirmed in time'],
    ['rebooted', 'reboot'],
    ['restored', 'did not come up healthy'],
  ])('is what it was before when the firewall says %s', (outcome, words) => {
    const { ledger, notes } = settlePending(LEDGER, observed(listed(outcome)), LATER);
    expect(ledger).toEqual({
      ...EMPTY_LEDGER,
      originals: [RANGE],
      quarantine: [FREED],
      installation: LEDGER.installation,
      settled: { id: ID, checksum: PENDING.checksum, how: outcome },
    });
    expect(notes.join()).toContain(words);
  });

  it('keeps the token while the apply waits, and says how to go on', () => {
    const waiting = { id: ID, owner: 'home', until: '2026-11-22T03:02:00Z', secondsLeft: 50 };
    const settled = settlePending(LEDGER, observed({ ...listed('pending'), waiting: [waiting] }), LATER);
    expect(settled.ledger.pending).toEqual(PENDING);
    expect(settled.waiting).toEqual(waiting);
    expect(settled.notes.join()).toMatch(/slash32 confirm or slash32 rollback/);
  });

  it.each([
    ['the firewall does not list it', { applies: [] }],
    ['another one is listed', { applies: [{ id: 'f'.repeat(16), owner: 'home', outcome: 'confirmed' }] }],
    ['the firewall remembers nothing at all', undefined],
  ])('forgets nothing that may matter when %s', (_name, memory) => {
    const { ledger } = settlePending(LEDGER, observed(memory), LATER);
    expect(ledger.originals).toEqual([RANGE, MASK]);
    expect(ledger.quarantine).toEqual([FREED]);
    expect(ledger.pending).toBeUndefined();
    expect(ledger.settled?.how).toBe('unknown');
    expect(ledger.unfinishedSince).toBeUndefined();
  });

  it('is left as it is when nothing was left unconfirmed', () => {
    const { pending: _pending, ...calm } = LEDGER;
    expect(settlePending(calm, observed(listed('confirmed')), LATER).ledger).toBe(calm);
  });

  it('never says the token', () => {
    for (const memory of [undefined, listed('expired'), listed('confirmed')])
      expect(settlePending(LEDGER, observed(memory), LATER).notes.join()).not.toContain(TOKEN);
  });
});

describe('the fingerprint of a configuration', () => {
  const at = { host: 'incus1', stateFile: '/etc/slash32/slash32.state.json' };
  const own = fingerprintOf('home', '0'.repeat(32), at);

  it('is the same in every run', () => {
    expect(fingerprintOf('home', '0'.repeat(32), { ...at })).toBe(own);
    expect(own).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['with another state file', fingerprintOf('home', '1'.repeat(32), at)],
    ['that was copied to another host', fingerprintOf('home', '0'.repeat(32), { ...at, host: 'incus2' })],
    [
      'that was copied to another folder',
      fingerprintOf('home', '0'.repeat(32), { ...at, stateFile: '/root/slash32.state.json' }),
    ],
  ])('is another one for a configuration %s', (_name, other) => {
    expect(other).not.toBe(own);
  });

  it('rests on an id that a state file gets once', () => {
    const first = withInstallation(EMPTY_LEDGER);
    expect(withInstallation(first).installation).toBe(first.installation);
    expect(withInstallation(EMPTY_LEDGER).installation).not.toBe(first.installation);
  });
});

describe('what is said of an owner id', () => {
  const at = { host: 'incus1', stateFile: '/s' };
  const installation = '0'.repeat(32);
  const last = (fingerprint: string) => ({
    ...MEMORY,
    owners: [{ owner: 'home', fingerprint, host: 'incus2', seenAt: '2026-11-22T03:00:00.000Z' }],
  });

  it('is nothing where this configuration used it last, or nobody did', () => {
    const ledger = { ...EMPTY_LEDGER, installation };
    expect(ownerNotes(last(fingerprintOf('home', installation, at)), 'home', ledger, at)).toEqual([]);
    expect(ownerNotes(MEMORY, 'home', EMPTY_LEDGER, at)).toEqual([]);
    expect(ownerNotes(undefined, 'home', EMPTY_LEDGER, at)).toEqual([]);
  });

  it.each([
    ['another state file', { ...EMPTY_LEDGER, installation }],
    ['a state file that was lost', EMPTY_LEDGER],
  ])('names the host that used it last, with %s', (_name, ledger) => {
    const [note] = ownerNotes(last('f'.repeat(64)), 'home', ledger, at);
    expect(note).toMatch(/host incus2.*--take-over/);
  });

  it('names the unconfirmed changes of others', () => {
    const waiting = [
      { id: ID, owner: 'home', until: '2026-11-22T03:02:00Z', secondsLeft: 50 },
      { id: 'e'.repeat(16), owner: 'edge', until: '2026-11-22T03:02:00Z', secondsLeft: 50 },
    ];
    expect(ownerNotes({ ...MEMORY, waiting }, 'home', LEDGER, at)).toEqual([expect.stringContaining('the owner edge')]);
    expect(ownerNotes({ ...MEMORY, waiting }, 'home', EMPTY_LEDGER, at)).toHaveLength(2);
  });
});

describe('an apply that the firewall does not list', () => {
  it('may still show up within its time: its token is kept, and nothing is forgotten', () => {
    const soon = new Date('2026-11-22T03:02:59Z');
    const { ledger, notes, waiting } = settlePending(LEDGER, observed({}), soon);
    expect(ledger).toBe(LEDGER);
    expect(notes.join()).toContain('may still be under way');
    expect(waiting).toBeUndefined();
  });

  it('never arrived once its time is over: what both ledgers remember stays', () => {
    const { ledger } = settlePending(LEDGER, observed({}), new Date('2026-11-22T03:03:00Z'));
    expect(ledger.pending).toBeUndefined();
    expect(ledger.originals).toEqual([RANGE, MASK]);
    expect(ledger.quarantine).toEqual([FREED]);
  });
});
