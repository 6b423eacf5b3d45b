/** Year and month of a version: `[26, 7]` for `26.7.2`. */
export type Series = readonly [number, number];

/** Newest series that slash32 was tested with. */
const NEWEST: Series = [26, 7];

/** Whether a version is newer than what was tested. */
export function isUntested(version: string): boolean {
  const series = seriesOf(version);
  return series === undefined || compareSeries(series, NEWEST) > 0;
}

/** What a person should know about an untested version; undefined for one that was tested. */
export function untestedNote(version: string): string | undefined {
  if (!isUntested(version)) return undefined;
  return `OPNsense ${version} is newer than what slash32 was tested with (up to ${NEWEST.join('.')}).`;
}

/** The series of a version; undefined when the text is none. */
export function seriesOf(version: string): Series | undefined {
  const match = /^\s*(\d{2})\.(\d{1,2})(?:[._-]|\s*$)/.exec(version);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

/** Below 0 when `left` is older. */
export function compareSeries(left: Series, right: Series): number {
  return left[0] - right[0] || left[1] - right[1];
}
