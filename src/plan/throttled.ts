import { count, shortList } from './names.js';
import type { LeftOut, SegmentPlan } from './types.js';

/** Which limit keeps NICs of a project waiting: how often they change, or how much the project may have. */
export const THROTTLES = ['flapping', 'share'] as const;

export type Throttle = (typeof THROTTLES)[number];

/** NICs of one project that a limit keeps from having what they ask for. */
export interface Throttled {
  readonly project: string;
  readonly limit: Throttle;
  /** `project/name/nic`, each once. */
  readonly nics: readonly string[];
  /** The last moment at which one of them is made; undefined where no time helps. ISO 8601, UTC. */
  readonly until: string | undefined;
  /** Who waits for what, and why, in a sentence or two. */
  readonly message: string;
}

/** Projects of which several NICs wait because of the same limit, in the order of their names. Pure. */
export function throttledProjects(segments: readonly SegmentPlan[]): readonly Throttled[] {
  const groups = new Map<string, LeftOut[]>();
  for (const one of segments.flatMap((segment) => segment.leftOut)) {
    if (throttleOf(one) === undefined) continue;
    const key = `${one.nic.split('/')[0] ?? ''} ${one.code}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, leftOut]) => throttledOf(leftOut) ?? []);
}

/** Whether a NIC is one of several of its project that wait because of the same limit. */
export function isThrottled(throttled: readonly Throttled[]): (one: LeftOut) => boolean {
  const known = new Set(throttled.flatMap(({ limit, nics }) => nics.map((nic) => `${limit} ${nic}`)));
  return ({ code, nic }) => known.has(`${code} ${nic}`);
}

function throttleOf({ code }: LeftOut): Throttle | undefined {
  return THROTTLES.find((one) => one === code);
}

function throttledOf(leftOut: readonly LeftOut[]): Throttled | undefined {
  const nics = [...new Set(leftOut.map((one) => one.nic))];
  const [first] = leftOut;
  const limit = first && throttleOf(first);
  if (first === undefined || limit === undefined || nics.length < 2) return undefined;
  const project = first.nic.split('/')[0] ?? '';
  const times = leftOut.flatMap((one) => one.until ?? []).sort();
  const until = times.at(-1);
  const wait =
    until === undefined
      ? 'do not get what they ask for'
      : `wait until ${times[0] === until ? until : `${until} at the latest`}`;
  const messages = new Set(leftOut.map((one) => one.message));
  const why =
    messages.size === 1 || limit === 'share'
      ? first.message
      : 'They change again and again, and each change restarts DHCP or loads the rules for everybody.';
  const message = `${count(nics.length, 'NIC')} of project ${project} ${wait} (${shortList(nics)}). ${why}`;
  return { project, limit, nics, until, message };
}
