import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { classifyEvent } from '../../../src/inventory/incus/events/classify.js';
import { until } from '../../support/until.js';
import { labSkipReason, refuseSkip } from '../require-lab.js';
import { type IncusLab, LAB_PROGRAMS, startLab } from './lab.js';

const skipReason = labSkipReason([...LAB_PROGRAMS]);

interface Received {
  readonly headers: readonly string[];
  readonly body: string;
}

describe('the webhook logger of real Incus 7', () => {
  let lab: IncusLab;
  let server: Server | undefined;
  let obstacle = skipReason;
  const received: Received[] = [];

  beforeAll(async () => {
    if (obstacle !== undefined) return;
    try {
      lab = await startLab();
    } catch (error) {
      obstacle = refuseSkip(`the lab did not come up: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    // The receiver is outside of the lab's network, so a socket file leads to it.
    const socket = join(lab.socket, '../../../../../rig/hook.sock');
    await rm(socket, { force: true });
    server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      received.push({ headers: Object.keys(request.headers).sort(), body });
      response.writeHead(500).end();
    });
    await new Promise<void>((resolve) => server?.listen(socket, resolve));
    await lab.run(
      'sh',
      '-c',
      'setsid socat TCP-LISTEN:9001,fork,backlog=1024 UNIX-CONNECT:/rig/hook.sock > /dev/null 2>&1 &',
    );
    await lab.run(
      ...['incus', 'config', 'set', 'logging.hook.target.type=webhook'],
      ...['logging.hook.target.address=http://127.0.0.1:9001/hooks/incus/x', 'logging.hook.types=lifecycle'],
    );
  });

  beforeEach(({ skip }) => skip(obstacle !== undefined, obstacle));

  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    await (lab as IncusLab | undefined)?.close();
  });

  it('sends events up to three times although told that it failed, and the debug log although told not to', async () => {
    await lab.run('incus', 'init', '-q', 'tiny', 'hooked');
    await lab.run('incus', 'delete', 'hooked');
    const sent = (action: string) =>
      received.filter(({ body }) => body.includes(`"${action}"`) && body.includes('/1.0/instances/hooked"'));
    await until('both came', () => sent('instance-created').length > 0 && sent('instance-deleted').length > 0);
    await untilQuiet(received);
    const logs = received.filter(({ body }) => body.startsWith('{"type":"logging"'));
    const times = new Map<string, number>();
    for (const { body } of received) times.set(body, (times.get(body) ?? 0) + 1);
    const [once, twice, thrice] = [1, 2, 3].map((count) => [...times.values()].filter((one) => one === count).length);
    process.stderr.write(
      `  webhook: ${received.length} requests for one create and delete, ${logs.length} of the log; `,
    );
    process.stderr.write(`${thrice} events came three times, ${twice} twice, ${once} once\n`);
    // The repeats use a request whose body is spent; many of them find a connection that mends that, and some do not.
    expect(Math.max(...times.values())).toBe(3);
    expect(logs.length).toBeGreaterThan(received.length / 2);
    expect(new Set(received.map(({ headers }) => headers.join(' ')))).toEqual(
      new Set(['accept-encoding content-length content-type host user-agent']),
    );
    const reasons = received.flatMap(({ body }) => {
      const result = classifyEvent(JSON.parse(body));
      return typeof result === 'string' ? [] : [result.reason];
    });
    expect([...new Set(reasons)].sort()).toEqual([
      'instance-created default/hooked',
      'instance-deleted default/hooked',
    ]);
  });
});

/** Waits until nothing has come for a while. */
async function untilQuiet(list: readonly unknown[]): Promise<void> {
  let known = -1;
  while (known !== list.length) {
    known = list.length;
    await new Promise((done) => setTimeout(done, 500));
  }
}
