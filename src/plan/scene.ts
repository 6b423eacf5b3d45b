import { type Instance, instanceName } from '../model/instance.js';
import { normalizeMac } from '../model/mac.js';
import type { Segment, SegmentState } from '../model/segment.js';
import { blankState } from '../model/segment-state.js';
import { consentOf } from './consent.js';
import { whyUncovered } from './coverage.js';
import { type Entries, type SegmentNic, segmentNics, splitEntries } from './entries.js';
import { hostAsked } from './host-asked.js';
import { type Matches, matchEntries } from './match.js';
import { matchInstances } from './names.js';
import { notMaster } from './pair.js';
import { NOTHING_WITHHELD, settingKey, type Withheld } from './parts/types.js';
import { checkSegment, type Fit, isRefused } from './preflight.js';
import { planSettings, type SettingsPlan } from './settings.js';
import { withoutStuck } from './stuck.js';
import type { PlanInput, SegmentError } from './types.js';
import type { Warning } from './warning.js';

/** What the whole plan knows about NICs and entries before any one segment is planned. */
export interface Scene {
  readonly allNics: readonly SegmentNic[];
  /** NICs whose owner asked to be left alone, and the firewall's own. */
  readonly leftAlone: ReadonlySet<SegmentNic>;
  /** Whether the configuration excludes an instance. */
  readonly excluded: (instance: { readonly project: string; readonly name: string }) => boolean;
  readonly entries: ReadonlyMap<Segment, Entries>;
  readonly matches: Matches;
  /** Instances with several NICs on configured segments. */
  readonly multihomed: ReadonlySet<Instance>;
  /** Each segment, ready to be planned, or why it cannot be. */
  readonly prepared: ReadonlyMap<Segment, Prepared | SegmentError>;
  readonly withheld: Withheld;
}

/** A segment that can be planned: its firewall side and what its settings need. */
export interface Prepared {
  readonly fit: Fit;
  readonly state: SegmentState;
  readonly settings: SettingsPlan['changes'];
  readonly waiting: SettingsPlan['waiting'];
  readonly noRoutes: SettingsPlan['noRoutes'];
  /** Why settings stay that would change. */
  readonly stuck: readonly Warning[];
}

/** Looks at the whole input once: who stands where, which entry is whose, and which segments can be planned. */
export function buildScene(input: PlanInput, withheld: Withheld = NOTHING_WITHHELD): Scene {
  const { settings, inventory, observed } = input;
  const allNics = segmentNics(inventory.instances, settings.segments);
  const excluded = matchInstances(settings.exclude);
  const firewallMacs = new Set(observed.interfaces.map((one) => one.mac).filter((mac) => mac !== undefined));
  const leftAlone = allNics.filter(
    (nic) =>
      nic.instance.ignored ||
      excluded(nic.instance) ||
      settings.firewallInstances?.includes(instanceName(nic.instance)) === true ||
      (nic.nic.mac !== undefined && firewallMacs.has(normalizeMac(nic.nic.mac) ?? '')),
  );
  const states = new Map(observed.segments.map((state) => [state.interface, state]));
  const entries = new Map(
    settings.segments.map((segment) => [segment, splitEntries(settings.owner, segment, states.get(segment.interface))]),
  );
  const owned = [...entries.values()].flatMap((one) => one.owned);
  const covered = (project: string): boolean => whyUncovered(inventory, project) === undefined;
  return {
    allNics,
    leftAlone: new Set(leftAlone),
    excluded,
    entries,
    matches: matchEntries(allNics, owned, covered),
    multihomed: multihomedOf(allNics),
    prepared: new Map(settings.segments.map((segment) => [segment, prepare(input, segment, withheld)])),
    withheld,
  };
}

function multihomedOf(nics: readonly SegmentNic[]): ReadonlySet<Instance> {
  const seen = new Set<Instance>();
  return new Set(nics.map(({ instance }) => instance).filter((instance) => seen.has(instance) || !seen.add(instance)));
}

function prepare(input: PlanInput, segment: Segment, withheld: Withheld): Prepared | SegmentError {
  const fit = checkSegment(segment, input.observed);
  if (isRefused(fit)) return fit;
  const behind = notMaster(input);
  if (behind !== undefined) return behind;
  const state =
    input.observed.segments.find((one) => one.interface === segment.interface) ?? blankState(segment.interface);
  const asked = hostAsked(input.inventory, segment).length > 0;
  const settings = planSettings(segment, fit, state, input.ledger.originals, consentOf(input), asked);
  const { waiting, noRoutes } = settings;
  const { changes, warnings: stuck } = withoutStuck(state, settings.changes);
  const now = changes.filter((change) => !withheld.settings.has(settingKey(change.interface, change.setting)));
  return settings.error ?? { fit, state, settings: now, waiting, noRoutes, stuck };
}
