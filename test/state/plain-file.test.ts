import { execFileSync } from 'node:child_process';
import { lchownSync, lstatSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMPTY_LEDGER } from '../../src/model/ledger.js';
import { createRedactor } from '../../src/secrets/redactor.js';
import { openJournal } from '../../src/service/history/journal.js';
import { readHistory } from '../../src/service/history/read.js';
import { writeFileAtomic } from '../../src/state/atomic-file.js';
import { createLedgerStore } from '../../src/state/ledger-store.js';
import { acquireRunLock } from '../../src/state/run-lock.js';
import { createServiceStateStore, EMPTY_SERVICE_STATE } from '../../src/state/service-state.js';
import { createTokenStore } from '../../src/state/token-store.js';
import { labSkipReason } from '../lab/require-lab.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slash32-plain-'));
  path = join(folder, 'file.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const now = () => new Date('2026-11-30T03:00:00Z');

/** Everything that reads or writes a file of slash32, and the code of its refusal. */
const USES: readonly (readonly [string, string, (file: string) => Promise<unknown> | unknown])[] = [
  ['reads the ledger', 'S32_STATE_UNREADABLE', (file) => createLedgerStore(file, { owner: 'home' }).load()],
  ['writes the ledger', 'S32_STATE_WRITE', (file) => createLedgerStore(file, { owner: 'home' }).save(EMPTY_LEDGER)],
  ['reads the state of the service', 'S32_STATE_UNREADABLE', (file) => createServiceStateStore(file).load()],
  [
    'writes the state of the service',
    'S32_STATE_WRITE',
    (file) => createServiceStateStore(file).save(EMPTY_SERVICE_STATE),
  ],
  ['reads the API tokens', 'S32_TOKENS_FILE', (file) => createTokenStore(file, now).list()],
  ['makes an API token', 'S32_TOKENS_FILE', (file) => createTokenStore(file, now).create('a', 'viewer', undefined)],
  ['reads the journal', 'S32_JOURNAL_READ', (file) => readHistory(file, 1)],
  ['writes the journal', 'S32_JOURNAL_WRITE', (file) => journal(file)],
  ['takes a lock', 'S32_LOCK_FAILED', (file) => acquireRunLock(file)],
];

function journal(file: string): Promise<void> {
  const actor = { kind: 'socket', name: 'x', from: 'local' } as const;
  const record = { kind: 'pause', at: now().toISOString(), actor, pause: undefined } as const;
  return openJournal({ file, maxBytes: 1e6, keep: 1, redactor: createRedactor() }).append(record);
}

const KINDS: readonly (readonly [string, () => Promise<void> | void])[] = [
  ['a named pipe', () => void execFileSync('mkfifo', ['-m', '600', path])],
  ['a link to a device', () => symlinkSync('/dev/null', path)],
  [
    'a link to a pipe',
    () => {
      execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')]);
      symlinkSync('pipe', path);
    },
  ],
  [
    'a socket',
    async () => {
      const server = createServer();
      await new Promise<void>((done) => server.listen(path, done));
      server.unref();
    },
  ],
];

describe.each(KINDS)('where %s lies', (_kind, make) => {
  it.each(USES)('slash32 %s no further: %s', async (_what, code, use) => {
    await make();
    const before = lstatSync(path);
    await expect(Promise.resolve().then(() => use(path))).rejects.toMatchObject({ code });
    expect(lstatSync(path)).toMatchObject({ mode: before.mode, ino: before.ino });
  });
});

describe("a stranger's link", () => {
  it('is followed by nothing that slash32 reads or writes, whatever it leads to', async (ctx) => {
    const reason = labSkipReason([]);
    if (reason !== undefined) return ctx.skip(reason);
    const real = join(folder, 'real');
    for (const text of [undefined, 'theirs']) {
      if (text !== undefined) writeFileSync(real, text, { mode: 0o600 });
      for (const [what, code, use] of USES) {
        rmSync(path, { force: true });
        symlinkSync(real, path);
        lchownSync(path, 12_345, 12_345);
        await expect(
          Promise.resolve().then(() => use(path)),
          what,
        ).rejects.toMatchObject({ code });
      }
      await expect(writeFileAtomic(path, 'ours', 0o600)).rejects.toMatchObject({ code: 'STRANGERS_LINK' });
    }
  });
});
