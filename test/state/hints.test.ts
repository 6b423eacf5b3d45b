import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { forbidden } from '../../src/firewall/opnsense/http/judge.js';
import { privilegeFor } from '../../src/firewall/opnsense/http/privileges.js';
import { EMPTY_LEDGER } from '../../src/model/ledger.js';
import type { AtomicSteps } from '../../src/state/atomic-file.js';
import { createLedgerStore } from '../../src/state/ledger-store.js';

it.each([
  ['EACCES', /as the user that owns the files.*permissions/],
  ['EPERM', /as the user that owns the files/],
  ['ENOSPC', /^Make room/],
  ['EROFS', /for writing/],
  ['ENOENT', /^Make the folder/],
])('the hint of a file that cannot be written is about the cause: %s', async (code, hint) => {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-hint-'));
  const refused = async (): Promise<void> => {
    throw Object.assign(new Error(code), { code });
  };
  const steps: AtomicSteps = { writeNew: refused, replace: refused };
  const store = createLedgerStore(join(folder, 'state.json'), { owner: 'home', steps });
  await expect(store.save(EMPTY_LEDGER)).rejects.toMatchObject({
    code: 'S32_STATE_WRITE',
    hint: expect.stringMatching(hint),
  });
  rmSync(folder, { recursive: true });
});

it.each(['/api/slash32/state/get', '/api/diagnostics/firewall/log'])(
  'page-all is not asked for what the transport plugin calls: %s',
  (path) => {
    const call = { method: 'GET', path, host: 'fw.lan', where: `GET ${path}` } as unknown as Parameters<
      typeof forbidden
    >[0];
    const { hint } = forbidden(call);
    expect(hint).toContain(privilegeFor(path));
    expect(hint).not.toContain('page-all');
  },
);
