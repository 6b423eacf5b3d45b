import { availableParallelism } from 'node:os';
import pc from 'picocolors';
import type { SizeOptions } from './measure.js';
import { measureCold } from './once.js';
import { renderReport } from './report.js';
import { runBench } from './run.js';
import { forkSimulators } from './simulator-process.js';

/** The first size is a warm-up and not shown: it makes the code of Node fast before anything is measured. */
const WARM_UP: SizeOptions = { count: 500, planRuns: 3, applyRuns: 2, peerHosts: 1 };
const QUICK: readonly SizeOptions[] = [
  { count: 50, planRuns: 15, applyRuns: 5, peerHosts: 50 },
  { count: 500, planRuns: 9, applyRuns: 3, peerHosts: 500 },
];
const LARGE: SizeOptions = { count: 5000, planRuns: 5, applyRuns: 3, peerHosts: 5 };

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
  const cold = (runs: number) => (file: Parameters<typeof measureCold>[0], api: Parameters<typeof measureCold>[1]) =>
    measureCold(file, api, runs);
  await runBench({
    sizes: [WARM_UP],
    startSimulators: forkSimulators,
    measureCold: undefined,
    progress: () => undefined,
  });
  const sizes = quick ? QUICK : [...QUICK, LARGE];
  const results = await runBench({ sizes, startSimulators: forkSimulators, measureCold: cold(3), progress });
  const colors = pc.createColors(process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '');
  const paint = { good: colors.green, bad: colors.red, warn: colors.yellow, faint: colors.dim, strong: colors.bold };
  process.stdout.write(renderReport(results, paint));
  process.stdout.write(`\nThe whole bench took ${Math.round((performance.now() - started) / 1000)} s.\n`);
}

await main();
