import { type Command, CommanderError } from 'commander';
import { EXIT } from '../plan/verdict.js';
import { createRedactor } from '../secrets/redactor.js';
import type { Io } from './io.js';
import { buildProgram } from './program.js';
import { reportError } from './report-error.js';
import { endOnSignals } from './signals.js';
import { programVersion } from './version.js';

/** Failures that mean: not this plan. */
const REFUSALS: ReadonlySet<unknown> = new Set(['S32_PLAN_CHANGED', 'S32_UNSAFE']);

const END_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs one command line and gives its exit code; `argv` is without the program's own name. Never throws. */
export async function run(io: Io, argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = buildProgram(io, programVersion(), (code) => {
    exitCode = code;
  });
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(io.redactor.redact(text)),
    });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.error;
    reportError(io, error, argv.includes('--json') || argv.join(' ').includes('--format json'));
    return REFUSALS.has(codeOf(error)) ? EXIT.unsafe : EXIT.error;
  }
}

/** The program of `bin/slash32.js`: this process's streams, signals and exit code. */
export async function main(): Promise<void> {
  const interrupt = new AbortController();
  const argv = process.argv.slice(2);
  const isService = argv[0] === 'serve';
  endOnSignals(() => interrupt.abort(), {
    on: (signal, hear) => process.on(signal, hear),
    clock: () => performance.now(),
    exit: (code) => process.exit(code),
    signals: isService ? END_SIGNALS : [...END_SIGNALS, 'SIGHUP'],
  });
  // A reader that went away (slash32 plan | head) is no failure; a service goes on without its log.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (isService) return;
      if (error.code === 'EPIPE') process.exit(EXIT.done);
      throw error;
    });
  process.exitCode = await run(
    {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      cwd: process.cwd(),
      now: () => new Date(),
      signal: interrupt.signal,
      redactor: createRedactor(),
    },
    argv,
  );
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
