import { appendFile, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actorOf } from '../../src/cli/diary.js';
import { createRedactor } from '../../src/secrets/redactor.js';
import { openCommandJournal } from '../../src/service/history/command-journal.js';
import type { Run } from '../../src/service/types/run.js';
import { acquireRunLock } from '../../src/state/run-lock.js';
import { labSkipReason } from '../lab/require-lab.js';
import { run } from '../service/history/records.js';
import { listed, slash32, temporaryFolder, writeConfig, writeFirewall, writeInventory } from './harness.js';
import { pluginScene } from './plugin-scene.js';

const RANGE =
  '    <opt3>\n      <enable>1</enable>\n      <range>\n        <from>10.10.3.210</from>\n        <to>10.10.3.220</to>\n      </range>\n    </opt3>\n';

async function scene(names: readonly string[] = ['web', 'db']): Promise<string> {
  const cwd = await temporaryFolder();
  await writeFirewall(cwd, RANGE);
  await writeInventory(
    cwd,
    names.map((name) => listed(name)),
  );
  await writeConfig(cwd);
  return cwd;
}

async function historyOf(cwd: string): Promise<Run[]> {
  return JSON.parse((await slash32(['history', '--json'], { cwd })).out).runs;
}

const CLI_JOURNAL = 'slash32.journal.jsonl.cli';

