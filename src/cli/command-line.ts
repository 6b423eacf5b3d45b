import { type Command, CommanderError } from 'commander';
import { Slash32Error } from '../errors/slash32-error.js';
import { EXIT } from '../plan/exit.js';
import { exitCodeOf } from './exit-code.js';
import type { Io } from './io.js';
import { buildProgram } from './program.js';
import { asKnown, reportError } from './report-error.js';
import { programVersion } from './version.js';
import { afterWrites, type WriteProgress } from './writes.js';

/** Reads a command line and runs its command; a failure is printed. Returns the exit code. */
export async function runCommandLine(io: Io, argv: readonly string[], writes: () => WriteProgress): Promise<number> {
  let exitCode: number = EXIT.done;
  const wantsJson = asksForJson(argv);
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
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      if (wantsJson) reportError(io, usageError(error), true);
      return EXIT.error;
    }
    const known = afterWrites(asKnown(error, io), writes());
    reportError(io, known, wantsJson);
    return exitCodeOf(known, writes(), io.signal.aborted);
  }
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function asksForJson(argv: readonly string[]): boolean {
  return argv.some(
    (one, index) => one === '--json' || one === '--format=json' || (one === 'json' && argv[index - 1] === '--format'),
  );
}

/** What commander has said on standard error already, for a machine. */
function usageError({ message }: CommanderError): Slash32Error {
  return new Slash32Error('S32_USAGE', { message: message.replace(/^error: /, '') });
}
