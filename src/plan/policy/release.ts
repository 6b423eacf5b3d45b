import type { Segment } from '../../model/segment.js';
import type { PlanInput, SegmentPlan } from '../types.js';
import { type PlannedPolicy, planPolicy } from './plan.js';

/**
 * The policy once some segments are given up: what stands on their interfaces goes, and so does every alias that only they
 * needed. Handed over (`keep`), everything stays as it is, with its marker, and a warning says so: a marker taken off would
 * leave rules that name aliases nobody keeps.
 */
export function planPolicyRelease(
  input: PlanInput,
  released: readonly Segment[],
  plans: readonly SegmentPlan[],
  mode: 'keep' | 'remove',
): PlannedPolicy {
  const { settings, observed } = input;
  const owned = observed.policy?.rules.filter((one) => one.owner === settings.owner) ?? [];
  const given = new Set(released.map((segment) => segment.interface));
  if (mode === 'keep')
    return {
      policy: undefined,
      unsafe: [],
      warnings: keptWarnings(owned.filter((one) => given.has(one.entry.interface)).length),
    };
  const segments = settings.segments.map((segment) =>
    given.has(segment.interface) ? { ...segment, manage: segment.manage.filter((step) => step !== 'rules') } : segment,
  );
  const others = segments.filter((segment) => !given.has(segment.interface)).map(asItStands);
  const planned = planPolicy({ ...input, settings: { ...settings, segments }, only: { segments: [], instances: [] } }, [
    ...plans,
    ...others,
  ]);
  const isEverything = segments.every((segment) => !segment.manage.includes('rules'));
  const isElsewhere = planned.policy?.changes.some(
    (one) => one.kind === 'rule' && one.action === 'delete' && !given.has(one.before?.entry.interface ?? ''),
  );
  // Taking it away is what was asked for; that it is much is no news. Rules of publishes stand on other interfaces.
  const isAsked = isEverything || isElsewhere !== true;
  return isAsked ? { ...planned, unsafe: planned.unsafe.filter(({ code }) => code !== 'deletes') } : planned;
}

function keptWarnings(rules: number): PlannedPolicy['warnings'] {
  if (rules === 0) return [];
  const message = `${rules} rules of ours and their aliases stay as they are, and nobody keeps them in step from now on. Use --remove to take them away.`;
  return [{ code: 'kept', message }];
}

function asItStands({ name, network, interface: id }: Segment): SegmentPlan {
  return {
    name,
    network,
    interface: id,
    description: '',
    subnet: undefined,
    error: undefined,
    changes: [],
    warnings: [],
    leftOut: [],
    assignments: [],
    foreign: 0,
    unchanged: 0,
  };
}