describe('the history of the command line', () => {
  it('has an apply with who, what and how it ended, and shows it as any other run', async () => {
    const cwd = await scene();
    expect((await slash32(['apply', '--yes'], { cwd })).code).toBe(0);
    const [only, ...more] = await historyOf(cwd);
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      state: 'ended',
      outcome: 'applied',
      actor: { kind: 'command', name: expect.stringMatching(/^command line, user \S+/), from: 'local' },
      triggers: [{ kind: 'command', reason: 'slash32 apply' }],
      plan: { changes: 2 },
      changes: [expect.stringContaining('default/web/eth0'), expect.stringContaining('default/db/eth0')],
    });
    expect(only?.revisionAfter).not.toBe(only?.revisionBefore);
    expect((await slash32(['history'], { cwd })).out).toMatch(
      /slash32 apply +command line, user \S+ .*applied +[\d.]+ s +2/,
    );
    expect((await slash32(['show', 'last'], { cwd })).out).toMatch(
      /asked for by +command line, user .* \(command, local\)/,
    );
    const kinds = (await readFile(join(cwd, CLI_JOURNAL), 'utf8')).trimEnd().split('\n');
    expect(kinds.map((line) => JSON.parse(line).kind)).toEqual(['run-started', 'run-ended', 'audit']);
    expect((await stat(join(cwd, CLI_JOURNAL))).mode & 0o777).toBe(0o600);
  });

  it.each<[string, (cwd: string) => Promise<unknown>, Partial<Run>]>([
    [
      'was not the approved one',
      (cwd) => slash32(['apply', '--checksum', '0123456789abcdef'], { cwd }),
      { outcome: 'changed' },
    ],
    [
      'had nothing to do',
      async (cwd) => {
        await writeInventory(cwd, []);
        await slash32(['apply', '--yes'], { cwd });
      },
      { outcome: 'nothing' },
    ],
    [
      'could not read the firewall',
      async (cwd) => {
        await writeFile(join(cwd, 'config.xml'), '<opnsense>');
        await slash32(['apply', '--yes'], { cwd });
      },
      { outcome: 'failed', failure: expect.objectContaining({ code: expect.stringMatching(/^S32_/) }) },
    ],
  ])('has one that %s, with the revision that stays', async (_name, act, wanted) => {
    const cwd = await scene();
    await act(cwd);
    const [only] = await historyOf(cwd);
    expect(only).toMatchObject(wanted);
    expect(only?.revisionAfter).toBe(only?.revisionBefore);
  });

  it('has none that nobody said yes to: nothing was applied', async () => {
    const cwd = await scene();
    await slash32(['apply'], { cwd, tty: true, answers: ['n'] });
    expect(await historyOf(cwd)).toEqual([]);
  });

  it.each([
    ['apply that nobody was there to approve', ['apply'], 'S32_APPROVAL_NEEDED'],
    ['release that nobody was there to approve', ['release', '--all', '--remove'], 'S32_APPROVAL_NEEDED'],
    ['apply of an instance that there is not', ['apply', '--instance', 'default/nobody', '--yes'], 'S32_NO_MATCH'],
    ['release of an interface that there is not', ['release', '--interface', 'opt9', '--keep'], 'S32_NO_MATCH'],
    ['apply of a part that does not wait', ['apply', '--approve', '0123456789abcdef', '--yes'], 'S32_PART_UNKNOWN'],
  ])('has no failed run of an %s: nothing was begun', async (_what, argv, code) => {
    const cwd = await scene();
    if (argv[0] === 'release') await slash32(['apply', '--yes'], { cwd });
    else expect(await historyOf(cwd)).toEqual([]);
    const before = await historyOf(cwd);
    expect((await slash32(argv, { cwd })).err).toContain(code);
    expect(await historyOf(cwd)).toEqual(before);
  });

  it('has a release as what it is', async () => {
    const cwd = await scene();
    await slash32(['apply', '--yes'], { cwd });
    expect((await slash32(['release', '--all', '--remove', '--yes', '--force'], { cwd })).code).toBe(0);
    expect((await historyOf(cwd))[0]).toMatchObject({ outcome: 'applied', triggers: [{ reason: 'slash32 release' }] });
  });

  it('ends what a command before left open, and no other', async () => {
    const cwd = await scene();
    const actor = { kind: 'command', name: 'command line, user anna', from: 'local' } as const;
    const open = run('20261123T010000Z-aaaaaa', { state: 'running', outcome: undefined, endedAt: undefined, actor });
    const options = { file: join(cwd, 'slash32.journal.jsonl'), maxBytes: 1e6, keep: 1, redactor: createRedactor() };
    await openCommandJournal(options).append({ kind: 'run-started', run: open });
    expect((await slash32(['history'], { cwd })).out).toContain('no end');
    await slash32(['apply', '--yes'], { cwd });
    expect((await historyOf(cwd)).map((one) => one.outcome)).toEqual(['applied', 'interrupted']);
    await slash32(['apply', '--yes'], { cwd });
    expect((await historyOf(cwd)).map((one) => one.outcome)).toEqual(['nothing', 'applied', 'interrupted']);
  });

  it('goes on after a line that a crash cut short', async () => {
    const cwd = await scene();
    await appendFile(join(cwd, CLI_JOURNAL), '{"kind":"run-en');
    expect((await slash32(['apply', '--yes'], { cwd })).code).toBe(0);
    expect((await historyOf(cwd)).map((one) => one.outcome)).toEqual(['applied']);
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['is a folder', (path) => mkdir(path)],
    ['is a device that takes nothing', async (path) => (await import('node:fs/promises')).symlink('/dev/full', path)],
  ])('fails no apply when its journal %s: that is said, and the firewall is written', async (_name, spoil) => {
    const cwd = await scene();
    await spoil(join(cwd, CLI_JOURNAL));
    const { code, out, err } = await slash32(['apply', '--yes'], { cwd });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Applied') });
    expect(err).toMatch(/! this slash32 apply is not in the history: The journal .*\.cli could not be written: /);
    expect(err.match(/not in the history/g)).toHaveLength(1);
  });

  it('remembers who confirmed and who rolled back by hand', async () => {
    const { cwd } = await pluginScene([listed('web')]);
    await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd });
    expect((await slash32(['confirm'], { cwd })).code).toBe(0);
    await slash32(['confirm'], { cwd });
    const lines = (await readFile(join(cwd, CLI_JOURNAL), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const acts = lines.filter((line) => line.kind === 'audit').map((line) => [line.audit.action, line.audit.outcome]);
    expect(acts).toEqual([
      ['apply', 'waiting'],
      ['confirm', 'confirmed'],
      ['confirm', 'S32_PLUGIN_NOTHING_WAITS'],
    ]);
    const audits = lines.filter((line) => line.kind === 'audit');
    expect(audits.at(-2).audit.checksum).toBe(audits.at(-3).audit.checksum);
  });

  it.each<[string, (scene: Awaited<ReturnType<typeof pluginScene>>) => Promise<unknown>, string, RegExp]>([
    ['confirmed', ({ cwd }) => slash32(['confirm'], { cwd }), 'applied', /^It was confirmed later.*command line/],
    ['rolled back', ({ cwd }) => slash32(['rollback'], { cwd }), 'rolled_back', /^It was rolled back later/],
    [
      'confirmed too late',
      ({ cwd, firewall }) => {
        firewall.expirePending();
        return slash32(['confirm'], { cwd });
      },
      'rolled_back',
      /^Nobody confirmed it in time/,
    ],
    [
      'found by the next apply to have expired',
      ({ cwd, firewall }) => {
        firewall.expirePending();
        return slash32(['apply', '--yes'], { cwd });
      },
      'rolled_back',
      /^Nobody confirmed it in time/,
    ],
  ])('has a run that waited as what became of it: %s', async (_how, settle, outcome, note) => {
    const scene = await pluginScene([listed('web')]);
    const { cwd } = scene;
    await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd });
    expect((await historyOf(cwd)).map((one) => one.outcome)).toEqual(['waiting']);
    await settle(scene);
    const first = (await historyOf(cwd)).at(-1);
    expect(first).toMatchObject({
      outcome,
      notes: [...(first?.notes.slice(0, -1) ?? []), expect.stringMatching(note)],
    });
    expect(first?.undoneAt).toBeUndefined();
    const { out } = await slash32(['history', '--outcome', 'waiting'], { cwd });
    expect(out).toContain('No run');
  });

  it('says of one whose time is over that it is, until somebody asks the firewall', async () => {
    const { cwd } = await pluginScene([listed('web')]);
    await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd });
    expect((await slash32(['history'], { cwd })).out).not.toContain('its time is over');
    const now = new Date(Date.now() + 3_600_000);
    expect((await slash32(['history'], { cwd, now })).out).toContain('waiting (its time is over)');
  });

  it('names whom sudo names, and nobody else', () => {
    const sudo = actorOf({ env: { SUDO_USER: 'anna' } }).name;
    expect(sudo.endsWith(' (sudo by anna)')).toBe(process.getuid?.() === 0);
    expect(actorOf({ env: {} }).name).not.toContain('sudo');
  });
});

describe('what the superuser does on the machine of a service', () => {
  it('leaves state, journal and lock readable for the user of the service', async (ctx) => {
    const reason = labSkipReason([]);
    if (reason !== undefined) return ctx.skip(reason);
    const cwd = await scene();
    await chown(cwd, 12_345, 12_346);
    expect((await slash32(['apply', '--yes'], { cwd })).code).toBe(0);
    for (const name of ['slash32.state.json', CLI_JOURNAL, 'slash32.last.json'])
      expect([name, await stat(join(cwd, name))]).toMatchObject([name, { uid: 12_345, gid: 12_346 }]);
    const lock = await acquireRunLock(join(cwd, 'slash32.state.json.lock'));
    expect(await stat(lock.path)).toMatchObject({ uid: 12_345 });
    await lock.release();
  });
});
