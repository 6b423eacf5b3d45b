import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../../../src/errors/slash32-error.js';
import { applyAndCommit } from '../../../../src/firewall/opnsense/plugin/commit.js';
import { expectationOf } from '../../../../src/firewall/opnsense/plugin/compare.js';
import { buildPayload } from '../../../../src/firewall/opnsense/plugin/payload.js';
import type { ApplyResult } from '../../../../src/model/firewall.js';
import type { SegmentState } from '../../../../src/model/segment.js';
import { COMMITMENT, change, REVISION, reservation, segmentState } from './builders.js';
import { type FakeFirewall, fakeFirewall, type Trouble } from './fake-firewall.js';

const BASE = [segmentState([reservation(11), reservation(30, { description: 'by hand' })])];
const CHANGES = [change('create', undefined, reservation(20))];

interface Ended {
  readonly firewall: FakeFirewall;
  readonly result: ApplyResult | undefined;
  readonly error: Slash32Error | undefined;
  readonly steps: readonly string[];
}

async function applyWith(trouble: Trouble, part: { seconds?: number; wait?: boolean } = {}): Promise<Ended> {
  const firewall = fakeFirewall(BASE, trouble);
  const commitment = { ...COMMITMENT, seconds: part.seconds ?? 120 };
  const steps: string[] = [];
  const { api, clock, signal } = firewall;
  const ended = await applyAndCommit(
    { api, clock, signal, progress: (step) => void steps.push(step) },
    {
      body: buildPayload({ segments: BASE, revision: REVISION, changes: CHANGES, message: 'a test', commitment }),
      expected: expectationOf('home', BASE, CHANGES),
      wait: part.wait ?? true,
    },
  ).catch((error: unknown) => error);
  const failed = ended instanceof Slash32Error;
  if (ended instanceof Error && !failed) throw ended;
  return { firewall, steps, error: failed ? ended : undefined, result: failed ? undefined : (ended as ApplyResult) };
}

const withoutOurs = (state: SegmentState): SegmentState => ({ ...state, reservations: state.reservations.slice(0, 1) });
const shuffled = (state: SegmentState): SegmentState => ({
  ...state,
  reservations: state.reservations.toReversed().map((entry, position) => ({ ...entry, position })),
});
const foreignAdded = (state: SegmentState): SegmentState => ({
  ...state,
  reservations: [...state.reservations, { ...reservation(99, { description: 'by hand' }), position: 9 }],
});

describe('an apply that is confirmed', () => {
  it('is confirmed once a new connection shows what was planned', async () => {
    const { firewall, result, steps } = await applyWith({});
    expect(result?.kept).toEqual({ state: 'confirmed' });
    expect(firewall.calls).toEqual(['apply@0', 'state@0', 'confirm@0']);
    expect(steps).toEqual(['applied, waiting to reach the firewall again', 'confirmed']);
  });

  it.each<[string, Trouble]>([
    ['the firewall is out of reach for a while', { unreachable: 40 }],
    ['the answer to the apply is lost', { answerLost: 'S32_OPNSENSE_RESET' }],
    ['the answer to the apply does not come in time', { answerLost: 'S32_OPNSENSE_TIMEOUT' }],
    ['the answer to the apply is cut short', { answerLost: 'S32_OPNSENSE_CUT_SHORT' }],
    ['the answer to the apply is no JSON', { answerLost: 'S32_OPNSENSE_BAD_ANSWER' }],
    ['PHP died after the apply', { answerLost: 'S32_OPNSENSE_FIREWALL_ERROR' }],
    ['the answer is lost and the firewall out of reach', { answerLost: 'S32_OPNSENSE_RESET', unreachable: 60 }],
    ['the answer to the confirmation is lost', { confirmLost: 1 }],
    ['somebody confirms it on the status page first', { unreachable: 30, settledBy: { at: 10, outcome: 'confirmed' } }],
    ['the order of entries is another one', { holds: shuffled }],
    ['somebody else added an entry meanwhile', { holds: foreignAdded }],
  ])('is confirmed in the end although %s', async (_name, trouble) => {
    const { firewall, result, error } = await applyWith(trouble);
    expect(error).toBeUndefined();
    expect(result?.kept).toEqual({ state: 'confirmed' });
    expect(firewall.outcome()).toBe('confirmed');
  });

  it('says so when the answer was lost', async () => {
    const { result } = await applyWith({ answerLost: 'S32_OPNSENSE_RESET' });
    expect(result?.notes.join()).toContain('answer to the apply was lost');
  });
});

