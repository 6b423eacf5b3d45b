import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import { EMPTY_LEDGER, type Ledger } from '../../src/model/ledger.js';
import { confirmPending, rollbackPending } from '../../src/service/settle.js';

const SENT = Date.parse('2026-11-23T12:00:00Z');

function deps(now: number, until?: string) {
  const ledger: Ledger = {
    ...EMPTY_LEDGER,
    pending: {
      token: 'a'.repeat(64),
      target: 'https://fw',
      sentAt: '2026-11-23T12:00:00.000Z',
      confirmSeconds: 120,
      checksum: '0'.repeat(16),
      before: { originals: [], quarantine: [] },
      ...(until === undefined ? {} : { until }),
    },
  };
  const away = async (): Promise<never> => {
    throw new Slash32Error('S32_OPNSENSE_UNREACHABLE', {
      message: 'Nobody answers.',
      effect: 'The change waits as before.',
    });
  };
  const ledgers = { load: async () => ({ ledger, missing: false }), save: async () => undefined };
  return {
    owner: 'home',
    commit: { confirm: away, rollback: away },
    ledgers,
    now: () => new Date(now),
    signal: new AbortController().signal,
  };
}

describe('a change that is to be settled while the firewall is away', () => {
  it.each([
    ['confirm', confirmPending],
    ['rollback', rollbackPending],
  ])('%s says that it waits, while it does', async (_name, settle) => {
    await expect(settle(deps(SENT + 60_000))).rejects.toMatchObject({ effect: 'The change waits as before.' });
  });

  it.each([
    ['confirm', confirmPending, undefined],
    ['rollback', rollbackPending, undefined],
    ['confirm', confirmPending, '2026-11-23T12:01:30.000Z'],
  ])('%s says after its time that the firewall has undone it by itself', async (_name, settle, until) => {
    const late = settle(deps(SENT + 121_000, until));
    await expect(late).rejects.toMatchObject({
      code: 'S32_OPNSENSE_UNREACHABLE',
      effect: expect.stringMatching(/rolled the change back by itself, unless somebody confirmed it there/),
      written: 'unknown',
    });
  });
});
