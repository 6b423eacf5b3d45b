import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/service/metrics/metrics.js';
import { labSkipReason } from '../lab/require-lab.js';
import { run } from '../support/command.js';

const FOLDER = fileURLToPath(new URL('../../packaging/prometheus', import.meta.url));
const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const NAME = /slash32_[a-z_]+/g;

async function exposition(): Promise<string> {
  const metrics = createMetrics('1.2.3');
  metrics.onEvent('hint');
  metrics.onEvent('other-action');
  metrics.onFirewallCall('observe', 0.2, 'ok');
  metrics.onIncusCall('read', 0.1, 'ok');
  metrics.onHook('incus', 'trigger');
  metrics.onRequest({ method: 'GET', route: '/v1/status', status: 200 });
  return await metrics.read();
}

describe('what Prometheus is given', () => {
  it('is as Prometheus wants it', async (ctx) => {
    const missing = labSkipReason(['promtool']);
    if (missing !== undefined) return ctx.skip(missing);
    const { code, stdout, stderr } = await run('promtool', ['check', 'metrics'], { input: await exposition() });
    // Node's own metrics have names that the linter would rather see otherwise.
    const complaints = (stdout + stderr).split('\n').filter((line) => line.includes('slash32_'));
    expect(complaints).toEqual([]);
    expect([0, 3]).toContain(code);
  });

  it('has every metric that the alerts, the dashboard and the guide speak of, and the guide has all of them', async () => {
    const known = new Set([...(await exposition()).matchAll(/^# TYPE (slash32_\w+)/gm)].map((match) => match[1] ?? ''));
    for (const path of [
      'packaging/prometheus/slash32-alerts.yaml',
      'packaging/grafana/slash32.json',
      'docs/observability.md',
    ]) {
      const named = new Set((read(path).match(NAME) ?? []).map((name) => name.replace(/_(bucket|sum|count)$/, '')));
      expect(
        [...named].filter((name) => !known.has(name)),
        path,
      ).toEqual([]);
    }
    const guide = read('docs/observability.md');
    expect([...known].filter((name) => !guide.includes(`\`${name}`))).toEqual([]);
  });

  it('sets off each alert when it should, and not sooner', async (ctx) => {
    const missing = labSkipReason(['promtool']);
    if (missing !== undefined) return ctx.skip(missing);
    const rules = await run('promtool', ['check', 'rules', 'slash32-alerts.yaml'], { cwd: FOLDER });
    expect(rules.code, rules.stdout + rules.stderr).toBe(0);
    const tests = await run('promtool', ['test', 'rules', 'slash32-alerts.test.yaml'], { cwd: FOLDER });
    expect(tests.code, tests.stdout + tests.stderr).toBe(0);
  });

  it('is shown on a dashboard that any Grafana can load', () => {
    const { panels, templating, uid } = JSON.parse(read('packaging/grafana/slash32.json'));
    expect(uid).toBe('slash32');
    expect(templating.list.map((one: { name: string }) => one.name)).toEqual(['datasource', 'instance']);
    expect(new Set(panels.map((one: { id: number }) => one.id)).size).toBe(panels.length);
    for (const panel of panels) for (const target of panel.targets) expect(target.expr).toContain('slash32_');
  });
});
