import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { plainState } from '../../src/sim/opnsense/pf/states.js';
import { type ApiScene, apiScene, writeApiConfig } from './api-scene.js';
import { listed, slash32 } from './harness.js';

const BIN = fileURLToPath(new URL('../../bin/slash32.js', import.meta.url));
const KILL = fileURLToPath(new URL('../serve/kill-at.mjs', import.meta.url));
const LIST = 'POST /api/diagnostics/firewall/query_states';

/** `web` may reach a host on two ports, and has a connection to each; the policy of the next apply has one of them. */
async function scene(): Promise<ApiScene> {
  const made = await apiScene([listed('web')]);
  await allow(made, '[tcp/80, tcp/443]');
  const first = await slash32(['apply', '--yes'], made);
  expect(first.code, first.err).toBe(0);
  const address = /<ipaddr>(10\.10\.3\.\d+)<\/ipaddr><hostname>web</.exec(
    made.firewall.configText().replace(/>\s+</g, '><'),
  );
  const from = { address: address?.[1] ?? '', port: 40_000 };
  const states = [80, 443].flatMap((port, at) =>
    (['in', 'out'] as const).map((direction, way) =>
      plainState(2 * at + way, direction, 'tcp', from, { address: '203.0.113.9', port }),
    ),
  );
  made.firewall.setStates(states);
  await allow(made, '[tcp/80]');
  return made;
}

async function allow(made: ApiScene, ports: string): Promise<void> {
  const extra = `policy:\n  - { from: default/web, to: 203.0.113.9, allow: ${ports} }`;
  await writeApiConfig(made, { manage: '[reservations, rules], default: deny', extra });
}

/** An apply in a process of its own; it is killed at that step. Returns its steps. */
async function applied(made: ApiScene, killAt = 0): Promise<string[]> {
  const trace = join(made.cwd, `steps-${killAt}.txt`);
  const child = spawn(process.execPath, ['--import', KILL, BIN, 'apply', '--yes'], {
    cwd: made.cwd,
    stdio: 'ignore',
    env: { ...process.env, KILL_AT: String(killAt), KILL_TRACE: trace },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [code] = await once(child, 'close');
  expect(code).toBe(killAt === 0 ? 0 : null);
  return (await readFile(trace, 'utf8')).trim().split('\n');
}

function ports(made: ApiScene): string {
  const text = JSON.stringify(made.firewall.states());
  return ['80', '443'].filter((port) => text.includes(`"port":${port}}`)).join(' ');
}

describe('an apply on api that is killed between its write and the end of what it closed', () => {
  it('leaves that to the next one, which ends it and nothing else', async () => {
    const calm = await scene();
    const steps = await applied(calm);
    expect(ports(calm)).toBe('80');
    const looks = steps.flatMap((step, at) => (step.endsWith(`send ${LIST}`) ? [at + 1] : []));
    const [, look = 0] = looks;
    expect(look).toBeGreaterThan(0);

    const killed = await scene();
    await applied(killed, look);
    expect(ports(killed)).toBe('80 443');
    const plan = await slash32(['plan'], killed);
    expect(plan.out).toContain('it was cut short before it had ended them');
    const next = await slash32(['apply', '--yes'], killed);
    expect([next.code, next.err]).toEqual([0, '']);

    expect(ports(killed)).toBe('80');
    expect(next.out).toContain('Ended 1 open connection of what was closed.');
    expect((await slash32(['plan'], killed)).code).toBe(0);
    expect(await readFile(join(killed.cwd, 'slash32.state.json'), 'utf8')).not.toContain('cutDebts');
  });
});
