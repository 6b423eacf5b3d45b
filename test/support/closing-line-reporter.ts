import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node';

/** How many tests ended in which way. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Ends the run with a line of its own, `N passed, N failed` (and `, N skipped` where there are any), after the names and
 * reasons of the skipped tests. A file that does not load and an error outside of any test count as failed: a run that
 * went wrong never ends with `0 failed`.
 */
export function createClosingLineReporter(
  write: (text: string) => void = (text) => void process.stdout.write(text),
): Reporter {
  let root = '';
  return {
    onInit(vitest: Vitest) {
      root = vitest.config.root;
    },
    onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]) {
      const counts: Counts = { passed: 0, failed: errors.length, skipped: 0 };
      const reasons: string[] = [];
      for (const module of modules) {
        if (module.errors().length > 0) counts.failed += 1;
        for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed += 1;
        for (const test of module.children.allTests()) {
          const result = test.result();
          counts[result.state === 'pending' ? 'failed' : result.state] += 1;
          if (result.state !== 'skipped') continue;
          const file = module.moduleId.replace(`${root}/`, '');
          reasons.push(`skipped: ${file} > ${test.fullName}: ${result.note ?? 'no reason given'}`);
        }
      }
      write(closingText(counts, reasons));
    },
  };
}

/** The end of the output. */
export function closingText(counts: Readonly<Counts>, reasons: readonly string[]): string {
  const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
  const list = reasons.length === 0 ? '' : `${reasons.join('\n')}\n`;
  return `\n${list}${counts.passed} passed, ${counts.failed} failed${skipped}\n`;
}
