import type { SettingName, SettingValue } from '../model/change.js';
import type { Ledger, Original } from '../model/ledger.js';
import type { Segment, SegmentState } from '../model/segment.js';
import { isClosed, NOBODYS_MAC } from './pools.js';
import { SETTING_NAMES, settingValue } from './render/words.js';
import { restoring } from './settings.js';
import type { Warning } from './types.js';

/** Whether the state file was there when slash32 first wrote to an interface: then what no original names was there before. */
export function knowsBeginning(ledger: Ledger, id: string): boolean {
  return [...(ledger.arrivals ?? []), ...ledger.originals].some((one) => one.interface === id);
}

/** What keeps clients out of a segment, in words. */
export function closings(state: SegmentState): { readonly setting: SettingName; readonly what: string }[] {
  const all: readonly (readonly [SettingName, boolean, string])[] = [
    ['static_arp', state.staticArp === 'on', 'static ARP is on'],
    ['deny_unknown', state.denyUnknown, 'unknown clients are denied'],
    ['mac_allow', state.macAllow === NOBODYS_MAC, 'the dynamic range is open to nobody'],
    ['pools', state.pools.some(isClosed), 'a further address pool is open to nobody'],
  ];
  return all.flatMap(([setting, isThere, what]) => (isThere ? [{ setting, what }] : []));
}

/** What each setting is once a segment is given up, where that is not what a person may expect: one sentence each. */
export function stayingWarnings(
  ledger: Ledger,
  segment: Segment,
  after: SegmentState,
  mode: 'keep' | 'remove',
): Warning[] {
  const id = segment.interface;
  const originals = ledger.originals.filter((one) => one.interface === id);
  const kept = mode === 'keep' ? originals.flatMap((original) => keptSetting(original, after)) : [];
  const before = closings(after).filter(({ setting }) => !originals.some((one) => one.setting === setting));
  const known = knowsBeginning(ledger, id)
    ? 'as before slash32 came'
    : 'and what was there before slash32 is not known';
  return [...kept, ...before.map(({ what }) => `${id}: ${what}, ${known}; it stays so.`)].map((message) => ({
    code: 'kept',
    message,
  }));
}

/** A setting that slash32 changed and leaves behind. */
function keptSetting(original: Original, after: SegmentState): string[] {
  const back = restoring(original, after);
  if (back === undefined || JSON.stringify(back.before) === JSON.stringify(back.after)) return [];
  const now = settingValue(back.before as SettingValue['before']);
  const was = settingValue(original.value);
  return [`${original.interface}: ${SETTING_NAMES[original.setting]} stays ${now}; before slash32 it was ${was}.`];
}
