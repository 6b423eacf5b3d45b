import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../../src/errors/catalogue.js';
import { Slash32Error } from '../../../../src/errors/slash32-error.js';
import type { FaultKind } from '../../../../src/sim/opnsense/fault-injection.js';
import { apply, createOn, observe, patience, startRig } from './rig.js';

const KINDS: readonly (readonly [FaultKind, ErrorCode, boolean])[] = [
  ['html', 'S32_OPNSENSE_HTML', true],
  ['timeout', 'S32_OPNSENSE_TIMEOUT', true],
  ['reset', 'S32_OPNSENSE_RESET', true],
  ['cut', 'S32_OPNSENSE_CUT_SHORT', true],
  ['half', 'S32_OPNSENSE_CUT_SHORT', true],
  ['empty', 'S32_OPNSENSE_EMPTY', true],
  ['redirect', 'S32_OPNSENSE_REDIRECT', false],
  [302, 'S32_OPNSENSE_NOT_AUTHENTICATED', false],
  [401, 'S32_OPNSENSE_KEY_REJECTED', false],
  [403, 'S32_OPNSENSE_FORBIDDEN', false],
  [404, 'S32_OPNSENSE_NO_ENDPOINT', false],
  [500, 'S32_OPNSENSE_FIREWALL_ERROR', false],
  [502, 'S32_OPNSENSE_UNAVAILABLE', true],
];

const RPC = '/xmlrpc.php';
const BACKUPS = '/api/core/backup/backups';
const DOWNLOAD = '/api/core/backup/download';
const OVERVIEW = '/api/interfaces/overview';
const LEASES = '/api/dhcpv4/leases';
const ARP = '/api/diagnostics/interface/get_arp';
const STATUS = '/api/dhcpv4/service/status';
const RESTART = '/api/dhcpv4/service/restart';
const NEIGHBOURS = '/api/interfaces/neighbor_settings';

const NEW = createOn('opt1', '00:16:3e:11:11:11', '10.1.0.11', 'web');

describe('a firewall that fails while it is read', () => {
  const steps = [RPC, BACKUPS, DOWNLOAD, OVERVIEW, LEASES, ARP].flatMap((path) =>
    KINDS.map(([kind, code, retryable]) => [path, kind, code, retryable] as const),
  );
  // A missing privilege is no error where the part can be left unseen; a missing leases call means a missing plugin.
  const special = (path: string, kind: FaultKind) =>
    (kind === 403 && [RPC, LEASES, ARP].includes(path)) || (kind === 404 && path === LEASES);

  it.each(steps.filter(([path, kind]) => !special(path, kind)))(
    '%s with %s is %s',
    async (path, kind, code, retryable) => {
      const { sim, target } = await startRig({}, patience(kind));
      sim.failNext({ path, kind });
      const error = await failure(observe(target));
      expect(error.code).toBe(code);
      expect(error.retryable).toBe(retryable);
      expect(error.where).toContain(path);
      expect(error.effect).toBe('Nothing was changed on the firewall.');
      expect(error.written).toBe('nothing');
      expect(error.cause).toBeUndefined();
    },
  );

  it('says which plugin is missing when the leases call does not exist', async () => {
    const { target } = await startRig({ iscInstalled: false });
    await expect(observe(target)).rejects.toMatchObject({
      code: 'S32_OPNSENSE_NO_ISC',
      hint: expect.stringContaining('os-isc-dhcp'),
    });
  });

  it('breaks off clearly while it reboots', async () => {
    const { sim, target } = await startRig();
    sim.reboot(5_000);
    await expect(observe(target)).rejects.toMatchObject({ code: 'S32_OPNSENSE_RESET', retryable: true });
  });

  it('refuses the connection clearly when it is off', async () => {
    const { sim, target } = await startRig();
    await sim.close();
    await expect(observe(target)).rejects.toMatchObject({ code: 'S32_OPNSENSE_UNREACHABLE', retryable: true });
  });

  it('stops an answer that is too large', async () => {
    const { sim, target } = await startRig({}, { bodyLimit: 1024 * 1024 });
    sim.failNext({ path: DOWNLOAD, kind: 'too-large' });
    await expect(observe(target)).rejects.toMatchObject({ code: 'S32_OPNSENSE_TOO_LARGE' });
  });

  it('stops at once when it is interrupted', async () => {
    const { sim, target } = await startRig();
    sim.failNext({ path: BACKUPS, kind: 'timeout' });
    const stop = new AbortController();
    const reading = target.observe(stop.signal, () => {});
    setTimeout(() => stop.abort(), 50);
    await expect(reading).rejects.toMatchObject({ code: 'S32_OPNSENSE_INTERRUPTED' });
  });
});

