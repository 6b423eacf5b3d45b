import { expect, it } from 'vitest';
import { measureWebhooks, webhookReport } from '../../tools/bench/webhooks.js';

it('a storm of webhook posts is answered, loses no change, and leads to at most one run a window', {
  timeout: 60_000,
}, async () => {
  const result = await measureWebhooks(1000, 10);

  expect(result.refused).toBe(0);
  expect(result.found).toBe(10);
  expect(result.runs).toBeGreaterThan(0);
  expect(result.runs).toBeLessThanOrEqual(result.windows);
  const report = webhookReport(result);
  expect(report).toContain('1000 posts for 10 real changes');
  expect(report).not.toContain('undefined');
});
