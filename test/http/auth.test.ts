import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import type { Operation } from '../../src/http/contract.js';
import { ENDED_ID, RUNNING_ID, runningRun } from './fake-service.js';
import { judge } from './judge.js';
import { type Ask, CONTRACT, eventually, type Reply, startRig, TOKENS, withNeeded } from './rig.js';

/** Who may do what, as docs/api.md says it; whatever is not here is for viewers. */
const OPERATORS = ['startRun', 'cancelRun', 'confirmPending', 'rollbackPending', 'pause', 'resume'];
const ADMINS = ['releaseHold'];
const EVERYBODY = ['getLiveness', 'getReadiness'];
const CALLERS = ['nobody', 'garbage', 'expired', 'viewer', 'operator', 'admin', 'socket'] as const;
type Who = (typeof CALLERS)[number];

function expected(id: string, who: Who): 'allowed' | 'S32_HTTP_TOKEN' | 'S32_HTTP_TOKEN_EXPIRED' | 'S32_HTTP_ROLE' {
  if (EVERYBODY.includes(id) || who === 'socket' || who === 'admin') return 'allowed';
  if (who === 'nobody' || who === 'garbage') return 'S32_HTTP_TOKEN';
  if (who === 'expired') return 'S32_HTTP_TOKEN_EXPIRED';
  if (ADMINS.includes(id)) return 'S32_HTTP_ROLE';
  return OPERATORS.includes(id) && who === 'viewer' ? 'S32_HTTP_ROLE' : 'allowed';
}

function credentials(who: Who): Partial<Ask> {
  if (who === 'nobody' || who === 'socket') return {};
  return { token: who === 'garbage' ? 's32_guessed' : TOKENS[who] };
}

function plainAsk({ method, path, id }: Operation): Ask {
  const run = id === 'cancelRun' ? RUNNING_ID : ENDED_ID;
  const search = withNeeded(id, []).map(([name, value]) => `${name}=${value}`);
  const filled = `${path.replace('{id}', run)}${search.length === 0 ? '' : `?${search.join('&')}`}`;
  return { method: method.toUpperCase(), path: filled, ...(method === 'post' ? { body: {} } : {}) };
}

const OPERATIONS = CONTRACT.operations.map((operation) => [operation.id, operation] as const);

describe('who may do what', () => {
  it.each(OPERATIONS)('%s is for whom it is meant, and for nobody else', async (id, operation) => {
    const tcp = await startRig();
    const socket = await startRig({ trust: 'socket' });
    for (const who of CALLERS) {
      const rig = who === 'socket' ? socket : tcp;
      Object.assign(rig.service, { waits: true, held: true, paused: id === 'resume' });
      rig.service.put(runningRun());
      rig.service.asked.length = 0;
      const reply = await rig.ask({ ...plainAsk(operation), ...credentials(who) });
      expect(judge(reply, operation), who).toBeUndefined();
      const what = expected(id, who);
      if (what === 'allowed') expect([200, 202, 503], `${who}: ${reply.text}`).toContain(reply.status);
      else expect(reply.json, who).toMatchObject({ code: what, status: what === 'S32_HTTP_ROLE' ? 403 : 401 });
      expect(reply.headers['www-authenticate'], who).toBe(reply.status === 401 ? 'Bearer realm="slash32"' : undefined);
      if (what !== 'allowed') expect(rig.service.asked, who).toEqual([]);
    }
  });

  it.each<[string, object]>([
    ['force', { force: true }],
    ['acceptLockoutRisk', { acceptLockoutRisk: true }],
    ['acceptNew', { acceptNew: true }],
    ['onBackup', { onBackup: true }],
    ['takeOver', { takeOver: true }],
    ['confirmSeconds: 0', { confirmSeconds: 0 }],
    ['adopt all', { adopt: 'all' }],
    ['adopt one', { adopt: ['10.2.0.9'] }],
  ])('%s is for administrators only', async (_what, body) => {
    const rig = await startRig();
    const refused = await rig.ask({ method: 'POST', path: '/v1/runs', body, token: TOKENS.operator });
    expect(refused.json).toMatchObject({ status: 403, code: 'S32_HTTP_ROLE' });
    expect(rig.service.asked).toEqual([]);
    const allowed = await rig.ask({ method: 'POST', path: '/v1/runs', body, token: TOKENS.admin });
    expect(allowed.status).toBe(202);
  });

  it('stands on the page: the role of each operation, and what is for administrators', async () => {
    const rig = await startRig();
    const { text } = await rig.ask({ path: '/docs/' });
    const sections = new Map(text.split('<section class="operation" id="').map((part) => [part.split('"')[0], part]));
    for (const { id } of CONTRACT.operations) {
      const role = ADMINS.includes(id) ? 'admin' : OPERATORS.includes(id) ? 'operator' : 'viewer';
      const said = EVERYBODY.includes(id) ? 'Needs no API token.' : `Role: ${role}`;
      expect(sections.get(id), id).toContain(said);
    }
    expect(sections.get('startRun')).toContain('confirmSeconds: 0');
  });

  it('is remembered with the name of the token and the address that asked', async () => {
    const rig = await startRig();
    await rig.ask({ method: 'POST', path: '/v1/pause', body: {}, token: TOKENS.operator });
    expect(rig.service.asked).toEqual([
      { what: 'pause', actor: { kind: 'token', name: 'operator', from: '127.0.0.1' } },
    ]);
    const local = await startRig({ trust: 'socket' });
    await local.ask({ method: 'POST', path: '/v1/pause', body: {} });
    expect(local.service.asked).toEqual([
      { what: 'pause', actor: { kind: 'socket', name: 'unix socket', from: 'local' } },
    ]);
  });
});

