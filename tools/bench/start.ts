import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSimulators } from './simulators.js';
import { median } from './stopwatch.js';
import { createWorkspace } from './workspace.js';

/** A command line, and how many times the CPU of Node alone it may take. */
export interface StartRow {
  readonly what: string;
  readonly most: number;
  /** Times of `node -e 0` in the same round: the median of the rounds. */
  readonly ratio: number;
}

const PROGRAM = fileURLToPath(new URL('../../bin/slash32.js', import.meta.url));
const COMMANDS = [
  { what: 'slash32 --version', args: ['--version'], most: 1.5 },
  { what: 'slash32 check', args: ['check'], most: 3 },
  { what: 'slash32 plan of three instances on files', args: ['plan'], most: 4 },
] as const;
/** Processes of a round: the shell counts in hundredths of a second. */
const RUNS = 5;

/** What starting costs: each command in processes of its own, beside `node -e 0`, in rounds of all of them. */
export async function measureStart(rounds: number, runs = RUNS): Promise<readonly StartRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'slash32-start-'));
  try {
    const simulators = await startSimulators({ folder: join(folder, 'simulators'), count: 3 });
    const workspace = await createWorkspace(folder, 'file', simulators);
    await workspace.reset();
    await simulators.close();
    const measured = Array.from({ length: rounds }, () => {
      const alone = cpuOf(['-e', '0'], workspace.folder, runs);
      return COMMANDS.map(({ args }) => cpuOf([PROGRAM, ...args], workspace.folder, runs) / alone);
    });
    return COMMANDS.map(({ what, most }, at) => ({
      what,
      most,
      ratio: median(measured.map((round) => round[at] ?? 0)),
    }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds of CPU, user and system, that Node needs for something: the shell counts those of its children. */
function cpuOf(args: readonly string[], cwd: string, runs: number): number {
  const script = `for run in ${'x '.repeat(runs)}; do "$@" > /dev/null 2>&1; done; times`;
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', process.execPath, ...args], { cwd, encoding: 'utf8' });
  return readTimes(stdout) / runs;
}

/** The second line of `times`, that of the children, in seconds. */
export function readTimes(text: string): number {
  const parts = [...(text.trim().split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  if (parts.length !== 2) throw new Error(`the shell said no times: ${text}`);
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

/** The result in words, with what is to be reached. */
export function startReport(rows: readonly StartRow[]): string {
  return [
    'Starting, in CPU seconds of `node -e 0` in the same round',
    ...rows.map(
      ({ what, most, ratio }) =>
        `  ${what}: ${ratio.toFixed(2)}× (to reach: ${most.toFixed(1)}×: ${ratio <= most ? 'reached' : 'MISSED'})`,
    ),
  ].join('\n');
}