describe('an apply that is not confirmed', () => {
  it.each<[string, Trouble, Slash32Error['code'], Slash32Error['written'], string]>([
    ['it cuts this program off', { cutsOff: true }, 'S32_PLUGIN_EXPIRED', 'nothing', 'expired'],
    ['only its time is over', { settledBy: { at: 0, outcome: 'expired' } }, 'S32_PLUGIN_LATE', 'nothing', 'expired'],
    ['no connection ever comes about', { unreachable: 'always' }, 'S32_PLUGIN_NOT_REACHED', 'unknown', 'expired'],
    [
      'the firewall answers again only after the deadline',
      { unreachable: 122 },
      'S32_PLUGIN_EXPIRED',
      'nothing',
      'expired',
    ],
    [
      'the answer is lost and it cuts this program off',
      { answerLost: 'S32_OPNSENSE_RESET', cutsOff: true },
      'S32_PLUGIN_EXPIRED',
      'nothing',
      'expired',
    ],
    [
      'the firewall holds something else',
      { holds: withoutOurs },
      'S32_PLUGIN_NOT_AS_PLANNED',
      'nothing',
      'rolled_back',
    ],
    [
      'somebody rolls it back on the status page',
      { unreachable: 30, settledBy: { at: 10, outcome: 'rolled_back' } },
      'S32_PLUGIN_ROLLED_BACK',
      'nothing',
      'rolled_back',
    ],
    [
      'the firewall holds something else, and others changed some of it',
      { holds: withoutOurs, left: [{ where: 'opt1', object: '10.10.1.11', message: 'changed by root' }] },
      'S32_PLUGIN_NOT_AS_PLANNED',
      'unknown',
      'rolled_back',
    ],
  ])('is undone when %s', async (_name, trouble, code, written, outcome) => {
    const { firewall, error } = await applyWith(trouble);
    expect(error).toMatchObject({ code, written });
    expect(firewall.outcome()).toBe(outcome);
  });

  it('names what differs, and rolls back at once', async () => {
    const { firewall, error } = await applyWith({ holds: withoutOurs });
    expect(error?.message).toContain('opt1: the reservation 10.10.1.20 (10:66:6a:00:00:14, "i20") is not there');
    expect(firewall.calls).toEqual(['apply@0', 'state@0', 'rollback@0']);
  });

  it('goes on trying until the firewall has surely rolled back, and no longer', async () => {
    const { firewall, steps } = await applyWith({ unreachable: 'always' }, { seconds: 30 });
    expect(firewall.calls.length).toBeGreaterThan(30);
    expect(firewall.clock.elapsed()).toBeLessThan(50_000);
    expect(steps.some((step) => /rolls back in \d+ s/.test(step))).toBe(true);
  });

  it('is left waiting by Ctrl-C, and says what happens now', async () => {
    const { firewall, error } = await applyWith({ unreachable: 'always', interruptAt: 10 });
    expect(error).toMatchObject({ code: 'S32_PLUGIN_LEFT_WAITING', written: 'unknown' });
    expect(error?.effect).toMatch(/rolls back at (about )?\d\d:\d\d:\d\d UTC\S* unless it is confirmed/);
    expect(firewall.outcome()).toBe('pending');
    expect(firewall.calls).not.toContainEqual(expect.stringContaining('confirm'));
  });
});

describe('an apply that is not waited for', () => {
  it('ends when it is on the firewall, and says until when it waits', async () => {
    const { firewall, result } = await applyWith({}, { wait: false });
    expect(firewall.calls).toEqual(['apply@0']);
    const until = new Date(firewall.clock.now().getTime() + 120_000).toISOString();
    expect(result?.kept).toEqual({ state: 'waiting', until });
  });

  it('is kept at once when nobody asks for a confirmation', async () => {
    const { firewall, result } = await applyWith({}, { seconds: 0 });
    expect(result?.kept).toEqual({ state: 'kept' });
    expect(firewall.calls).toEqual(['apply@0']);
  });

  it('is found again when its answer was lost, also with no time to confirm', async () => {
    const { result } = await applyWith({ answerLost: 'S32_OPNSENSE_RESET' }, { seconds: 0 });
    expect(result?.kept).toEqual({ state: 'kept' });
  });
});

