import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import type { Observed, Target } from '../../src/model/firewall.js';
import { EMPTY_LEDGER, type Ledger, type Original } from '../../src/model/ledger.js';
import { NO_POLICY } from '../../src/model/policy.js';
import { blankState } from '../../src/model/segment-state.js';
import { buildRelease } from '../../src/plan/release.js';
import { type ApplyOptions, applyOnce } from '../../src/service/apply.js';
import type { PlannerDeps } from '../../src/service/planner.js';

const AT = '2026-11-22T03:00:00Z';
const MASK: Original = { interface: 'opt3', setting: 'mask', value: null, recordedAt: AT };
const DENY: Original = { interface: 'opt3', setting: 'deny_unknown', value: false, recordedAt: AT };
const SEGMENT = {
  name: 'servers',
  network: 'servers',
  interface: 'opt3',
  pool: [],
  pins: {},
  manage: ['reservations' as const],
  rangeAddress: undefined,
  router: undefined,
  arpEntries: false,
  fallback: 'inherit' as const,
  infrastructure: [],
};
const FIREWALL: Observed = {
  transport: 'api',
  target: 'https://fw.lan',
  revision: 'r1',
  version: '26.7.2',
  interfaces: [
    {
      id: 'opt3',
      description: 'SERVERS',
      device: 'em4',
      mac: undefined,
      enabled: true,
      address: '10.2.0.1',
      prefix: 24,
      virtualIps: [],
    },
  ],
  segments: [
    {
      ...blankState('opt3'),
      enabled: true,
      range: { from: '10.2.0.200', to: '10.2.0.220' },
      mask: '255.255.255.255',
      denyUnknown: true,
    },
  ],
  otherDhcp: [],
  leases: [],
  neighbours: [],
  ownAddress: undefined,
  peerAddress: undefined,
  notes: [],
};

/** A run with everything around it played; `written` is what the ledger was, save by save. */
function scene(apply: Target['apply'], ledger: Ledger, observed: Observed = FIREWALL) {
  const written: Ledger[] = [];
  const deps: PlannerDeps = {
    settings: {
      owner: 'home',
      segments: [SEGMENT],
      protect: [],
      exclude: [],
      retainSeconds: 0,
      quarantineSeconds: 0,
      policy: NO_POLICY,
      cut: 'closed',
      limits: { share: 0.3, shareFrom: 3, total: 25 },
    },
    source: {
      read: async () => ({ source: 'test', instances: [], projects: [], allProjects: false, notes: [] }),
    },
    target: { observe: async () => observed, check: () => [], restarts: () => [], apply, settle: async () => {} },
    ledgers: {
      load: async () => ({ ledger: written.at(-1) ?? ledger, missing: false }),
      save: async (next) => void written.push(next),
    },
    now: () => new Date('2026-11-23T12:00:00Z'),
    signal: new AbortController().signal,
    progress: () => {},
  };
  return { deps, written };
}

const OPTIONS: ApplyOptions = {
  adopt: 'none',
  only: { segments: [], instances: [] },
  overrides: { force: true, acceptLockoutRisk: true },
  checksum: undefined,
  approve: async () => true,
  finishLedger: (ledger) => ({ ...ledger, originals: [], quarantine: [] }),
};

const release: Parameters<typeof applyOnce>[2] = (input) => buildRelease(input, [SEGMENT], 'remove');
const ledger: Ledger = { ...EMPTY_LEDGER, originals: [MASK, DENY] };

describe('the ledger around an apply', () => {
  it('still knows the original settings after a write of which nobody knows whether it happened', async () => {
    const lost = new Slash32Error('S32_OPNSENSE_TIMEOUT', { message: 'no answer', written: 'unknown' });
    const { deps, written } = scene(async () => Promise.reject(lost), ledger);

    await expect(applyOnce(deps, OPTIONS, release)).rejects.toBe(lost);

    expect(written.at(-1)?.originals).toEqual([MASK, DENY]);
    expect(written.at(-1)?.unfinishedSince).toBeDefined();
  });

  it('is what it was before where the firewall says that nothing was written', async () => {
    const refused = new Slash32Error('S32_OPNSENSE_TIMEOUT', { message: 'refused', written: 'nothing' });
    const { deps, written } = scene(async () => Promise.reject(refused), ledger);

    await expect(applyOnce(deps, OPTIONS, release)).rejects.toBe(refused);

    expect(written.at(-2)?.unfinishedSince).toBeDefined();
    expect(written.at(-1)).toEqual({ ...ledger, target: 'https://fw.lan' });
  });

  it('knows them while the firewall is written, and forgets them only afterwards', async () => {
    let during: readonly Original[] = [];
    const { deps, written } = scene(async () => {
      during = written.at(-1)?.originals ?? [];
      return { revision: 'r2', notes: [] };
    }, ledger);

    await applyOnce(deps, OPTIONS, release);

    expect(during).toEqual([MASK, DENY]);
    expect(written.at(-1)).toMatchObject({ originals: [], target: 'https://fw.lan' });
  });

  it('is not used for another firewall than the one it is about', async () => {
    const { deps, written } = scene(async () => ({ revision: 'r2', notes: [] }), {
      ...ledger,
      target: 'https://other.lan',
    });
    await expect(applyOnce(deps, OPTIONS, release)).rejects.toMatchObject({ code: 'S32_STATE_TARGET' });
    expect(written).toEqual([]);
  });

  it.each([
    [
      'an address in quarantine',
      { quarantine: [{ interface: 'opt3', address: '10.2.0.9', nic: 'p/a/eth0', until: AT }] },
    ],
    ['a setting as it was', { originals: [MASK] }],
  ])('is not used for another firewall though all that it remembers is %s', async (_what, part) => {
    const { deps, written } = scene(async () => ({ revision: 'r2', notes: [] }), {
      ...EMPTY_LEDGER,
      ...part,
      target: 'https://other.lan',
    });
    await expect(applyOnce(deps, OPTIONS, release)).rejects.toMatchObject({ code: 'S32_STATE_TARGET' });
    expect(written).toEqual([]);
  });

  it('is used for another firewall where it remembers nothing', async () => {
    const { deps } = scene(async () => ({ revision: 'r2', notes: [] }), {
      ...EMPTY_LEDGER,
      target: 'https://other.lan',
    });
    await expect(applyOnce(deps, OPTIONS, release)).resolves.toMatchObject({ plan: { purpose: 'release' } });
  });

  it('forgets what somebody put back by hand, and leaves what he does there later', async () => {
    const segments = [{ ...blankState('opt3'), enabled: true, range: { from: '10.2.0.200', to: '10.2.0.220' } }];
    const { deps, written } = scene(async () => ({ revision: 'r2', notes: [] }), ledger, { ...FIREWALL, segments });
    const outcome = await applyOnce(deps, { ...OPTIONS, finishLedger: (one) => one });
    expect(outcome.kind).toBe('nothing');
    expect(written.at(-1)?.originals).toEqual([]);
  });
});
