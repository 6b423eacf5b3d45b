import { appendFile, chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/secrets/redactor.js';
import { openJournal } from '../../src/service/history/journal.js';
import type { JournalRecord } from '../../src/service/history/types.js';
import type { PlanDigest } from '../../src/service/types/run.js';
import { ended, run } from '../service/history/records.js';
import { slash32, temporaryFolder, writeConfig } from './harness.js';

let cwd = '';

const FAILED = '20261123T020000Z-bbbbbb';
const APPLIED = '20261123T030000Z-cccccc';

beforeEach(async () => {
  cwd = await temporaryFolder();
  await writeConfig(cwd);
});

function journal(name = 'slash32.journal.jsonl'): string {
  return join(cwd, name);
}

async function remember(...records: JournalRecord[]): Promise<void> {
  const book = openJournal({ file: journal(), maxBytes: 1e6, keep: 1, redactor: createRedactor() });
  for (const record of records) await book.append(record);
}

async function threeRuns(): Promise<void> {
  const trigger = { kind: 'event', reason: 'instance-created default/web', at: '2026-11-23T03:00:00.000Z' } as const;
  await remember(
    ended('20261123T010000Z-aaaaaa'),
    ended(FAILED, {
      outcome: 'failed',
      failure: {
        code: 'S32_OPNSENSE_UNREACHABLE',
        message: 'fw.lan does not answer.\u001b[31m',
        where: 'fw.lan',
        effect: 'Nothing was changed on the firewall.',
        hint: 'Is it up?',
        retryable: true,
      },
    }),
    ended(APPLIED, {
      outcome: 'applied',
      triggers: [trigger],
      triggerCount: 5,
      actor: { kind: 'token', name: 'ci', from: '10.0.0.9' },
      plan: { checksum: '0123456789abcdef', changes: 3, warnings: 0, summary: {} as PlanDigest['summary'] },
      changes: ['add web 10.2.0.10', 'add db 10.2.0.11'],
      revisionBefore: 'r1',
      revisionAfter: 'r2',
      notes: ['DHCP was started anew.'],
      log: [{ at: '2026-11-23T03:00:01.000Z', level: 'info', message: 'both sides were read' }],
    }),
  );
}

describe('slash32 history', () => {
  it('lists the newest runs with what made them, who asked, and how they ended', async () => {
    await threeRuns();
    const { code, out, err } = await slash32(['history'], { cwd });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const rows = out.split('\n').filter((line) => line.includes('Z-'));
    expect(rows.map((row) => row.split('  ')[0])).toEqual([APPLIED, FAILED, '20261123T010000Z-aaaaaa']);
    expect(rows[0]).toMatch(/instance-created default\/web \+4 .*ci .*applied .*3/);
    expect(rows[1]).toContain('failed (S32_OPNSENSE_UNREACHABLE)');
    expect(out).not.toContain('\u001b');
  });

  it('takes a limit and an outcome', async () => {
    await threeRuns();
    const idsOf = async (...options: string[]) => {
      const { out } = await slash32(['history', '--json', ...options], { cwd });
      return JSON.parse(out).runs.map((one: { id: string }) => one.id);
    };
    expect(await idsOf('--limit', '1')).toEqual([APPLIED]);
    expect(await idsOf('--limit', '1', '--outcome', 'failed')).toEqual([FAILED]);
    expect(await idsOf('--outcome', 'held')).toEqual([]);
    expect(await slash32(['history', '--outcome', 'lost'], { cwd })).toMatchObject({ code: 1 });
    expect(await slash32(['history', '--limit', '0'], { cwd })).toMatchObject({ code: 1 });
  });

  it.each([
    ['default/web', true],
    ['web', true],
    ['default/web/eth0', true],
    ['web/eth0', true],
    ['default/db', true],
    ['mail', true],
    ['default', false],
    ['we', false],
    ['shop/web', false],
    ['db/eth0', true],
    ['db/eth1', false],
    ['24', false],
  ])('takes an instance: %s', async (name, isThere) => {
    const trigger = { kind: 'event', reason: 'instance-created default/web', at: '2026-11-23T03:00:00.000Z' } as const;
    const changes = [
      'servers + 10.2.0.10 db 10:66:6a:00:00:01 default/db/eth0 (create: free)',
      'servers ~ range 10.2.0.0/24',
    ];
    const options = { ...run('x').options, instances: ['default/mail'] };
    const web = 'servers ~ 10.2.0.11 web 10:66:6a:00:00:02 default/web/eth0 (update: renamed)';
    await remember(
      ended('20261123T010000Z-aaaaaa'),
      ended(APPLIED, { triggers: [trigger], changes: [...changes, web], options }),
    );
    const { out } = await slash32(['history', '--json', '--instance', name], { cwd });
    expect(JSON.parse(out).runs.map((one: { id: string }) => one.id)).toEqual(isThere ? [APPLIED] : []);
    const text = await slash32(['history', '--instance', name], { cwd });
    expect(text).toMatchObject({ code: 0, out: expect.stringContaining(isThere ? APPLIED : `No run about ${name}`) });
  });

  it.each([
    ['2026-11-23T03:00:00.400Z', '0.4 s'],
    ['2026-11-23T03:00:45.300Z', '45 s'],
    ['2026-11-23T03:02:05.000Z', '2 min 5 s'],
    ['2026-11-23T02:59:00.000Z', '?'],
  ])('says how long a run took that ended at %s: %s', async (endedAt, took) => {
    await remember(ended(APPLIED, { startedAt: '2026-11-23T03:00:00.000Z', endedAt }));
    const [head = '', row = ''] = (await slash32(['history'], { cwd })).out.split('\n');
    expect(row.slice(head.indexOf('took')).trimEnd()).toMatch(new RegExp(`^${took.replace('?', '\\?')}( |$)`));
    expect((await slash32(['show', 'last'], { cwd })).out).toContain(`took          ${took}`);
  });

  it('shows a run that was cut short as one without an end', async () => {
    await remember({ kind: 'run-started', run: run(APPLIED, { state: 'running', outcome: undefined }) });
    expect((await slash32(['history'], { cwd })).out).toContain('no end');
  });

  it('says how many lines cannot be read, on standard error', async () => {
    await threeRuns();
    await appendFile(journal(), '{"kind":"run-en\n{"kind":"later"}\n');
    const { code, err } = await slash32(['history', '--json'], { cwd });
    expect(code).toBe(0);
    expect(err).toMatch(/^One line of .*slash32\.journal\.jsonl cannot be read/);
  });

  it('is empty before the first run, and makes no file', async () => {
    expect(await slash32(['history'], { cwd })).toMatchObject({ code: 0, out: expect.stringContaining('No run yet') });
    expect(await readdir(cwd)).toEqual(['slash32.yaml']);
  });

  it('fails with a code where the journal cannot be read', async () => {
    await mkdir(journal());
    const { code, err } = await slash32(['history'], { cwd });
    expect(code).toBe(1);
    expect(err).toContain('S32_JOURNAL_READ');
  });
});

describe('slash32 show', () => {
  it('shows all of a run by the beginning of its id', async () => {
    await threeRuns();
    const { code, out } = await slash32(['show', '20261123T03'], { cwd });
    expect(code).toBe(0);
    for (const text of [
      APPLIED,
      'applied',
      'ci (token, 10.0.0.9)',
      'instance-created default/web',
      '4 more',
      '0123456789abcdef',
      'r1 → r2',
      'DHCP was started anew.',
      'add web 10.2.0.10',
      'and 1 more',
      'both sides were read',
    ])
      expect(out).toContain(text);
  });

  it('shows the last one, and what failed, without letting a message steer the terminal', async () => {
    await remember(ended('20261123T010000Z-aaaaaa'));
    await threeRuns();
    expect((await slash32(['show', 'last', '--json'], { cwd })).out).toContain(APPLIED);
    const { out } = await slash32(['show', FAILED], { cwd });
    expect(out).toContain('error S32_OPNSENSE_UNREACHABLE: fw.lan does not answer.');
    expect(out).toContain('firewall: Nothing was changed');
    expect(out).toContain('what now: Is it up?');
    expect(out).not.toContain('\u001b');
  });

  it('prefers a whole id to the beginning of a longer one', async () => {
    await remember(ended('20261123T010000Z-a'), ended('20261123T010000Z-ab'));
    expect((await slash32(['show', '20261123T010000Z-a', '--json'], { cwd })).out).toContain('"20261123T010000Z-a"');
  });

  it.each([
    ['2026', /fits 3 runs: .*cccccc, .*bbbbbb, .*aaaaaa/],
    ['1999', /has no run "1999"/],
    ['*', /has no run/],
  ])('refuses %s', async (wanted, expected) => {
    await threeRuns();
    const { code, err } = await slash32(['show', wanted], { cwd });
    expect(code).toBe(1);
    expect(err).toContain('S32_RUN_UNKNOWN');
    expect(err.replaceAll(/\s+/g, ' ')).toMatch(expected);
  });

  it('has no last one in an empty journal', async () => {
    await chmod(cwd, 0o755);
    expect((await slash32(['show', 'last'], { cwd })).err).toContain('S32_RUN_UNKNOWN');
  });
});
