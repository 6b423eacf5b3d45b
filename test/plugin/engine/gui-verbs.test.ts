import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSimUser } from '../../../src/sim/opnsense/users.js';
import { type StandIn, startStandIn } from '../standin/start.js';
import { type Answer, apply, call, idOf, newToken, outcomeOf, read, records, skipReason } from './support.js';

const reason = await skipReason();
const USERS = [
  createSimUser('slash32', ['page-services-slash32-api']),
  createSimUser('gui', ['page-services-slash32']),
  createSimUser('reader', ['page-services-slash32', 'user-config-readonly']),
];

describe('what the GUI asks of the engine', () => {
  let box: StandIn;
  let token: string;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn({ users: USERS });
    token = newToken();
  });
  afterEach(() => box?.stop());

  async function gui(action: string, body?: unknown, user = 1): Promise<Answer> {
    const path = `/api/slash32/status/${action}`;
    if (body === undefined) return (await call(box, 'GET', path, { user })).body;
    return (await call(box, 'POST', path, { user, body: JSON.stringify(body) })).body;
  }

  test('a pending change is shown without its token, and confirmed by its id', async () => {
    await apply(box, { seconds: 60, token });
    const summary = await gui('summary');
    expect(summary).toMatchObject({ result: 'ok', pending: [{ id: idOf(token), owner: 'home', more: 0 }] });
    expect(summary).toMatchObject({ pending: [{ changes: [{ kind: 'reservation', place: 'SERVERS', before: '' }] }] });
    expect(JSON.stringify(summary)).not.toContain(token);
    expect(await gui('confirm', { id: idOf(token) })).toEqual({ result: 'confirmed', peer: null });
    expect(outcomeOf(box, idOf(token))).toBe('confirmed');
  });

  test('a pending change is rolled back by its id, and the history says who asked', async () => {
    await apply(box, { seconds: 60, token });
    expect(await gui('rollback', { id: idOf(token) })).toMatchObject({ result: 'rolled_back', left: [] });
    expect(records(box)).toEqual([]);
    expect(read(box, 'conf/slash32/history.jsonl')).toContain('gui asked for it');
    expect(await gui('rollback', { id: idOf(token) })).toEqual({ result: 'already', outcome: 'rolled_back' });
  });

  test.each(['confirm', 'rollback'])(
    'an id that nobody knows, a GET and a read-only user change nothing (%s)',
    async (verb) => {
      await apply(box, { seconds: 60, token });
      expect(await gui(verb, { id: '0'.repeat(16) })).toEqual({ result: 'unknown' });
      expect(await gui(verb, { id: '../../etc/passwd' })).toMatchObject({ result: 'failed' });
      expect(await gui(verb)).toEqual({ result: 'failed' });
      expect(await gui(verb, { id: idOf(token) }, 2)).toMatchObject({ errorTitle: 'General access' });
      expect(records(box)).toHaveLength(1);
    },
  );

  test('the key for the API does not open the GUI, nor the other way round', async () => {
    expect((await call(box, 'GET', '/api/slash32/status/summary', { user: 0 })).status).toBe(403);
    expect((await call(box, 'GET', 'get', { user: 1 })).status).toBe(403);
  });
});
