import { Slash32Error } from '../../../../errors/slash32-error.js';
import type { ApplyResult } from '../../../../model/firewall.js';
import type { ObservedPolicy, PolicyChange } from '../../../../model/policy-entries.js';
import type { OpnsenseClient } from '../../http/client.js';
import { asSlash32, withEffect } from '../../http/effects.js';
import { policyDifference } from '../../policy/verify.js';
import { describeSave, newSaves, RPC_WRITE, readHistory, type Save } from '../history.js';
import { downloadSnapshot, PATHS, revisionOf } from '../observe.js';
import type { Snapshot } from '../snapshot.js';
import { NOT_DONE } from '../write.js';
import { createPolicyCalls, type PolicyCalls } from './calls.js';
import { type Phases, planPhases } from './phases.js';

/** What writing a policy needs. */
export interface PolicyApplyContext {
  readonly client: OpnsenseClient;
  /** What the changes were planned on. */
  readonly before: ObservedPolicy;
  /** Uuid of our category; empty where there is none yet. */
  readonly category: string;
  /** Names of the backups that were there. */
  readonly known: ReadonlySet<string>;
  readonly progress: (step: string) => void;
  /** What was written before the policy, as a sentence for errors; empty when nothing was. */
  readonly done: string;
}

/**
 * Writes a policy's changes through the REST API, in the phases of {@link planPhases}, and reads back. A step that fails ends
 * it there: what was written before stands, it lets nothing pass that neither the old nor the new policy does, and the error
 * says how far it came; the next apply goes on from there.
 */
export async function applyPolicy(context: PolicyApplyContext, changes: readonly PolicyChange[]): Promise<ApplyResult> {
  const { client } = context;
  const done: string[] = context.done === '' ? [] : [context.done];
  const calls = createPolicyCalls(client);
  await runPhases(context, calls, planPhases(changes), done);
  context.progress('Reading the rules back');
  let { snapshot, history } = await newestSnapshot(client, done);
  const difference = policyDifference(context.before, changes, snapshot.policy);
  if (difference !== undefined) throw notThere(difference, done);
  if (changes.every((change) => change.after === undefined) && snapshot.isCategoryUnused) {
    await calls.removeCategory(snapshot.category).catch((error: unknown) => {
      throw failed(error, 'Removing the category', done);
    });
    ({ snapshot, history } = await newestSnapshot(client, done));
  }
  const notes = savesOfOthers(newSaves(history, context.known), [
    ...(context.done === '' ? [] : [RPC_WRITE]),
    ...calls.posted().map((path) => `${path} made changes`),
  ]).map((save) => `Saved by somebody else meanwhile: ${describeSave(save)}.`);
  return { revision: revisionOf(snapshot), notes };
}

async function newestSnapshot(
  client: OpnsenseClient,
  done: readonly string[],
): Promise<{ snapshot: Snapshot; history: readonly Save[] }> {
  const history = readHistory(await client.get(PATHS.backups, {}), client.describe('GET', PATHS.backups));
  const [newest] = history;
  if (newest === undefined) throw notThere('its history is empty', done);
  const snapshot = await downloadSnapshot(client, newest.id, {}).catch((error: unknown) => {
    throw failed(error, 'reading back', done);
  });
  return { snapshot, history };
}

/**
 * Puts aliases, rules and redirects in force as they are saved, for an apply that was cut short before it could. Where our
 * category is, such an apply may have been.
 */
export async function settlePolicy(client: OpnsenseClient, progress: (step: string) => void): Promise<void> {
  progress('Putting aliases and rules in force');
  try {
    await createPolicyCalls(client).reloadAliases();
  } catch (error) {
    const effect =
      'The configuration was left alone; the rules and aliases of an earlier apply are saved, but may not be in force.';
    throw withEffect(asSlash32(error), effect, 'unknown');
  }
}

/** Saves that none of our calls made. OPNsense describes a save by the path of its call, and a person's clicks make such calls too. */
function savesOfOthers(saves: readonly Save[], ours: readonly string[]): Save[] {
  const left = [...ours];
  return saves.filter(({ description }) => {
    const at = left.indexOf(description);
    if (at < 0) return true;
    left.splice(at, 1);
    return false;
  });
}

async function runPhases(
  context: PolicyApplyContext,
  calls: PolicyCalls,
  phases: Phases,
  done: string[],
): Promise<void> {
  const step = async <T>(what: string, action: () => Promise<T>): Promise<T> => {
    context.progress(what);
    try {
      const value = await action();
      done.push(`Done: ${what.toLowerCase()}.`);
      return value;
    } catch (error) {
      throw failed(error, what, done);
    }
  };
  const { close, open, remove } = phases;
  const writes = phases.aliases.length + open.rules.length;
  const category =
    context.category === '' && writes > 0
      ? await step('Making the category', () => calls.addCategory())
      : context.category;
  if (close.rules.length > 0) await step('Switching off rules', () => calls.disableRules(close.rules));
  for (const uuid of close.redirects) await step('Removing redirects', () => calls.removeRedirect(uuid));
  if (close.aliases.length > 0) await step('Narrowing aliases', () => calls.writeAliases(close.aliases, category));
  if (close.aliases.length > 0) await step('Putting that in force', () => calls.reloadAliases());
  else if (close.rules.length + close.redirects.length > 0)
    await step('Putting that in force', () => calls.reloadRules());
  if (phases.aliases.length > 0) {
    await step('Writing aliases', () => calls.writeAliases(phases.aliases, category));
    await step('Putting the aliases in force', () => calls.reloadAliases());
  }
  if (open.rules.length > 0) await step('Writing rules', () => calls.writeRules(open.rules, category));
  for (const change of open.redirects) await step('Writing redirects', () => calls.writeRedirect(change));
  if (open.rules.length + open.redirects.length > 0)
    await step('Putting the rules in force', () => calls.reloadRules());
  if (remove.rules.length > 0) await step('Removing rules', () => calls.removeRules(remove.rules));
  if (remove.aliases.length > 0) await step('Removing aliases', () => calls.removeAliases(remove.aliases));
  if (remove.aliases.length > 0) await step('Putting the end in force', () => calls.reloadAliases());
  else if (remove.rules.length > 0) await step('Putting the end in force', () => calls.reloadRules());
}

function failed(error: unknown, what: string, done: readonly string[]): Slash32Error {
  const known = asSlash32(error);
  const isRefused = NOT_DONE.has(known.code) || known.code === 'S32_OPNSENSE_REFUSED';
  if (done.length === 0 && isRefused) return known;
  const stopped = `It stopped at: ${what.toLowerCase()}${isRefused ? '' : ', which may be done or not'}.`;
  const effect = `${[...done, stopped].join(' ')} Nothing passes that neither the old nor the new policy lets pass; the next apply goes on from here.`;
  return withEffect(known, effect, 'unknown');
}

function notThere(what: string, done: readonly string[]): Slash32Error {
  return new Slash32Error('S32_OPNSENSE_READ_BACK', {
    message: `The firewall does not hold what was written: ${what}.`,
    effect: `${done.join(' ')} What it holds now is shown by slash32 plan.`,
    written: 'unknown',
  });
}
