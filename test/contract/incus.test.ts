import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSelfSignedCertificate } from '../../src/inventory/incus/certificate.js';
import { type SimIncus, startSimIncus } from '../../src/sim/incus/server.js';
import { addOddOnes, createRecordedLab } from './incus-lab.js';
import { loadRecording, shapeOf } from './incus-recording.js';

const YEAR = 365 * 86_400_000;

function makeClient(commonName: string) {
  const notBefore = new Date(Date.now() - 60_000);
  return createSelfSignedCertificate({ commonName, usage: 'client', notBefore, notAfter: new Date(Date.now() + YEAR) });
}

let directory: string;
let sim: SimIncus;
let older: SimIncus;
let odd: SimIncus;
const clients = { trusted: makeClient('sync'), restricted: makeClient('restricted'), stranger: makeClient('stranger') };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 's32-'));
  sim = await startSimIncus({ state: createRecordedLab(), socket: join(directory, 'unix.socket'), https: true });
  older = await startSimIncus({ state: createRecordedLab('6.0.4'), socket: join(directory, 'older.socket') });
  odd = await startSimIncus({ state: addOddOnes(createRecordedLab()), socket: join(directory, 'odd.socket') });
  sim.trust({ name: 'sync', certificate: clients.trusted.certificate });
  sim.trust({ name: 'restricted', certificate: clients.restricted.certificate, restricted: true, projects: ['shop'] });
});

afterAll(async () => {
  await sim.close();
  await older.close();
  await odd.close();
  await rm(directory, { recursive: true });
});

type Over = 'socket' | 'older' | 'odd' | 'nobody' | keyof typeof clients;

async function exchange(over: Over, method: string, path: string, body?: unknown) {
  return await new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    const request = open(over, method, path);
    request.once('error', reject);
    request.once('response', async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function open(over: Over, method: string, path: string) {
  if (over === 'socket' || over === 'older' || over === 'odd') {
    const socketPath = { socket: sim, older, odd }[over].socket;
    return httpRequest({ socketPath, method, path });
  }
  const client = over === 'nobody' ? {} : { cert: clients[over].certificate, key: clients[over].key };
  return httpsRequest(new URL(path, sim.httpsUrl), { method, rejectUnauthorized: false, agent: false, ...client });
}

describe('the simulated Incus answers as the recorded one did', () => {
  it.each<[string, Over]>([
    ['01-', 'socket'],
    ['03-', 'socket'],
    ['04-', 'socket'],
    ['05-', 'socket'],
    ['06-', 'socket'],
    ['14-', 'socket'],
    ['20-', 'socket'],
    ['21-', 'socket'],
    ['25-', 'socket'],
    ['29-errors-00', 'socket'],
    ['29-errors-01', 'socket'],
    ['29-errors-02', 'socket'],
    ['29-errors-03', 'socket'],
    ['31-', 'socket'],
    ['32-', 'socket'],
    ['40-', 'nobody'],
    ['41-', 'stranger'],
    ['42-', 'stranger'],
    ['45-', 'stranger'],
    ['46-', 'trusted'],
    ['47-', 'trusted'],
    ['50-restricted-00', 'restricted'],
    ['50-restricted-01', 'restricted'],
    ['50-restricted-02', 'restricted'],
    ['50-restricted-03', 'restricted'],
    ['50-restricted-04', 'restricted'],
    ['50-restricted-05', 'restricted'],
    ['50-restricted-06', 'restricted'],
    ['50-restricted-10', 'restricted'],
    ['50-restricted-11', 'restricted'],
    ['50-restricted-13', 'restricted'],
    ['60-', 'socket'],
    ['61-', 'socket'],
    ['62-', 'odd'],
    ['63-', 'odd'],
    ['64-', 'odd'],
    ['65-', 'odd'],
    ['70-', 'socket'],
    ['71-', 'socket'],
    ['72-', 'socket'],
    ['75-', 'socket'],
    ['6.0.4/01-', 'older'],
    ['6.0.4/04-', 'older'],
    ['6.0.4/06-', 'older'],
    ['6.0.4/20-', 'older'],
  ])('%s over %s: same status and same shape', async (prefix, over) => {
    const recording = loadRecording(prefix);
    const { method, path, body } = recording.request;
    const answer = await exchange(over, method, path, body);
    expect(answer.status).toBe(recording.response.status);
    expect(shapeOf(answer.body)).toEqual(shapeOf(recording.response.body));
    expect(answer.body.type).toBe(recording.response.body.type);
    expect(answer.body.error_code).toBe(recording.response.body.error_code);
    if (recording.response.body.type === 'error') expect(answer.body.error).toBe(recording.response.body.error);
  });

  it.each(['44-', '49-'])('%s: a token is taken once, with 201 and no metadata', async (prefix) => {
    const recording = loadRecording(prefix);
    const { method, path, body } = recording.request;
    const sent = { ...body, trust_token: sim.createToken({ name: 'sync' }) };
    const first = await exchange('stranger', method, path, sent);
    expect(first.status).toBe(recording.response.status);
    expect(shapeOf(first.body)).toEqual(shapeOf(recording.response.body));
    const second = await exchange('stranger', method, path, sent);
    expect(second).toMatchObject({ status: 403, body: { error: loadRecording('45-').response.body.error } });
    for (const [fingerprint, entry] of sim.state.certificates) {
      if (entry.certificate.trim() === clients.stranger.certificate.trim()) sim.state.certificates.delete(fingerprint);
    }
  });

  it('restricted view: the same names are shown and hidden', async () => {
    const { body } = await exchange('restricted', 'GET', '/1.0/projects?recursion=1');
    const names = (body.metadata as { name: string }[]).map((project) => project.name);
    const recorded = loadRecording('50-restricted-10').response.body.metadata as { name: string }[];
    expect(names).toEqual(recorded.map((project) => project.name));
  });
});
