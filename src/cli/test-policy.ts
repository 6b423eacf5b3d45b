import Table from 'cli-table3';
import { askTests } from '../plan/policy/plan.js';
import type { TestLine } from '../plan/policy/types.js';
import { testSummary } from '../plan/render/policy.js';
import { visible } from '../plan/render/visible.js';
import { EXIT } from '../plan/verdict.js';
import { type Io, paintFor, print, printError } from './io.js';
import { openView, type PolicyOptions } from './policy-view.js';

/** `slash32 test`: holds the policy's tests against the firewall. Returns 0 when all pass, 3 when one fails. */
export async function runTests(io: Io, options: PolicyOptions): Promise<number> {
  const view = await openView(io, options);
  const tests = askTests(view, options.now !== true);
  const failed = tests.some((test) => test.outcome === 'failed');
  if (options.json === true) {
    print(
      io,
      `${JSON.stringify({ format: 'slash32.test/1', after: options.now !== true, passed: !failed, tests }, null, 2)}\n`,
    );
    return failed ? EXIT.unsafe : EXIT.done;
  }
  if (tests.length === 0) {
    printError(
      io,
      `No tests are declared. Add some: tests: [{ from: web, to: db, accept: [tcp/5432], deny: [tcp/22] }]\n`,
    );
    return EXIT.done;
  }
  print(io, table(tests));
  const paint = paintFor(io, io.stdout);
  for (const { where, failures } of tests)
    for (const failure of failures) print(io, `${paint.bad(visible(`✗ ${where}: ${failure}`))}\n`);
  print(io, `${failed ? paint.bad(testSummary(tests)) : paint.good(testSummary(tests))}\n`);
  return failed ? EXIT.unsafe : EXIT.done;
}

const SAYS = { passed: 'passes', failed: 'FAILS', nobody: 'names nobody' } as const;

function table(tests: readonly TestLine[]): string {
  const made = new Table({ head: ['where', 'test', 'questions', ''], style: { head: [], border: [] } });
  for (const { where, name, checks, outcome } of tests)
    made.push([visible(where), visible(name), String(checks), SAYS[outcome]]);
  return `${made.toString()}\n`;
}
