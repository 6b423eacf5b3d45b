import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileSystem, nodeFileSystem } from '../../../../src/firewall/opnsense/file/file-system.js';
import { createFileTarget, type FileTargetOptions } from '../../../../src/firewall/opnsense/file/target.js';
import type { Change } from '../../../../src/model/change.js';
import type { ApplyRequest, Target } from '../../../../src/model/firewall.js';
import { change, create, managing, reservation, setting } from '../isc/builders.js';
import { UNREADABLE } from '../xml/unreadable.js';

const SCENARIO = new URL('../../../fixtures/opnsense/config/scenario.xml', import.meta.url);
const NOW = new Date('2026-11-23T08:00:00.000Z');
const isRoot = process.getuid?.() === 0;

describe('createFileTarget', () => {
  let directory = '';
  let path = '';
  let original = Buffer.alloc(0);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'slash32-file-'));
    path = join(directory, 'config.xml');
    original = await readFile(SCENARIO);
    await writeFile(path, original, { mode: 0o640 });
  });
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  function target(more: Partial<FileTargetOptions> = {}): Target {
    return createFileTarget({ path, now: () => NOW, ...more });
  }

  function observe(one: Target) {
    return one.observe(new AbortController().signal, () => undefined);
  }

  async function request(
    one: Target,
    changes: readonly Change[],
    more: Partial<ApplyRequest> = {},
  ): Promise<ApplyRequest> {
    const base = more.base ?? (await observe(one));
    return { base, changes, message: 'test', progress: () => undefined, signal: new AbortController().signal, ...more };
  }

  async function apply(one: Target, changes: readonly Change[], more: Partial<ApplyRequest> = {}) {
    return one.apply(await request(one, changes, more));
  }

  function failing(more: Partial<FileSystem>): FileSystem {
    return { ...nodeFileSystem(), ...more };
  }

  function systemError(code: string): Error {
    return Object.assign(new Error(`${code}: /secret/path`), { code });
  }

  async function others(): Promise<string[]> {
    return (await readdir(directory)).filter((name) => name !== 'config.xml').sort();
  }

  /** The file is as it was, and nothing lies beside it. */
  async function expectUntouched(): Promise<void> {
    expect((await readFile(path)).equals(original)).toBe(true);
    expect(await others()).toEqual([]);
  }

  const CHANGES = [create(reservation(20))];

  it.each(UNREADABLE)('refuses a file with line and column when it %s', async (_what, before, after, place) => {
    original = Buffer.from(original.toString().replace(before, after));
    await writeFile(path, original);
    await expect(observe(target())).rejects.toMatchObject({
      code: 'S32_CONFIG_XML_MALFORMED',
      where: `${path}:${place}`,
      written: 'nothing',
    });
    await expectUntouched();
  });

  describe('observe', () => {
    it('says what is in the file and what a file cannot say', async () => {
      const observed = await observe(target());
      expect(observed).toMatchObject({
        transport: 'file',
        target: path,
        revision: expect.stringMatching(/^[0-9a-f]{64}$/),
        version: undefined,
        leases: undefined,
        neighbours: undefined,
        ownAddress: undefined,
        otherDhcp: [{ interface: 'lan', server: 'dnsmasq' }],
      });
      expect(observed.interfaces.map((one) => one.id)).toContain('opt3');
      expect(observed.segments[0]?.reservations).toHaveLength(2);
      expect(await others()).toEqual([]);
    });

    it('gives the same revision for the same bytes and another for others', async () => {
      const first = await observe(target());
      expect((await observe(target())).revision).toBe(first.revision);
      await writeFile(path, original.toString().replace('nextcloud &amp; co', 'x'));
      expect((await observe(target())).revision).not.toBe(first.revision);
    });

    it('notes what is risky and lets duplicates to the plan', async () => {
      const risky = original
        .toString()
        .replace('<ipaddr>10.10.3.11<', '<ipaddr>10.99.3.12<')
        .replace('03:02<', '03:01<');
      await writeFile(path, risky);
      expect((await observe(target())).notes).toEqual([expect.stringContaining('lies outside 10.10.3.0/24')]);
    });

    it.each([
      ['is missing', async () => rm(path), 'S32_FILE_READ', 'does not exist'],
      ['is a directory', async () => rm(path).then(() => mkdir(path)), 'S32_FILE_READ', 'no ordinary file'],
      [
        'is a broken link',
        async () => rm(path).then(() => symlink('/nowhere/at/all', path)),
        'S32_FILE_READ',
        'does not exist',
      ],
      ['is a link to itself', async () => rm(path).then(() => symlink(path, path)), 'S32_FILE_READ', 'circle'],
      ['is empty', async () => writeFile(path, ''), 'S32_CONFIG_XML_MALFORMED', 'no XML element'],
      [
        'breaks off',
        async () => writeFile(path, original.subarray(0, 30_000)),
        'S32_CONFIG_XML_MALFORMED',
        'never closed',
      ],
      ['is another XML file', async () => writeFile(path, '<pfsense/>'), 'S32_CONFIG_XML_ROOT', 'pfsense'],
      [
        'is in another encoding',
        async () => writeFile(path, Buffer.from('\ufeff<opnsense/>', 'utf16le')),
        'S32_CONFIG_XML_ENCODING',
        'UTF-16',
      ],
    ])('says so when the file %s', async (_name, spoil, code, message) => {
      await spoil();
      const failure = observe(target());
      await expect(failure).rejects.toMatchObject({ code, where: expect.stringContaining(path), written: 'nothing' });
      await expect(failure).rejects.toThrow(message);
    });

    it('names the path, line and column of what is wrong in the file', async () => {
      await writeFile(path, '<opnsense>\n  <a></b>\n</opnsense>');
      await expect(observe(target())).rejects.toMatchObject({ where: `${path}:2:6` });
    });

    it('stops when told to before it reads', async () => {
      const stopped = target().observe(AbortSignal.abort(), () => undefined);
      await expect(stopped).rejects.toMatchObject({ code: 'S32_FILE_INTERRUPTED' });
    });
  });

  describe('check', () => {
    it('finds a fault that changes would make, and none when they mend it', async () => {
      await writeFile(
        path,
        original.toString().replace('<from>10.10.3.254</from>', '<from/>').replace('<to>10.10.3.254</to>', '<to/>'),
      );
      const one = target();
      const base = await observe(one);
      expect(one.check(base, [])).toEqual([expect.objectContaining({ interface: 'opt3', object: 'range' })]);
      const range = { from: '10.10.3.254', to: '10.10.3.254' };
      expect(one.check(base, [setting({ setting: 'range', before: null, after: range })])).toEqual([]);
    });

    it('refuses to speak of another reading than the last', async () => {
      const one = target();
      const base = await observe(one);
      expect(() => one.check({ ...base, revision: 'x' }, [])).toThrowError(
        expect.objectContaining({ code: 'S32_CONFLICT' }),
      );
      expect(() => target().check(base, [])).toThrowError(expect.objectContaining({ code: 'S32_CONFLICT' }));
    });
  });

  describe('apply', () => {
    it('writes the changes, keeps a backup and says the new revision', async () => {
      const one = target();
      const { revision, notes } = await apply(one, CHANGES);
      const written = await readFile(path, 'utf8');
      expect(notes).toEqual([]);
      expect(written).toContain('<ipaddr>10.10.3.20</ipaddr>');
      expect(written.replace(/ *<staticmap>\s*<mac>00:16:3e:00:03:14[\s\S]*?<\/staticmap>\n/, '')).toBe(
        original.toString(),
      );
      expect((await observe(one)).revision).toBe(revision);
      expect(await others()).toEqual(['config.xml.slash32-backup-2026-11-23T08-00-00.000Z']);
      expect((await readFile(join(directory, (await others())[0] ?? ''))).equals(original)).toBe(true);
    });

    it('gives the file and its backup the mode and owner of the original', async () => {
      await chmod(path, 0o604);
      if (isRoot) await chown(path, 12_345, 54_321);
      const before = await stat(path);
      await apply(target(), CHANGES);
      for (const name of await readdir(directory))
        expect(await stat(join(directory, name))).toMatchObject({
          mode: before.mode,
          uid: before.uid,
          gid: before.gid,
        });
    });

    it('writes nothing at all when there is nothing to change', async () => {
      const before = await stat(path);
      const result = await apply(target(), []);
      expect(result).toEqual({ revision: (await observe(target())).revision, notes: [] });
      expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
      await expectUntouched();
    });

    it('keeps the newest ten backups and removes nothing else', async () => {
      const own = Array.from({ length: 12 }, (_, day) => `config.xml.slash32-backup-2026-10-${day + 10}T08-00-00.000Z`);
      for (const name of [...own, 'config.xml.bak', 'other.xml.slash32-backup-2020'])
        await writeFile(join(directory, name), 'x');
      await apply(target(), CHANGES);
      expect(await others()).toEqual([
        'config.xml.bak',
        ...own.slice(3),
        'config.xml.slash32-backup-2026-11-23T08-00-00.000Z',
        'other.xml.slash32-backup-2020',
      ]);
    });

    it('makes a second backup in the same moment without losing the first', async () => {
      const one = target();
      await apply(one, CHANGES);
      await apply(one, [create(reservation(21))]);
      expect(await others()).toEqual([
        'config.xml.slash32-backup-2026-11-23T08-00-00.000Z',
        'config.xml.slash32-backup-2026-11-23T08-00-00.000Z-1',
      ]);
    });

    it('writes through a symbolic link and leaves the link', async () => {
      const link = join(directory, 'link.xml');
      await symlink('config.xml', link);
      await apply(target({ path: link }), CHANGES);
      expect(await readFile(path, 'utf8')).toContain('10.10.3.20');
      expect(
        (await readdir(directory, { withFileTypes: true })).find((one) => one.name === 'link.xml')?.isSymbolicLink(),
      ).toBe(true);
    });

    it.each([
      ['ISO-8859-1', 'iso-8859-1', 'latin1' as const],
      ['UTF-8', 'utf-8', 'utf8' as const],
    ])('writes back in the encoding of the file: %s', async (_name, declared, encoding) => {
      const text = original
        .toString()
        .replace('<?xml version="1.0"?>', `<?xml version="1.0" encoding="${declared}"?>`)
        .replace('<descr>db ', '<descr>Datenbänk ');
      await writeFile(path, Buffer.from(text, encoding));
      await apply(target(), [create(reservation(20, { description: 'größer €' }))]);
      const bytes = await readFile(path);
      expect(bytes.toString(encoding)).toContain('<descr>Datenbänk ');
      expect(bytes.toString(encoding)).toContain('<descr>gr&#xF6;&#xDF;er &#x20AC;</descr>');
    });

    it('refuses to write on a revision that was not read', async () => {
      const one = target();
      const base = await observe(one);
      const changed = Buffer.from(original.toString().replace('nextcloud &amp; co', 'changed'));
      await writeFile(path, changed);
      await expect(apply(one, CHANGES, { base })).rejects.toMatchObject({ code: 'S32_CONFLICT', written: 'nothing' });
      expect((await readFile(path)).equals(changed)).toBe(true);
      expect(await others()).toEqual([]);
    });

    it('sees a change that is made while it writes', async () => {
      const changed = Buffer.from(`${original}\n`);
      const real = nodeFileSystem();
      const fs = failing({
        createDurable: async (name, bytes, owner) => {
          await real.createDurable(name, bytes, owner);
          if (name.endsWith('.tmp')) await writeFile(path, changed);
        },
      });
      await expect(apply(target({ fs }), CHANGES)).rejects.toMatchObject({ code: 'S32_CONFLICT', written: 'nothing' });
      expect((await readFile(path)).equals(changed)).toBe(true);
      expect(await others()).toEqual([]);
    });

    it('writes nothing while DHCP would not survive it, and names the foreign entry', async () => {
      original = Buffer.from(original.toString().replace('<mac>00:16:3e:00:03:02', '<mac>00-16-3e-00-03-02'));
      await writeFile(path, original);
      const failure = apply(target(), CHANGES);
      await expect(failure).rejects.toMatchObject({ code: 'S32_DHCP_FAULT', written: 'nothing' });
      await expect(failure).rejects.toThrow('opt3, reservation 2 (00-16-3e-00-03-02, 10.10.3.12, "db")');
      await expectUntouched();
    });

    it('writes nothing when the entry to change is not the one that was planned', async () => {
      const one = target();
      const base = await observe(one);
      const before = base.segments[0]?.reservations[0];
      if (before === undefined) throw new Error('no entry');
      const wrong = change('delete', { ...before, mac: '00:16:3e:99:99:99' }, undefined);
      await expect(apply(one, [wrong], { base })).rejects.toMatchObject({ code: 'S32_CONFIG_XML_EDIT' });
      await expectUntouched();
    });

    it('refuses the live configuration of a running OPNsense, through a link as well', async () => {
      const link = join(directory, 'link.xml');
      await symlink(path, link);
      const seen: string[] = [];
      const isLive = (realPath: string) => seen.push(realPath) > 0;
      const one = target({ path: link, isLive });
      await expect(apply(one, CHANGES)).rejects.toMatchObject({ code: 'S32_LIVE_CONFIG' });
      expect(seen).toEqual([path]);
      await rm(link);
      await expectUntouched();
    });

    it.each(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EPERM'])(
      'leaves all as it was when writing fails with %s',
      async (code) => {
        const real = nodeFileSystem();
        for (const victim of ['.lock', '-backup-', '.tmp']) {
          const fs = failing({
            createDurable: (name, bytes, owner) =>
              name.includes(victim) && !(victim === '.lock' && name.includes('.tmp'))
                ? Promise.reject(systemError(code))
                : real.createDurable(name, bytes, owner),
          });
          const failure = await apply(target({ fs }), CHANGES).catch((error: unknown) => error);
          expect(failure).toMatchObject({ code: 'S32_FILE_WRITE', written: 'nothing' });
          expect(String(failure)).not.toContain('/secret/path');
          await expectUntouched();
        }
      },
    );

    it('leaves all as it was when the rename fails', async () => {
      const fs = failing({ rename: () => Promise.reject(systemError('EBUSY')) });
      await expect(apply(target({ fs }), CHANGES)).rejects.toMatchObject({
        code: 'S32_FILE_WRITE',
        written: 'nothing',
      });
      await expectUntouched();
    });

    it('says that the file was written when it cannot be made safe afterwards', async () => {
      const fs = failing({ syncDirectory: () => Promise.reject(systemError('EIO')) });
      const failure = apply(target({ fs }), CHANGES);
      await expect(failure).rejects.toMatchObject({ code: 'S32_FILE_WRITE', written: 'all' });
      await expect(failure).rejects.toMatchObject({ effect: expect.stringContaining('slash32-backup-') });
      expect(await readFile(path, 'utf8')).toContain('10.10.3.20');
    });

    it('only notes that old backups could not be removed', async () => {
      const fs = failing({ readdir: () => Promise.reject(systemError('EACCES')) });
      expect((await apply(target({ fs }), CHANGES)).notes).toEqual([expect.stringContaining('backup copies')]);
      expect(await readFile(path, 'utf8')).toContain('10.10.3.20');
    });

    it('leaves all as it was when it is interrupted at any step before the rename', async () => {
      const real = nodeFileSystem();
      for (let step = 0; step < 40; step += 1) {
        const controller = new AbortController();
        let count = 0;
        const tick = () => {
          if (count === step) controller.abort();
          count += 1;
        };
        const fs = failing({
          readFile: async (name) => real.readFile(name).finally(tick),
          createDurable: async (name, bytes, owner) => real.createDurable(name, bytes, owner).finally(tick),
          stat: async (name) => real.stat(name).finally(tick),
        });
        const one = target({ fs });
        const base = await observe(target());
        const outcome = await apply(one, CHANGES, { base, signal: controller.signal }).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome).toMatchObject({ code: 'S32_FILE_INTERRUPTED', written: 'nothing' });
          await expectUntouched();
          continue;
        }
        expect(step).toBeGreaterThan(5);
        expect(await readFile(path, 'utf8')).toContain('10.10.3.20');
        return;
      }
      expect.unreachable();
    });

    it('does not start when it was stopped before', async () => {
      await expect(apply(target(), CHANGES, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'S32_FILE_INTERRUPTED',
      });
      await expectUntouched();
    });

    it('writes the whole managed state and plans of it nothing more', async () => {
      const one = target();
      const base = await observe(one);
      const lan = { ...(base.segments[0] ?? base.segments[1]), interface: 'opt1', reservations: [] };
      await apply(
        one,
        managing(lan as never)
          .filter((each) => each.kind !== 'setting' || each.setting !== 'range')
          .concat(
            setting({ setting: 'range', before: null, after: { from: '10.10.1.254', to: '10.10.1.254' } }, 'opt1'),
          ),
        { base },
      );
      const after = await observe(one);
      expect(after.segments.find((state) => state.interface === 'opt1')).toMatchObject({
        enabled: true,
        mask: '255.255.255.255',
        staticArp: 'on',
        denyUnknown: true,
        macAllow: '02:00:00:00:00:00',
      });
      expect(one.check(after, [])).toEqual([]);
    });

    it('has nothing to settle', async () => {
      await expect(target().settle(new AbortController().signal, () => undefined)).resolves.toBeUndefined();
    });
  });

  describe('the lock', () => {
    const lockFile = () => join(directory, 'config.xml.slash32.lock');
    const holder = (more: object) => JSON.stringify({ pid: 4242, host: 'here', startedAt: 1, ...more });
    const options = { host: 'here', pid: 1000, isAlive: (pid: number) => pid === 4242 };

    it('is gone after success and after failure', async () => {
      await apply(target(), CHANGES);
      expect((await others()).filter((name) => name.includes('lock'))).toEqual([]);
    });

    it.each([
      ['a process that lives', holder({}), '4242 on here'],
      ['a process of another machine', holder({ host: 'elsewhere', pid: 1 }), '1 on elsewhere'],
    ])('of %s stops a second one', async (_name, content, message) => {
      await writeFile(lockFile(), content);
      const failure = apply(target(options), CHANGES);
      await expect(failure).rejects.toMatchObject({ code: 'S32_LOCKED', where: lockFile(), written: 'nothing' });
      await expect(failure).rejects.toThrow(message);
      expect(await readFile(lockFile(), 'utf8')).toBe(content);
      expect((await readFile(path)).equals(original)).toBe(true);
    });

    it.each([
      ['a process that is gone', holder({ pid: 4243 })],
      ['an earlier process with our number', holder({ pid: 1000 })],
    ])('of %s is taken over', async (_name, content) => {
      await writeFile(lockFile(), content);
      await apply(target(options), CHANGES);
      expect(await readFile(path, 'utf8')).toContain('10.10.3.20');
      expect((await others()).filter((name) => name.includes('lock'))).toEqual([]);
    });

    it('without a readable holder counts for ten seconds', async () => {
      await writeFile(lockFile(), '');
      const modified = (await stat(lockFile())).mtimeMs;
      const at = (seconds: number) => target({ ...options, now: () => new Date(modified + seconds * 1000) });
      await expect(apply(at(5), CHANGES)).rejects.toMatchObject({ code: 'S32_LOCKED' });
      await apply(at(11), CHANGES);
      expect(await readFile(path, 'utf8')).toContain('10.10.3.20');
    });

    it('that two take over at once goes to one', async () => {
      await writeFile(lockFile(), holder({ pid: 4243 }));
      await writeFile(`${lockFile()}.takeover`, holder({}));
      await expect(apply(target(options), CHANGES)).rejects.toMatchObject({
        code: 'S32_LOCKED',
        hint: expect.stringContaining('.takeover'),
      });
      expect((await readFile(path)).equals(original)).toBe(true);
    });

    it('lets one of many at once write, and the others conflict or wait', async () => {
      const base = await observe(target());
      const runs = Array.from({ length: 8 }, (_, index) =>
        apply(target(), [create(reservation(20 + index))], { base }),
      );
      const outcomes = await Promise.allSettled(runs);
      expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
      for (const one of outcomes)
        if (one.status === 'rejected')
          expect(one.reason).toMatchObject({ code: expect.stringMatching(/^S32_(LOCKED|CONFLICT)$/) });
      const entries = (await observe(target())).segments[0]?.reservations;
      expect(entries).toHaveLength(3);
      expect((await others()).filter((name) => !name.includes('backup'))).toEqual([]);
    });
  });
});
