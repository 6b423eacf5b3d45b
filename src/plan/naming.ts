import type { ReservationChange } from '../model/change.js';
import { isHostLabel } from '../model/hostname.js';
import { instanceName } from '../model/instance.js';
import type { PlanSettings } from '../model/settings.js';
import { consentOf, waitsForYes } from './consent.js';
import type { SegmentContext } from './context.js';
import type { Eligible } from './eligible.js';
import type { SegmentNic } from './entries.js';
import { assignHostnames, type Hostnames, type PassedName } from './hostnames.js';
import { count, shortList, shownAddress } from './names.js';
import type { Warning } from './types.js';

/** The hostnames of a segment's NICs, and what is to be said of them. */
export interface Naming extends Pick<Hostnames, 'passed' | 'shared'> {
  readonly byNic: ReadonlyMap<Eligible, string | undefined>;
  /** NICs that give up the name that they have. */
  readonly givingWay: ReadonlySet<Eligible>;
}

/** Names the NICs that get a reservation: those that are taken over keep the name of their entry. */
export function namesOf(context: SegmentContext, eligible: readonly Eligible[]): Naming {
  const kept = new Map<Eligible, string>();
  const taken = takenHere(context, eligible);
  for (const one of eligible) {
    const hostname = one.adopted?.entry.hostname;
    if (hostname === undefined || !isHostLabel(hostname) || taken.has(hostname.toLowerCase())) continue;
    kept.set(one, hostname);
    taken.set(hostname.toLowerCase(), one.nic.id);
  }
  const others = eligible.filter((one) => !kept.has(one));
  const own = new Map(others.flatMap((one) => (one.own ? [[one.nic, one.own] as const] : [])));
  const given = assignHostnames(
    others.map((one) => one.nic),
    own,
    ({ instance }) => context.multihomed.has(instance),
    {
      taken,
      book: context.book,
      asked: context.input.settings.hostnames ?? {},
      givesWay: consentOf(context.input).accepts(context.segment.interface, 'unique-names'),
    },
  );
  const passed = new Set(given.passed.map(({ nic }) => nic));
  return {
    byNic: new Map(eligible.map((one) => [one, kept.get(one) ?? given.byNic.get(one.nic)])),
    passed: given.passed,
    shared: given.shared,
    givingWay: new Set(others.filter((one) => one.own !== undefined && passed.has(one.nic))),
  };
}

/** Names on this segment of whoever is not named by this plan, in small letters, with who has them. */
function takenHere(context: SegmentContext, eligible: readonly Eligible[]): Map<string, string> {
  const taken = new Map<string, string>();
  const take = (name: string | undefined, holder: string): void => {
    if (name !== undefined && name !== '' && !taken.has(name.toLowerCase())) taken.set(name.toLowerCase(), holder);
  };
  const adopted = new Set(eligible.map((one) => one.adopted));
  for (const foreign of context.entries.foreign)
    if (!adopted.has(foreign)) take(foreign.entry.hostname, `${shownAddress(foreign.entry)} here, not ours`);
  const planned = new Set(eligible.map((one) => one.own));
  for (const own of context.entries.owned)
    if (!planned.has(own) && !context.leaving.has(own)) take(own.entry.hostname, `${shownAddress(own.entry)} here`);
  return taken;
}

/** Who is called otherwise than its instance by this plan, and who shares a name until a person says that it gives way. */
export function nameWarnings(
  { segment, input }: SegmentContext,
  { byNic, passed, shared }: Naming,
  changes: readonly ReservationChange[],
): Warning[] {
  const warnings: Warning[] = [];
  const names = new Map([...byNic].map(([one, name]) => [one.nic, name]));
  const renamed = new Set(
    changes.filter(({ before, after }) => before?.hostname !== after?.hostname).map((change) => change.nic),
  );
  const told = passed.filter(({ nic }) => renamed.has(nic.id) && names.get(nic) !== undefined);
  if (told.length > 0) {
    const list = shortList(told.map((one) => `${one.nic.id} is called ${names.get(one.nic)}, since ${stands(one)}`));
    const message = `${count(told.length, 'NIC')} cannot have the name of the instance: ${list}.`;
    warnings.push({ code: 'name-taken', message });
  }
  const adapted = [...names].filter(
    ([nic, name]) =>
      name !== undefined && renamed.has(nic.id) && !isHostLabel(nic.instance.name) && !isGiven(nic, input.settings),
  );
  if (adapted.length > 0) {
    const list = shortList(adapted.map(([nic, name]) => `${nic.id} is called ${name}`));
    const message = `DNS and DHCP do not take the names of ${count(adapted.length, 'NIC')} as they are: ${list}. To choose others: hostnames in slash32.yaml.`;
    warnings.push({ code: 'name-adapted', message });
  }
  if (shared.length > 0) {
    const list = shortList(shared.map((one) => `${one.nic.id} answers to ${one.name}, and ${stands(one)}`));
    warnings.push(
      waitsForYes('unique-names', segment.name, `Names stand for two in DNS: ${list}. They would get other ones.`),
    );
  }
  return warnings;
}

function isGiven({ id, instance }: SegmentNic, { hostnames = {} }: PlanSettings): boolean {
  return hostnames[id] !== undefined || hostnames[instanceName(instance)] !== undefined;
}

function stands({ name, holder }: PassedName): string {
  return `${name} stands for ${holder}`;
}
