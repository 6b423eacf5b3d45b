import { EXIT } from '../plan/exit.js';
import { judgeTests } from '../plan/policy/plan.js';
import type { TestLine } from '../plan/policy/types.js';
import { inColumns } from '../plan/render/columns.js';
import { testSummary } from '../plan/render/policy.js';
import { visible } from '../plan/render/visible.js';
import { type Io, paintFor, print, printError } from './io.js';
import { openView, type PolicyOptions } from './policy-view.js';
import { widthOf } from './width.js';

/** Options of `slash32 test`. */
export interface TestOptions extends PolicyOptions {
  /** Takes what asks nobody for right. */
  readonly allowEmpty?: boolean;
}

/** `slash32 test`: holds the policy's tests against the firewall. Returns 0 when all pass, 3 when one fails or asks nobody, or a publish is left out. */
export async function runTests(io: Io, options: TestOptions): Promise<number> {
  const view = await openView(io, options);
  const after = options.now !== true;
  const { tests, passed, nobody, nowhere } = judgeTests(view, after, options.allowEmpty === true);
  const failed = tests.some((test) => test.outcome === 'failed');
  if (options.json === true) {
    const answer = { format: 'slash32.test/1', after, passed, nobody, nowhere, tests };
    print(io, `${JSON.stringify(answer, null, 2)}\n`);
    return passed ? EXIT.done : EXIT.unsafe;
  }
  const paint = paintFor(io, io.stdout);
  if (tests.length > 0) print(io, table(tests, widthOf(io)));
  for (const { where, failures } of tests)
    for (const failure of failures) print(io, `${paint.bad(visible(`✗ ${where}: ${failure}`))}\n`);
  for (const where of nowhere) print(io, `${paint.bad(visible(`✗ ${where}`))}\n`);
  if (tests.length > 0) print(io, `${(passed ? paint.good : paint.bad)(testSummary(tests))}\n`);
  else
    printError(
      io,
      `No tests are declared, so nothing was asked. Add some: tests: [{ from: web, to: db, accept: [tcp/5432], deny: [tcp/22] }]\n`,
    );
  if (!passed && !failed)
    printError(
      io,
      'What asks nobody, and a publish that is left out, is not a pass: mend it, take it out, or say --allow-empty.\n',
    );
  return passed ? EXIT.done : EXIT.unsafe;
}

const SAYS = { passed: 'passes', failed: 'FAILS', nobody: 'asked nobody' } as const;

function table(tests: readonly TestLine[], width: number | undefined): string {
  const rows = tests.map(({ where, name, checks, outcome }) => [
    SAYS[outcome],
    visible(where),
    visible(name),
    String(checks),
  ]);
  return inColumns(['', 'where', 'test', 'questions'], rows, width);
}
