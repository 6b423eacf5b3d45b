import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { createClosingLineReporter } from './test/support/closing-line-reporter.js';

/** Tests that drive other programs, or that set what a process has one of: each file in a process of its own. */
const PROGRAMS = [
  'test/lab/**/*.test.ts',
  'test/packaging/**/*.test.ts',
  'test/plugin/**/*.test.ts',
  'test/serve/**/*.test.ts',
  'test/docs/**/*.test.ts',
  'test/bench/**/*.test.ts',
  'test/http/listen.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['test/support/build-once.ts'],
    // Guards against hanging for ever, and says nothing about speed: a loaded machine may take its time.
    testTimeout: 1_200_000,
    hookTimeout: 1_800_000,
    expect: { poll: { timeout: 240_000 } },
    reporters: ['default', createClosingLineReporter()],
    // Most of them wait for others more than they compute.
    maxWorkers: availableParallelism() * 2,
    projects: [
      { extends: true, test: { name: 'programs', include: PROGRAMS } },
      {
        extends: true,
        test: {
          name: 'rest',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...PROGRAMS],
          pool: 'threads',
          isolate: false,
        },
      },
    ],
  },
});