describe('a firewall that fails before the write', () => {
  const steps = [STATUS, BACKUPS].flatMap((path) => KINDS.map(([kind, code]) => [path, kind, code] as const));
  // A 500 of the status call means that there are no DHCP settings yet; a 404 that the plugin is gone.
  const special = (path: string, kind: FaultKind) => path === STATUS && (kind === 500 || kind === 404);

  it.each(steps.filter(([path, kind]) => !special(path, kind)))(
    '%s with %s is %s and leaves the configuration as it is',
    async (path, kind, code) => {
      const { sim, target } = await startRig({}, patience(kind));
      const base = await observe(target);
      const before = sim.configText();
      sim.failNext({ path, kind });
      const error = await failure(apply(target, base, [NEW]));
      expect([error.code, error.written]).toEqual([code, 'nothing']);
      expect(error.effect).toBe('Nothing was changed on the firewall.');
      expect(sim.configText()).toBe(before);
      expect(sim.log.some(({ path: asked }) => asked === RESTART)).toBe(false);
    },
  );
});

describe('a firewall that fails in the write', () => {
  it.each<readonly [FaultKind, ErrorCode, string]>([
    ['html', 'S32_OPNSENSE_HTML', 'unknown'],
    ['timeout', 'S32_OPNSENSE_TIMEOUT', 'unknown'],
    ['reset', 'S32_OPNSENSE_RESET', 'unknown'],
    ['empty', 'S32_OPNSENSE_EMPTY', 'unknown'],
    [500, 'S32_OPNSENSE_FIREWALL_ERROR', 'unknown'],
    [502, 'S32_OPNSENSE_UNAVAILABLE', 'unknown'],
    [302, 'S32_OPNSENSE_NOT_AUTHENTICATED', 'nothing'],
    [401, 'S32_OPNSENSE_KEY_REJECTED', 'nothing'],
    [403, 'S32_OPNSENSE_FORBIDDEN', 'nothing'],
    [404, 'S32_OPNSENSE_NO_ENDPOINT', 'nothing'],
  ])('with %s and nothing done is %s', async (kind, code, written) => {
    const { sim, target } = await startRig({}, patience(kind));
    const base = await observe(target);
    const before = sim.configText();
    sim.failNext({ path: RPC, kind });
    const error = await failure(apply(target, base, [NEW]));
    expect([error.code, error.written]).toEqual([code, written]);
    expect(error.effect).toMatch(/^Nothing (was changed|of this change is) on the firewall/);
    expect(sim.configText()).toBe(before);
    expect(sim.log.some(({ path }) => path === RESTART)).toBe(false);
  });

  it.each<FaultKind>(['html', 'timeout', 'reset', 'empty', 'cut', 'half', 500, 502])(
    'with %s after the work was done sees the write and finishes',
    async (kind) => {
      const { sim, target } = await startRig({}, patience(kind));
      const base = await observe(target);
      sim.failNext({ path: RPC, kind, done: true });
      const result = await apply(target, base, [NEW]);
      expect(result.notes).toEqual([expect.stringContaining('The answer to the write was lost')]);
      expect(sim.leaseFor('00:16:3e:11:11:11')?.address).toBe('10.1.0.11');
      expect(target.calls()).toBeLessThanOrEqual(14);
    },
  );

  it('says that it does not know when reading back fails too', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    sim.failNext({ path: RPC, kind: 'reset', done: true });
    sim.failNext({ path: BACKUPS, kind: 'reset', skip: 1 });
    const error = await failure(apply(target, base, [NEW]));
    expect([error.code, error.written]).toEqual(['S32_OPNSENSE_WRITE_UNKNOWN', 'unknown']);
    expect(error.effect).toBe('The DHCP settings of opt1 may be written or not. DHCP still runs with the former ones.');
  });
});

