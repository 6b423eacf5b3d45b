import type { Change, ReservationChange } from '../model/change.js';
import type { Flap, Ledger } from '../model/ledger.js';
import { instant } from './instant.js';
import type { LeftOut, Plan, PlanInput, SegmentPlan } from './types.js';

/** Changes of one NIC that follow each other closely and are made at once. */
const FREE = 4;
/** Changes that are further apart than this do not follow each other closely. */
const CLOSE_MS = 10 * 60_000;
const FIRST_DELAY_MS = 30_000;
const LONGEST_DELAY_MS = 3_600_000;

/**
 * What a project may have changed by runs that follow each other: so many at once, then one more for each stretch of time. Whatever its
 * instances are called, each such run restarts DHCP for everybody. Nobody who launches by hand or by a script meets it for long: what
 * waits is made in one run.
 */
const PROJECT_FREE = 30;
const PROJECT_REFILL_MS = 30_000;

/** Changes without those that are too early, and the NICs that wait for their time. */
export interface Damped {
  readonly changes: readonly Change[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Leaves out changes of NICs that change all the time: each change of a reservation restarts DHCP for everybody. After some that follow
 * each other closely, each further one waits twice as long as the one before. What is deleted never waits, and a person's `--force`
 * ends the waiting.
 */
export function dampFlapping(
  { ledger, now, overrides }: PlanInput,
  segment: string,
  changes: readonly Change[],
): Damped {
  if (overrides?.force === true || ledger.flaps === undefined) return { changes, leftOut: [] };
  const flaps = new Map(ledger.flaps.map((flap) => [flap.nic, flap]));
  const leftOut: LeftOut[] = [];
  const kept = changes.filter((change) => {
    if (change.kind !== 'reservation' || change.action === 'delete') return true;
    const { nic } = change;
    const flap = flaps.get(nic);
    const project = flaps.get(projectKey(nic));
    const own = flap === undefined ? 0 : nextAt(flap);
    const shared = project === undefined ? 0 : nextOfProject(project);
    if (now.getTime() >= Math.max(own, shared)) return true;
    const until = instant(Math.max(own, shared));
    const message =
      flap !== undefined && own >= shared
        ? `It has changed ${flap.count} times, the last time at ${flap.at}, and each change restarts DHCP for everybody: the next one is made at ${until}.`
        : `Reservations of project ${projectOf(nic)} change again and again, the last time at ${project?.at}, and each time restarts DHCP for everybody: what is new in it is made in one go at ${until}.`;
    leftOut.push({ segment, nic, code: 'flapping', message, until });
    return false;
  });
  return { changes: kept, leftOut };
}

/** The ledger's memory of changes that follow each other closely, once some are made. */
export function nextFlaps(
  ledger: Ledger,
  changes: readonly ReservationChange[],
  now: Date,
): readonly Flap[] | undefined {
  const flaps = standing(ledger, now);
  const count = (nic: string): void => {
    flaps.set(nic, { nic, count: (flaps.get(nic)?.count ?? 0) + 1, at: instant(now.getTime()) });
  };
  for (const { nic, action } of changes) {
    // Whoever is new has not changed yet.
    if (flaps.has(nic) || action !== 'create') count(nic);
  }
  for (const project of new Set(changes.flatMap(({ nic, action }) => (action === 'delete' ? [] : projectKey(nic)))))
    count(project);
  return flaps.size === 0 ? undefined : [...flaps.values()];
}

/**
 * The ledger with what a plan changes about who is in which alias, of instances whose reservations it leaves as they are: their tags did
 * that, and each such change loads the firewall's rules anew.
 */
export function withTagFlaps(ledger: Ledger, plan: Pick<Plan, 'segments' | 'policy'>, now: Date): Ledger {
  const changed = new Set(plan.segments.flatMap((one) => one.changes.map((change) => nicOf(change))));
  const byAddress = new Map(plan.segments.flatMap((one) => one.assignments.map(({ nic, address }) => [address, nic])));
  const instances = new Set<string>();
  for (const { kind, before, after } of plan.policy?.changes ?? []) {
    if (kind !== 'alias') continue;
    const [was, is] = [new Set(before?.entry.content), new Set(after?.content)];
    for (const address of [...was, ...is]) {
      const nic = was.has(address) === is.has(address) ? undefined : byAddress.get(address);
      if (nic !== undefined && !changed.has(nic)) instances.add(instanceOf(nic));
    }
  }
  if (instances.size === 0) return ledger;
  const flaps = standing(ledger, now);
  for (const nic of instances)
    flaps.set(nic, { nic, count: (flaps.get(nic)?.count ?? 0) + 1, at: instant(now.getTime()) });
  return { ...ledger, flaps: [...flaps.values()] };
}

/** Instances whose tags change all the time, each with the moment from which what it newly claims counts: it loses a tag at once. */
export function dampedTags({ ledger, now, overrides }: PlanInput): ReadonlyMap<string, string> {
  if (overrides?.force === true) return new Map();
  return new Map(
    ledger.flaps?.flatMap((flap) => {
      const isInstance = flap.nic.split('/').length === 2 && !flap.nic.endsWith(EVERY);
      return isInstance && now.getTime() < nextAt(flap) ? [[flap.nic, instant(nextAt(flap))] as const] : [];
    }),
  );
}

/** Instances whose new tags wait, as NICs that are left out: with the moment at which somebody looks again. */
export function tagLeftOut(segment: SegmentPlan, damped: ReadonlyMap<string, string>): LeftOut[] {
  return segment.assignments.flatMap(({ nic }) => {
    const until = damped.get(instanceOf(nic));
    if (until === undefined) return [];
    const message = `Its tags change again and again, and each change loads the rules of the firewall anew: a tag that it newly claims counts from ${until}.`;
    return [{ segment: segment.name, nic, code: 'flapping' as const, message, until }];
  });
}

/** No instance is called so. */
const EVERY = '/*';

function projectOf(nic: string): string {
  return nic.split('/')[0] ?? '';
}

function projectKey(nic: string): string {
  return `${projectOf(nic)}${EVERY}`;
}

function instanceOf(nic: string): string {
  return nic.split('/').slice(0, 2).join('/');
}

function nicOf(change: Change): string | undefined {
  return change.kind === 'reservation' ? change.nic : undefined;
}

/** What is remembered and not over: of a project, with what has come back to it meanwhile. */
function standing(ledger: Ledger, now: Date): Map<string, Flap> {
  const flaps = ledger.flaps?.flatMap((flap): Flap[] => {
    if (!flap.nic.endsWith(EVERY)) return isOver(flap, now) ? [] : [flap];
    const back = Math.floor(Math.max(0, now.getTime() - Date.parse(flap.at)) / PROJECT_REFILL_MS);
    return back >= flap.count ? [] : [{ ...flap, count: flap.count - back }];
  });
  return new Map(flaps?.map((flap) => [flap.nic, flap]));
}

function nextOfProject(flap: Flap): number {
  return flap.count < PROJECT_FREE ? 0 : Date.parse(flap.at) + (flap.count - PROJECT_FREE + 1) * PROJECT_REFILL_MS;
}

/** The moment from which some left out NIC may change again; undefined where none waits for its time. */
export function nextDamped(leftOut: readonly LeftOut[]): string | undefined {
  return leftOut.flatMap((one) => one.until ?? []).sort()[0];
}

function nextAt(flap: Flap): number {
  return Date.parse(flap.at) + delayOf(flap);
}

function delayOf({ count }: Flap): number {
  return count < FREE ? 0 : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - FREE));
}

function isOver(flap: Flap, now: Date): boolean {
  return now.getTime() - Date.parse(flap.at) > Math.max(CLOSE_MS, 2 * delayOf(flap));
}