describe('an API token', () => {
  it.each<[string, Partial<Ask>]>([
    ['in the URL', { path: `/v1/status?access_token=${TOKENS.admin}` }],
    ['in a cookie', { headers: { cookie: `token=${TOKENS.admin}` } }],
    ['as Basic', { headers: { authorization: `Basic ${Buffer.from(`x:${TOKENS.admin}`).toString('base64')}` } }],
    ['with nothing after it', { headers: { authorization: 'Bearer ' } }],
    ['twice in one header', { headers: { authorization: `Bearer ${TOKENS.admin}, Bearer ${TOKENS.admin}` } }],
    ['that is endless', { headers: { authorization: `Bearer ${'x'.repeat(8_000)}` } }],
  ])('%s is none', async (_what, part) => {
    const rig = await startRig();
    const reply = await rig.ask({ path: '/v1/status', ...part });
    expect(reply.json).toMatchObject({ status: 401, code: 'S32_HTTP_TOKEN' });
    expect(reply.text).not.toContain(TOKENS.admin);
  });

  it('is looked at before anything of the request is read', async () => {
    const rig = await startRig();
    const bodies: Ask[] = [
      { method: 'POST', path: '/v1/runs', raw: '{', headers: { 'content-type': 'application/json' } },
      { method: 'POST', path: '/v1/runs', raw: 'x'.repeat(300_000), headers: { 'content-type': 'text/plain' } },
      { method: 'POST', path: '/v1/runs?nothing=1', body: { nothing: 1 } },
      { method: 'GET', path: '/v1/runs/not%20an%20id' },
    ];
    for (const ask of bodies) expect((await rig.ask(ask)).status, ask.path).toBe(401);
    for (const ask of bodies.slice(0, 3)) expect((await rig.ask({ ...ask, token: TOKENS.viewer })).status).toBe(403);
  });

  it('cannot be judged while the file of the tokens is damaged, and that tells nobody where the file is', async () => {
    const rig = await startRig({
      checkToken: async () => {
        throw new Slash32Error('S32_TOKENS_FILE', { message: 'It is damaged.', where: '/etc/slash32/tokens.json' });
      },
    });
    const reply = await rig.ask({ path: '/v1/status', token: TOKENS.admin });
    expect(reply.json).toMatchObject({ status: 503, code: 'S32_TOKENS_FILE' });
    expect(reply.text).not.toContain('/etc/slash32');
  });
});

describe('the line about a request', () => {
  it('names the path of the contract and never what was asked for', async () => {
    const rig = await startRig();
    const token = TOKENS.viewer;
    const replies: Reply[] = [];
    for (const path of [`/v1/runs/${ENDED_ID}`, '/v1/nothing/secret', '/hooks/incus/secret', '/v1/status?limit=1'])
      replies.push(await rig.ask({ path, token }));
    await eventually(() => rig.lines.length).toBe(4);
    expect(rig.lines.map(({ method, route, status, actor }) => [method, route, status, actor?.name])).toEqual([
      ['GET', '/v1/runs/{id}', 200, 'viewer'],
      ['GET', '(unknown)', 404, undefined],
      ['GET', '(unknown)', 404, undefined],
      ['GET', '/v1/status', 400, 'viewer'],
    ]);
    expect(replies.map((reply) => reply.text).join('')).not.toContain('secret');
  });
});
