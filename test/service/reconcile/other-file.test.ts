import { describe, expect, it } from 'vitest';
import { otherConfigurationText } from '../../../src/cli/beside.js';
import { Slash32Error } from '../../../src/errors/slash32-error.js';
import { EMPTY_LEDGER } from '../../../src/model/ledger.js';
import { failureOf } from '../../../src/service/reconcile/failure.js';
import type { Configuration } from '../../../src/service/reconcile/types.js';
import { PLAIN_RUN } from '../../../src/service/types/run.js';
import { ALICE, add, configuration, lastRun, plannerDeps, reconciler, type World, world } from './world.js';

const MINE = 'digest-1';
const THEIRS = 'digest-2';
const INVALID = failureOf(new Slash32Error('S32_CONFIG_INVALID', { message: 'slash32.yaml has one mistake.' }));
const RESTART = failureOf(new Slash32Error('S32_SERVE_RESTART', { message: 'owner changed.' }));

type OnDisk = ReturnType<NonNullable<Configuration['onDisk']>>;

/** A service that uses `digest-1`, beside a file that `disk.now` tells of. */
function service(scene: World, disk: { now: OnDisk }) {
  const said: string[] = [];
  const used = configuration(scene, {
    onDisk: () => disk.now,
    makeDeps: async (signal, progress) => ({ ...plannerDeps(scene, signal, progress), configuration: MINE }),
  });
  const made = reconciler(scene, { configuration: used, onOtherFile: (message) => said.push(message) });
  return { service: made, said, used };
}

describe('a service whose configuration file is another one by now', () => {
  it.each<[string, string | undefined, OnDisk, string]>([
    ['applies where nobody has applied another one', MINE, { failure: undefined }, 'applied'],
    ['applies where an older version kept no record of that', undefined, { failure: undefined }, 'applied'],
    ['does not undo what the command line applied with another one', THEIRS, { failure: undefined }, 'held'],
    ['nor where the file cannot be taken as it is', THEIRS, { failure: INVALID }, 'held'],
    ['applies where its file is the one that it uses, whatever else was applied', THEIRS, undefined, 'applied'],
  ])('%s', async (_law, last, onDisk, outcome) => {
    const scene = world({ ledger: { ...EMPTY_LEDGER, ...(last === undefined ? {} : { configuration: last }) } });
    const { service: it, said } = service(scene, { now: onDisk });
    await scene.time.pass(2_000);
    expect(lastRun(it)?.outcome).toBe(outcome);
    expect(scene.applied).toHaveLength(outcome === 'applied' ? 1 : 0);
    expect(scene.ledger.configuration).toBe(outcome === 'applied' ? MINE : THEIRS);
    const found = it.findings().filter((one) => one.code === 'configuration-old');
    expect(found.map((one) => one.severity)).toEqual(
      onDisk === undefined ? [] : [outcome === 'held' ? 'error' : 'warning'],
    );
    expect(it.status().configuration.onDisk).toEqual(
      onDisk && { since: expect.any(String), failure: onDisk.failure, holds: outcome === 'held' },
    );
    expect(said).toHaveLength(onDisk === undefined ? 0 : 1);
    if (onDisk?.failure !== undefined) expect(found[0]?.message).toContain(onDisk.failure.message);
  });

  it('applies what a person names by its checksum, and nothing that he only asks for', async () => {
    const scene = world({ ledger: { ...EMPTY_LEDGER, configuration: THEIRS } });
    const { service: it } = service(scene, { now: { failure: undefined } });
    await scene.time.pass(2_000);
    const checksum = lastRun(it)?.plan?.checksum;
    it.start(PLAIN_RUN, ALICE, undefined);
    await scene.time.pass(2_000);
    expect(lastRun(it)).toMatchObject({ outcome: 'held', notes: [expect.stringContaining('reload')] });
    it.start({ ...PLAIN_RUN, checksum }, ALICE, undefined);
    await scene.time.pass(2_000);
    expect(lastRun(it)?.outcome).toBe('applied');
    expect(it.status().configuration.onDisk?.holds).toBe(false);
  });

  it('goes on by itself once it has read its file again, and says no more of it', async () => {
    const scene = world({ ledger: { ...EMPTY_LEDGER, configuration: THEIRS } });
    const disk: { now: OnDisk } = { now: { failure: undefined } };
    const { service: it, used, said } = service(scene, disk);
    await scene.time.pass(2_000);
    expect(scene.applied).toEqual([]);
    disk.now = undefined;
    const makeDeps: Configuration['makeDeps'] = async (signal, progress) => ({
      ...plannerDeps(scene, signal, progress),
      configuration: THEIRS,
    });
    it.setConfiguration({ ...used, digest: THEIRS, makeDeps });
    await scene.time.pass(2_000);
    expect(lastRun(it)?.outcome).toBe('applied');
    expect(it.findings().map((one) => one.code)).not.toContain('configuration-old');
    expect(said).toHaveLength(1);
  });

  it('says once more when the file became invalid meanwhile, and keeps since when it is another one', async () => {
    const scene = world();
    const disk: { now: OnDisk } = { now: { failure: undefined } };
    const { service: it, said } = service(scene, disk);
    await scene.time.pass(2_000);
    const since = it.status().configuration.onDisk?.since;
    disk.now = { failure: INVALID };
    await scene.time.pass(60_000);
    for (const _ of [1, 2, 3]) it.findings();
    expect(it.status().configuration.onDisk).toMatchObject({ since, failure: { code: 'S32_CONFIG_INVALID' } });
    expect(said.map((one) => one.includes('slash32.yaml has one mistake'))).toEqual([false, true]);
  });

  it('has a finding for what a reload did not take, where the file is not the reason', async () => {
    const scene = world();
    const { service: it, used } = service(scene, { now: undefined });
    it.setConfiguration({ ...used, failure: RESTART });
    await scene.time.pass(2_000);
    expect(it.findings()).toMatchObject([{ code: 'configuration-refused', message: 'owner changed.' }]);
  });

  it('remembers by which configuration the firewall is in step also where nothing was to be done', async () => {
    const scene = world({ ledger: { ...EMPTY_LEDGER, configuration: THEIRS } });
    const { service: it } = service(scene, { now: undefined });
    await scene.time.pass(2_000);
    scene.ledger = { ...scene.ledger, configuration: THEIRS };
    it.trigger({ kind: 'schedule', reason: 'nightly' });
    await scene.time.pass(5_000);
    expect([lastRun(it)?.outcome, scene.ledger.configuration]).toEqual(['nothing', MINE]);
    add(scene, 'late');
  });
});

describe('what a command beside a service says of its configuration', () => {
  const used = { digest: MINE, readAt: '2026-11-23T08:00:00Z', failure: undefined };
  const onDisk = { since: '2026-11-23T09:00:00Z', failure: undefined, holds: false };
  it.each([
    ['nothing where it is the same', { configuration: used }, MINE, undefined],
    [
      'that it is older, and how to have it read again',
      { configuration: { ...used, onDisk } },
      THEIRS,
      /older.*reload/,
    ],
    [
      'that it needs a restart',
      { configuration: { ...used, onDisk: { ...onDisk, failure: RESTART } } },
      THEIRS,
      /older.*systemctl restart/,
    ],
    [
      'that it has read another text, which may say something else',
      { configuration: used },
      THEIRS,
      /another text.*undoes this/,
    ],
  ])('says %s', (_what, status, digest, wanted) => {
    const text = otherConfigurationText(status, digest);
    if (wanted === undefined) expect(text).toBeUndefined();
    else expect(text).toMatch(wanted);
  });
});
