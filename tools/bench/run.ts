import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MeasureCold, measureSize, type SizeOptions, type SizeResult } from './measure.js';
import type { SimulatorOptions, Simulators } from './simulators.js';

/** What a bench is made of. Tests start everything in this process. */
export interface BenchOptions {
  readonly sizes: readonly SizeOptions[];
  readonly startSimulators: (options: SimulatorOptions) => Promise<Simulators>;
  readonly measureCold: MeasureCold | undefined;
  readonly progress: (step: string) => void;
}

/** Measures every size, one after the other, in a folder that is gone afterwards. */
export async function runBench(options: BenchOptions): Promise<readonly SizeResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'slash32-bench-'));
  const results: SizeResult[] = [];
  try {
    for (const size of options.sizes) {
      options.progress(`${size.count} instances`);
      const own = join(folder, String(results.length));
      const simulators = await options.startSimulators({ folder: own, count: size.count });
      try {
        results.push(await measureSize(own, simulators, size, options.measureCold));
      } finally {
        await simulators.close();
      }
    }
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
