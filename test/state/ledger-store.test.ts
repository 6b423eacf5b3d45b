import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import { EMPTY_LEDGER, type Ledger } from '../../src/model/ledger.js';
import { type AtomicSteps, DISK_STEPS } from '../../src/state/atomic-file.js';
import { createLedgerStore } from '../../src/state/ledger-store.js';

/** One of everything; `Required` makes a new field of the ledger fail here until the schema knows it. */
const FULL: Required<Ledger> = {
  version: 1,
  unfinishedSince: '2026-11-22T03:00:00.123Z',
  originals: [
    { interface: 'opt1', setting: 'enabled', value: false, recordedAt: '2026-11-22T03:00:00Z' },
    {
      interface: 'opt1',
      setting: 'range',
      value: { from: '10.2.0.10', to: '10.2.0.20' },
      recordedAt: '2026-11-22T03:00:00Z',
    },
    { interface: 'opt2', setting: 'range', value: null, recordedAt: '2026-11-22T03:00:00Z' },
    { interface: 'opt1', setting: 'mask', value: null, recordedAt: '2026-11-22T03:00:00Z' },
    { interface: 'opt1', setting: 'deny_unknown', value: true, recordedAt: '2026-11-22T03:00:00Z' },
    { interface: 'opt1', setting: 'mac_allow', value: '02:00', recordedAt: '2026-11-22T03:00:00Z' },
    { interface: 'opt1', setting: 'static_arp', value: 'dark', recordedAt: '2026-11-22T03:00:00Z' },
    { interface: 'opt1', setting: 'router', value: '10.2.0.1', recordedAt: '2026-11-22T03:00:00Z' },
    {
      interface: 'opt1',
      setting: 'pools',
      value: [{ from: '10.2.0.240', to: '10.2.0.249', denyUnknown: false, macAllow: null }],
      recordedAt: '2026-11-22T03:00:00Z',
    },
  ],
  quarantine: [{ interface: 'opt1', address: '10.2.0.9', nic: 'default/wéb/eth0', until: '2026-11-29T03:00:00Z' }],
  arrivals: [{ interface: 'opt1', at: '2026-11-22T03:00:00Z' }],
  accepted: [{ interface: 'opt1', rule: 'extra-pools', at: '2026-11-22T03:00:00Z' }],
  waiting: [{ key: 'reservations servers shop', since: '2026-11-22T03:00:00Z' }],
  flaps: [{ nic: 'shop/web/eth0', count: 5, at: '2026-11-22T03:00:00Z' }],
  configuration: 'c0'.repeat(32),
  settled: {
    id: '01'.repeat(8),
    checksum: '0123456789abcdef',
    how: 'expired',
    configuration: 'c1'.repeat(32),
    run: 'r',
  },
  places: { dhcpd: '', 'dhcpd/opt1/staticmap': '<staticmap/>' },
  cutDebts: [
    { since: '2026-11-22T03:00:00Z' },
    {
      since: '2026-11-22T04:00:00Z',
      ways: [
        {
          family: 'inet6',
          rows: [
            {
              from: ['2001:db8::1-2001:db8::1'],
              groups: [
                {
                  to: ['2001:db8::2-2001:db8::9'],
                  services: [
                    { protocol: '*', except: ['tcp'], numbers: [0, 0] },
                    {
                      ...{ protocol: 'tcp', numbers: [80, 90], sourcePorts: [1, 1023] },
                      lands: { address: '10.2.0.9', port: 8080, shifts: true },
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
  target: 'https://fw.lan',
  installation: '0123456789abcdef0123456789abcdef',
  pending: {
    token: 'ab'.repeat(32),
    target: 'https://fw.lan',
    sentAt: '2026-11-22T03:00:00Z',
    confirmSeconds: 120,
    until: '2026-11-22T03:02:00.500Z',
    checksum: '0123456789abcdef',
    before: {
      originals: [{ interface: 'opt1', setting: 'mask', value: null, recordedAt: '2026-11-22T03:00:00Z' }],
      quarantine: [{ interface: 'opt1', address: '10.2.0.9', nic: 'default/db/eth0', until: '2026-11-29T03:00:00Z' }],
    },
  },
};

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slash32-state-'));
  path = join(folder, 'slash32.state.json');
});

afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

async function failure(work: Promise<unknown>): Promise<Slash32Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Slash32Error) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

function load(): Promise<{ ledger: Ledger; missing: boolean }> {
  return createLedgerStore(path, { owner: 'home' }).load();
}

describe('the ledger on disk', () => {
  it('is empty and missing at first', async () => {
    await expect(load()).resolves.toEqual({ ledger: EMPTY_LEDGER, missing: true });
  });

  it('comes back as it was saved', async () => {
    const store = createLedgerStore(path, { owner: 'home' });
    await store.save(FULL);
    await expect(store.load()).resolves.toEqual({ ledger: FULL, missing: false });
    await store.save(EMPTY_LEDGER);
    await expect(store.load()).resolves.toStrictEqual({ ledger: EMPTY_LEDGER, missing: false });
  });

  it('is readable for nobody else, also where the old file was, and leaves nothing beside it', async () => {
    writeFileSync(path, readFileSync('/dev/null'));
    chmodSync(path, 0o644);
    await createLedgerStore(path, { owner: 'home' }).save(FULL);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['slash32.state.json']);
  });

  it('follows a symbolic link instead of replacing it', async () => {
    const real = join(folder, 'real.json');
    await createLedgerStore(real, { owner: 'home' }).save(EMPTY_LEDGER);
    symlinkSync(real, path);
    await createLedgerStore(path, { owner: 'home' }).save(FULL);
    expect(JSON.parse(readFileSync(real, 'utf8'))).toMatchObject({ quarantine: [{ address: '10.2.0.9' }] });
    expect(readdirSync(folder).sort()).toEqual(['real.json', 'slash32.state.json']);
  });
});

describe('a disk that fills up', () => {
  const halfWritten: AtomicSteps = {
    ...DISK_STEPS,
    async writeNew(file, text, mode) {
      writeFileSync(file, text.slice(0, text.length / 2), { mode });
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    },
  };
  const notReplaced: AtomicSteps = {
    ...DISK_STEPS,
    async replace() {
      throw Object.assign(new Error('EIO: i/o error, rename'), { code: 'EIO' });
    },
  };

  it.each([
    ['while writing', halfWritten, /the disk is full/],
    ['while replacing', notReplaced, /the disk reports an error/],
  ])('leaves the old file whole (%s)', async (_name, steps, reason) => {
    await createLedgerStore(path, { owner: 'home' }).save(FULL);
    const before = readFileSync(path, 'utf8');
    const error = await failure(createLedgerStore(path, { owner: 'home', steps }).save(EMPTY_LEDGER));
    expect(error).toMatchObject({ code: 'S32_STATE_WRITE', where: path });
    expect(error.message).toMatch(reason);
    expect(error.effect).toMatch(/^The state file is as it was/);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['slash32.state.json']);
  });

  it('says that the folder is missing', async () => {
    const error = await failure(createLedgerStore(join(folder, 'none', 's.json'), { owner: 'home' }).save(FULL));
    expect(error.message).toMatch(/its folder does not exist/);
  });
});

describe('a file that slash32 did not write like this', () => {
  async function broken(change: (content: Record<string, unknown>) => unknown): Promise<Slash32Error> {
    await createLedgerStore(path, { owner: 'home' }).save(FULL);
    const content: Record<string, unknown> = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify(change(content)));
    return failure(load());
  }

  it.each<[string, string]>([
    ['an empty file', ''],
    ['a file that was cut short', '{"version":1,"owner":"ho'],
    ['something else', '<html>'],
    ['a list', '[]'],
    ['null', 'null'],
  ])('is refused, with what is lost and what to do: %s', async (_name, text) => {
    writeFileSync(path, text);
    const error = await failure(load());
    expect(error.code).toBe('S32_STATE_CORRUPT');
    expect(error.effect).toMatch(/Reservations are not in this file/);
    expect(error.hint).toContain(`mv ${path} ${path}.broken`);
    expect(error.hint).toMatch(/freed addresses may be given out again/);
    expect(existsSync(path)).toBe(true);
  });

  it.each<[string, (content: Record<string, unknown>) => unknown]>([
    ['no owner', ({ owner: _owner, ...rest }) => rest],
    ['no quarantine', ({ quarantine: _quarantine, ...rest }) => rest],
    ['an unknown field', (content) => ({ ...content, extra: 1 })],
    [
      'an address that is none',
      (content) => ({
        ...content,
        quarantine: [{ interface: 'opt1', address: '10.2.0.999', nic: 'a/b/c', until: '2026-11-29T03:00:00Z' }],
      }),
    ],
    [
      'a time that is none',
      (content) => ({
        ...content,
        quarantine: [{ interface: 'opt1', address: '10.2.0.9', nic: 'a/b/c', until: 'soon' }],
      }),
    ],
    [
      'an unknown setting',
      (content) => ({
        ...content,
        originals: [{ interface: 'opt1', setting: 'x', value: true, recordedAt: '2026-11-29T03:00:00Z' }],
      }),
    ],
    [
      'a value that its setting cannot have',
      (content) => ({
        ...content,
        originals: [{ interface: 'opt1', setting: 'static_arp', value: true, recordedAt: '2026-11-29T03:00:00Z' }],
      }),
    ],
    ['a version that is no number', (content) => ({ ...content, version: 'x' })],
  ])('is refused with %s', async (_name, change) => {
    expect((await broken(change)).code).toBe('S32_STATE_CORRUPT');
  });

  it('is refused with a version of the future', async () => {
    const error = await broken((content) => ({ ...content, version: 2, news: true }));
    expect(error).toMatchObject({ code: 'S32_STATE_VERSION' });
    expect(error.message).toMatch(/version 2; this slash32 knows version 1/);
  });

  it('is refused under another owner, who is named', async () => {
    const error = await broken((content) => ({ ...content, owner: 'lab' }));
    expect(error).toMatchObject({ code: 'S32_STATE_OWNER' });
    expect(error.message).toMatch(/belongs to the owner 'lab'.*says 'home'/);
  });

  it('is refused when it is a folder', async () => {
    mkdirSync(path);
    expect(await failure(load())).toMatchObject({ code: 'S32_STATE_UNREADABLE' });
  });

  it('never throws anything but an error of the catalogue', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
        writeFileSync(path, text);
        expect((await failure(load())).code).toMatch(/^S32_STATE_/);
      }),
      { numRuns: 60 },
    );
  });
});
