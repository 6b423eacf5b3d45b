import { rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHookRouter } from '../../../src/http/hooks/router.js';
import type { Trigger } from '../../../src/service/types/trigger.js';
import { slash32, temporaryFolder, writeConfig } from '../../cli/harness.js';
import { until } from '../../support/until.js';
import { labSkipReason, refuseSkip } from '../require-lab.js';
import { type IncusLab, LAB_PROGRAMS, startLab } from './lab.js';

const skipReason = labSkipReason([...LAB_PROGRAMS]);
const SECRET = '5ec12e7'.repeat(6);

describe('what `slash32 incus webhook` prints, given to real Incus 7', () => {
  let lab: IncusLab;
  let server: Server | undefined;
  let obstacle = skipReason;
  const triggers: Trigger[] = [];
  const results: string[] = [];

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
    const hooks = createHookRouter({
      trigger: (trigger) => void triggers.push(trigger),
      incusSecrets: [SECRET],
      genericKeys: [],
      windowSeconds: 300,
      now: () => new Date(),
      onResult: (_hook, result) => void results.push(result),
    });
    server = createServer(express().use('/hooks', hooks));
    await new Promise<void>((resolve) => server?.listen(socket, resolve));
    await lab.run(
      'sh',
      '-c',
      'setsid socat TCP-LISTEN:9002,fork,backlog=1024 UNIX-CONNECT:/rig/hook.sock > /dev/null 2>&1 &',
    );
  });

  beforeEach(({ skip }) => skip(obstacle !== undefined, obstacle));

  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    await (lab as IncusLab | undefined)?.close();
  });

  it('makes it post its events once each, and is taken away again', async () => {
    const cwd = await temporaryFolder();
    await writeConfig(cwd, { extra: 'service: { hooks: { incus: [hook.secret] } }' });
    await writeFile(join(cwd, 'hook.secret'), `${SECRET}\n`, { mode: 0o600 });
    const options = ['--url', 'http://127.0.0.1:9002', '--show-secret'];
    const { code, out } = await slash32(['incus', 'webhook', ...options], { cwd });
    expect(code).toBe(0);

    await lab.run('sh', '-ec', out);
    await lab.run('sh', '-ec', command(out, 'incus config set user.slash32-test='));
    await until('the test event arrived', () => results.length > 0);
    await lab.run('incus', 'init', '-q', 'tiny', 'hooked');
    await lab.run('incus', 'delete', 'hooked');
    await until('both came', () => triggers.length >= 2);
    expect(triggers.map(({ reason }) => reason).sort()).toEqual([
      'instance-created default/hooked',
      'instance-deleted default/hooked',
    ]);
    expect(results.filter((one) => one === 'double' || one === 'malformed' || one === 'unauthorized')).toEqual([]);

    await lab.run('sh', '-ec', command(out, 'incus config unset'));
    expect(await lab.run('incus', 'config', 'show')).not.toContain('logging.slash32');
  });
});

/** A command that is printed as a comment. */
function command(text: string, start: string): string {
  const line = text.split('\n').find((one) => one.startsWith('#') && one.includes(start));
  return line === undefined ? 'false' : line.slice(line.indexOf(start));
}
