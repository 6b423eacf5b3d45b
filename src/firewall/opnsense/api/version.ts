import { Slash32Error } from '../../../errors/slash32-error.js';
import { isStruct, type RpcValue } from './rpc-value.js';

/** Oldest series whose XML-RPC write merges instead of replacing (facts). */
const OLDEST = [25, 7] as const;
/** Newest series that slash32 was tested with. */
const NEWEST = [26, 7] as const;

/** The version in the answer of `opnsense.firmware_version`, for example `26.7.2`; undefined when there is none. */
export function readVersion(answer: RpcValue): string | undefined {
  const firmware = isStruct(answer) ? answer.get('firmware') : undefined;
  const version = isStruct(firmware) ? firmware.get('version') : undefined;
  return typeof version === 'string' && seriesOf(version) !== undefined ? version.trim() : undefined;
}

/** Refuses a firewall whose XML-RPC write would replace the whole section. */
export function refuseOld(version: string, where: string): void {
  const series = seriesOf(version);
  if (series === undefined || compare(series, OLDEST) >= 0) return;
  throw new Slash32Error('S32_OPNSENSE_VERSION_OLD', {
    message: `The firewall runs OPNsense ${version}; slash32 needs 25.7 or newer.`,
    where,
  });
}

/** Whether a version is newer than what was tested. */
export function isUntested(version: string): boolean {
  const series = seriesOf(version);
  return series === undefined || compare(series, NEWEST) > 0;
}

function seriesOf(version: string): readonly [number, number] | undefined {
  const match = /^\s*(\d{2})\.(\d{1,2})(?:[._-]|\s*$)/.exec(version);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

function compare(left: readonly [number, number], right: readonly [number, number]): number {
  return left[0] - right[0] || left[1] - right[1];
}
