import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { createClosingLineReporter } from './test/support/closing-line-reporter.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-once.ts'],
    // Most tests wait for other processes more than they compute.
    maxWorkers: availableParallelism() * 2,
    testTimeout: 30_000,
    hookTimeout: 180_000,
    reporters: ['default', createClosingLineReporter()],
  },
});
