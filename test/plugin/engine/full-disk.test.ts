import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import {
  apply,
  get,
  idOf,
  newToken,
  outcomeOf,
  php,
  post,
  read,
  records,
  services,
  skipReason,
  until,
  write,
} from './support.js';

const reason = await skipReason();
const SOURCE = process.env.SLASH32_SOURCE ?? join(import.meta.dirname, '../../../plugin/net/slash32/src');

describe('a firewall whose /conf is full', () => {
  let box: StandIn;
  let token: string;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn();
    token = newToken();
    await get(box);
  });
  afterEach(() => box?.stop());

  const kept = () => readdirSync(join(box.folder, 'conf/slash32')).filter((name) => name.startsWith(idOf(token)));

  test('changes nothing where there is no room for what an undoing would need', async () => {
    const before = read(box, 'conf/config.xml');
    services(box, true);
    write(box, 'steps.json', { 'write reserve': 'full' });
    const answer = await apply(box, { seconds: 60, token });
    expect(answer).toMatchObject({ result: 'failed', message: expect.stringContaining('no room on /conf') });
    expect(answer.message).toContain('nothing was changed');
    expect(read(box, 'conf/config.xml')).toBe(before);
    expect(services(box)).toEqual([]);
    expect(kept()).toEqual([]);
  });

  test('keeps room for the undoing for as long as the change waits', async () => {
    await apply(box, { seconds: 60, token });
    const size = read(box, 'conf/config.xml').length;
    expect(read(box, `conf/slash32/${idOf(token)}.reserve`).length).toBeGreaterThan(size);
    await post(box, 'confirm', { owner: 'home', token });
    expect(kept()).toEqual([]);
  });

  test.each([0, 60, 700])(
    'gets its config.xml back byte for byte when only %i bytes of the new one fit',
    async (room) => {
      const before = read(box, 'conf/config.xml');
      services(box, true);
      write(box, 'conf.room', String(room));
      const answer = await apply(box, { seconds: 60, token });
      expect(answer).toMatchObject({ result: 'failed', message: expect.stringContaining('the old one was put back') });
      expect(read(box, 'conf/config.xml')).toBe(before);
      expect(services(box)).toEqual([]);
      await until('nothing waits', () => records(box).length === 0);
      expect(read(box, 'conf/config.xml')).toBe(before);
      expect(kept()).toEqual([]);
    },
  );

  test('gets it back when the process died over half a config.xml', async () => {
    const before = read(box, 'conf/config.xml');
    write(box, 'control.json', { 'slash32 watch': { answer: '' } });
    write(box, 'steps.json', { 'apply recorded': 'kill' });
    await apply(box);
    writeFileSync(join(box.folder, 'conf/config.xml'), before.slice(0, 700));
    await php(box, join(SOURCE, 'opnsense/scripts/slash32/slash32.php'), 'settle');
    expect(await get(box)).toMatchObject({ result: 'ok', pending: [] });
    expect(read(box, 'conf/config.xml')).toBe(before);
    expect(records(box)).toEqual([]);
  });

  test('does not keep a change from being undone when nothing of it can be noted', async () => {
    await apply(box, { seconds: 60, token });
    write(box, 'steps.json', { 'write record': 'full', 'write history': 'full' });
    expect(await post(box, 'rollback', { owner: 'home', token })).toMatchObject({ result: 'rolled_back', left: [] });
    expect(read(box, 'conf/config.xml')).not.toContain('home-1');
    expect(kept()).toEqual([]);
  });

  test('keeps what was confirmed, and writes that into the history when there is room again', async () => {
    await apply(box, { seconds: 60, token });
    write(box, 'steps.json', { 'write record': 'full', 'write history': 'full' });
    expect(await post(box, 'confirm', { owner: 'home', token })).toMatchObject({ result: 'confirmed' });
    write(box, 'steps.json', {});
    expect(await post(box, 'confirm', { owner: 'home', token })).toEqual({ result: 'already', outcome: 'confirmed' });
    expect(outcomeOf(box, idOf(token))).toBe('confirmed');
    expect(read(box, 'conf/config.xml')).toContain('home-1');
    expect(kept()).toEqual([]);
  });
});
