import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrapAnswer } from '../../../src/inventory/incus/answer.js';
import { createIncusClient } from '../../../src/inventory/incus/client.js';
import { connectionFailure } from '../../../src/inventory/incus/failures.js';
import { INCUS_URLS } from '../../../src/inventory/incus/urls.js';
import type { SimFault } from '../../../src/sim/incus/faults.js';
import { createSimHouse } from '../../../src/sim/incus/house.js';
import { failureOf, LIMITS, type Rig, readSocket, startRig } from './support.js';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig({ state: createSimHouse() });
});

afterAll(async () => {
  await rig.close();
});

const PATHS = ['/1.0', '/1.0/networks', '/1.0/projects', '/1.0/instances'];

describe('an answer that is not one', () => {
  it.each<[SimFault['kind'], string, RegExp]>([
    ['html', 'S32_INCUS_UNEXPECTED', /web page/],
    ['redirect', 'S32_INCUS_UNEXPECTED', /redirect \(HTTP 302\)/],
    ['garbage', 'S32_INCUS_UNEXPECTED', /cut short or damaged/],
    ['empty', 'S32_INCUS_UNEXPECTED', /empty body/],
    ['cut', 'S32_INCUS_INTERRUPTED', /broke off/],
    ['reset', 'S32_INCUS_INTERRUPTED', /broke off/],
    ['timeout', 'S32_INCUS_TIMEOUT', /within 0.3 s/],
    ['error500', 'S32_INCUS_REFUSED', /error 500: "database is locked"/],
    ['untrusted', 'S32_INCUS_UNTRUSTED', /does not know this client/],
  ])('%s at any step is %s', async (kind, code, message) => {
    for (const path of PATHS) {
      rig.sim.faults.splice(0);
      rig.sim.faults.push({ kind, path });
      const error = await failureOf(
        readSocket(rig, undefined, kind === 'timeout' ? { ...LIMITS, timeoutMs: 300 } : LIMITS),
      );
      rig.sim.faults.splice(0);
      expect(error, path).toMatchObject({ code, message: expect.stringMatching(message) });
      expect(error, path).toMatchObject({
        where: expect.stringContaining('GET unix:'),
        effect: expect.stringMatching(/Nothing was changed/),
      });
    }
  });

  it('one larger than the limit is refused while it arrives', async () => {
    const error = await failureOf(readSocket(rig, undefined, { ...LIMITS, maxBytes: 3000 }));
    expect(error).toMatchObject({
      code: 'S32_INCUS_UNEXPECTED',
      message: expect.stringContaining('more than any inventory'),
    });
  });

  it('networks that may not be seen are no failure: the devices are believed', async () => {
    rig.sim.faults.push({ kind: 'forbidden', path: '/1.0/networks', times: 1 });
    const inventory = await readSocket(rig);
    expect(inventory.projects.every((view) => view.complete)).toBe(true);
    expect(inventory.instances.length).toBeGreaterThan(5);
  });
});

describe('errors are told apart by their text and code, not by the status', () => {
  const context = { where: 'GET x', endpoint: 'unix:/x' };
  const answer = (status: number, body: unknown) => ({
    status,
    contentType: 'application/json',
    body: JSON.stringify(body),
  });

  it.each([
    [500, { type: 'error', error_code: 409, error: 'exists' }, 'S32_INCUS_REFUSED'],
    [200, { type: 'error', error_code: 403, error: 'not authorized' }, 'S32_INCUS_UNTRUSTED'],
    [403, { type: 'error', error_code: 403, error: 'Certificate is restricted' }, 'S32_INCUS_FORBIDDEN'],
    [
      403,
      { type: 'error', error_code: 403, error: 'No matching certificate add operation found' },
      'S32_INCUS_TOKEN_SPENT',
    ],
    [202, { type: 'async', metadata: {} }, 'S32_INCUS_UNEXPECTED'],
    [502, { type: 'sync', metadata: [] }, 'S32_INCUS_UNEXPECTED'],
    [200, { metadata: [] }, 'S32_INCUS_UNEXPECTED'],
    [200, [], 'S32_INCUS_UNEXPECTED'],
    [200, null, 'S32_INCUS_UNEXPECTED'],
  ])('HTTP %i with %j is %s', (status, body, code) => {
    expect(() => unwrapAnswer(answer(status, body), context)).toThrow(expect.objectContaining({ code }));
  });

  it('never quotes the body of a page', () => {
    const page = { status: 200, contentType: 'text/html', body: '<html>secret-in-page</html>' };
    expect(() => unwrapAnswer(page, context)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});

describe('an unreachable socket', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 's32-'));
  });

  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  async function askAt(path: string) {
    const client = createIncusClient({ kind: 'socket', path }, LIMITS);
    return await failureOf(client.get(INCUS_URLS.server, new AbortController().signal));
  }

  it('that does not exist is named', async () => {
    const path = join(directory, 'none.socket');
    expect(await askAt(path)).toMatchObject({ code: 'S32_INCUS_UNREACHABLE', message: `There is no socket ${path}.` });
  });

  it('at which nobody listens is told apart', async () => {
    const path = join(directory, 'dead.socket');
    const { spawnSync } = await import('node:child_process');
    const script = `const s=require('net').createServer().listen(process.argv[1],()=>process.kill(process.pid,'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script, path]);
    expect(await askAt(path)).toMatchObject({
      code: 'S32_INCUS_UNREACHABLE',
      message: expect.stringContaining('Nobody listens'),
    });
  });

  it('that is a plain file is told apart', async () => {
    const path = join(directory, 'plain');
    await writeFile(path, '');
    expect(await askAt(path)).toMatchObject({ code: 'S32_INCUS_UNREACHABLE' });
  });

  it('that this user may not open is answered with its group', async () => {
    const path = join(directory, 'closed.socket');
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    await chmod(path, 0o660);
    const denied = Object.assign(new Error('connect EACCES'), { code: 'EACCES' });
    const context = { where: 'GET x', endpoint: `unix:${path}`, socketPath: path, timeoutMs: 1 };
    const error = await connectionFailure(denied, context);
    server.close();
    expect(error).toMatchObject({
      code: 'S32_INCUS_SOCKET_DENIED',
      message: expect.stringMatching(/belongs to the group `\S+`/),
    });
    expect(error.hint).toMatch(/usermod -aG|as root/);
  });
});
