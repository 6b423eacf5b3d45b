import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { OnceResult, OnceWork } from './once-child.js';
import { median } from './stopwatch.js';
import type { Workspace } from './workspace.js';

/** What fresh processes needed for one number of instances, as a command on the shell does. */
export interface ColdResult {
  /** Milliseconds of the XML parser alone and of a plan on files, each in a process that has done nothing before. */
  readonly parser: number;
  readonly plan: number;
  /** Peak memory in bytes. */
  readonly peak: {
    readonly filePlan: number;
    readonly fileApply: number;
    readonly apiPlan: number;
    readonly apiApply: number;
  };
}

/** Does each piece of work in processes of its own; times are medians of `runs`. */
export async function measureCold(file: Workspace, api: Workspace, runs: number): Promise<ColdResult> {
  await file.reset();
  const parser: OnceResult[] = [];
  const plan: OnceResult[] = [];
  for (let run = 0; run < runs; run += 1) {
    parser.push(await runOnce('parse', file));
    plan.push(await runOnce('plan', file));
  }
  const fileApply = await runOnce('apply', file);
  await api.reset();
  const apiPlan = await runOnce('plan', api);
  const apiApply = await runOnce('apply', api);
  return {
    parser: median(parser.map(({ wall }) => wall)),
    plan: median(plan.map(({ wall }) => wall)),
    peak: {
      filePlan: Math.max(...plan.map(({ peakBytes }) => peakBytes)),
      fileApply: fileApply.peakBytes,
      apiPlan: apiPlan.peakBytes,
      apiApply: apiApply.peakBytes,
    },
  };
}

async function runOnce(work: OnceWork, workspace: Workspace): Promise<OnceResult> {
  const program = fileURLToPath(new URL('./once-child.js', import.meta.url));
  const child = fork(program, [work, workspace.folder], { execArgv: [] });
  let result: OnceResult | undefined;
  child.on('message', (message) => {
    result = message as OnceResult;
  });
  const [code] = await once(child, 'exit');
  if (result === undefined) throw new Error(`a process of the bench (${work}) ended with code ${code}`);
  return result;
}
