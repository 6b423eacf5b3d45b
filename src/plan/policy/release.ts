import { inSubnet } from '../../model/address.js';
import type { Owned, PolicyChange } from '../../model/policy-entries.js';
import type { Segment } from '../../model/segment.js';
import { interfaceSubnet } from '../context.js';
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
  const { settings } = input;
  const given = new Set(released.map((segment) => segment.interface));
  if (mode === 'keep') return { policy: undefined, unsafe: [], warnings: keptWarnings(input, given) };
  const segments = settings.segments.map((segment) =>
    given.has(segment.interface) ? { ...segment, manage: segment.manage.filter((step) => step !== 'rules') } : segment,
  );
  const others = segments.filter((segment) => !given.has(segment.interface)).map(asItStands);
  const planned = planPolicy({ ...input, settings: { ...settings, segments }, only: { segments: [], instances: [] } }, [
    ...plans,
    ...others,
  ]);
  // It goes, and what closes with it is told: nobody has to add anything.
  const warnings = [
    ...planned.warnings.filter(({ code }) => code !== 'policy-unused'),
    ...closingWarnings(planned.policy?.changes ?? []),
  ];
  const isEverything = segments.every((segment) => !segment.manage.includes('rules'));
  const isElsewhere = planned.policy?.changes.some(
    (one) => one.kind === 'rule' && one.action === 'delete' && !given.has(one.before?.entry.interface ?? ''),
  );
  // Taking it away is what was asked for; that it is much is no news. Rules of publishes stand on other interfaces.
  const isAsked = isEverything || isElsewhere !== true;
  const unsafe = isAsked ? planned.unsafe.filter(({ code }) => code !== 'deletes') : planned.unsafe;
  return { ...planned, unsafe, warnings };
}

/** A release does not read the instances, so that what closes has no names: what passed by rules of ours does not any more. */
function closingWarnings(changes: readonly PolicyChange[]): PlannedPolicy['warnings'] {
  const gone = changes.filter((one) => one.action === 'delete');
  const rules = gone.filter((one) => one.kind === 'rule' && one.before?.entry.action === 'pass').length;
  const publishes = gone.filter((one) => one.kind === 'redirect').length;
  if (rules + publishes === 0) return [];
  const what = [
    ...(rules === 0
      ? []
      : [`${rules} ${rules === 1 ? 'rule' : 'rules'} that ${rules === 1 ? 'lets' : 'let'} packets in`]),
    ...(publishes === 0 ? [] : [`${publishes} ${publishes === 1 ? 'publish' : 'publishes'}`]),
  ].join(' and ');
  const message = `With the policy ${what} go. Instances are not looked at here, so nobody is named: whoever passes by them only is cut off; what becomes of open connections is said apart.`;
  return [{ code: 'release-closes', message }];
}

function keptWarnings({ observed, settings }: PlanInput, given: ReadonlySet<string>): PlannedPolicy['warnings'] {
  const own = <T>(all: readonly Owned<T>[] = []): readonly Owned<T>[] =>
    all.filter((one) => one.owner === settings.owner);
  const networks = observed.interfaces.flatMap((one) => {
    const subnet = given.has(one.id) ? interfaceSubnet(one) : undefined;
    return subnet === undefined ? [] : [subnet];
  });
  // a publish stands on the interface where packets come in, and belongs to the segment where they go
  const redirects = own(observed.policy?.redirects).filter(({ entry }) =>
    networks.some((one) => inSubnet(entry.target, one)),
  );
  const rules = own(observed.policy?.rules).filter((one) => given.has(one.entry.interface));
  const parts = [counted(rules.length, 'rule'), counted(redirects.length, 'publish', 'publishes')].filter(
    (text) => text !== '',
  );
  if (parts.length === 0) return [];
  const message = `${parts.join(' and ')} of ours and their aliases stay as they are, and nobody keeps them in step from now on. Use --remove to take them away.`;
  return [{ code: 'kept', message }];
}

function counted(number: number, one: string, many = `${one}s`): string {
  return number === 0 ? '' : `${number} ${number === 1 ? one : many}`;
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
