import { resolve } from 'node:path';
import { essentialsOf } from '../config/essentials.js';
import type { Config } from '../config/types.js';
import { Slash32Error } from '../errors/slash32-error.js';
import type { Ledger } from '../model/ledger.js';
import { buildPlan } from '../plan/plan.js';
import type { Plan } from '../plan/types.js';
import { type ApplyOutcome, applyOnce } from '../service/apply.js';
import type { CommitOptions } from '../service/commitment.js';
import { tellingSettled } from '../service/history/settled.js';
import { rememberLastUsed } from '../service/last-used.js';
import type { PlanMaker } from '../service/planner.js';
import { runLockPath } from '../state/run-lock.js';
import { tellOtherConfiguration } from './beside.js';
import { askedOf, remembered } from './diary.js';
import { openDialogue } from './init/dialogue.js';
import { type Io, paintFor } from './io.js';
import { reportOutcome } from './outcome.js';
import { printPlan } from './plan.js';
import { readPlanFile, refuseOtherPlan } from './plan-file.js';
import { openSession, outputFormat, overridesOf, type PlanOptions, planRequest, type Session } from './session.js';
import { takeTurn } from './turn.js';
import { watchWrites } from './writes.js';

/** Options of `slash32 apply` beside those of every planning command. */
export interface ApplyCommandOptions extends PlanOptions {
  readonly checksum?: string;
  readonly plan?: string;
  readonly yes?: boolean;
  /** Seconds. */
  readonly confirmWithin?: number;
  /** False with `--no-confirm-wait`. */
  readonly confirmWait?: boolean;
  readonly takeOver?: boolean;
}

/** How a command that applies differs from `apply`. */
export interface ApplyVariant {
  readonly action?: 'apply' | 'release';
  readonly make?: PlanMaker;
  readonly finishLedger?: (ledger: Ledger) => Ledger;
}

/** `slash32 apply`: plans, asks, and makes it so. Returns the exit code. */
export async function runApply(io: Io, options: ApplyCommandOptions): Promise<number> {
  const session = await openSession(io, options);
  return applySession(io, session, options, {});
}

/** Applies with an open session, and closes it. */
export async function applySession(
  io: Io,
  session: Session,
  options: ApplyCommandOptions,
  variant: ApplyVariant,
): Promise<number> {
  try {
    const { config, deps } = session;
    const commit = commitOptions(config, options);
    const approved =
      options.plan === undefined ? undefined : await readPlanFile(resolve(io.cwd, options.plan), config.plan.owner);
    const checksum = approved?.checksum ?? options.checksum;
    const lock = await takeTurn(io, runLockPath(config.stateFile), `slash32 ${variant.action ?? 'apply'}`);
    try {
      const request = { ...planRequest(config, options), overrides: overridesOf(options), commit, checksum };
      const { action = 'apply' } = variant;
      const about = { journal: config.service.journal, command: `slash32 ${action}`, action, asked: askedOf(request) };
      const outcome = await remembered(io, about, (diary) =>
        applyOnce(
          {
            ...deps,
            target: watchWrites(deps.target, diary.wrote),
            ledgers: tellingSettled(deps.ledgers, diary.settled),
            run: diary.run,
          },
          {
            ...request,
            approve: async (plan) => {
              show(io, session, plan, options, checksum);
              await tellOtherConfiguration(io, config, session.digest);
              const isApproved = await approve(io, plan, options, checksum);
              if (isApproved) {
                await rememberLastUsed(essentialsOf(config), resolve(io.cwd, options.config), io.now());
                await diary.begins();
              }
              return isApproved;
            },
            finishLedger: variant.finishLedger ?? ((ledger) => ledger),
          },
          (input) => {
            const plan = (variant.make ?? buildPlan)(input);
            diary.saw({ plan, input });
            if (approved !== undefined) refuseOtherPlan(options.plan ?? '', approved, plan);
            return plan;
          },
        ),
      );
      session.close();
      return reportOutcome(io, withApproved(outcome, approved), outputFormat(options));
    } finally {
      await lock.release();
    }
  } finally {
    session.close();
  }
}

/** How the apply is to be confirmed; on a firewall that undoes nothing by itself the options have no meaning. */
function commitOptions(config: Config, options: ApplyCommandOptions): CommitOptions {
  const { target } = config;
  const given = [
    ...(options.confirmWithin === undefined ? [] : ['--confirm-within']),
    ...(options.confirmWait === false ? ['--no-confirm-wait'] : []),
    ...(options.takeOver === true ? ['--take-over'] : []),
  ];
  if (target.transport !== 'plugin' && given.length > 0)
    throw new Slash32Error('S32_USAGE', {
      message: `${given.join(' and ')}: only the plugin os-slash32 can do that, and the configuration says transport: ${target.transport}.`,
      where: config.file,
      hint: 'Leave it out, or install os-slash32 on the firewall and write transport: plugin.',
    });
  const configured = target.transport === 'plugin' ? target.confirmSeconds : undefined;
  return {
    seconds: options.confirmWithin ?? configured,
    wait: options.confirmWait !== false,
    takeOver: options.takeOver === true,
  };
}

/** Nobody has to read what he has approved before. */
function show(io: Io, session: Session, plan: Plan, options: ApplyCommandOptions, checksum: string | undefined): void {
  const format = outputFormat(options);
  if (checksum !== undefined || format === 'json') return;
  session.close();
  printPlan(io, plan, format, options.verbose);
}

async function approve(
  io: Io,
  plan: Plan,
  options: ApplyCommandOptions,
  checksum: string | undefined,
): Promise<boolean> {
  if (checksum !== undefined) return true;
  if (options.yes === true) return true;
  const dialogue = openDialogue(io);
  if (dialogue === undefined)
    throw new Slash32Error('S32_APPROVAL_NEEDED', {
      message: `Nobody is there to ask whether plan ${plan.checksum} may be applied.`,
      hint: `Give --yes, or --checksum ${plan.checksum}`,
    });
  return dialogue.confirm(paintFor(io, io.stderr).strong('Apply this plan?'));
}

function withApproved(outcome: ApplyOutcome, approved: Plan | undefined): ApplyOutcome {
  return outcome.kind === 'changed' && outcome.approved === undefined ? { ...outcome, approved } : outcome;
}
