import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchMachines } from '../../../src/inventory/libvirt/watch.js';
import type { StreamState } from '../../../src/inventory/listening.js';

describe('the machines of libvirt, watched', () => {
  let folder: string;
  let stop: () => void = () => {};
  const heard: string[] = [];
  const states: StreamState[] = [];
  const connected: boolean[] = [];
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'slash32-watch-')), 'qemu');
    mkdirSync(folder);
    for (const list of [heard, states, connected]) list.length = 0;
  });
  afterEach(() => {
    stop();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  function listen(path: string): void {
    stop = watchMachines(
      path,
      {
        onHint: ({ reason }) => void heard.push(reason),
        onConnected: (first) => void connected.push(first),
        onState: (state) => void states.push(state),
      },
      { now: () => new Date(0), retryMs: 10 },
    );
  }

  it('tell that a file was written, replaced or removed, and of nothing else', async () => {
    listen(folder);
    writeFileSync(join(folder, 'notes.txt'), '');
    writeFileSync(join(folder, 'web.xml.new'), '');
    renameSync(join(folder, 'web.xml.new'), join(folder, 'web.xml'));
    await expect.poll(() => heard).toContain('web.xml changed');
    heard.length = 0;
    rmSync(join(folder, 'web.xml'));
    await expect.poll(() => heard).toContain('web.xml changed');
    expect(heard.filter((one) => !one.startsWith('web.xml '))).toEqual([]);
    expect(connected).toEqual([true]);
    expect(states.at(-1)).toMatchObject({ state: 'up', lastEventAt: '1970-01-01T00:00:00.000Z' });
  });

  it('tell of a single file that is replaced by another one, again and again', async () => {
    const file = join(folder, 'all.xml');
    writeFileSync(file, '');
    listen(file);
    for (let round = 0; round < 3; round += 1) {
      heard.length = 0;
      writeFileSync(`${file}.new`, '');
      renameSync(`${file}.new`, file);
      await expect.poll(() => heard).toContain('all.xml changed');
    }
    expect(new Set(heard)).toEqual(new Set(['all.xml changed']));
  });

  it('are told as unwatched while the folder is not there, and are watched again when it is', async () => {
    rmSync(folder, { recursive: true });
    listen(folder);
    expect(states.at(-1)).toMatchObject({ state: 'down' });
    expect(states.at(-1)?.failure?.message).toContain('cannot be watched: it does not exist');
    mkdirSync(folder);
    await expect.poll(() => states.at(-1)?.state).toBe('up');
    writeFileSync(join(folder, 'web.xml'), '');
    await expect.poll(() => heard).toContain('web.xml changed');
  });

  it('are watched again after the folder was removed and made anew', async () => {
    listen(folder);
    rmSync(folder, { recursive: true });
    await expect.poll(() => states.some(({ state }) => state === 'down')).toBe(true);
    mkdirSync(folder);
    await expect.poll(() => connected).toEqual([true, false]);
  });
});
