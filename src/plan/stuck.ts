import type { SettingChange } from '../model/change.js';
import type { SegmentState } from '../model/segment.js';
import { shortList } from './names.js';
import type { Warning } from './types.js';

/** Changes of settings that can be written, and what is said of the others. */
export interface Writable {
  readonly changes: readonly SettingChange[];
  readonly warnings: readonly Warning[];
}

/** Leaves out the changes of settings that cannot be written on an interface as it stands: nobody else waits for them. Pure. */
export function withoutStuck({ stuck, interface: id }: SegmentState, changes: readonly SettingChange[]): Writable {
  const left = stuck === undefined ? [] : changes.filter((one) => stuck.settings.some((name) => name === one.setting));
  if (stuck === undefined || left.length === 0) return { changes, warnings: [] };
  const names = shortList(left.map((one) => one.setting));
  const message = `${names} on ${id} ${left.length === 1 ? 'stays' : 'stay'} as it is for clients: ${stuck.why}.`;
  return { changes: changes.filter((one) => !left.includes(one)), warnings: [{ code: 'setting-stuck', message }] };
}