describe('a firewall that fails after the write', () => {
  const steps: readonly (readonly [string, string, number, string])[] = [
    [
      'reading the history back',
      BACKUPS,
      1,
      'OPNsense confirmed that the DHCP settings of opt1 are written, but that is not verified.',
    ],
    [
      'reading the configuration back',
      DOWNLOAD,
      0,
      'OPNsense confirmed that the DHCP settings of opt1 are written, but that is not verified.',
    ],
    ['the restart', RESTART, 0, 'its restart is not confirmed. The ARP entries are not set.'],
    ['the ARP entries', NEIGHBOURS, 0, 'DHCP runs with them. The static ARP entries are not set yet.'],
  ];

  it.each(
    steps.flatMap((step) =>
      KINDS.filter(([kind]) => kind !== 'cut' && kind !== 'half').map(([kind]) => [...step, kind] as const),
    ),
  )('%s (%s, after %i others: %s) with %s', async (_name, path, skip, effect, kind) => {
    const { sim, target } = await startRig({}, patience(kind));
    const base = await observe(target);
    sim.failNext({ path, kind, skip });
    const error = await failure(apply(target, base, [NEW]));
    expect([error.code, error.written]).toEqual(['S32_PARTIAL', 'all']);
    expect(error.effect).toContain(effect);
    expect(sim.leaseFor('00:16:3e:11:11:11')?.address, 'the write itself stays').toBe('10.1.0.11');
  });

  it.each(KINDS.map(([kind]) => kind))('asks for the state a second time when %s came', async (kind) => {
    const { sim, target } = await startRig({}, patience(kind));
    const base = await observe(target);
    sim.failNext({ path: STATUS, kind, skip: 1 });
    await expect(apply(target, base, [NEW])).resolves.toMatchObject({ notes: [] });
  });

  it('says that the state is not known when it cannot be asked twice', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    sim.failNext({ path: STATUS, kind: 'reset', skip: 1, times: 2 });
    const error = await failure(apply(target, base, [NEW]));
    expect([error.code, error.written]).toEqual(['S32_PARTIAL', 'all']);
    expect(error.effect).toContain(
      'DHCP was told to restart, but its state is not known. The ARP entries are not set.',
    );
  });

  it('writes the former settings back when dhcpd does not run with the new ones', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    const before = dhcpdOf(sim.configText());
    sim.breakDhcpd(true);
    const error = await failure(apply(target, base, [NEW]));
    expect(error.code).toBe('S32_DHCP_DOWN');
    expect(error.effect).toBe('The former settings of opt1 were written back, but DHCP does not run with them either.');
    expect(dhcpdOf(sim.configText())).toBe(before);
  });

  it('says that DHCP runs again after the former settings were written back', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    sim.breakDhcpd(true);
    sim.onSaves(2, () => sim.breakDhcpd(false));
    const error = await failure(apply(target, base, [NEW]));
    expect([error.code, error.written]).toEqual(['S32_DHCP_DOWN', 'nothing']);
    expect(error.effect).toBe('The former settings of opt1 were written back, and DHCP runs with them again.');
    expect(sim.dhcpd().running).toBe(true);
  });

  it.each<FaultKind>(['reset', 500, 401])(
    'says that the new settings stand when writing back fails with %s',
    async (kind) => {
      const { sim, target } = await startRig({}, patience(kind));
      const base = await observe(target);
      sim.breakDhcpd(true);
      sim.failNext({ path: RPC, kind, skip: 1 });
      const error = await failure(apply(target, base, [NEW]));
      expect([error.code, error.written]).toEqual(['S32_DHCP_DOWN', 'unknown']);
      expect(error.effect).toContain(
        'The new settings of opt1 are written, DHCP is down, and writing the former ones back failed:',
      );
    },
  );

  it('finishes a write although it is interrupted in the middle of it', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    const stop = new AbortController();
    sim.onSaves(1, () => stop.abort());
    await expect(apply(target, base, [NEW], stop.signal)).resolves.toMatchObject({ notes: [] });
    expect(sim.log.at(-1)?.path).toContain('neighbor_settings');
  });

  it('writes nothing when it is interrupted before', async () => {
    const { sim, target } = await startRig();
    const base = await observe(target);
    const before = sim.configText();
    const error = await failure(apply(target, base, [NEW], AbortSignal.abort()));
    expect([error.code, error.written]).toEqual(['S32_OPNSENSE_INTERRUPTED', 'nothing']);
    expect(sim.configText()).toBe(before);
  });
});

describe('settling services', () => {
  it('restarts DHCP and sets the ARP entries without a save', async () => {
    const { sim, target } = await startRig();
    await observe(target);
    const before = sim.configText();
    sim.clearLog();
    await target.settle(new AbortController().signal, () => {});
    expect(sim.log.map(({ path }) => path.split('/').slice(-2).join('/'))).toEqual([
      'service/restart',
      'service/status',
      'neighbor_settings/reconfigure',
    ]);
    expect(sim.configText()).toBe(before);
  });

  it.each([
    [RESTART, 'whether DHCP was restarted is not known'],
    [NEIGHBOURS, 'DHCP was restarted; the static ARP entries are not set yet.'],
  ])('says how far it came when %s fails', async (path, effect) => {
    const { sim, target } = await startRig();
    await observe(target);
    sim.failNext({ path, kind: 'reset' });
    const error = await failure(target.settle(new AbortController().signal, () => {}));
    expect(error.code).toBe('S32_OPNSENSE_RESET');
    expect(error.effect).toContain(effect);
  });
});

async function failure(work: Promise<unknown>): Promise<Slash32Error> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Slash32Error);
  return error as Slash32Error;
}

function dhcpdOf(text: string): string {
  return /<dhcpd>[\s\S]*<\/dhcpd>/.exec(text)?.[0] ?? '';
}
