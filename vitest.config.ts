import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { createClosingLineReporter } from './test/support/closing-line-reporter.js';

/** Tests that share something of the machine (an Incus, a Debian, the clock of a real daemon): one file after the other. */
const LABS = [
  'test/lab/**/*.test.ts',
  'test/packaging/**/*.test.ts',
  'test/plugin/engine/**/*.test.ts',
  'test/serve/**/*.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['test/support/build-once.ts'],
    testTimeout: 30_000,
    hookTimeout: 180_000,
    reporters: ['default', createClosingLineReporter()],
    projects: [
      {
        extends: true,
        test: { name: 'labs', include: LABS, fileParallelism: false, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'rest',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...LABS],
          // Most of them wait for others more than they compute.
          maxWorkers: availableParallelism() + 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
