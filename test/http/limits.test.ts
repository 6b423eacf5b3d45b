import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RUNNING_ID, runningRun } from './fake-service.js';
import { judge } from './judge.js';
import { eventually, type Rig, startRig, TOKENS } from './rig.js';

const FEW_FAILURES = { requests: 1_000, failures: 3 };

async function statuses(rig: Rig, times: number, token: string | undefined): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < times; n += 1)
    found.push((await rig.ask({ path: '/v1/status', ...(token && { token }) })).status);
  return found;
}

/** Watches a run that goes on, until the test or the caller ends it. */
function watching(rig: Rig): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKENS.viewer}` };
    const outgoing = request({ port: rig.port, path: `/v1/runs/${RUNNING_ID}/events`, headers, agent: false });
    outgoing.on('error', () => undefined);
    outgoing.on('response', (response) => {
      response.on('error', () => undefined);
      if (response.statusCode === 200) resolve(() => outgoing.destroy());
      else reject(new Error(`watching: ${response.statusCode}`));
    });
    outgoing.end();
    onTestFinished(() => void outgoing.destroy());
  });
}

describe('whoever asks too often', () => {
  it('is told to wait, and how long', async () => {
    const rig = await startRig({ limits: { requests: 3, failures: 100 } });
    expect(await statuses(rig, 5, TOKENS.viewer)).toEqual([200, 200, 200, 429, 429]);
    const reply = await rig.ask({ path: '/v1/status', token: TOKENS.viewer });
    expect(judge(reply, undefined)).toBeUndefined();
    expect(reply.json).toMatchObject({ code: 'S32_HTTP_TOO_MANY' });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('waits alone: another API token from the same address, and the health check, do not', async () => {
    const rig = await startRig({ limits: { requests: 3, failures: 100 } });
    expect(await statuses(rig, 4, TOKENS.viewer)).toEqual([200, 200, 200, 429]);
    expect(await statuses(rig, 2, TOKENS.operator)).toEqual([200, 200]);
    for (let n = 0; n < 6; n += 1) expect((await rig.ask({ path: '/healthz' })).status).toBe(200);
  });

  it('is not limited on the unix socket', async () => {
    const rig = await startRig({ trust: 'socket', limits: { requests: 1, failures: 1 } });
    expect(await statuses(rig, 5, undefined)).toEqual([200, 200, 200, 200, 200]);
  });
});

describe('whoever guesses API tokens', () => {
  it('is told to wait after a few', async () => {
    const rig = await startRig({ limits: FEW_FAILURES });
    expect(await statuses(rig, 5, 's32_guess')).toEqual([401, 401, 401, 429, 429]);
    const reply = await rig.ask({ path: '/v1/status', token: 's32_guess' });
    expect(judge(reply, undefined)).toBeUndefined();
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('is refused also when he comes without a token or with an old one', async () => {
    const rig = await startRig({ limits: FEW_FAILURES });
    expect(await statuses(rig, 2, undefined)).toEqual([401, 401]);
    expect(await statuses(rig, 2, TOKENS.expired)).toEqual([401, 429]);
  });

  it('keeps nobody out who comes from the same address with a right one', async () => {
    const rig = await startRig({ limits: FEW_FAILURES });
    await statuses(rig, 10, 's32_guess');
    expect(await statuses(rig, 2, TOKENS.viewer)).toEqual([200, 200]);
    expect(await statuses(rig, 1, 's32_guess')).toEqual([429]);
  });

  it('does not hinder the health checks', async () => {
    const rig = await startRig({ limits: FEW_FAILURES });
    await statuses(rig, 4, 's32_guess');
    expect((await rig.ask({ path: '/healthz' })).status).toBe(200);
  });

  it('is not whoever has a right token, may too little, or asks for nonsense', async () => {
    const rig = await startRig({ limits: FEW_FAILURES });
    expect(await statuses(rig, 6, TOKENS.viewer)).toEqual(Array(6).fill(200));
    for (let n = 0; n < 6; n += 1)
      expect((await rig.ask({ method: 'POST', path: '/v1/pause', token: TOKENS.viewer })).status).toBe(403);
    for (let n = 0; n < 6; n += 1)
      expect((await rig.ask({ path: '/v1/runs?limit=x', token: TOKENS.viewer })).status).toBe(400);
  });

  it('is not whoever has many requests under way, or breaks them off', async () => {
    const rig = await startRig({ limits: FEW_FAILURES });
    rig.service.put(runningRun());
    const stops = [];
    for (let n = 0; n < 6; n += 1) stops.push(await watching(rig));
    expect(await statuses(rig, 1, TOKENS.viewer)).toEqual([200]);
    for (const stop of stops) stop();
    await eventually(() => rig.lines.filter((line) => line.route.endsWith('/events')).length).toBe(6);
    expect(await statuses(rig, 1, TOKENS.viewer)).toEqual([200]);
  });
});
