import { resolve } from 'node:path';
import { Slash32Error } from '../errors/slash32-error.js';
import { nicName } from '../model/instance.js';
import { markerName, parseDescription } from '../model/marker.js';
import { writtenReservation } from '../model/reservation.js';
import { similarNames } from '../model/similar.js';
import { planDocument } from '../plan/document.js';
import { renderMarkdown } from '../plan/render/markdown.js';
import { renderText } from '../plan/render/text.js';
import type { Plan } from '../plan/types.js';
import { EXIT, planExitCode } from '../plan/verdict.js';
import { type Planned, planOnce } from '../service/planner.js';
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
    const planned = await planOnce(session.deps, planRequest(session.config, options));
    session.close();
    refuseUnknownInstances(planned);
    refuseUnknownAdoptions(planned.input);
    const { plan } = planned;
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

/** Throws when `--instance` names an instance that neither the source nor the firewall knows. */
export function refuseUnknownInstances({ plan, input }: Pick<Planned, 'plan' | 'input'>): void {
  const known = new Set(
    input.inventory.instances.flatMap((one) => [
      `${one.project}/${one.name}`,
      ...one.nics.map((nic) => nicName(one, nic.name)),
    ]),
  );
  for (const state of input.observed.segments)
    for (const entry of state.reservations) {
      const { marker } = parseDescription(entry.description);
      if (marker !== undefined) known.add(markerName(marker)).add(`${marker.project}/${marker.instance}`);
    }
  const unknown = input.only.instances.find((name) => !known.has(name));
  if (unknown === undefined) return;
  const near = similarNames(unknown, known);
  throw new Slash32Error('S32_NO_MATCH', {
    ...(near.length === 0 ? {} : { hint: `Did you mean ${near.join(', ')}? An instance is named as project/name.` }),
    message: `There is no instance "${unknown}" in ${plan.source.name}, and no reservation of ours for one.`,
    where: `--instance ${unknown}`,
  });
}

/** Throws when `--adopt` names a MAC or an address that no reservation of the firewall has. */
export function refuseUnknownAdoptions({ adopt, observed }: Planned['input']): void {
  if (typeof adopt === 'string') return;
  const entries = observed.segments.flatMap((state) => state.reservations);
  const known = new Set(entries.map(writtenReservation).flatMap(({ mac, address }) => [mac.toLowerCase(), address]));
  const unknown = adopt.find((one) => !known.has(one.toLowerCase()));
  if (unknown === undefined) return;
  throw new Slash32Error('S32_NO_MATCH', {
    message: `No reservation of the firewall has the MAC or the address "${unknown}".`,
    where: `--adopt ${unknown}`,
  });
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
