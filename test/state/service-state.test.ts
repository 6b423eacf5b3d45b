import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createServiceStateStore, EMPTY_SERVICE_STATE, type ServiceState } from '../../src/state/service-state.js';
import { temporaryFolder } from '../cli/harness.js';

const AT = '2026-11-23T08:00:00.000Z';
const STATE: ServiceState = {
  version: 1,
  pause: { since: AT, by: 'alice', reason: 'maintenance' },
  hold: { checksum: '0123456789abcdef', since: AT, reason: 'rolled back by alice', configuration: 'digest' },
  writes: [{ checksum: '0123456789abcdef', at: AT }],
  reboots: [],
  settled: '0011223344556677',
};

const file = async () => join(await temporaryFolder(), 'slash32.service.json');
const full = () => Object.assign(new Error('no space'), { code: 'ENOSPC' });

describe('the state of the service', () => {
  it('is empty where there is no file, and comes back as it was saved', async () => {
    const path = await file();
    const store = createServiceStateStore(path);
    expect(store.load()).toEqual(EMPTY_SERVICE_STATE);
    store.save(STATE);
    expect(createServiceStateStore(path).load()).toEqual(STATE);
    store.save(EMPTY_SERVICE_STATE);
    expect(store.load()).toEqual(EMPTY_SERVICE_STATE);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each<[string, Parameters<typeof createServiceStateStore>[1]]>([
    [
      'the new file cannot be written',
      {
        writeNew: () => {
          throw full();
        },
        replace: () => {},
      },
    ],
    [
      'it cannot take the place of the old one',
      {
        writeNew: (path) => writeFileSync(path, '{'),
        replace: () => {
          throw full();
        },
      },
    ],
  ])('stays as it was when %s', async (_when, steps) => {
    const path = await file();
    createServiceStateStore(path).save(STATE);
    expect(() => createServiceStateStore(path, steps).save(EMPTY_SERVICE_STATE)).toThrow(
      expect.objectContaining({ code: 'S32_STATE_WRITE', message: expect.stringContaining('the disk is full') }),
    );
    expect(createServiceStateStore(path).load()).toEqual(STATE);
    expect(readdirSync(join(path, '..'))).toEqual(['slash32.service.json']);
  });

  it.each(['', '{', '[]', '{"version":2}', '{"version":1,"pause":{}}', '{"version":1,"writes":[{}]}'])(
    'is refused when it is damaged: %s',
    async (text) => {
      const path = await file();
      writeFileSync(path, text);
      expect(() => createServiceStateStore(path).load()).toThrow(
        expect.objectContaining({ code: 'S32_STATE_CORRUPT', effect: expect.stringContaining('paused') }),
      );
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('is readable when a newer version has put more into it', async () => {
    const path = await file();
    writeFileSync(path, '{"version":1,"later":true}');
    expect(createServiceStateStore(path).load()).toMatchObject(EMPTY_SERVICE_STATE);
  });
});
