import { Slash32Error } from '../errors/slash32-error.js';
import type { Source } from '../inventory/source.js';
import type { Target, WaitingApply } from '../model/firewall.js';
import type { Ledger } from '../model/ledger.js';
import type { PlanSettings } from '../model/settings.js';
import { namedInFull, refuseUnknownAdoptions } from '../plan/asked-names.js';
import { settledLedger } from '../plan/ledger.js';
import { buildPlan } from '../plan/plan.js';
import { type PlannedCut, planCut } from '../plan/policy/cut.js';
import type { Adoption, Overrides, Plan, PlanFilter, PlanInput } from '../plan/types.js';
import { withConnections } from './cut.js';
import { debtNotes } from './cut-debt.js';
import type { Whereabouts } from './identity.js';
import { ownerNotes, settlePending } from './pending.js';

/** Keeps the ledger between runs; the first `load` finds an empty one. */
export interface LedgerKeeper {
  load(): Promise<{ readonly ledger: Ledger; readonly missing: boolean }>;
  save(ledger: Ledger): Promise<void>;
}

/** What planning needs from outside. */
export interface PlannerDeps {
  readonly settings: PlanSettings;
  /** SHA-256 of the configuration that the settings are of; the ledger remembers by which one the firewall was last brought in step. */
  readonly configuration?: string;
  /** Id of the run that applies, in the journal of whoever carries it out. */
  readonly run?: string;
  readonly source: Source;
  readonly target: Target;
  readonly ledgers: LedgerKeeper;
  /** Where this configuration runs; tells it from another one with the same owner id. */
  readonly at?: Whereabouts;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly progress: (step: string) => void;
}

/** What is asked of a plan, beside the configuration. */
export interface PlanRequest {
  readonly adopt: Adoption;
  readonly only: PlanFilter;
  /** Whether a person says yes to what new rules ask for. */
  readonly acceptNew?: boolean;
  /** Whether a person means this node though it is not the master of its pair. */
  readonly onBackup?: boolean;
  /** What a person says about what is unsafe. */
  readonly overrides?: Overrides;
  /** Ids of parts that a person says yes to. */
  readonly approvedParts?: readonly string[];
}

/** A plan and the reading that it was made on. */
export interface Planned {
  readonly plan: Plan;
  readonly input: PlanInput;
  /** What it closes; undefined where it changes no policy. */
  readonly cut: PlannedCut | undefined;
  /** Whether `input.ledger` is another one than the file holds, because the firewall said what became of the last apply. */
  readonly mended: boolean;
  /** The last apply of this configuration, while it waits to be confirmed. */
  readonly waiting: WaitingApply | undefined;
}

/** Makes a plan from a reading; a release is another one than a sync. */
export type PlanMaker = (input: PlanInput) => Plan;

/** Reads inventory, firewall and ledger at the same time, and plans. Writes nothing. */
export async function planOnce(deps: PlannerDeps, request: PlanRequest, make: PlanMaker = buildPlan): Promise<Planned> {
  const failed = new AbortController();
  const signal = AbortSignal.any([deps.signal, failed.signal]);
  const guarded = <T>(reading: Promise<T>): Promise<T> =>
    reading.catch((error: unknown) => {
      failed.abort();
      throw error;
    });
  const [inventory, observed, kept] = await settleFirst([
    guarded(deps.source.read(signal, deps.progress)),
    guarded(deps.target.observe(signal, deps.progress)),
    guarded(deps.ledgers.load()),
  ]);
  const { owner } = deps.settings;
  refuseOtherFirewall(kept.ledger, observed.target);
  const only = namedInFull(request.only, owner, inventory, observed);
  refuseUnknownAdoptions(request.adopt, observed);
  const pending = settlePending(kept.ledger, observed, deps.now());
  const settled = { ...pending, ledger: settledLedger(pending.ledger, deps.settings.segments, observed) };
  const notes = [
    ...observed.notes,
    ...settled.notes,
    ...ownerNotes(observed.memory, owner, kept.ledger, deps.at),
    ...debtNotes(settled.ledger),
    ...ledgerNotes(owner, kept.missing, observed.segments),
  ];
  deps.progress('planning');
  const input: PlanInput = {
    settings: deps.settings,
    inventory,
    observed: { ...observed, notes },
    ledger: settled.ledger,
    adopt: request.adopt,
    only,
    acceptNew: request.acceptNew === true,
    onBackup: request.onBackup === true,
    ...(request.overrides === undefined ? {} : { overrides: request.overrides }),
    approvedParts: request.approvedParts ?? [],
    now: deps.now(),
    check: (changes) => deps.target.check(observed, changes),
    restarts: (changes) => deps.target.restarts(observed, changes),
  };
  const made = make(input);
  refuseUnknownParts(made, request.approvedParts ?? []);
  const cut = planCut(input, made);
  const plan = cut === undefined ? made : await withConnections(deps, input, made, cut);
  return { plan, input, cut, mended: settled.ledger !== kept.ledger, waiting: settled.waiting };
}

/** A yes to what does not wait any more, or not like that, is a yes to something else. Throws `S32_PART_UNKNOWN`. */
function refuseUnknownParts({ waiting, approved }: Plan, approve: readonly string[]): void {
  const unknown = approve.filter((id) => !approved.includes(id));
  const [first] = unknown;
  if (first === undefined) return;
  const stands = waiting.find((part) => part.id === first);
  throw new Slash32Error('S32_PART_UNKNOWN', {
    message:
      stands === undefined
        ? `No part ${first} waits: it is another one by now, or it is gone.`
        : `Part ${first} cannot be approved: ${stands.reasons.map((reason) => reason.message).join(' ')}`,
    hint:
      waiting.length === 0
        ? 'Nothing waits: leave --approve out.'
        : `These wait: ${waiting.map((part) => part.id).join(', ')}. Look at them with slash32 plan.`,
  });
}

/** What one firewall was before must not be written to another one. */
function refuseOtherFirewall(ledger: Ledger, target: string): void {
  if (ledger.target === undefined || ledger.target === target) return;
  if (ledger.originals.length === 0 && ledger.quarantine.length === 0) return;
  throw new Slash32Error('S32_STATE_TARGET', {
    message: `The state file remembers what ${ledger.target} was before, and the configuration names ${target}.`,
    where: target,
  });
}

/** Waits for all, and throws the first failure: the ones after it are only its echo. */
async function settleFirst<A, B, C>(readings: [Promise<A>, Promise<B>, Promise<C>]): Promise<[A, B, C]> {
  let first: { error: unknown } | undefined;
  for (const reading of readings)
    reading.catch((error: unknown) => {
      first ??= { error };
    });
  await Promise.allSettled(readings);
  if (first) throw first.error;
  return Promise.all(readings);
}

function ledgerNotes(owner: string, missing: boolean, segments: PlanInput['observed']['segments']): string[] {
  if (!missing) return [];
  const ours = segments.some((state) =>
    state.reservations.some((one) => one.description.includes(`[slash32:${owner}:`)),
  );
  if (!ours) return [];
  return [
    'The state file is missing though slash32 has reservations here: addresses in quarantine and the original settings are not known.',
  ];
}
