import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { judge } from './judge.js';
import { type Ask, CONTRACT, startRig, TOKENS } from './rig.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const START = CONTRACT.operations.find((one) => one.id === 'startRun');

describe('the body of a request', () => {
  it.each<[string, Partial<Ask>, number, string | undefined]>([
    ['is not needed', {}, 202, undefined],
    ['may be empty', { raw: '', headers: JSON_TYPE }, 202, undefined],
    [
      'may name its character set',
      { raw: '{}', headers: { 'content-type': 'application/json; charset=utf-8' } },
      202,
      undefined,
    ],
    ['may come in pieces', { raw: '{}', headers: { ...JSON_TYPE, 'transfer-encoding': 'chunked' } }, 202, undefined],
    [
      'is JSON',
      { raw: 'dryRun=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'S32_HTTP_MEDIA_TYPE',
    ],
    ['says that it is JSON', { raw: '{}' }, 415, 'S32_HTTP_MEDIA_TYPE'],
    [
      'is no multipart form',
      { raw: '--x', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
      415,
      'S32_HTTP_MEDIA_TYPE',
    ],
    [
      'is not compressed',
      { raw: gzipSync('{}'), headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } },
      415,
      'S32_HTTP_MEDIA_TYPE',
    ],
    [
      'is in UTF-8',
      { raw: '{}', headers: { 'content-type': 'application/json; charset=latin9' } },
      415,
      'S32_HTTP_MEDIA_TYPE',
    ],
    ['is whole', { raw: '{"dryRun":', headers: JSON_TYPE }, 400, 'S32_HTTP_REQUEST'],
    ['is an object', { raw: '[]', headers: JSON_TYPE }, 400, 'S32_HTTP_REQUEST'],
    ['is of 256 KB at most', { raw: ' '.repeat(256 * 1024 + 1), headers: JSON_TYPE }, 413, 'S32_HTTP_TOO_LARGE'],
    [
      'is of 256 KB at most, also where it does not say how long it is',
      { raw: ' '.repeat(256 * 1024 + 1), headers: { ...JSON_TYPE, 'transfer-encoding': 'chunked' } },
      413,
      'S32_HTTP_TOO_LARGE',
    ],
  ])('%s', async (_what, part, status, code) => {
    const rig = await startRig();
    const { headers, ...rest } = part;
    const chunked = headers?.['transfer-encoding'] === 'chunked';
    const reply = await rig.ask({
      method: 'POST',
      path: '/v1/runs',
      token: TOKENS.operator,
      ...rest,
      ...(headers && { headers }),
      chunked,
    });
    expect(judge(reply, START)).toBeUndefined();
    expect([reply.status, (reply.json as { code?: string }).code]).toEqual([status, code]);
    expect(rig.service.asked).toHaveLength(status === 202 ? 1 : 0);
  });

  it('gives a run its defaults', async () => {
    const rig = await startRig();
    const { json } = await rig.ask({
      method: 'POST',
      path: '/v1/runs',
      token: TOKENS.operator,
      body: { dryRun: true },
    });
    expect(json).toMatchObject({
      options: {
        dryRun: true,
        segments: [],
        instances: [],
        adopt: 'none',
        force: false,
        takeOver: false,
        confirm: true,
      },
    });
  });
});

describe('starting a run', () => {
  it('is answered at once, with where to ask for it', async () => {
    const rig = await startRig();
    rig.service.slow = true;
    const reply = await rig.ask({ method: 'POST', path: '/v1/runs', token: TOKENS.operator, body: {} });
    const { id, state } = reply.json as { id: string; state: string };
    expect([reply.status, reply.headers.location, state]).toEqual([202, `/v1/runs/${id}`, 'queued']);
    expect((await rig.ask({ path: String(reply.headers.location), token: TOKENS.viewer })).json).toMatchObject({ id });
  });

  it.each(['wait=5', 'respond-async, wait=5', 'return=representation; x=1, wait=5'])(
    'waits for the end with Prefer: %s',
    async (prefer) => {
      const rig = await startRig();
      const reply = await rig.ask({ method: 'POST', path: '/v1/runs', token: TOKENS.operator, headers: { prefer } });
      expect([reply.status, (reply.json as { state?: string }).state]).toEqual([200, 'ended']);
    },
  );

  it('ignores a preference that it does not know, as RFC 7240 says', async () => {
    const rig = await startRig();
    rig.service.slow = true;
    const reply = await rig.ask({
      method: 'POST',
      path: '/v1/runs',
      token: TOKENS.operator,
      headers: { prefer: 'respond-async' },
    });
    expect(reply.status).toBe(202);
  });

  it('hands the Idempotency-Key on', async () => {
    const rig = await startRig();
    const headers = { 'idempotency-key': 'night-42' };
    const reply = await rig.ask({ method: 'POST', path: '/v1/runs', token: TOKENS.operator, headers });
    expect(reply.json).toMatchObject({ idempotencyKey: 'night-42' });
  });
});

describe('the headers of a request', () => {
  it('name one host: two of them are refused', async () => {
    const rig = await startRig();
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(rig.port, '127.0.0.1');
      socket.on('error', reject);
      socket.on('data', (chunk) => resolve(String(chunk)));
      socket.end('GET /healthz HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n');
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('one Host header');
  });

  it('are answered with HSTS for this name alone', async () => {
    const rig = await startRig();
    const { headers } = await rig.ask({ path: '/healthz' });
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d+$/);
  });
});