describe('an apply that never was', () => {
  it.each<[Slash32Error['code']]>([
    ['S32_OPNSENSE_UNREACHABLE'],
    ['S32_OPNSENSE_FORBIDDEN'],
    ['S32_OPNSENSE_KEY_REJECTED'],
    ['S32_OPNSENSE_TLS'],
    ['S32_PLUGIN_MISSING'],
  ])('ends at once with %s, because the firewall cannot have got it', async (code) => {
    const { firewall, error } = await applyWith({ applyLost: code });
    expect(error).toMatchObject({ code, written: 'nothing' });
    expect(firewall.calls).toEqual(['apply@0']);
  });

  it('is given up after a while when its answer was lost and the firewall shows nothing of it', async () => {
    const { firewall, error } = await applyWith({ applyLost: 'S32_OPNSENSE_RESET' });
    expect(error).toMatchObject({ code: 'S32_PLUGIN_UNSURE', written: 'unknown' });
    expect(firewall.clock.elapsed()).toBeGreaterThan(29_000);
  });

  it.each<[Slash32Error['code']]>([['S32_OPNSENSE_FIREWALL_ERROR']])(
    'ends with %s after one look when the firewall says that it failed',
    async (code) => {
      const { firewall, error } = await applyWith({ applyLost: code });
      expect(error).toMatchObject({ code, written: 'nothing' });
      expect(firewall.calls).toEqual(['apply@0', 'state@0']);
    },
  );

  it('says what the firewall says of a failure, and looks whether anything is there', async () => {
    const { error } = await applyWith({
      answer: { result: 'failed', message: 'The disk is full. Nothing was saved.' },
    });
    expect(error).toMatchObject({ code: 'S32_PLUGIN_FAILED', written: 'nothing' });
    expect(error?.message).toContain('The disk is full');
  });

  it('is not called undone while the firewall says that it may still be under way', async () => {
    const { firewall, error } = await applyWith({
      answer: { result: 'failed', under_way: true, message: 'configd gave no answer.' },
    });
    expect(error).toMatchObject({ code: 'S32_PLUGIN_UNSURE', written: 'unknown' });
    expect(firewall.clock.elapsed()).toBeGreaterThan(29_000);
  });

  it.each([
    ['invalid', 'S32_PLUGIN_INVALID'],
    ['scope', 'S32_PLUGIN_SCOPE'],
    ['confirm_time', 'S32_PLUGIN_CONFIRM_TIME'],
    ['owner', 'S32_PLUGIN_OWNER'],
    ['foreign', 'S32_PLUGIN_FOREIGN'],
    ['taken', 'S32_PLUGIN_TAKEN'],
    ['lockout', 'S32_PLUGIN_LOCKOUT'],
    ['dhcpd', 'S32_DHCP_FAULT'],
    ['model', 'S32_PLUGIN_MODEL'],
    ['watchdog', 'S32_PLUGIN_WATCHDOG'],
    ['backup_node', 'S32_PLUGIN_BACKUP_NODE'],
    ['something new', 'S32_PLUGIN_REFUSED'],
  ])('names each entry that is refused as %s', async (code, expected) => {
    const errors = [
      { where: 'opt1', object: '10.10.1.20', message: 'this one' },
      { where: 'opt1', object: '10.10.1.21', message: 'and that one' },
    ];
    const { firewall, error } = await applyWith({ answer: { result: 'refused', code, errors } });
    expect(error).toMatchObject({ code: expected, written: 'nothing' });
    expect(error?.message).toContain('opt1, 10.10.1.20: this one');
    expect(error?.message).toContain('opt1, 10.10.1.21: and that one');
    expect(firewall.calls).toEqual(['apply@0']);
  });

  it.each([
    ['conflict', { result: 'conflict', revision: REVISION }, 'S32_CONFLICT'],
    ['pending', { result: 'pending' }, 'S32_PLUGIN_PENDING'],
    ['restored', { result: 'restored', reason: 'dhcpd did not start', left: [] }, 'S32_PLUGIN_RESTORED'],
  ] as const)('ends with nothing written after %s', async (_name, answer, code) => {
    const { error } = await applyWith({ answer });
    expect(error).toMatchObject({ code, written: 'nothing' });
  });

  it('is done when the firewall says all that already', async () => {
    const { result } = await applyWith({ answer: { result: 'nothing', revision: REVISION } });
    expect(result).toMatchObject({ revision: REVISION, kept: { state: 'kept' } });
  });

  it('sends nothing once it was interrupted', async () => {
    const firewall = fakeFirewall(BASE, {});
    const { api, clock } = firewall;
    const body = buildPayload({
      segments: BASE,
      revision: REVISION,
      changes: CHANGES,
      message: '',
      commitment: COMMITMENT,
    });
    const expected = expectationOf('home', BASE, CHANGES);
    await expect(
      applyAndCommit({ api, clock, signal: AbortSignal.abort(), progress: () => {} }, { body, expected, wait: true }),
    ).rejects.toMatchObject({ code: 'S32_OPNSENSE_INTERRUPTED', written: 'nothing' });
    expect(firewall.calls).toEqual([]);
  });
});
