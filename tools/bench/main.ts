import { availableParallelism } from 'node:os';
import pc from 'picocolors';
import type { MeasureCold, SizeOptions } from './measure.js';
import { measureCold } from './once.js';
import { measurePolicy, policyReport } from './policy.js';
import { realRow } from './real.js';
import { renderReport } from './report.js';
import { runBench } from './run.js';
import { forkSimulators } from './simulator-process.js';
import { measureStart, startReport } from './start.js';
import { measureWebhooks, webhookReport } from './webhooks.js';

/** Not shown: it makes the code of Node fast before anything is measured. */
const WARM_UP: SizeOptions = { count: 500, planRuns: 2, applyRuns: 1, peerHosts: 1 };
const LARGE: SizeOptions = { count: 5000, planRuns: 7, applyRuns: 3, peerHosts: 5 };
const COLD_RUNS = 3;

/** The smaller sizes; a quick run measures less often. */
function smallSizes(quick: boolean): readonly SizeOptions[] {
  return [
    { count: 50, planRuns: quick ? 5 : 15, applyRuns: quick ? 3 : 5, peerHosts: 50 },
    { count: 500, planRuns: quick ? 3 : 9, applyRuns: quick ? 2 : 3, peerHosts: 500 },
  ];
}

/** `npm run bench`: `--quick` leaves out the 5,000 instances. */
async function main(): Promise<void> {
  const quick = process.argv.includes('--quick');
  const started = performance.now();
  const progress = (step: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`measuring: ${step}\n`);
  };
  process.stdout.write(
    `slash32 bench, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} cores\n\n`,
  );
  const cold: MeasureCold = (file, api) => measureCold(file, api, quick ? 1 : COLD_RUNS);
  await runBench({
    sizes: [WARM_UP],
    startSimulators: forkSimulators,
    measureCold: undefined,
    progress: () => undefined,
  });
  const sizes = quick ? smallSizes(quick) : [...smallSizes(quick), LARGE];
  const results = await runBench({ sizes, startSimulators: forkSimulators, measureCold: cold, progress });
  const colors = pc.createColors(process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '');
  const paint = { good: colors.green, bad: colors.red, warn: colors.yellow, faint: colors.dim, strong: colors.bold };
  process.stdout.write(renderReport(results, paint));
  process.stdout.write(`\n${startReport(await measureStart(quick ? 3 : 7))}\n`);
  process.stdout.write(`\n${webhookReport(await measureWebhooks(quick ? 2_000 : 10_000, 50))}\n`);
  process.stdout.write(
    `\n${policyReport(await measurePolicy(quick ? 500 : 5_000, quick ? 50 : 200, quick ? 3 : 7))}\n`,
  );
  process.stdout.write(`\n${await realRow(process.argv, process.env)}\n`);
  process.stdout.write(`\nThe whole bench took ${Math.round((performance.now() - started) / 1000)} s.\n`);
}

await main();
