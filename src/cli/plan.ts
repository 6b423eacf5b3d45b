import { resolve } from 'node:path';
import { Slash32Error } from '../errors/slash32-error.js';
import { planDocument } from '../plan/document.js';
import { EXIT } from '../plan/exit.js';
import { renderMarkdown } from '../plan/render/markdown.js';
import { renderText } from '../plan/render/text.js';
import type { Plan } from '../plan/types.js';
import { planExitCode } from '../plan/verdict.js';
import { planOnce } from '../service/planner.js';
import { writeFileAtomic } from '../state/atomic-file.js';
import { hinted, systemReason } from '../state/disk-errors.js';
import { type Io, paintFor, print, printError } from './io.js';
import { applyCommand } from './same-command.js';
import { openSession, outputFormat, overridesOf, type PlanOptions, planRequest } from './session.js';
import { widthOf } from './width.js';

/** Options of `slash32 plan` beside those of every planning command. */
export interface PlanCommandOptions extends PlanOptions {
  readonly out?: string;
  readonly checksum?: string;
}

/** `slash32 plan`: shows what apply would do. Returns the exit code. */
export async function runPlan(io: Io, options: PlanCommandOptions): Promise<number> {
  const session = await openSession(io, options);
  try {
    const { plan } = await planOnce(session.deps, planRequest(session.config, options));
    session.close();
    if (options.out !== undefined) await writePlan(io, resolve(io.cwd, options.out), plan);
    printPlan(io, plan, outputFormat(options), options.verbose);
    if (options.checksum !== undefined && options.checksum !== plan.checksum)
      throw new Slash32Error('S32_PLAN_CHANGED', {
        message: `The plan's checksum is ${plan.checksum}, not ${options.checksum}.`,
      });
    const exitCode = planExitCode(plan, overridesOf(options));
    if (exitCode === EXIT.changes && outputFormat(options) === 'text')
      printError(io, `To do exactly this: ${applyCommand(options, plan.checksum)}\n`);
    return exitCode;
  } finally {
    session.close();
  }
}

/** Prints a plan in one of its formats. */
export function printPlan(io: Io, plan: Plan, format: 'text' | 'markdown' | 'json', verbose = false): void {
  if (format === 'json') print(io, planJson(plan));
  else if (format === 'markdown') print(io, renderMarkdown(plan));
  else print(io, renderText(plan, paintFor(io, io.stdout), { width: widthOf(io), verbose }));
}

/** The plan as `slash32.plan/2`. */
export function planJson(plan: Plan): string {
  return `${JSON.stringify(planDocument(plan), null, 2)}\n`;
}

async function writePlan(io: Io, path: string, plan: Plan): Promise<void> {
  try {
    await writeFileAtomic(path, io.redactor.redact(planJson(plan)), 0o600);
  } catch (cause) {
    throw new Slash32Error('S32_OUTPUT', {
      message: `The plan could not be written to ${path}: ${systemReason(cause)}.`,
      where: path,
      ...hinted(cause),
      cause,
    });
  }
}
