import { dirname, resolve } from 'node:path';
import { checkConfig } from '../config/check.js';
import { formatProblem } from '../config/problem.js';
import { readConfigText } from '../config/read-text.js';
import type { Config } from '../config/types.js';
import { groundText } from '../model/standing-place.js';
import { EXIT } from '../plan/exit.js';
import { type Io, paintFor, print, printError } from './io.js';

/** Options of `slash32 check`. */
export interface CheckOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** `slash32 check`: says whether the configuration is right, and of every mistake where it is. Returns the exit code. */
export async function runCheck(io: Io, options: CheckOptions): Promise<number> {
  const path = resolve(io.cwd, options.config);
  const check = checkConfig(readConfigText(path), options.config, dirname(path));
  if (options.json === true) {
    const problems = check.ok ? [] : check.problems;
    const notes = check.ok ? check.config.notes : [];
    print(io, `${JSON.stringify({ format: 'slash32.check/1', ok: check.ok, problems, notes }, null, 2)}\n`);
    return check.ok ? EXIT.done : EXIT.error;
  }
  if (check.ok) {
    const paint = paintFor(io, io.stdout);
    print(io, `${paint.good('ok')} ${options.config}: ${summary(check.config)}\n`);
    for (const note of check.config.notes) printError(io, `${paintFor(io, io.stderr).warn(note)}\n`);
    return EXIT.done;
  }
  for (const problem of check.problems) printError(io, `${formatProblem(problem)}\n`);
  return EXIT.error;
}

function summary(config: Config): string {
  const segments = config.plan.segments.map(
    (one) => `${one.name} (${groundText(one)} ↔ ${one.interface}: ${one.manage.join(', ')})`,
  );
  const { statements, publishes, tests } = config.plan.policy;
  const parts = [
    [statements.length, 'statement'],
    [publishes.length, 'publish'],
    [tests.length, 'test'],
  ] as const;
  const policy = parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}${number === 1 ? '' : what === 'publish' ? 'es' : 's'}`);
  const declared = policy.length === 0 ? '' : `; policy: ${policy.join(', ')}`;
  return `owner ${config.plan.owner}, ${config.source.kind} (${config.source.via}) → ${config.target.transport}; ${segments.join('; ')}${declared}`;
}
