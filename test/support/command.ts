import { spawn } from 'node:child_process';

/** What a finished command left behind. `code` is undefined when a signal ended it. */
export interface CommandResult {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings of one run. */
export interface CommandOptions {
  /** Text for the command's standard input; nothing is sent without it. */
  readonly input?: string;
  /** Milliseconds after which the command is killed and the run rejects. Default: twenty minutes, which only guards against hanging for ever. */
  readonly timeoutMs?: number;
  /** Environment variables; the test's own ones without it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/**
 * Runs a command to its end and collects its output. A non-zero exit code is an answer, not an error.
 * Rejects when the command cannot be started or takes longer than `timeoutMs`.
 */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const timeoutMs = options.timeoutMs ?? 1_200_000;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    let stdout = '';
    let stderr = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (late) {
        reject(new Error(`${command} ${args.join(' ')}: no end after ${timeoutMs} ms\n${stdout}${stderr}`));
        return;
      }
      resolve({ code: code ?? undefined, stdout, stderr });
    });
    // A command that ends before it has read its input closes the pipe: that is its own affair.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** As {@link run}, but any exit code other than 0 rejects with the command's output. Resolves to its standard output. */
export async function runOk(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await run(command, args, options);
  if (result.code !== 0) {
    throw new Error(`${command} ${args.join(' ')}: exit ${result.code}\n${result.stdout}${result.stderr}`);
  }
  return result.stdout;
}
