import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import { observedCall } from '../../src/model/observer.js';

const abort = Object.assign(new Error('stopped'), { name: 'AbortError' });

/** What an observer hears of one call that takes a quarter of a second. */
async function heard(action: () => Promise<unknown>): Promise<{ heard: unknown[]; came: unknown }> {
  const lines: unknown[] = [];
  let time = 1000;
  const watch = (): number => (time += 250);
  const came = await observedCall((...line) => lines.push(line), 'GET /1.0', watch, action).catch((error) => error);
  return { heard: lines, came };
}

describe('a call that is watched', () => {
  it('gives what it gave, and tells how long it took', async () => {
    expect(await heard(async () => 'answer')).toEqual({ heard: [['GET /1.0', 0.25, 'ok']], came: 'answer' });
  });

  it.each<[string, unknown, string]>([
    ['a known failure', new Slash32Error('S32_INCUS_TIMEOUT', { message: 'late' }), 'S32_INCUS_TIMEOUT'],
    ['an interruption', abort, 'interrupted'],
    [
      'a failure of another library, whose code may hold anything',
      Object.assign(new Error('x'), { code: 'EPIPE' }),
      'defect',
    ],
    ['what is no error at all', 'boom', 'defect'],
  ])('throws %s as it is, and tells of it', async (_name, error, result) => {
    const action = (): Promise<unknown> => Promise.reject(error);
    expect(await heard(action)).toEqual({ heard: [['GET /1.0', 0.25, result]], came: error });
  });

  it('costs nothing where nobody listens', async () => {
    const watch = (): number => {
      throw new Error('nobody asked for the time');
    };
    expect(await observedCall(undefined, 'GET /1.0', watch, async () => 7)).toBe(7);
  });
});
