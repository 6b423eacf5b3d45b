import { Slash32Error } from '../errors/slash32-error.js';
import { EXIT } from '../plan/exit.js';
import { createRedactor } from '../secrets/redactor.js';
import { systemReason } from '../state/disk-errors.js';
import { EXIT_WRITTEN, exitCodeOf } from './exit-code.js';
import { invokedAs } from './invoked.js';
import type { Io } from './io.js';
import { watchOutputs } from './outputs.js';
import { reportError } from './report-error.js';
import { endOnSignals } from './signals.js';
import { programVersion } from './version.js';
import { afterWrites, type WriteProgress } from './writes.js';

const END_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs one command line and gives its exit code; `argv` is without the program's own name. Never throws. */
export async function run(given: Io, argv: readonly string[]): Promise<number> {
  let writes: WriteProgress = 'none';
  const io: Io = {
    ...given,
    onWrite(progress) {
      writes = progress;
    },
  };
  const outputs = watchOutputs(io.stdout, io.stderr);
  const exitCode = isVersionAlone(argv) ? printVersion(io) : await carryOut(io, argv, () => writes);
  const lost = await outputs.settled();
  // a service goes on without its log; what failed already says so by its code
  if (lost === undefined || argv[0] === 'serve' || exitCode === EXIT.error || exitCode > EXIT_WRITTEN) return exitCode;
  const message = `The result could not be printed: ${systemReason(lost)}.`;
  const error = new Slash32Error('S32_OUTPUT', { message, where: 'standard output', cause: lost });
  const known = afterWrites(error, writes);
  reportError(io, known, false);
  return exitCodeOf(known, writes, false);
}

async function carryOut(io: Io, argv: readonly string[], writes: () => WriteProgress): Promise<number> {
  try {
    const { runCommandLine } = await import('./command-line.js');
    return await runCommandLine(io, argv, writes);
  } catch (error) {
    reportError(io, error, false);
    return EXIT.error;
  }
}

/** Asked by scripts before anything else, and answered without loading what reads a command line. */
function isVersionAlone([first, ...others]: readonly string[]): boolean {
  return (first === '--version' || first === '-V') && others.length === 0;
}

function printVersion(io: Io): number {
  io.stdout.write(`${programVersion()}\n`);
  return EXIT.done;
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
  const io: Io = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: workingFolder(),
    now: () => new Date(),
    signal: interrupt.signal,
    redactor: createRedactor(),
    command: invokedAs(process.argv[1], workingFolder()),
  };
  process.on('uncaughtException', (error) => {
    reportError(io, error, false);
    process.exit(EXIT.error);
  });
  // Unheard, it would start a debugger that any process of this user could use.
  process.on('SIGUSR1', () => {});
  process.exitCode = await run(io, argv);
  // whatever still hangs must not keep a service that was told to end, or could not start
  if (isService) process.exit();
}

/**
 * A folder that was deleted under the shell has no path: then relative paths name nothing, which the words in its place say in every
 * error about them, and absolute ones still work.
 */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/(this folder was deleted)';
  }
}
